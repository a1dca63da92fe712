"""The pages of an examination, looked at in both languages: to fill in, to put right, to read."""

from collections.abc import Iterator, Sequence

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.cases import queries
from servicedesk.cases.models import Case, Task
from servicedesk.cases.operations import tasks
from servicedesk.catalogue.queries import service_of
from tests.browser.conftest import MakeVisitor
from tests.browser.looking import look
from tests.browser.running_desk import Desk
from tests.browser.stops import Stop, send_as_it_is
from tests.cases.factories import make_case, open_task
from tests.factories import make_user

pytestmark = pytest.mark.browser

EXAMINED = ("WP_NEW_ABROAD", "E_CHG_CAP_DEC")  # no name of a company is taken by them
DECIDED = "WP_NEW_ABROAD"
RESIDENCE, OFFICE = "RP_WORK", "police"


class Park:
    """Applications that are examined and one that is decided, and the people around them."""

    def __init__(self, session: Session) -> None:
        posts = dict.fromkeys(("botc", "market", OFFICE), "reviewer")
        self.officer = make_user(session, role=Role.REVIEWER, posts=posts)
        self.applicant = make_user(session, name="林乔")
        self.held = [self._held(session, make_case(session, code, steps=1)) for code in EXAMINED]
        self.residence = self._held(session, make_case(session, RESIDENCE, steps=1))
        self.decided = make_case(session, DECIDED, example=1, steps=5, applicant=self.applicant)
        letters = queries.letters_of(session, self.decided)
        self.letter = next(one.id for one in letters if one.kind == "approved")
        session.commit()

    def _held(self, session: Session, case: Case) -> Task:
        task, service = open_task(session, case, "examine"), service_of(case.service_version)
        tasks.claim(session, case, service, task, by=self.officer, now=clock.now())
        return task

    def person(self, who: str) -> User:
        """Return who is meant."""
        return self.applicant if who == "applicant" else self.officer


@pytest.fixture(scope="module")
def park(desk: Desk) -> Iterator[Park]:
    with desk.session() as session:
        yield Park(session)


def path(task: Task, action: str = "recommend") -> str:
    return f"/desk/cases/{task.case.reference}/tasks/{task.id}/do/{action}"


def of_officer(park: Park) -> Sequence[Stop]:
    permit, company = park.held
    return [
        Stop("desk", f"/desk/cases/{company.case.reference}"),
        Stop("permit", path(permit)),
        Stop("permit-error", path(permit), send_as_it_is),
        Stop("permit-refuse", path(permit, "advise_refusal")),
        Stop("company", path(company)),
        Stop("residence-error", path(park.residence), send_as_it_is),
        Stop("found", f"/desk/cases/{park.decided.reference}"),
    ]


def of_applicant(park: Park) -> Sequence[Stop]:
    decided = f"/cases/{park.decided.reference}"
    return [Stop("status", decided), Stop("letter", f"{decided}/letters/{park.letter}")]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("who", ["officer", "applicant"])
def test_pages_of_an_examination(visitor: MakeVisitor, park: Park, language: str, who: str) -> None:
    person = visitor(language=language)
    person.go(f"/?lang={language}")
    person.sign_in(park.person(who).email)
    problems = []
    for stop in (of_applicant if who == "applicant" else of_officer)(park):
        person.page.set_viewport_size({"width": 1280, "height": 900})
        person.go(stop.path)
        if stop.act:
            stop.act(person)
        problems += look(person.page, f"examining-{stop.name}", language)
    assert not problems


def test_a_question_appears_with_the_answer_that_calls_for_it(
    visitor: MakeVisitor, park: Park
) -> None:
    person = visitor()
    person.sign_in(park.officer.email)
    person.go(path(park.residence))
    result = person.page.locator("[name=f_inquiry_result]")
    expect(result).to_be_hidden()

    person.page.check('[name=f_inquiry][value="interview"]', force=True)

    expect(result).to_be_visible()

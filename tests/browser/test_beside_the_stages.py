"""What happens beside the stages, looked at in both languages; "More" without scripts."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts import deputies
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.cases import queries
from servicedesk.cases.excluded_time import StopKind
from servicedesk.cases.models import Case
from servicedesk.cases.operations import consulting, extensions, stops, tasks
from servicedesk.park import local_day
from tests.browser.conftest import MakeVisitor
from tests.browser.looking import look
from tests.browser.prepared_park import WRITTEN
from tests.browser.running_desk import Desk
from tests.browser.stops import Stop, send_as_it_is
from tests.browser.visitors import Visitor
from tests.cases.definitions import TEXT
from tests.cases.factories import open_task
from tests.cases.licences import apply_for, definition, make_licence, take
from tests.factories import make_user

pytestmark = pytest.mark.browser

WHY, ASKS = WRITTEN["reason"], WRITTEN["question"]
POSTS = ("window", "market")


class Park:
    """Cases with something beside their stages, and the people around them."""

    def __init__(self, session: Session) -> None:
        self.session, self.now = session, clock.now()
        self.applicant = make_user(session, name="林乔")
        self.clerk, self.colleague = self._staff(Role.REVIEWER), self._staff(Role.REVIEWER)
        self.supervisor = self._staff(Role.SUPERVISOR, "supervisor")
        rule = {"by": "expires_on", "apply_before_days": 0, "basis": TEXT, "source": "L_ALL"}
        plain, handed = make_licence(), make_licence(result={"handover": "counter"})
        self.renewing = make_licence({"deemed_granted": rule})
        soon = local_day(self.now) + timedelta(days=4)
        self.held = self._accepted(apply_for(session, plain, **self._sent()))
        self.stopped = self._accepted(apply_for(session, plain, **self._sent()))
        self.refused = self._decided(apply_for(session, plain, **self._sent()), "refuse")
        self.renewal = self._accepted(  # each definition is a newer version of the same service
            apply_for(session, self.renewing, **self._sent(), expires_on=soon.isoformat())
        )
        self.ready = self._decided(apply_for(session, handed, **self._sent()), "approve")
        self._beside()
        session.commit()
        self.letters = {
            case.reference: [one.id for one in queries.letters_of(session, case)][:1]
            for case in (self.stopped, self.ready)
        }

    def _staff(self, role: Role, duty: str = "reviewer") -> User:
        return make_user(self.session, role=role, posts=dict.fromkeys(POSTS, duty))

    def _sent(self) -> dict[str, Any]:
        return {"now": self.now, "applicant": self.applicant}

    def _accepted(self, case: Case) -> Case:
        take(self.session, case, "accept", "accept", by=self.clerk, now=self.now)
        return case

    def _decided(self, case: Case, action: str) -> Case:
        self._accepted(case)
        take(self.session, case, "examine", "recommend", by=self.clerk, now=self.now)
        take(self.session, case, "decide", action, by=self.colleague, now=self.now)
        return case

    def _beside(self) -> None:
        held, service = open_task(self.session, self.held, "examine"), definition(self.held)
        tasks.claim(self.session, self.held, service, held, by=self.clerk, now=self.now)
        common = {"by": self.clerk, "now": self.now}
        extensions.ask(self.session, self.held, service, held, reason=WHY, **common)  # type: ignore[arg-type]
        consulting.ask_person(
            self.session,
            self.held,
            service,
            held,
            to=self.colleague,
            body=ASKS,
            **common,  # type: ignore[arg-type]
        )
        consulting.ask_decision(self.session, self.held, service, held, body=ASKS, **common)  # type: ignore[arg-type]
        stops.stop(
            self.session, self.stopped, definition(self.stopped),
            open_task(self.session, self.stopped, "examine"), StopKind.EXPERT_REVIEW,
            reason=WHY, working_days=10, **common,  # type: ignore[arg-type]
        )  # fmt: skip
        today = local_day(self.now)
        deputies.go_away(
            self.session, self.colleague, deputy=self.clerk,
            first_day=today, last_day=today + timedelta(days=3), today=today, now=self.now,
        )  # fmt: skip
        task = open_task(self.session, self.renewal, "examine")
        tasks.claim(
            self.session, self.renewal, self.renewing, task, by=self.colleague, now=self.now
        )


@pytest.fixture(scope="module")
def park(desk: Desk) -> Iterator[Park]:
    """Yield the cases and the people."""
    with desk.session() as session:
        yield Park(session)


def of_clerk(park: Park) -> Sequence[Stop]:
    held = f"/desk/cases/{park.held.reference}"
    task = f"{held}/tasks/{open_task(park.session, park.held, 'examine').id}"
    return [
        Stop("inbox-standing-in", "/desk?view=standing_in"),
        Stop("more-open", held, _open_more),
        Stop("ask", f"{task}/ask"),
        Stop("ask-error", f"{task}/ask", send_as_it_is),
        Stop("ask-decision", f"{task}/ask-decision"),
        Stop("stop", f"{task}/stop"),
        Stop("stop-error", f"{task}/stop", send_as_it_is),
        Stop("hand-over-away", f"{task}/hand-over"),
        Stop("desk-stopped", f"/desk/cases/{park.stopped.reference}"),
        Stop("desk-renewal-away", f"/desk/cases/{park.renewal.reference}"),
        Stop("hand-outs", "/desk/hand-outs"),
        Stop("hand-out", f"/desk/cases/{park.ready.reference}/hand-out"),
        Stop("desk-ready", f"/desk/cases/{park.ready.reference}"),
        Stop("questions-asked", "/desk/questions"),
        Stop("absences", "/desk/absences"),
        Stop("absences-error", "/desk/absences", send_as_it_is),
    ]


def of_supervisor(park: Park) -> Sequence[Stop]:
    held = f"/desk/cases/{park.held.reference}"
    asked = park.held.extensions[0].id
    return [
        Stop("inbox-to-sign", "/desk?view=to_allow"),
        Stop("questions", "/desk/questions"),
        Stop("desk-to-sign", held),
        Stop("refuse-extension", f"{held}/extensions/{asked}/refuse"),
        Stop("absences-all", "/desk/absences"),
        Stop("desk-refused", f"/desk/cases/{park.refused.reference}"),
        Stop("reopen", f"/desk/cases/{park.refused.reference}/reopen"),
        Stop("calendar", "/desk/calendar"),
    ]


def of_applicant(park: Park) -> Sequence[Stop]:
    letters = [
        Stop(f"letter-{reference}", f"/cases/{reference}/letters/{number}")
        for reference, numbers in park.letters.items()
        for number in numbers
    ]
    cases = (park.stopped, park.renewal, park.ready)
    return [
        *letters,
        *(Stop(f"status-{at}", f"/cases/{one.reference}") for at, one in enumerate(cases)),
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("who", ["clerk", "supervisor", "applicant"])
def test_pages_beside_the_stages(visitor: MakeVisitor, park: Park, language: str, who: str) -> None:
    tours = {"clerk": of_clerk, "supervisor": of_supervisor, "applicant": of_applicant}
    person = visitor(language=language)
    person.go(f"/?lang={language}")
    person.sign_in(getattr(park, who).email)
    problems = []
    for stop in tours[who](park):
        person.page.set_viewport_size({"width": 1280, "height": 900})
        person.go(stop.path)
        if stop.act:
            stop.act(person)
        problems += look(person.page, f"beside-{stop.name}", language)
    assert not problems


def test_more_opens_without_scripts(visitor: MakeVisitor, park: Park) -> None:
    person = visitor(scripts=False)
    person.sign_in(park.clerk.email)
    person.go(f"/desk/cases/{park.held.reference}")
    link = person.page.locator('.sd-more a[href$="/ask"]')
    expect(link).to_be_hidden()

    _open_more(person)

    expect(link).to_be_visible()
    link.click()
    expect(person.page.locator("[name=body]")).to_be_visible()


def _open_more(visitor: Visitor) -> None:
    visitor.page.locator(".sd-more > summary").first.click()

"""Every service, in both languages, on a phone: its guide, first form page and check page."""

from collections.abc import Iterator

import pytest

from servicedesk.accounts.models import User
from servicedesk.cases import examples
from tests import shipped
from tests.browser.conftest import MakeVisitor
from tests.browser.looking import glance
from tests.browser.running_desk import Desk
from tests.cases.factories import published
from tests.factories import MONDAY_MORNING, make_user

pytestmark = pytest.mark.browser

PHONE = 390


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_service_reads_well_on_a_phone(
    desk: Desk, visitor: MakeVisitor, language: str
) -> None:
    with desk.session() as session:
        applicant = make_user(session, email=f"everything.{language}@example.org")
        begun = dict(_drafts(desk, applicant))
    person = visitor(language=language, width=PHONE)
    person.go(f"/?lang={language}")
    person.sign_in(f"everything.{language}@example.org")
    problems = []
    for service in shipped.services():
        paths = [f"/services/{service.code}"]
        if service.code in begun:
            draft = f"/cases/{begun[service.code]}"
            paths += [f"{draft}/{service.pages[0].key}", f"{draft}/check"]
        for path in paths:
            person.go(path)
            problems += glance(person.page, f"{service.code} {path}", language)
    assert not problems


def _drafts(desk: Desk, applicant: User) -> Iterator[tuple[str, str]]:
    """Begin every service that people apply for as its first example does; yield references."""
    for service in shipped.services():
        if not service.pages:
            continue
        with desk.session() as session:
            version, current = published(session, service.code)
            example = service.examples[0].model_copy(update={"materials": (), "promises": ()})
            case = examples.prepare(
                session, version, current, example,
                applicant=session.merge(applicant), now=MONDAY_MORNING,
            )  # fmt: skip
            session.commit()
            yield service.code, case.reference

"""At the same moment: a change and a sending, two confirmations, two invitations."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case, Submission
from servicedesk.catalogue.queries import service_of
from servicedesk.confirmations import operations, queries
from servicedesk.confirmations.models import Confirmation, ConfirmationRequest
from servicedesk.confirmations.people import named
from servicedesk.confirmations.texts import confirmable
from tests.cases.pages import form_data
from tests.confirmations.factories import LIN, ZHOU, all_confirm, draft, rows
from tests.conftest import Browser
from tests.enterprises.together import at_once
from tests.factories import MONDAY_MORNING
from tests.races.conftest import crowd
from tests.races.crowd import Click, Crowd

__all__ = ["crowd"]

ROUNDS = 6


def test_a_change_that_meets_the_sending_is_never_sent_unconfirmed(
    session: Session,
    crowd: Crowd,
) -> None:
    """Whichever comes first: what was sent is what everybody had confirmed."""
    outcomes = set()
    for number in range(ROUNDS):
        case = draft(session, trade_name=f"竞{'甲乙丙丁戊己'[number]}样例", address_kind="own",
                     own_address="北京市昌平区示例大街 8 号", own_right="leased")  # fmt: skip
        case.answers.pop("unit", None)
        all_confirm(session, case)
        window = crowd.window(case.applicant)
        page = service_of(case.service_version).page("contacts")
        assert page is not None
        changed = form_data(page, {**case.answers, "liaison_phone": "13800000288"})
        sends = Click(window, f"/cases/{case.reference}/submit", {"declared": "y"})
        changes = Click(
            window, f"/cases/{case.reference}/contacts", {**changed, "seen": _seen(crowd, case)}
        )
        crowd.click([sends, changes] if number % 2 else [changes, sends])
        outcomes.add(case.status)
        _all_sent_was_confirmed(session, case)

    assert outcomes <= {CaseStatus.SUBMITTED, CaseStatus.DRAFT}


def test_a_person_who_presses_twice_at_once_confirms_once(
    session: Session, engine_url: str
) -> None:
    case = draft(session)
    operations.ask(session, case, rows(session, case)[ZHOU].person)
    session.commit()
    reference = case.reference

    def press(own: Session) -> int:
        locked = sa.select(Case).where(Case.reference == reference).with_for_update()
        found = own.scalars(locked).one()
        service = service_of(found.service_version)
        row = next(one for one in queries.rows(own, found, service) if one.person.name == ZHOU)
        shown = confirmable(service, row.person, "en", {})
        seen = row.person.digest
        return operations.confirm(own, found, row, shown, seen=seen, now=MONDAY_MORNING).id

    assert len(set(at_once(engine_url, [press] * 8))) == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(Confirmation)) == 1


def test_a_person_is_asked_once_whoever_asks_at_once(session: Session, engine_url: str) -> None:
    """Even without the lock on the case: two rows of one person cannot be."""
    case = draft(session)
    operations.ask(session, case, rows(session, case)[LIN].person)  # the salt is there
    session.commit()
    reference = case.reference

    def ask(own: Session) -> int:
        found = own.scalars(sa.select(Case).where(Case.reference == reference)).one()
        person = next(
            one
            for one in named(service_of(found.service_version), found.answers)
            if one.name == ZHOU
        )
        return operations.ask(own, found, person).id

    at_once(engine_url, [ask] * 8)

    assert session.scalar(sa.select(sa.func.count()).select_from(ConfirmationRequest)) == 2


def _seen(crowd: Crowd, case: Case) -> str:
    browser = crowd.app.test_client()
    assert isinstance(browser, Browser)
    browser.desk = crowd.session
    browser.sign_in(case.applicant)
    page = browser.get(f"/cases/{case.reference}/contacts").text
    return page.partition('name="seen" value="')[2].partition('"')[0]


def _all_sent_was_confirmed(session: Session, case: Case) -> None:
    session.expire_all()
    service = service_of(case.service_version)
    kept = {
        one.sealed["digest"]
        for one in session.scalars(sa.select(Confirmation).where(Confirmation.case_id == case.id))
    }
    sent = session.scalars(sa.select(Submission).where(Submission.case_id == case.id)).all()
    for one in sent:
        assert {person.digest for person in named(service, one.answers)} <= kept
    assert bool(sent) is (case.status is CaseStatus.SUBMITTED)

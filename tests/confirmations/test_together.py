"""At the same moment: a change and a sending, two confirmations, two invitations."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.cases.gates import GateShut
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case
from servicedesk.cases.operations import submission
from servicedesk.cases.readiness import readiness
from servicedesk.catalogue.queries import service_of
from servicedesk.confirmations import operations, queries
from servicedesk.confirmations.models import Confirmation, ConfirmationRequest
from servicedesk.confirmations.people import named
from servicedesk.confirmations.texts import confirmable
from tests.confirmations.factories import LIN, ZHOU, all_confirm, draft, rows
from tests.enterprises.together import at_once
from tests.factories import MONDAY_MORNING


def test_what_changes_while_it_is_being_sent_is_not_sent_unconfirmed(
    session: Session, engine_url: str
) -> None:
    """A change has the row and the sending waits: it must not send what nobody confirmed."""
    case = draft(session)
    all_confirm(session, case)
    reference = case.reference
    engine = sa.create_engine(engine_url)

    def send() -> None:
        with Session(engine) as own:
            found = _locked(own, reference)
            service, now = service_of(found.service_version), clock.now()
            ready = readiness(own, found, service, now=now)
            submission.submit(own, found, service, ready, by=found.applicant, now=now)
            own.commit()

    with Session(engine) as changing, ThreadPoolExecutor(1) as pool:
        changed = _locked(changing, reference)
        changed.answers = {**changed.answers, "liaison_phone": "13800000288"}
        changing.flush()
        sending = pool.submit(send)
        _await_waiter(session)
        changing.commit()
        with pytest.raises(GateShut):
            sending.result(timeout=60)
    engine.dispose()

    session.expire_all()
    assert case.status is CaseStatus.DRAFT


def test_a_person_who_presses_twice_at_once_confirms_once(
    session: Session, engine_url: str
) -> None:
    case = draft(session)
    operations.ask(session, case, rows(session, case)[ZHOU].person)
    session.commit()
    reference = case.reference

    def press(own: Session) -> int:
        found = _locked(own, reference)
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


def _locked(session: Session, reference: str) -> Case:
    query = sa.select(Case).where(Case.reference == reference).with_for_update()
    return session.scalars(query).one()


def _await_waiter(session: Session) -> None:
    """Wait until somebody waits for a lock in this database."""
    waits = sa.text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    for _ in range(600):
        if session.scalar(waits):
            session.rollback()
            return
        session.rollback()
        time.sleep(0.05)
    pytest.fail("nobody waits")

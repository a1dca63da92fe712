"""An enterprise is closed, all at once: by its own people, and nobody comes between."""

from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.cases import examples
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.operations import submission
from servicedesk.cases.operations.submission import NotReady
from servicedesk.cases.readiness import matter_of, readiness
from servicedesk.catalogue.queries import service_of
from servicedesk.catalogue.registry import Weight
from servicedesk.enterprises.models import Enterprise, EnterpriseState, Proceeding
from servicedesk.enterprises.own_companies import own_company
from servicedesk.enterprises.queries.proceedings import under_way
from servicedesk.errors import RuleBroken
from servicedesk.park import local_day
from tests.cases.bundled import ALL, SETTLED, closing, closing_of, parts
from tests.cases.factories import published
from tests.enterprises.approving import applied
from tests.enterprises.members import add_member, give_mandate, make_enterprise
from tests.factories import MONDAY_MORNING, make_user


def mandated(session: Session, enterprise: Enterprise, code: str) -> User:
    """Return an agent who may send this service for the enterprise, since before the examples."""
    published(session, code)
    agent = make_user(session)
    began = (local_day(clock.now()) - local_day(MONDAY_MORNING)).days + 30
    give_mandate(session, enterprise.id, agent, services=(code,), may_send=True, began=began)
    return agent


def test_nobody_closes_somebody_elses_enterprise(session: Session) -> None:
    enterprise = make_enterprise(session)

    for person in (make_user(session), mandated(session, enterprise, "E_DEREG")):
        with pytest.raises(NotReady, match="Only somebody who acts for this company here"):
            closing(session, enterprise, person)
        session.rollback()


def test_whoever_is_mandated_for_the_whole_acts_in_its_parts(session: Session) -> None:
    enterprise = make_enterprise(session)
    agent = mandated(session, enterprise, "E_ONE_END")

    begun = parts(session, closing(session, enterprise, agent))

    assert begun
    for case in begun.values():
        own = service_of(case.service_version)
        found = own_company(matter_of(session, case, own, now=MONDAY_MORNING))
        assert [one.weight for one in found] == [Weight.IN_ORDER], case.service_code


def test_no_other_enterprise_is_put_into_a_part(session: Session) -> None:
    enterprise, another = make_enterprise(session), make_enterprise(session, "Another Ltd")
    tax = parts(session, closing(session, enterprise, add_member(session, enterprise.id)))["tax"]
    tax.answers = tax.answers | {"credit_code": another.credit_code, "company_name": another.name}

    own = service_of(tax.service_version)
    found = own_company(matter_of(session, tax, own, now=MONDAY_MORNING))

    assert [one.weight for one in found] == [Weight.WRONG]


# what runs from the sending of the whole on


def running(session: Session, enterprise: Enterprise) -> dict[str, int]:
    """Return what runs about an enterprise, and for which application."""
    open_ones = sa.select(Proceeding).where(
        Proceeding.enterprise_id == enterprise.id, Proceeding.ended_at.is_(None)
    )
    return {one.kind: one.case_id for one in session.scalars(open_ones)}


def test_from_the_sending_on_nobody_begins_another_change(session: Session) -> None:
    enterprise = make_enterprise(session)
    whole = closing(session, enterprise, add_member(session, enterprise.id))

    assert running(session, enterprise) == {"deregister": whole.id}
    for kind in ("change_scope", "deregister_simply"):
        with pytest.raises(RuleBroken, match=r"Under way since .*: Deregistration"):
            applied(session, enterprise, kind, {"scope": ["BS001"]})
        session.rollback()
    with pytest.raises(NotReady, match=r"Under way since .*: Deregistration"):
        closing(session, enterprise, add_member(session, enterprise.id))


def test_what_is_under_way_is_told_at_the_sending_and_not_to_the_last_office(
    session: Session,
) -> None:
    enterprise = make_enterprise(session)
    applied(session, enterprise, "change_scope", {"scope": ["BS001"], "main_scope": "BS001"})

    with pytest.raises(NotReady, match=r"Under way since .*: Change of business scope"):
        closing(session, enterprise, add_member(session, enterprise.id))


def test_what_begins_in_the_moment_of_the_sending_is_told_too(session: Session) -> None:
    enterprise = make_enterprise(session)
    person = add_member(session, enterprise.id)
    version, service = published(session, "E_ONE_END")
    example = closing_of(service, enterprise)
    now = datetime.fromisoformat(example.at)
    case = examples.prepare(session, version, service, example, applicant=person, now=now)
    ready = readiness(session, case, service, now=now, sender_id=person.id)
    assert ready.is_ready
    applied(session, enterprise, "change_scope", {"scope": ["BS001"], "main_scope": "BS001"})

    with pytest.raises(RuleBroken, match=r"Under way since .*: Change of business scope"):
        submission.submit(session, case, service, ready, by=person, now=now)


def test_all_parts_go_through_to_the_end(session: Session) -> None:
    enterprise = make_enterprise(session)
    whole = closing(session, enterprise, add_member(session, enterprise.id), steps=ALL)

    last = parts(session, whole)["registrar"]

    assert (last.status, whole.status) == (CaseStatus.APPROVED, CaseStatus.APPROVED)
    assert enterprise.state == EnterpriseState.DEREGISTERED
    assert running(session, enterprise) == {}


def test_the_last_part_goes_on_with_what_runs_since_the_sending(session: Session) -> None:
    enterprise = make_enterprise(session)
    agent = mandated(session, enterprise, "E_ONE_END")
    whole = closing(session, enterprise, agent, steps=SETTLED)

    last = parts(session, whole)["registrar"]

    assert running(session, enterprise) == {"deregister": last.id}
    assert whole.submitted_at is not None
    assert under_way(session, enterprise.id) == {"deregister": local_day(whole.submitted_at)}


@pytest.mark.parametrize("steps", [0, SETTLED])
def test_who_withdraws_the_whole_is_free_again(session: Session, steps: int) -> None:
    enterprise = make_enterprise(session)
    person = add_member(session, enterprise.id)
    whole = closing(session, enterprise, person, steps=steps)

    service = service_of(whole.service_version)
    submission.withdraw(session, whole, service, by=person, reason="", now=clock.now())
    session.commit()

    assert running(session, enterprise) == {}
    applied(session, enterprise, "change_scope", {"scope": ["BS001"], "main_scope": "BS001"})


def test_an_office_that_refuses_its_part_frees_the_enterprise(session: Session) -> None:
    enterprise = make_enterprise(session)
    whole = closing(session, enterprise, add_member(session, enterprise.id), example=2, steps=2)

    assert whole.status is CaseStatus.REFUSED
    assert running(session, enterprise) == {}

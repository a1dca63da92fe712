"""An enterprise is closed, all at once: by its own people, and nobody comes between."""

import pytest
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.cases.operations.submission import NotReady
from servicedesk.cases.readiness import matter_of
from servicedesk.catalogue.queries import service_of
from servicedesk.catalogue.registry import Weight
from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.own_companies import own_company
from servicedesk.park import local_day
from tests.cases.bundled import closing, parts
from tests.cases.factories import published
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

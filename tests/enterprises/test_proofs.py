"""Proofs of an address in the park: whoever has a place gets one, and it ends with the place."""

from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.enterprises.certificate_facts import place_code
from servicedesk.enterprises.member_roles import MemberRole
from servicedesk.enterprises.models import (
    AddressHolding,
    Certificate,
    CertificateState,
    Enterprise,
)
from servicedesk.enterprises.operations import addresses, proofs
from servicedesk.errors import NotFound
from tests.conftest import Browser
from tests.enterprises.approving import approved
from tests.enterprises.factories import NOW, make_enterprise, make_unit
from tests.enterprises.members import add_member
from tests.enterprises.together import at_once
from tests.factories import make_user

KEY = {"request_key": "p" * 24}


@pytest.fixture
def owner(session: Session) -> User:
    return make_user(session)


@pytest.fixture
def enterprise(session: Session, owner: User) -> Enterprise:
    """Return an enterprise that was set up in a room of the park."""
    make_unit(session)
    return make_enterprise(session, owner, address_kind="park", unit="9-207")


def proofs_of(session: Session, *states: CertificateState) -> list[Certificate]:
    session.expire_all()
    query = sa.select(Certificate).where(Certificate.template == "address_proof")
    return list(session.scalars(query.where(Certificate.state.in_(states))))


def test_whoever_acts_for_it_has_the_proof_issued_once(
    session: Session, browser: Browser, owner: User, enterprise: Enterprise
) -> None:
    browser.sign_in(owner)
    there = f"/enterprises/{enterprise.id}/places/9-207/proof"
    assert there in browser.get(f"/enterprises/{enterprise.id}").text

    sent = [browser.post(there, data={"request_key": key * 24}) for key in "pq"]

    assert [one.status_code for one in sent] == [303, 303]
    [proof] = proofs_of(session, *CertificateState)
    assert place_code(proof.facts) == "9-207"
    assert (proof.facts["holder"], proof.enterprise_id) == (enterprise.name, enterprise.id)
    assert proof.code in browser.get(f"/enterprises/{enterprise.id}").text


def test_nobody_else_has_it_issued(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    there = f"/enterprises/{enterprise.id}/places/9-207/proof"
    viewer, stranger = make_user(session), make_user(session)
    add_member(session, enterprise.id, viewer, MemberRole.VIEWER)

    for person, status in ((viewer, 403), (stranger, 404)):
        browser.sign_in(person)
        assert browser.post(there, data=KEY).status_code == status

    assert not proofs_of(session, *CertificateState)


def test_a_place_that_it_does_not_have_is_not_proven(
    session: Session, enterprise: Enterprise
) -> None:
    make_unit(session, "9-208")

    with pytest.raises(NotFound):
        proofs.prove(session, enterprise, "9-208", now=NOW)


def test_it_ends_when_the_enterprise_moves_out(session: Session, enterprise: Enterprise) -> None:
    proofs.prove(session, enterprise, "9-207", now=NOW)
    make_unit(session, "9-208", kind="room")

    approved(session, enterprise, "change_address", address_kind="park", unit="9-208")

    assert [place_code(one.facts) for one in proofs_of(session, CertificateState.REVOKED)] == [
        "9-207"
    ]
    proofs.prove(session, enterprise, "9-208", now=NOW)
    assert [place_code(one.facts) for one in proofs_of(session, CertificateState.VALID)] == [
        "9-208"
    ]


def test_a_new_last_day_makes_a_new_proof(session: Session, enterprise: Enterprise) -> None:
    first = proofs.prove(session, enterprise, "9-207", now=NOW)
    holding = session.scalars(sa.select(AddressHolding)).one()
    holding.until = NOW.date().replace(year=2027)
    session.flush()

    second = proofs.prove(session, enterprise, "9-207", now=NOW)

    assert (first.state, first.replaced_by_id) == (CertificateState.REPLACED, second.id)
    assert second.valid_until == holding.until


def test_of_many_who_ask_at_once_all_get_the_same_and_none_outlives_the_place(
    session: Session, engine_url: str, enterprise: Enterprise
) -> None:
    number = enterprise.id

    def prove(other: Session) -> str:
        return proofs.prove(other, other.get_one(Enterprise, number), "9-207", now=NOW).code

    def vacate(other: Session) -> str:
        return str(addresses.vacate(other, enterprise_id=number, now=NOW))

    came = at_once(engine_url, [*[partial(prove)] * 5])
    assert len({one for one in came if isinstance(one, str)}) == 1

    at_once(engine_url, [prove, vacate, prove])
    assert not proofs_of(session, CertificateState.VALID)

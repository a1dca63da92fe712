"""Branches noted on the licence of their parent: their places, and how they end."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.enterprises import effects, noted_branches, pick_lists
from servicedesk.enterprises.change_wishes import asked_difference
from servicedesk.enterprises.models import (
    AddressHolding,
    CertificateState,
    Enterprise,
    HoldingState,
)
from servicedesk.enterprises.operations import orders, register
from servicedesk.errors import RuleBroken
from tests.enterprises.approving import applied, approved, found, licence_of
from tests.enterprises.factories import NOW, make_enterprise, make_unit
from tests.enterprises.matters import make_matter
from tests.factories import make_user

AT_208 = {"licence_way": "noted", "address_kind": "park", "unit": "9-208"}
OWN = {"address_kind": "own", "own_address": "北京市昌平区示例大街 9 号"}


@pytest.fixture
def registrar(session: Session) -> User:
    return make_user(session, role=Role.SUPERVISOR, posts={"market": "supervisor"})


@pytest.fixture
def parent(session: Session) -> Enterprise:
    """Return a company at 9-207 with a noted branch at 9-208; 9-209 is free."""
    for unit in ("9-207", "9-208", "9-209"):
        make_unit(session, unit, kind="room")
    enterprise = make_enterprise(session, address_kind="park", unit="9-207")
    approved(session, enterprise, "register_branch", **AT_208)
    return enterprise


def taken(session: Session) -> list[str]:
    session.expire_all()
    places = sa.select(AddressHolding).where(AddressHolding.state == HoldingState.TAKEN)
    return sorted(one.unit.code for one in session.scalars(places))


def annul(session: Session, enterprise: Enterprise, registrar: User, seq: int) -> None:
    held = register.locked(session, enterprise.id)
    orders.strike(session, held, seq, by=registrar, reason="Entered in error.", now=NOW)
    session.commit()


@pytest.mark.parametrize(
    ("to", "there"),
    [({"address_kind": "park", "unit": "9-209"}, ["9-208", "9-209"]), (OWN, ["9-208"])],
)
def test_a_noted_branch_keeps_its_place_when_the_company_moves(
    session: Session, parent: Enterprise, to: dict[str, Any], there: list[str]
) -> None:
    approved(session, parent, "change_address", **to)

    assert taken(session) == there
    assert parent.facts["branch_addresses"][0]["unit"] == "9-208"
    assert found(session) == []
    with pytest.raises(RuleBroken, match="9-208 is taken"):
        applied(session, parent, "change_address", {"address_kind": "park", "unit": "9-208"})


def test_a_place_that_an_old_filing_names_by_its_address_alone_is_kept_too(
    session: Session, parent: Enterprise
) -> None:
    """Filings from before the place was kept do not say it."""
    address = {key: parent.facts["branch_addresses"][0][key] for key in ("en", "zh")}
    decision = register.Decision(None, None, NOW)
    held = register.locked(session, parent.id)
    facts = {**held.facts, "branch_addresses": [address]}
    register.file(session, held, "correction", facts, decision=decision)
    session.commit()

    approved(session, parent, "change_address", **OWN)

    assert taken(session) == ["9-208"]
    assert found(session) == []


def test_of_company_and_branch_in_one_unit_the_branch_stays(session: Session) -> None:
    make_unit(session, "9-208", kind="desk", capacity=2)
    enterprise = make_enterprise(session, address_kind="park", unit="9-208")
    approved(session, enterprise, "register_branch", **AT_208)
    of_branch = session.scalars(sa.select(AddressHolding.id).order_by(AddressHolding.id)).all()[1]

    approved(session, enterprise, "change_address", **OWN)

    left = sa.select(AddressHolding.id).where(AddressHolding.state == HoldingState.TAKEN)
    assert session.scalars(left).all() == [of_branch]
    assert found(session) == []


def test_an_annulled_note_frees_its_place_alone(
    session: Session, parent: Enterprise, registrar: User
) -> None:
    annul(session, parent, registrar, 2)

    assert taken(session) == ["9-207"]
    assert found(session) == []


def test_an_annulled_move_leaves_the_place_of_the_branch_alone(
    session: Session, parent: Enterprise, registrar: User
) -> None:
    approved(session, parent, "change_address", address_kind="park", unit="9-209")

    annul(session, parent, registrar, 3)

    assert taken(session) == ["9-207", "9-208"]
    assert found(session) == []


def test_an_annulled_end_gives_the_branch_its_place_again(
    session: Session, parent: Enterprise, registrar: User
) -> None:
    held = register.locked(session, parent.id)
    orders.order(
        session, held, "annul_registration", by=registrar, reason="x", notice_days=0, now=NOW
    )
    session.commit()
    assert taken(session) == []

    annul(session, parent, registrar, 3)

    assert taken(session) == ["9-207", "9-208"]
    assert found(session) == []


def test_a_branch_without_its_place_is_found(session: Session, parent: Enterprise) -> None:
    released = {"state": HoldingState.RELEASED, "ended_at": NOW}
    (place,) = (
        one for one in session.scalars(sa.select(AddressHolding)) if one.unit.code[-1] == "8"
    )
    session.execute(
        sa.update(AddressHolding).where(AddressHolding.id == place.id).values(**released)
    )
    place.unit.taken = 0
    session.commit()

    said = f"enterprise {parent.credit_code}"
    assert found(session) == [(said, "is registered at place 9-208 and has not taken it")]


def ends(parent: Enterprise, at: int = 0) -> dict[str, Any]:
    return {"licence_way": "noted", "noted_branch": noted_branches.labels(parent.facts)[at]}


def test_a_noted_branch_that_ends_leaves_its_place_and_the_licence(
    session: Session, parent: Enterprise
) -> None:
    assert "分支机构住所" in str(licence_of(session).facts)
    given = ends(parent) | {"credit_code": parent.credit_code}
    (difference,) = asked_difference(session, "deregister_branch", given, NOW.date())

    approved(session, parent, "deregister_branch", **given)

    assert (difference.topic, difference.after) == ("branch_addresses", ())
    assert "branch_addresses" not in parent.facts
    assert parent.filings[-1].kind == "unnote_branch"
    assert taken(session) == ["9-207"]
    assert "分支机构住所" not in str(licence_of(session).facts)
    assert found(session) == []


def test_which_noted_branch_ends_is_chosen_from_the_register(
    session: Session, parent: Enterprise
) -> None:
    approved(session, parent, "register_branch", licence_way="noted", **OWN)
    matter = make_matter(session, "E_DEREG_BR", {"credit_code": parent.credit_code})
    offered = [one.key for one in pick_lists.branches_on_licence(matter)]
    assert offered == noted_branches.labels(parent.facts)
    assert offered[1] == OWN["own_address"]

    approved(session, parent, "deregister_branch", **ends(parent, 1))

    assert [one["unit"] for one in parent.facts["branch_addresses"]] == ["9-208"]
    assert taken(session) == ["9-207", "9-208"]


@pytest.mark.parametrize("kind", ["deregister", "deregister_simply"])
def test_a_parent_does_not_end_before_its_noted_branches(
    session: Session, parent: Enterprise, kind: str
) -> None:
    """Regulation art. 32: its branches first."""
    with pytest.raises(RuleBroken, match="Branches that are still registered: 1"):
        applied(session, parent, kind, {})
    session.rollback()
    approved(session, parent, "deregister_branch", **ends(parent))
    approved(session, parent, kind)

    assert taken(session) == []


def test_of_a_revoked_parent_a_noted_branch_ends_without_a_new_licence(
    session: Session, parent: Enterprise, registrar: User
) -> None:
    held = register.locked(session, parent.id)
    orders.order(session, held, "revoke_licence", by=registrar, reason="x", notice_days=0, now=NOW)
    session.commit()

    approved(session, parent, "deregister_branch", **ends(parent))

    assert licence_of(session).state is CertificateState.REVOKED
    assert taken(session) == ["9-207"]


def test_what_is_not_noted_does_not_end(session: Session, parent: Enterprise) -> None:
    sent = applied(session, parent, "deregister_branch", ends(parent) | {"noted_branch": "北京"})
    with pytest.raises(RuleBroken, match="The register has no such branch"):
        effects.EFFECTS["deregister_branch"](session, sent, by=None, now=NOW)
    session.rollback()

    effects.release(session, "deregister_branch", sent.case_id, NOW)
    given = ends(parent)
    approved(session, parent, "deregister_branch", **given)
    with pytest.raises(RuleBroken, match="No branch is noted on its licence"):
        applied(session, parent, "deregister_branch", given)


def test_an_annulled_end_of_a_noted_branch_notes_it_again(
    session: Session, parent: Enterprise, registrar: User
) -> None:
    approved(session, parent, "deregister_branch", **ends(parent))

    annul(session, parent, registrar, 3)

    assert taken(session) == ["9-207", "9-208"]
    assert "分支机构住所" in str(licence_of(session).facts)
    assert found(session) == []

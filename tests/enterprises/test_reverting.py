"""What follows when a filing is annulled: name, place and certificates go back with it."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.cases.operations import revocation
from servicedesk.catalogue.queries import service_of
from servicedesk.enterprises import chronology
from servicedesk.enterprises.models import (
    AddressHolding,
    Certificate,
    CertificateState,
    EndReason,
    Enterprise,
    EnterpriseState,
    HoldingState,
)
from servicedesk.enterprises.name_models import EnterpriseName, NameEnd, NameState
from servicedesk.enterprises.name_parts import NameParts
from servicedesk.enterprises.operations import addresses, names, orders, register
from servicedesk.enterprises.queries import addresses as address_queries
from servicedesk.errors import RuleBroken
from tests.cases.factories import play_example, published
from tests.enterprises.approving import approved, found, licence_of
from tests.enterprises.factories import NOW, make_enterprise, make_unit
from tests.factories import make_user

RENAMED: Final[Mapping[str, Any]] = {
    "name_source": "new", "division": "北京", "trade_name": "听澜", "industry": "生物科技",
    "name_form": "有限公司",
}  # fmt: skip


LEASE_END: Final = date(2028, 4, 30)


@pytest.fixture
def registrar(session: Session) -> User:
    return make_user(session, role=Role.SUPERVISOR, posts={"market": "supervisor"})


def annul(session: Session, enterprise: Enterprise, registrar: User, seq: int) -> None:
    held = register.locked(session, enterprise.id)
    orders.strike(session, held, seq, by=registrar, reason="Entered in error.", now=NOW)
    session.commit()


def test_an_annulled_change_gives_the_name_back(session: Session, registrar: User) -> None:
    enterprise = make_enterprise(session)
    before = enterprise.name
    approved(session, enterprise, "change_name", **RENAMED)

    annul(session, enterprise, registrar, 2)

    assert enterprise.name == before
    held = session.execute(
        sa.select(EnterpriseName.full_name, EnterpriseName.state).order_by(EnterpriseName.id)
    ).all()
    assert [tuple(one) for one in held] == [
        (before, NameState.REGISTERED),
        ("北京听澜生物科技有限公司", NameState.FORMER),
    ]
    assert licence_of(session).state is CertificateState.VALID
    assert before in str(licence_of(session).facts)
    assert found(session) == []


def test_a_name_that_is_the_same_as_one_held_meanwhile_is_not_given_back(
    session: Session, registrar: User
) -> None:
    """As nobody is let have it either: one of the two names no industry."""
    enterprise = make_enterprise(session)
    before = enterprise.name
    approved(session, enterprise, "change_name", **RENAMED)
    free_again = NOW + timedelta(days=366)
    bare = NameParts("北京", "澄野", "", "有限公司")
    names.hold(session, bare, holder_id=registrar.id, case_id=4711, now=free_again)
    session.commit()

    said = f"“{before}” is not free any more because of “{bare.full}”"
    with pytest.raises(names.NameTaken, match=said):
        orders.strike(
            session, register.locked(session, enterprise.id), 2,
            by=registrar, reason="Entered in error.", now=free_again,
        )  # fmt: skip
    session.rollback()

    assert enterprise.name == "北京听澜生物科技有限公司"
    assert found(session) == []


def test_the_notice_of_what_does_not_count_is_revoked(session: Session, registrar: User) -> None:
    enterprise = make_enterprise(session)
    approved(session, enterprise, "change_name", **RENAMED)

    annul(session, enterprise, registrar, 2)

    (notice,) = session.scalars(
        sa.select(Certificate).where(Certificate.template == "change_notice")
    )
    assert (notice.state, notice.reason) == (CertificateState.REVOKED, "Entered in error.")


def test_an_annulled_move_takes_the_former_place_again(session: Session, registrar: User) -> None:
    enterprise = at_second_of_two_places(session)
    first, second = session.scalars(sa.select(AddressHolding).order_by(AddressHolding.id))
    first.until, second.until = LEASE_END, LEASE_END.replace(year=2031)

    annul(session, enterprise, registrar, 3)

    taken = sa.select(AddressHolding).where(AddressHolding.state == HoldingState.TAKEN)
    (holding,) = session.scalars(taken)
    assert holding.unit.code == enterprise.facts["address_unit"] == "9-207"
    assert holding.until == LEASE_END
    assert address_queries.get_unit(session, "9-208").taken == 0
    assert found(session) == []


def test_what_somebody_else_has_taken_is_not_given_back(session: Session, registrar: User) -> None:
    enterprise = at_second_of_two_places(session)
    addresses.hold(session, "9-207", case_id=4711, now=NOW)
    session.commit()

    with pytest.raises(RuleBroken, match="9-207 is taken meanwhile"):
        annul(session, enterprise, registrar, 3)
    session.rollback()
    assert enterprise.facts["address_unit"] == "9-208"
    assert found(session) == []


def test_an_annulled_deregistration_brings_everything_back(
    session: Session, registrar: User
) -> None:
    make_unit(session, "9-207", kind="room")
    enterprise = make_enterprise(session)
    approved(session, enterprise, "change_address", address_kind="park", unit="9-207")
    approved(session, enterprise, "deregister")

    annul(session, enterprise, registrar, 3)

    assert enterprise.state is EnterpriseState.REGISTERED
    assert session.scalars(sa.select(EnterpriseName.state)).all() == [NameState.REGISTERED]
    assert address_queries.get_unit(session, "9-207").taken == 1
    assert licence_of(session).state is CertificateState.VALID
    assert found(session) == []


def test_a_corrected_word_on_the_licence_is_printed(session: Session, registrar: User) -> None:
    enterprise = register.locked(session, make_enterprise(session).id)

    orders.correct(
        session, enterprise, 1, {"legal_representative": "周若谷"},
        by=registrar, reason="A slip.", now=NOW,
    )  # fmt: skip

    assert "周若谷" in str(licence_of(session).facts)


def test_who_revokes_an_approval_annuls_what_it_changed(session: Session, registrar: User) -> None:
    enterprise = make_enterprise(session)
    before = dict(enterprise.facts)
    _, service = published(session, "E_CHG_LR")
    example = service.examples[0]
    ours = {"company_name": enterprise.name, "credit_code": enterprise.credit_code}
    steps = tuple((NOW.isoformat(), who, what) for _, who, what in example.steps)
    answers = {**example.answers, **ours}
    example = example.model_copy(update={"answers": answers, "at": NOW.isoformat(), "steps": steps})
    case = play_example(session, "E_CHG_LR", example)
    assert enterprise.facts != before

    revocation.revoke(
        session, case, service_of(case.service_version),
        by=registrar, reason="Obtained by false papers.", now=NOW,
    )  # fmt: skip
    session.commit()

    assert enterprise.facts == before
    assert enterprise.filings[-1].reason == "Obtained by false papers."
    assert licence_of(session).state is CertificateState.VALID
    assert found(session) == []


def at_second_of_two_places(session: Session) -> Enterprise:
    """Return an enterprise that has moved from one place of the park to another."""
    enterprise = make_enterprise(session)
    for unit in ("9-207", "9-208"):
        make_unit(session, unit, kind="room")
        approved(session, enterprise, "change_address", address_kind="park", unit=unit)
    return enterprise


def test_an_annulled_correction_of_the_set_up_gives_the_original_back(
    session: Session, registrar: User
) -> None:
    enterprise = register.locked(session, make_enterprise(session).id)
    before = dict(enterprise.facts)
    orders.correct(
        session, enterprise, 1, {"legal_representative": "周若谷"},
        by=registrar, reason="A slip.", now=NOW,
    )  # fmt: skip

    annul(session, enterprise, registrar, 2)
    assert enterprise.facts == before
    annul(session, enterprise, registrar, 3)

    assert enterprise.facts["legal_representative"] == "周若谷"
    assert found(session) == []


def test_an_annulled_deregistration_lets_the_business_resume_on_its_day(
    session: Session, registrar: User
) -> None:
    enterprise = make_enterprise(session)
    approved(
        session, enterprise, "suspend",
        suspension_kind="new", starts_on="2026-05-06", suspend_years=1, suspend_months=0,
    )  # fmt: skip
    approved(session, enterprise, "deregister")

    annul(session, enterprise, registrar, 5)

    assert enterprise.state is EnterpriseState.SUSPENDED
    assert enterprise.next_effect_on == date(2027, 5, 6)
    assert found(session) == []


def test_a_registration_obtained_by_false_papers_is_annulled(
    session: Session, registrar: User
) -> None:
    make_unit(session, "9-207", kind="room")
    enterprise = make_enterprise(session)
    approved(session, enterprise, "change_address", address_kind="park", unit="9-207")
    case_id = enterprise.filings[0].case_id
    assert case_id is not None

    for _ in range(2):  # safe to repeat
        orders.strike_all_of(session, case_id, by=registrar, reason="False papers.", now=NOW)
        session.commit()

    assert enterprise.state is EnterpriseState.DEREGISTERED
    kinds = [(one.kind, one.reason) for one in enterprise.filings]
    assert kinds[2:] == [("annul_registration", "False papers.")]
    held = session.execute(sa.select(EnterpriseName.state, EnterpriseName.ended_by)).all()
    assert [tuple(one) for one in held] == [(NameState.FORMER, NameEnd.ANNULLED)]
    assert address_queries.get_unit(session, "9-207").taken == 0
    assert licence_of(session).ended_because == EndReason.REGISTRATION_ANNULLED
    assert found(session) == []
    with pytest.raises(RuleBroken, match="has ended"):
        orders.order(
            session, enterprise, "annul_registration",
            by=registrar, reason="Again.", notice_days=0, now=NOW,
        )  # fmt: skip


@pytest.mark.parametrize("starts_on", ["2026-05-06", "2026-06-01"])
@pytest.mark.parametrize("seq", [2, 3])
def test_a_suspension_and_its_resumption_are_struck_and_come_back_together(
    session: Session, registrar: User, starts_on: str, seq: int
) -> None:
    enterprise = make_enterprise(session)
    suspend(session, enterprise, suspension_kind="new", starts_on=starts_on)
    with_both = chronology.in_force(register.links_of(enterprise))

    annul(session, enterprise, registrar, seq)

    assert [one.kind for one in chronology.in_force(register.links_of(enterprise))] == ["set_up"]
    assert (enterprise.state, enterprise.next_effect_on) == (EnterpriseState.REGISTERED, None)
    assert licence_of(session).state is CertificateState.VALID

    annul(session, enterprise, registrar, 4)

    days = [one.effective_on for one in chronology.in_force(register.links_of(enterprise))]
    assert days == [one.effective_on for one in with_both]
    assert found(session) == []


@pytest.mark.parametrize("seq", [5, 6])
def test_an_extension_is_struck_with_its_resumption_and_the_first_end_counts_again(
    session: Session, registrar: User, seq: int
) -> None:
    enterprise = make_enterprise(session)
    suspend(session, enterprise, suspension_kind="new", starts_on="2026-05-06")
    suspend(session, enterprise, suspension_kind="extended", expires_on="2027-05-05")

    annul(session, enterprise, registrar, seq)

    assert enterprise.facts["suspension"] == {"since": "2026-05-06", "until": "2027-05-05"}
    assert enterprise.next_effect_on == date(2027, 5, 6)
    assert found(session) == []


def test_the_first_suspension_is_struck_without_the_end_of_its_extension(
    session: Session, registrar: User
) -> None:
    enterprise = make_enterprise(session)
    suspend(session, enterprise, suspension_kind="new", starts_on="2026-05-06")
    suspend(session, enterprise, suspension_kind="extended", expires_on="2027-05-05")

    annul(session, enterprise, registrar, 2)

    assert enterprise.next_effect_on == date(2028, 5, 6)


def suspend(session: Session, enterprise: Enterprise, **given: str) -> None:
    approved(session, enterprise, "suspend", suspend_years=1, suspend_months=0, **given)

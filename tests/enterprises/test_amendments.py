"""Approved changes, from the answers of the services' own examples to the register."""

from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.catalogue.definition import Example, Service
from servicedesk.enterprises import chronology, effects
from servicedesk.enterprises.amendments import KINDS
from servicedesk.enterprises.change_wishes import asked_difference
from servicedesk.enterprises.models import (
    AddressHolding,
    Certificate,
    CertificateState,
    EndReason,
    Enterprise,
    EnterpriseState,
    HoldingState,
)
from servicedesk.enterprises.name_models import EnterpriseName, NameState
from servicedesk.enterprises.noted_branches import kind_of
from servicedesk.enterprises.operations import register
from servicedesk.enterprises.operations.register import links_of
from servicedesk.enterprises.queries import addresses
from servicedesk.errors import RuleBroken
from tests.enterprises.approving import approved, approved_with, found, licence_of
from tests.enterprises.factories import (
    NOW,
    branch_of,
    make_application,
    make_enterprise,
    make_unit,
)
from tests.factories import make_user
from tests.shipped import services

TODAY = date(2026, 5, 6)


EXAMPLES = [
    pytest.param(service, example, id=f"{service.code}: {example.name}")
    for service in services()
    if service.result and service.result.effect in KINDS
    for example in service.examples
    if example.expect.outcome == "approved"
    and example.answers.get("suspension_kind") != "resumed"  # below: only where it rests
]


@pytest.mark.parametrize(("service", "example"), EXAMPLES)
def test_every_example_that_is_approved_reaches_the_register(
    session: Session, service: Service, example: Example
) -> None:
    assert service.result is not None
    kind = str(service.result.effect)
    given = dict(example.answers)
    form = "llc_fie" if kind == "report_foreign_investment" else "llc"
    enterprise = entered(session, given["credit_code"], form)
    if kind == "change_shareholders":
        owned_by(session, enterprise, given["transfers"])
    if given.get("noted_branch"):
        noted_at(session, enterprise, given["noted_branch"])
    elif kind == "deregister_branch":
        enterprise = branch_of(session, enterprise, given["branch_name"])
    if given.get("unit") and addresses.find_unit(session, given["unit"]) is None:
        make_unit(session, given["unit"], kind="room")
    if given.get("name_source") == "reserved":
        given["name_source"] = "new"
    before = len(enterprise.filings)

    facts = approved_with(session, enterprise, kind, given)

    assert enterprise.filings[before].kind == kind_of(kind, given)
    assert facts == chronology.facts(links_of(enterprise), on=TODAY)
    assert found(session) == []


def entered(session: Session, code: str, form: str) -> Enterprise:
    """Enter the enterprise that an example names by its code, as if it had been set up here."""
    like = make_enterprise(session)
    facts = {**like.facts, "org_form": form, "name": like.name}
    session.execute(sa.text("UPDATE enterprise_names SET enterprise_id = NULL"))
    decision = register.Decision(None, None, NOW)
    enterprise = register.enter(
        session, code, facts, registered_on=TODAY, kind="import", decision=decision
    )
    session.execute(
        sa.update(EnterpriseName).values(enterprise_id=enterprise.id, full_name=enterprise.name)
    )
    drop(session, like)
    return enterprise


def owned_by(session: Session, enterprise: Enterprise, transfers: list[dict[str, Any]]) -> None:
    """Let the register say that who sells in an example, and who buys more, owns the company."""
    part = transfers[0]["contribution"]
    names = [one["seller"] for one in transfers]
    names += [one["buyer"] for one in transfers if one["buyer_kind"] == "present"]
    owners = [{"name": name, "contribution": part} for name in names]
    facts = enterprise.facts | {"shareholders": owners}
    decision = register.Decision(None, None, NOW)
    register.file(session, enterprise, "correction", facts, decision=decision, on=TODAY)
    session.commit()


def noted_at(session: Session, enterprise: Enterprise, address: str) -> None:
    """Note a branch on the licence of an enterprise."""
    facts = enterprise.facts | {"branch_addresses": [{"en": address, "zh": address}]}
    decision = register.Decision(None, None, NOW)
    register.file(session, enterprise, "note_branch", facts, decision=decision, on=TODAY)
    session.commit()


def drop(session: Session, enterprise: Enterprise) -> None:
    """Take away what stood model for another."""
    where = {"id": enterprise.id}
    session.execute(sa.text("SET session_replication_role = replica"))
    for table in ("register_rows", "filings", "certificates", "enterprise_members"):
        session.execute(
            sa.text(f"DELETE FROM {table} WHERE enterprise_id = :id"),  # noqa: S608
            where,
        )
    session.execute(sa.text("DELETE FROM enterprises WHERE id = :id"), where)
    session.execute(sa.text("SET session_replication_role = origin"))
    session.commit()
    session.expire_all()


def test_a_new_name_bars_the_old_one_for_a_year(session: Session) -> None:
    enterprise = make_enterprise(session)

    approved(
        session, enterprise, "change_name",
        name_source="new", division="北京", trade_name="听澜", industry="生物科技",
        name_form="有限公司",
    )  # fmt: skip

    assert enterprise.name == "北京听澜生物科技有限公司"
    names = session.scalars(sa.select(EnterpriseName).order_by(EnterpriseName.id)).all()
    assert [(name.trade_name, name.state) for name in names] == [
        ("澄野", NameState.FORMER),
        ("听澜", NameState.REGISTERED),
    ]
    assert names[0].ended_on == TODAY


def test_moving_within_the_park_frees_the_old_place(session: Session) -> None:
    make_unit(session, "9-207", kind="room")
    make_unit(session, "9-208", kind="room")
    enterprise = make_enterprise(session)
    for unit in ("9-207", "9-208"):
        approved(session, enterprise, "change_address", address_kind="park", unit=unit)

    holdings = session.scalars(sa.select(AddressHolding).order_by(AddressHolding.id)).all()
    assert [(one.unit.code, one.state, one.unit.taken) for one in holdings] == [
        ("9-207", HoldingState.RELEASED, 0),
        ("9-208", HoldingState.TAKEN, 1),
    ]
    assert enterprise.facts["address_unit"] == "9-208"


def test_what_a_licence_says_brings_a_new_one_in_place_of_the_old(session: Session) -> None:
    enterprise = make_enterprise(session)
    approved(
        session, enterprise, "change_legal_representative",
        full_name="周若谷", legal_rep_post="manager",
    )  # fmt: skip

    licences = session.scalars(
        sa.select(Certificate).where(Certificate.template == "licence").order_by(Certificate.id)
    ).all()
    assert [one.state for one in licences] == [CertificateState.REPLACED, CertificateState.VALID]
    assert "周若谷" in str(licences[1].facts)
    (notice,) = session.scalars(
        sa.select(Certificate).where(Certificate.template == "change_notice")
    )
    said = {
        one["label"]["zh"]: (one["before"]["zh"], one["after"]["zh"])
        for one in notice.facts["changes"]
    }
    assert said["法定代表人"] == ("林乔", "周若谷")
    posts = {one["name"]: one["posts"] for one in enterprise.facts["officers"]}
    assert posts == {"林乔": ["director"], "周若谷": ["legal_representative", "manager"]}


def test_equity_goes_from_one_to_another_and_shares_are_worked_out_anew(session: Session) -> None:
    enterprise = make_enterprise(session)
    part = {"currency": "CNY", "amount": "1000000.00"}

    facts = approved(
        session, enterprise, "change_shareholders",
        transfers=[
            {"seller": "林乔", "buyer": "Ada Example", "contribution": part},
            {"seller": "周若谷", "buyer": "林乔", "contribution": part | {"amount": "2000000.00"}},
        ],
        new_shareholders=[{"full_name": "Ada Example", "party": "person", "country": "DE"}],
    )  # fmt: skip

    owners = {
        one["name"]: (one["contribution"]["amount"], one["percent"])
        for one in facts["shareholders"]
    }
    assert owners == {"林乔": ("4000000.00", "80.00"), "Ada Example": ("1000000.00", "20.00")}
    assert enterprise.is_foreign_invested
    assert facts["type"]["zh"] == "有限责任公司（中外合资）"


def test_what_was_sold_meanwhile_is_not_sold_again(session: Session) -> None:
    enterprise = make_enterprise(session)
    part = {"currency": "CNY", "amount": "9000000.00"}
    before = dict(enterprise.facts)

    with pytest.raises(RuleBroken, match="does not have these shareholders with these parts"):
        approved(
            session, enterprise, "change_shareholders",
            transfers=[{"seller": "周若谷", "buyer": "林乔", "contribution": part}],
        )  # fmt: skip

    session.rollback()
    assert enterprise.facts == before


def test_a_suspension_begins_on_its_day_and_ends_by_itself(session: Session) -> None:
    enterprise = make_enterprise(session)

    approved(
        session, enterprise, "suspend",
        suspension_kind="new", starts_on="2026-06-01", suspend_years=1, suspend_months=0,
    )  # fmt: skip

    assert (enterprise.state, enterprise.next_effect_on) == ("registered", date(2026, 6, 1))
    resting = (EnterpriseState.SUSPENDED, CertificateState.SUSPENDED)
    at_work = (EnterpriseState.REGISTERED, CertificateState.VALID)
    for day, (state, licence) in [
        (date(2026, 5, 31), at_work),
        (date(2026, 6, 1), resting),
        (date(2027, 5, 31), resting),
        (date(2027, 6, 1), at_work),
    ]:
        register.take_effect(session, now=datetime.combine(day, NOW.timetz()))
        session.commit()
        assert enterprise.state == state, day
        assert licence_of(session).state == licence, day
    assert enterprise.next_effect_on is None
    assert "suspension" not in enterprise.facts


def test_an_extension_takes_the_place_of_the_resumption_that_lay_ahead(session: Session) -> None:
    enterprise = make_enterprise(session)
    approved(
        session, enterprise, "suspend",
        suspension_kind="new", starts_on="2026-05-06", suspend_years=1, suspend_months=0,
    )  # fmt: skip

    approved(
        session, enterprise, "suspend",
        suspension_kind="extended", suspend_years=0, suspend_months=6,
    )  # fmt: skip

    assert enterprise.facts["suspension"] == {"since": "2026-05-06", "until": "2027-11-05"}
    assert enterprise.next_effect_on == date(2027, 11, 6)


def test_a_business_goes_on_before_its_time_and_its_licence_with_it(session: Session) -> None:
    enterprise = make_enterprise(session)
    approved(
        session, enterprise, "suspend",
        suspension_kind="new", starts_on="2026-05-06", suspend_years=1, suspend_months=0,
    )  # fmt: skip
    assert licence_of(session).state is CertificateState.SUSPENDED
    resumed = {"credit_code": enterprise.credit_code, "suspension_kind": "resumed"}
    shown = asked_difference(session, "suspend", resumed, TODAY)

    facts = approved(session, enterprise, "suspend", suspension_kind="resumed")

    assert [one.topic for one in shown] == ["state", "suspension"]
    assert {"state", "suspension"}.isdisjoint(facts)
    assert (enterprise.state, enterprise.next_effect_on) == (EnterpriseState.REGISTERED, None)
    assert licence_of(session).state is CertificateState.VALID
    kinds = [filing.kind for filing in enterprise.filings]
    assert kinds == ["set_up", "suspend", "resume", "withdrawal", "resume"]


def test_only_a_business_that_rests_goes_on(session: Session) -> None:
    enterprise = make_enterprise(session)

    with pytest.raises(RuleBroken, match="does not rest"):
        approved(session, enterprise, "suspend", suspension_kind="resumed")
    session.rollback()


def test_a_deregistered_enterprise_leaves_its_name_and_its_place(session: Session) -> None:
    make_unit(session, "9-207", kind="room")
    enterprise = make_enterprise(session)
    approved(session, enterprise, "change_address", address_kind="park", unit="9-207")

    approved(session, enterprise, "deregister")

    assert enterprise.state == EnterpriseState.DEREGISTERED
    assert session.scalars(sa.select(EnterpriseName.state)).all() == [NameState.FORMER]
    assert session.scalars(sa.select(AddressHolding.state)).all() == [HoldingState.RELEASED]
    assert licence_of(session).ended_because == EndReason.DEREGISTERED
    valid = sa.select(Certificate.template).where(Certificate.state == CertificateState.VALID)
    assert session.scalars(valid).all() == ["deregistration_notice"]


def test_a_company_that_is_not_in_the_register_gets_its_notice_alone(session: Session) -> None:
    application = make_application(
        make_user(session), {"credit_code": "91110114MA7XCP003J"}, certificate="notice"
    )
    effects.hold(session, "change_scope", application, NOW)

    done = effects.EFFECTS["change_scope"](session, application, by=None, now=NOW)

    assert done.certificate_id is not None
    assert session.scalar(sa.select(sa.func.count()).select_from(Enterprise)) == 0


def test_a_correction_stands_where_the_wrong_filing_stood(session: Session) -> None:
    enterprise = make_enterprise(session)
    approved(session, enterprise, "change_legal_representative", full_name="周若谷")
    approved(session, enterprise, "change_scope", scope=["BS001"], main_scope="BS001")
    by = register.Decision(None, make_user(session), NOW, reason="Misread at the entry")

    register.correct(session, enterprise, 2, {"legal_representative": "周若谷谷"}, decision=by)
    session.commit()

    assert enterprise.facts["legal_representative"] == "周若谷谷"
    assert enterprise.facts["scope"] == ["BS001"]
    assert chronology.facts(links_of(enterprise), upto=3)["legal_representative"] == "周若谷"
    with pytest.raises(RuleBroken, match="stands in the place"):
        register.strike(session, enterprise, 2, decision=by)
    assert found(session) == []


def test_an_annulled_filing_counts_as_if_it_had_never_been(session: Session) -> None:
    enterprise = make_enterprise(session)
    approved(session, enterprise, "change_legal_representative", full_name="周若谷")
    by = register.Decision(None, make_user(session), NOW, reason="Obtained with false papers")

    filing = register.strike(session, enterprise, 2, decision=by)
    session.commit()

    assert (filing.kind, filing.reason) == ("annulment", "Obtained with false papers")
    assert enterprise.facts["legal_representative"] == "林乔"
    with pytest.raises(RuleBroken, match="rests on the set-up"):
        register.strike(session, enterprise, 1, decision=by)
    assert found(session) == []


def test_who_founded_it_is_asked_once_and_stays(session: Session) -> None:
    enterprise = make_enterprise(session)
    report = {"report_year": "2026", "staff": 3}

    first = approved(
        session, enterprise, "report_quarter", **report, quarter="q1", scientist_founded=True
    )
    assert first["scientist_founded"] is True
    second = approved(session, enterprise, "report_quarter", **report, quarter="q2")
    assert second["scientist_founded"] is True

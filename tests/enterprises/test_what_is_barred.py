"""What an enterprise cannot have now, and what may run side by side."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.enterprises import effects
from servicedesk.enterprises.models import (
    Certificate,
    CertificateState,
    Enterprise,
    EnterpriseState,
)
from servicedesk.enterprises.offers import offers_to
from servicedesk.enterprises.operations import register
from servicedesk.enterprises.standing import DEREGISTRATIONS
from servicedesk.errors import RuleBroken
from tests.enterprises.approving import applied, approved, found
from tests.enterprises.factories import LIN, NOW, ZHOU, make_enterprise
from tests.enterprises.matters import make_matter, wrong_places


@pytest.mark.parametrize("end", sorted(DEREGISTRATIONS - {"deregister_branch"}))
def test_an_enterprise_that_has_ended_does_not_come_back_at_rest(
    session: Session, end: str
) -> None:
    enterprise = make_enterprise(session)
    approved(
        session, enterprise, "suspend",
        suspension_kind="new", starts_on="2026-09-01", suspend_years=1, suspend_months=0,
    )  # fmt: skip

    approved(session, enterprise, end)
    register.take_effect(session, now=datetime.combine(date(2026, 9, 2), NOW.timetz()))
    session.commit()

    assert (enterprise.state, enterprise.next_effect_on) == (EnterpriseState.DEREGISTERED, None)
    assert found(session) == []


def test_a_suspension_that_lies_ahead_bars_another(session: Session) -> None:
    enterprise = make_enterprise(session)
    rest = {"suspension_kind": "new", "suspend_years": 1, "suspend_months": 0}
    approved(session, enterprise, "suspend", **rest, starts_on="2026-09-01")

    with pytest.raises(RuleBroken, match="begins on"):
        applied(session, enterprise, "suspend", rest | {"starts_on": "2026-06-01"})


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ("decrease_capital", "decrease_capital", "Decrease of capital"),
        ("decrease_capital", "change_shareholders", "Decrease of capital"),
        ("change_scope", "deregister", "Change of business scope"),
        ("deregister", "change_name", "Deregistration"),
    ],
)
def test_what_is_under_way_bars_what_would_overwrite_it(
    session: Session, first: str, second: str, why: str
) -> None:
    enterprise = make_enterprise(session)
    running = applied(session, enterprise, first, {})

    with pytest.raises(RuleBroken, match=f"Under way since .*: {why}"):
        applied(session, enterprise, second, {})
    session.rollback()
    effects.release(session, first, running.case_id, NOW)
    applied(session, enterprise, second, {"trade_name": "听澜", "name_source": "new"})


def test_two_reports_are_under_way_side_by_side(session: Session) -> None:
    enterprise = make_enterprise(session, org_form="llc_fie")
    sent: list[tuple[str, dict[str, Any]]] = [
        ("report_year", {"report_year": "2024"}),
        ("report_year", {"report_year": "2025"}),
        ("report_quarter", {"report_year": "2025", "quarter": "q1"}),
        ("report_quarter", {"report_year": "2025", "quarter": "q2"}),
        ("report_foreign_investment", {"kind": "annual", "report_year": "2024"}),
        ("report_foreign_investment", {"kind": "annual", "report_year": "2025"}),
        ("file_beneficial_owners", {"bo_exempt": True}),
        ("file_beneficial_owners", {"bo_exempt": True}),
    ]
    for kind, given in sent:
        applied(session, enterprise, kind, given)


@pytest.mark.parametrize("year", ["20a6", "２０２６", "", "9999"])
@pytest.mark.parametrize("kind", ["report_year", "report_quarter", "report_foreign_investment"])
def test_what_is_no_year_is_no_report_and_no_error(session: Session, kind: str, year: str) -> None:
    enterprise = make_enterprise(session, org_form="llc_fie")
    before = set(enterprise.facts)

    facts = approved(session, enterprise, kind, report_year=year, quarter="q1", kind="annual")

    assert set(facts) - before <= {"fi_report_annual"}
    assert found(session) == []


def test_who_has_no_investor_from_abroad_reports_none(session: Session) -> None:
    enterprise = make_enterprise(session)
    with pytest.raises(RuleBroken, match="no investor from abroad"):
        applied(session, enterprise, "report_foreign_investment", {"kind": "annual"})
    session.rollback()
    for seller, buyer in [("林乔", "Ada Example"), ("Ada Example", "林乔")]:
        part = {"currency": "CNY", "amount": "3000000.00"}
        approved(
            session, enterprise, "change_shareholders",
            transfers=[{"seller": seller, "buyer": buyer, "contribution": part}],
            new_shareholders=[{"full_name": buyer, "party": "person",
                               "country": "DE" if buyer == "Ada Example" else "CN"}],
        )  # fmt: skip

    assert not enterprise.is_foreign_invested
    applied(session, enterprise, "report_foreign_investment", {"kind": "deregistration"})


@pytest.mark.parametrize("report", ["initial", "change", "annual"])
def test_of_an_enterprise_that_has_ended_only_that_is_reported(
    session: Session, report: str
) -> None:
    ada = LIN | {"full_name": "Ada Example", "country": "DE"}
    enterprise = make_enterprise(session, org_form="llc_fie", shareholders=[ada, ZHOU])
    approved(session, enterprise, "deregister_simply")
    given = {"credit_code": enterprise.credit_code, "kind": report}
    matter = replace(make_matter(session, "E_FI_REP", given), effect="report_foreign_investment")

    assert wrong_places("own_company", matter) == {"credit_code"}
    with pytest.raises(RuleBroken, match="is deregistered"):
        applied(session, enterprise, "report_foreign_investment", {"kind": report})
    session.rollback()

    ended = {"kind": "deregistration", "happened_on": "2026-05-06"}
    matter = replace(matter, answers=given | ended)
    assert wrong_places("own_company", matter) == set()
    facts = approved(session, enterprise, "report_foreign_investment", **ended)
    assert facts["fi_report_deregistration"]["day"] == "2026-05-06"
    assert facts["state"] == "deregistered"
    assert found(session) == []
    open_to_it = {one.code for one in offers_to(session, enterprise) if one.reason is None}
    assert open_to_it == {"E_FI_REP"}


BRANCH = {
    "branch_word": "昌平", "name_form": "branch", "full_name": "韩未央", "scope": ["BS001"],
    "main_scope": "BS001", "address_kind": "own", "own_address": "北京市昌平区示例路 9 号",
}  # fmt: skip


def test_a_branch_enters_the_register_under_its_parent(session: Session) -> None:
    parent = make_enterprise(session)

    approved(session, parent, "register_branch", licence_way="own", **BRANCH)

    branch = session.scalars(sa.select(Enterprise).where(Enterprise.id != parent.id)).one()
    assert branch.name == f"{parent.name}昌平分公司"
    assert branch.facts["parent"] == {"name": parent.name, "credit_code": parent.credit_code}
    assert branch.facts["legal_representative"] == "韩未央"
    assert found(session) == []
    with pytest.raises(RuleBroken, match="Branches that are still registered: 1"):
        applied(session, parent, "deregister", {})


@pytest.mark.parametrize("way", ["own", "noted"])
def test_no_branch_is_set_up_under_a_parent_that_has_ended(session: Session, way: str) -> None:
    parent = make_enterprise(session)
    given = {**BRANCH, "licence_way": way}
    running = applied(session, parent, "register_branch", given) if way == "own" else None
    approved(session, parent, "deregister")

    with pytest.raises(RuleBroken, match="is deregistered"):
        applied(session, parent, "register_branch", given)
    session.rollback()
    if running is not None:  # sent before: asked again at the decision
        with pytest.raises(RuleBroken, match="is deregistered"):
            effects.EFFECTS["register_branch"](session, running, by=None, now=NOW)


def test_a_branch_that_is_noted_stands_on_the_licence_of_its_parent(session: Session) -> None:
    parent = make_enterprise(session)

    facts = approved(session, parent, "register_branch", licence_way="noted", **BRANCH)

    assert facts["branch_addresses"] == [{"en": BRANCH["own_address"], "zh": BRANCH["own_address"]}]
    licences = sa.select(Certificate).where(Certificate.state == CertificateState.VALID)
    valid = session.scalars(licences.where(Certificate.template == "licence")).one()
    assert "分支机构住所" in str(valid.facts)
    assert session.scalar(sa.select(sa.func.count()).select_from(Enterprise)) == 1


def test_nothing_is_filed_of_an_enterprise_that_has_ended(session: Session) -> None:
    enterprise = make_enterprise(session)
    approved(session, enterprise, "deregister_simply")

    with pytest.raises(RuleBroken, match="is deregistered"):
        applied(session, enterprise, "change_scope", {"scope": ["BS001"]})

"""What is asked about an enterprise of the register is judged by what the register knows."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from servicedesk.catalogue.fields import ChoiceQuestion
from servicedesk.catalogue.registry import Matter, Weight
from servicedesk.enterprises import effects
from servicedesk.enterprises.checks import CHECKS
from servicedesk.enterprises.models import Certificate, Enterprise
from servicedesk.enterprises.operations import register
from servicedesk.enterprises.operations.register import Decision
from tests.enterprises.approving import approved
from tests.enterprises.factories import (
    LIN,
    NOW,
    branch_of,
    make_application,
    make_enterprise,
    make_unit,
)
from tests.enterprises.matters import example, make_matter, service, wrong_places
from tests.factories import make_user


def rest(kind: str, **other: object) -> dict[str, Any]:
    return {"suspension_kind": kind, "suspend_years": 0, "suspend_months": 0, **other}


def asks(
    session: Session, enterprise: Enterprise, day: str = "2026-05-06", **given: object
) -> Matter:
    answers = {"credit_code": enterprise.credit_code, **given}
    matter = make_matter(session, "E_SUSP", answers)
    return replace(matter, now=datetime.fromisoformat(f"{day}T12:00+08:00"))


@pytest.mark.parametrize(
    ("years", "months", "wrong"),
    [(0, 0, {"suspend_years"}), (3, 0, set()), (2, 11, set()), (3, 1, {"suspend_years"})],
)
def test_a_business_rests_between_a_month_and_three_years(
    session: Session, years: int, months: int, wrong: set[str]
) -> None:
    given = rest("new", starts_on="2026-06-01", suspend_years=years, suspend_months=months)

    assert wrong_places("suspension_period", asks(session, make_enterprise(session), **given)) == (
        wrong
    )


def test_an_extension_counts_what_the_register_knows_and_not_what_is_typed(
    session: Session,
) -> None:
    enterprise = make_enterprise(session)
    first = rest("new", starts_on="2026-05-06", suspend_years=2)
    approved(session, enterprise, "suspend", **first)
    more = rest("extended", expires_on="2028-05-05", months_before=1)

    def wrong(day: str = "2028-04-20", **other: object) -> set[str | None]:
        return wrong_places("suspension_period", asks(session, enterprise, day, **more | other))

    assert wrong(suspend_years=1) == set()
    assert wrong(suspend_years=1, suspend_months=1) == {"suspend_years"}
    assert wrong(suspend_years=1, expires_on="2028-05-01") == {"expires_on"}
    assert wrong(suspend_years=1, suspension_kind="new", starts_on="2028-05-01") == {
        "suspension_kind"
    }


def test_earlier_suspensions_count_and_one_that_is_over_is_not_extended(session: Session) -> None:
    enterprise = make_enterprise(session)
    first = rest("new", starts_on="2026-05-06", suspend_years=2)
    approved(session, enterprise, "suspend", **first)
    later = datetime.fromisoformat("2028-06-01T12:00+08:00")
    register.take_effect(session, now=later)
    session.commit()

    def wrong(kind: str, **other: object) -> set[str | None]:
        given = rest(kind, starts_on="2028-07-01", expires_on="2028-05-05", **other)
        return wrong_places("suspension_period", asks(session, enterprise, "2028-06-01", **given))

    assert wrong("new", suspend_months=11) == set()
    assert wrong("new", suspend_years=1, suspend_months=1) == {"suspend_years"}
    assert wrong("extended", suspend_months=6) == {"suspension_kind"}


def test_a_business_goes_on_only_while_it_rests(session: Session) -> None:
    enterprise = make_enterprise(session)
    approved(session, enterprise, "suspend", **rest("new", starts_on="2026-05-06", suspend_years=1))

    def wrong(day: str) -> set[str | None]:
        given = asks(session, enterprise, day, suspension_kind="resumed")
        return wrong_places("suspension_period", given)

    assert wrong("2026-06-01") == set()
    assert wrong("2027-06-01") == {"suspension_kind"}


def test_of_an_enterprise_that_is_not_here_what_was_typed_has_to_do(session: Session) -> None:
    given = example("E_SUSP", 1)
    for months, wrong in [(30, set()), (31, {"suspend_years"})]:
        matter = make_matter(session, "E_SUSP", given | {"months_before": months})
        assert wrong_places("suspension_period", matter) == wrong


@pytest.mark.parametrize(
    ("check", "changed"),
    [
        ("simple_bars", {"bar_dispute": True}),
        ("no_open_debts", {"debts": "open"}),
        ("no_objection", {"objection": True}),
    ],
)
def test_what_rules_the_simple_deregistration_out_stops_its_sending(
    session: Session, check: str, changed: dict[str, Any]
) -> None:
    given = example("E_DEREG_S")

    assert wrong_places(check, make_matter(session, "E_DEREG_S", given)) == set()
    assert wrong_places(check, make_matter(session, "E_DEREG_S", given | changed)) == set(changed)


@pytest.mark.parametrize(
    ("check", "changed", "place"),
    [
        ("no_branches", {"has_branches": True}, "has_branches"),
        ("one_head", {"liquidators": [{"full_name": "林乔", "is_head": False}]}, "liquidators"),
        ("one_head", {"liquidators": [{"is_head": True}, {"is_head": True}]}, "liquidators"),
    ],
)
def test_what_keeps_an_enterprise_from_its_end_is_told_on_the_page(
    session: Session, check: str, changed: dict[str, Any], place: str
) -> None:
    given = example("E_DEREG")
    pages = [page for page in service("E_DEREG").pages if check in page.checks]

    assert [one.key for page in pages for one in page.fields if one.key == place] == [place]
    assert wrong_places(check, make_matter(session, "E_DEREG", given)) == set()
    assert wrong_places(check, make_matter(session, "E_DEREG", given | changed)) == {place}


ADA = LIN | {"full_name": "Ada Example", "country": "DE"}


@pytest.mark.parametrize("form", ["llc", "llc_fie"])
def test_whether_a_company_is_foreign_invested_says_the_register(
    session: Session, form: str
) -> None:
    enterprise = make_enterprise(session, org_form="llc", shareholders=[ADA])
    given: dict[str, Any] = {"credit_code": enterprise.credit_code, "org_form": form}
    given |= {"scope": ["BS001", "BS006"], "main_scope": "BS001"}

    matter = make_matter(session, "E_CHG_SCOPE", given)

    assert wrong_places("business_scope", matter) == {"scope"}
    assert wrong_places("registered_form", matter) == ({"org_form"} if form == "llc" else set())


@pytest.mark.parametrize(
    ("code", "key", "right", "wrong"),
    [
        ("E_DEREG", "enterprise_kind", "company", "sole"),
        ("E_ANNUAL", "enterprise_kind", "company", "branch"),
        ("E_BO", "entity_kind", "company", "foreign_branch"),
    ],
)
def test_of_what_kind_an_enterprise_is_says_the_register(
    session: Session, code: str, key: str, right: str, wrong: str
) -> None:
    enterprise = make_enterprise(session)
    given = {"credit_code": enterprise.credit_code}
    pages = [page for page in service(code).pages if "registered_kind" in page.checks]

    def found(kind: str, **other: str) -> set[str | None]:
        return wrong_places("registered_kind", make_matter(session, code, {key: kind} | other))

    assert [one.key for page in pages for one in page.fields if one.key == key] == [key]
    assert found(right, **given) == set()
    assert found(wrong, **given) == {key}
    assert found(wrong, credit_code="91110114MA7XCP003J") == set()  # not in the register here


@pytest.mark.parametrize(
    "code",
    ["E_CHG_ADDR", "E_CHG_CAP_DEC", "E_CHG_CAP_INC", "E_CHG_LR", "E_CHG_NAME", "E_CHG_SCOPE"],
)
def test_who_owns_a_company_alone_decides_alone_and_several_meet(
    session: Session, code: str
) -> None:
    pages = [page for page in service(code).pages if "deciders" in page.checks]
    several = make_enterprise(session)
    alone = make_enterprise(session, trade_name="岚谷", shareholders=[LIN])

    def found(enterprise: Enterprise, said: str) -> set[str | None]:
        given = {"credit_code": enterprise.credit_code, "decided_by": said}
        return wrong_places("deciders", make_matter(session, code, given))

    assert {one.key for page in pages for one in page.fields} >= {"decided_by"}
    assert found(several, "sole") == found(alone, "meeting") == {"decided_by"}
    assert found(several, "meeting") == found(alone, "sole") == set()
    assert found(several, "board") == found(alone, "director") == set()


def test_who_owned_it_on_the_day_of_the_decision_may_have_decided(session: Session) -> None:
    enterprise = make_enterprise(session)
    only = {**enterprise.facts, "shareholders": enterprise.facts["shareholders"][:1]}
    later = Decision(None, None, NOW + timedelta(days=20))
    register.file(session, enterprise, "change_shareholders", only, decision=later)

    def found(said: str, day: str) -> set[str | None]:
        given = {"decided_by": said, "resolved_on": day, "credit_code": enterprise.credit_code}
        return wrong_places("deciders", make_matter(session, "E_CHG_SCOPE", given))

    assert found("meeting", "2026-05-20") == found("sole", "2026-05-20") == set()
    assert found("meeting", "2026-05-27") == found("meeting", "2020-01-01") == {"decided_by"}


def branch_given(code: str, phrase: str, **other: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"credit_code": code, "scope": ["BS001", phrase], "main_scope": "BS001"} | other


def test_a_branch_has_a_person_in_charge_and_a_company_a_director_or_manager(
    session: Session,
) -> None:
    parent = make_enterprise(session)
    branch = branch_of(session, parent, "北京澄野生物科技有限公司昌平分公司")
    (question,) = [
        field
        for page in service("E_CHG_LR").pages
        if "post_of_form" in page.checks
        for field in page.fields
        if isinstance(field, ChoiceQuestion) and field.key == "legal_rep_post"
    ]
    found = {
        (one.org_form, option.key)
        for one in (parent, branch)
        for option in question.options
        if wrong_places("post_of_form", make_matter(session, "E_CHG_LR", {
            "credit_code": one.credit_code, "legal_rep_post": option.key}))
    }  # fmt: skip

    assert found == {("llc", "head"), ("branch", "director"), ("branch", "manager")}


@pytest.mark.parametrize(("owner", "places"), [(ADA, {"scope"}), (LIN, set())])
def test_the_negative_list_bars_the_branch_of_a_foreign_invested_parent(
    session: Session, owner: dict[str, Any], places: set[str]
) -> None:
    parent = make_enterprise(session, org_form="llc", shareholders=[owner])
    branch = branch_of(session, parent, "北京澄野生物科技有限公司昌平分公司")
    facts = branch.facts | {"shareholders": []}
    register.file(session, branch, "correct", facts, decision=Decision(None, None, NOW))

    new = branch_given(parent.credit_code, "BS006")
    widened = branch_given(branch.credit_code, "BS006", org_form="llc")

    assert wrong_places("business_scope", make_matter(session, "E_SET_BR", new)) == places
    assert wrong_places("business_scope", make_matter(session, "E_CHG_SCOPE", widened)) == places


def test_what_the_parent_was_let_have_its_branch_may_have(session: Session) -> None:
    parent = make_enterprise(session, shareholders=[ADA], scope=["BS001", "BS006"])
    given = branch_given(parent.credit_code, "BS006")
    matter = make_matter(session, "E_SET_BR", given)

    found = [one for one in CHECKS["business_scope"](matter) if "bar" in one.words.facts]

    assert [one.weight for one in found] == [Weight.LOOK]


def hosted(session: Session, enterprise: Enterprise, unit: str) -> Certificate:
    """Admit an enterprise to a shared address; return the proof of its address."""
    make_unit(session, unit, kind="hosted", capacity=5)
    given = {"credit_code": enterprise.credit_code, "unit": unit, "hosted_years": "1"}
    application = make_application(make_user(session), given, certificate="address_proof")
    effects.hold(session, "host_address", application, NOW)
    done = effects.EFFECTS["host_address"](session, application, by=None, now=NOW)
    session.commit()
    return session.get_one(Certificate, done.certificate_id)


def test_only_the_proof_of_its_own_place_moves_a_company_to_the_shared_address(
    session: Session,
) -> None:
    ours, other = (make_enterprise(session, trade_name=name) for name in ("澄野", "听澜"))
    proof = hosted(session, ours, "0-001")

    def wrong(code: str, company: Enterprise) -> set[str | None]:
        given = {"proof_code": code, "credit_code": company.credit_code}
        matter = make_matter(session, "E_CHG_ADDR", given)
        return wrong_places("shared_address", replace(matter, now=NOW))

    assert wrong(proof.code, ours) == set()
    assert wrong(proof.code, other) == {"proof_code"}
    assert wrong("ABCD-EFGH-JKMN-PQRS-TVWX-YZ01-2041", ours) == {"proof_code"}
    approved(session, ours, "change_address", address_kind="own", own_address="北京市昌平区 1 号")
    assert wrong(proof.code, ours) == {"proof_code"}

"""The live check of a name on a form says what saving the page says."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.cases.models import Case
from servicedesk.cases.queries import submissions_of
from servicedesk.enterprises.name_models import EnterpriseName
from servicedesk.enterprises.name_parts import NameParts
from servicedesk.enterprises.operations import names
from tests.cases.factories import fill_in, make_case, play_example, published
from tests.conftest import Browser
from tests.factories import make_user
from tests.races.factories import ready_draft
from tests.races.statements import counted

REFUSED, FREE = "This name will be refused", "This name is free"


def typed(trade_name: str = "听松样例", **other: str) -> dict[str, str]:
    return {
        "f_division": "北京",
        "f_trade_name": trade_name,
        "f_industry": "咨询",
        "f_name_form": "有限公司",
    } | {f"f_{key}": value for key, value in other.items()}


def live(browser: Browser, case: Case, answers: dict[str, str]) -> str:
    return browser.get(f"/cases/{case.reference}/name/name", query_string=answers).text


def save(browser: Browser, case: Case, answers: dict[str, str]) -> int:
    answers = {"f_approval_first": "no"} | answers
    return fill_in(browser, f"/cases/{case.reference}/name", answers).status_code


def reserve(session: Session, holder: User, trade_name: str, industry: str = "咨询") -> int:
    now = clock.now()
    parts = NameParts("北京", trade_name, industry, "有限公司")
    name = names.hold(session, parts, holder_id=holder.id, case_id=90_001, now=now)
    names.reserve(name, needs_approval=False, days=None, now=now)
    session.commit()
    return name.id


@pytest.mark.parametrize(
    "trade_name", ["听松样例", "听 松样例", "北京市", "听松有限公司", "第一样例", "Rui样例", "喆"]
)
def test_live_and_saved_a_name_is_judged_alike(
    session: Session, browser: Browser, trade_name: str
) -> None:
    case = ready_draft(session, "E_NAME")
    browser.sign_in(case.applicant)

    is_free = FREE in live(browser, case, typed(trade_name))

    assert is_free == (save(browser, case, typed(trade_name)) == 303)
    assert (REFUSED in live(browser, case, typed(trade_name))) is not is_free


def test_a_part_that_is_still_missing_is_not_held_against_the_name(
    session: Session, browser: Browser
) -> None:
    case = ready_draft(session, "E_NAME")
    browser.sign_in(case.applicant)

    assert live(browser, case, {"f_trade_name": ""}) == ""
    begun = live(browser, case, {"f_trade_name": "听松样例"})
    assert "So far nothing rules it out" in begun


def test_china_in_brackets_is_judged_by_who_owns_the_company(
    session: Session, browser: Browser
) -> None:
    case = ready_draft(session, "E_SET_FIE")
    browser.sign_in(case.applicant)
    answers = typed(name_source="new", name_form="(中国)有限公司")

    assert FREE in live(browser, case, answers)
    assert "北京听松样例咨询（中国）有限公司" in live(browser, case, answers)
    assert save(browser, case, answers) == 303


def test_the_name_of_the_own_application_does_not_stand_in_its_way(
    session: Session, browser: Browser
) -> None:
    case = ready_draft(session, "E_SET_LLC")
    parts = NameParts("北京", "听松样例", "咨询", "有限公司")
    names.hold(session, parts, holder_id=case.applicant_id, case_id=case.id, now=clock.now())
    session.commit()
    other = ready_draft(session, "E_SET_LLC")

    browser.sign_in(case.applicant)
    assert FREE in live(browser, case, typed(name_source="new"))
    browser.sign_in(other.applicant)
    assert REFUSED in live(browser, other, typed(name_source="new"))


def test_a_name_reserved_for_the_set_up_may_be_spelt_and_is_used(
    session: Session, browser: Browser
) -> None:
    holder = make_user(session)
    name_id = reserve(session, holder, "听松样例")
    answers = {key.removeprefix("f_"): value for key, value in typed(name_source="new").items()}
    draft = ready_draft(session, "E_SET_LLC", applicant=holder)
    browser.sign_in(holder)

    assert "is reserved for you until" in live(browser, draft, typed(name_source="new"))
    case = _sent(session, holder, answers)
    session.expire_all()
    assert session.get_one(EnterpriseName, name_id).used_by_case_id == case.id


def test_somebody_elses_application_is_not_there(session: Session, browser: Browser) -> None:
    case = ready_draft(session, "E_NAME")
    browser.sign_in(make_user(session))

    answer = browser.get(f"/cases/{case.reference}/name/name", query_string=typed())

    assert answer.status_code == 404


def test_a_check_costs_a_fixed_number_of_statements(
    app: Flask, session: Session, browser: Browser
) -> None:
    case = ready_draft(session, "E_NAME")
    browser.sign_in(case.applicant)
    costs = []
    for trade_name in ("听松样例", "听松样本", "听涛样例"):
        live(browser, case, typed())
        with counted(app) as sent:
            live(browser, case, typed())
        costs.append(len(sent))
        other = make_user(session)
        now = clock.now()
        parts = NameParts("北京", trade_name, "投资", "有限公司")
        names.hold(session, parts, holder_id=other.id, case_id=80_000 + len(costs), now=now)
        session.commit()

    assert costs[0] == costs[1] == costs[2]
    assert costs[0] <= 8


def test_what_the_machine_let_pass_is_shown_to_the_officer_of_the_set_up(
    session: Session, browser: Browser
) -> None:
    holder = make_user(session)
    name_id = reserve(session, holder, "第一样例", "航天")
    case = _sent(session, holder, {"name_source": "reserved", "name_choice": str(name_id)})

    kept = submissions_of(session, case)[-1].findings
    looks = [one["words"]["facts"] for one in kept if one["weight"] == "look"]
    assert len(looks) >= 2
    browser.sign_in(make_user(session, role=Role.CLERK, posts={"window": "clerk"}))
    page = browser.get(f"/desk/cases/{case.reference}").text
    assert "could mislead the public" in page
    assert "is not in our list of industries" in page
    assert "An officer will look." in page


def test_the_page_of_a_declaration_counts_the_days_down_and_says_when_it_lapsed(
    session: Session, browser: Browser
) -> None:
    case = make_case(session, "E_NAME")
    name = session.query(EnterpriseName).filter_by(case_id=case.id).one()
    browser.sign_in(case.applicant)

    name.until = clock.now() + timedelta(days=30)
    session.commit()
    assert "30 days left" in browser.get(f"/cases/{case.reference}").text
    name.until = clock.now() - timedelta(days=1)
    session.commit()
    page = browser.get(f"/cases/{case.reference}").text
    assert "Lapsed" in page
    assert "Declare the name again" in page


def _sent(session: Session, applicant: User, name: dict[str, str]) -> Case:
    """Return a set-up by ``applicant``, sent with these answers about its name."""
    _, service = published(session, "E_SET_LLC")
    example = service.examples[0]
    parts = {"name_source", "name_choice", "division", "trade_name", "industry", "name_form"}
    answers = {key: value for key, value in example.answers.items() if key not in parts} | name
    begun = example.model_copy(update={"steps": [], "answers": answers})
    return play_example(session, "E_SET_LLC", begun, applicant=applicant)

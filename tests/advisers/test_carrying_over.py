"""Answers of an adviser in an application: only where they fit, and only once they are saved."""

import html
import json
import re
from dataclasses import replace
from fractions import Fraction
from typing import Final

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.advisers import (
    categories,
    investment,
    leading,
    ownership,
    points_test,
)
from servicedesk.advisers.ownership_lines import Holding, Right
from servicedesk.cases import advice
from servicedesk.cases.models import Case
from servicedesk.catalogue.pick_lists import choices_of
from servicedesk.catalogue.registry import Matter
from tests.advisers.test_pages import INVESTMENT, LINES, OWNERS, POINTS
from tests.cases.factories import fill_in, published
from tests.conftest import Browser
from tests.factories import MONDAY_MORNING, PASSWORD, make_user


def start_form(page: str) -> dict[str, str]:
    """Return what the page's form to begin an application sends."""
    form = page.partition('id="go-on"')[2].partition("</form>")[0]
    found = re.findall(r'name="(answers|origin)" type="hidden" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in found}


def only_case(session: Session) -> Case:
    return session.scalars(sa.select(Case)).one()


def checked(page: str, name: str) -> list[str]:
    """Return the options of the question ``name`` that are chosen."""
    inputs = re.findall(rf'<input[^>]*name="{name}"[^>]*>', page)
    return [re.findall('value="([^"]*)"', one)[0] for one in inputs if "checked" in one]


def test_points_are_put_into_the_work_permit_with_their_source(
    session: Session, browser: Browser
) -> None:
    browser.sign_in(make_user(session))
    page = browser.get(POINTS).text

    case_at = browser.post("/services/WP_NEW_ABROAD/start", data=start_form(page)).location
    form = browser.get(f"{case_at}/category").text

    assert checked(form, "f_category") == ["B"]
    assert checked(form, "f_basis_b") == ["points"]
    assert 'name="f_points" type="text" value="80"' in form
    assert "From the points test of" in form
    assert 'value="300,000.00"' in browser.get(f"{case_at}/post").text


def test_nothing_counts_before_the_page_is_saved_and_then_it_is_the_applicants_own(
    session: Session, browser: Browser
) -> None:
    browser.sign_in(make_user(session))
    page = browser.get(POINTS).text
    case_at = browser.post("/services/WP_NEW_ABROAD/start", data=start_form(page)).location
    case = only_case(session)

    assert set(case.answers) == {"_advice"}
    fill_in(
        browser, f"{case_at}/category",
        {"f_category": "B", "f_basis_b": "pay", "f_evidence": "Pay promise letter."},
    )  # fmt: skip

    assert case.answers["basis_b"] == "pay"
    again = browser.get(f"{case_at}/category").text
    assert "From the points test" not in again
    assert checked(again, "f_basis_b") == ["pay"]


def test_a_stranger_signs_in_and_comes_back_to_the_same_answers(
    session: Session, browser: Browser
) -> None:
    user = make_user(session)
    data = start_form(browser.get(POINTS).text)
    sent = browser.post(
        "/services/WP_NEW_ABROAD/start",
        data=data,
        headers={"Referer": f"http://localhost{POINTS}"},
    )

    signed_in = browser.post(sent.location, data={"email": user.email, "password": PASSWORD})

    assert session.scalars(sa.select(Case)).all() == []
    assert signed_in.location == POINTS
    assert start_form(browser.get(signed_in.location).text) == data


def test_owners_typed_before_signing_in_are_still_there_afterwards(
    session: Session, browser: Browser
) -> None:
    user = make_user(session)
    browser.post(OWNERS, data=LINES)
    browser.post(f"/sign-in?next={OWNERS}", data={"email": user.email, "password": PASSWORD})

    page = browser.get(OWNERS).text
    case_at = browser.post("/services/E_SET_LLC/start", data=start_form(page)).location
    form = browser.get(f"{case_at}/beneficial_owners").text

    assert checked(form, "f_bo_exempt") == ["no"]
    assert 'value="Anna Example"' in form
    assert checked(form, "f_beneficial_owners-0-f_basis") == ["equity"]
    assert 'name="f_beneficial_owners-0-f_percent" type="text" value="30"' in form


def test_the_open_part_of_a_scope_is_put_into_the_set_up(
    session: Session, browser: Browser
) -> None:
    browser.sign_in(make_user(session))
    page = browser.get(f"{INVESTMENT}&f_scope=BS001&f_place=ftz").text

    case_at = browser.post("/services/E_SET_FIE/start", data=start_form(page)).location
    form = browser.get(f"{case_at}/scope").text

    assert checked(form, "f_scope") == ["BS001", "BS007"]
    assert checked(form, "f_cell_ground") == ["pilot"]
    assert checked(browser.get(f"{case_at}/kind").text, "f_fie_kind") == ["wholly"]


def test_services_are_offered_only_where_an_answer_fits(session: Session, browser: Browser) -> None:
    page = browser.get(POINTS).text
    offered = re.findall(r'formaction="/services/(\w+)/start"', page)
    answers = json.loads(start_form(page)["answers"])

    assert "WP_NEW_ABROAD" in offered
    for code in offered:
        _, service = published(session, code)
        assert not answers.keys().isdisjoint(
            field.key for asked in service.pages for field in asked.fields
        )


# What an adviser finds out and a service does not ask: nothing of it is lost, it is not needed.
NOT_ASKED: Final[dict[str, set[str]]] = {
    "WP_TRANSFER": {"degree", "experience_years"},  # the permit that ends has proven both
    "WP_EXT": {"degree", "experience_years"},
    "R_LETTER": {"category", "degree", "experience_years", "salary_year", "months_in_china"},
    "E_CHG_SCOPE": {"fie_kind"},  # the register knows it
}
OWNER: Final = Holding("Anna Example", True, "", Right.EQUITY, Fraction(1))  # noqa: FBT003
HIGH: Final = categories.Situation(("market",), (), (), 38, "doctor", 15)


def _by_points(category: str) -> dict[str, object]:
    answers = {
        "salary": "45", "education": "doctor", "experience": "15", "months": "11",
        "chinese": "hsk5", "region": "other", "age": "38", "background": "top_university",
    } if category == "A" else {
        "salary": "30", "education": "master", "experience": "15", "months": "9",
        "chinese": "none", "region": "other", "age": "38", "background": "none",
    }  # fmt: skip
    result = points_test.score(answers, categories.figures())
    assert result.category == category
    return points_test.answers_for(result, answers)


def _by_category(who: categories.Situation) -> dict[str, object]:
    return categories.answers_for(categories.judge(who, categories.figures()), who)


def _of_owners(*lines: Holding) -> dict[str, object]:
    company = "青禾样例生物科技有限公司"
    found = ownership.study(company, [replace(one, owned=company) for one in lines], Fraction(1, 4))
    return ownership.answers_for(found, is_exempt=False)


CARRIED: Final[dict[str, tuple[str, str | None, dict[str, object]]]] = {
    "points A": ("points", "A", _by_points("A")),
    "points B": ("points", "B", _by_points("B")),
    "category A": ("category", "A", _by_category(HIGH)),
    "category B": ("category", "B", _by_category(replace(HIGH, a_by=(), b_by=("pay",), points=70))),
    "category C": (
        "category",
        "C",
        _by_category(replace(HIGH, a_by=(), c_by=("short",), points=9)),
    ),
    "investment": (
        "foreign_investment",
        None,
        investment.answers_for(
            investment.judge(["BS007"], is_in_zone=True, is_wholly=True), is_wholly=True
        ),
    ),
    "owners": ("beneficial_owners", None, _of_owners(OWNER)),
    "owners by control": (
        "beneficial_owners",
        None,
        _of_owners(replace(OWNER, right=Right.CONTROL, share=None)),
    ),
}


@pytest.mark.parametrize("name", CARRIED)
def test_whatever_an_adviser_carries_is_a_question_of_the_service_it_leads_to(
    session: Session, name: str
) -> None:
    adviser, category, answers = CARRIED[name]
    assert answers
    for code in leading.adviser(adviser).services(category):
        _, service = published(session, code)
        asked = {one.key for page in service.pages for one in page.fields}
        matter = Matter(
            session, answers={}, applicant_id=0, case_id=None, now=MONDAY_MORNING,
            service=code, settings={"org_forms": "llc_fie"},
        )  # fmt: skip
        choices = choices_of(service, matter)

        brought = advice.fitting(service, answers, choices, MONDAY_MORNING.date())

        assert answers.keys() - asked <= NOT_ASKED.get(code, set()), code
        assert brought == {key: one for key, one in answers.items() if key in asked}, code


@pytest.mark.parametrize("code", ["WP_NEW_ABROAD", "WP_NEW_CN"])
def test_years_of_work_are_on_the_page_about_education(
    session: Session, browser: Browser, code: str
) -> None:
    """The degree is not: a row of the points table may stand for a qualification."""
    browser.sign_in(make_user(session))
    page = browser.get(POINTS.replace("f_experience=6", "f_experience=15")).text

    case_at = browser.post(f"/services/{code}/start", data=start_form(page)).location
    _, service = published(session, code)
    key = next(
        page.key
        for page in service.pages
        if any(one.key == "experience_years" for one in page.fields)
    )
    form = browser.get(f"{case_at}/{key}").text

    assert 'name="f_experience_years" type="text" value="15"' in form
    assert checked(form, "f_degree") == []

"""Answers of an adviser in an application: only where they fit, and only once they are saved."""

import html
import json
import re

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.cases.models import Case
from tests.advisers.test_pages import INVESTMENT, LINES, OWNERS, POINTS
from tests.cases.factories import fill_in, published
from tests.conftest import Browser
from tests.factories import PASSWORD, make_user


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

"""The advisers' pages: for anybody, in both languages, without scripts, whatever is sent."""

import re
from typing import Final

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.cases.models import Case
from servicedesk.web.models import WebSession
from tests.conftest import Browser

POINTS: Final = (
    "/advice/points?f_salary=30&f_education=doctor&f_experience=6&f_months=11&f_chinese=hsk2"
    "&f_region=other&f_age=38&f_background=top_university"
)
CATEGORY: Final = "/advice/category?f_age=38&f_degree=doctor&f_experience=5"
INVESTMENT: Final = "/advice/foreign-investment?f_scope=BS007&f_investors=wholly"
OWNERS: Final = "/advice/beneficial-owners"
LINES: Final = {
    "f_company": "青禾样例生物科技有限公司",
    "f_holdings-0-f_owner": "Anna Example",
    "f_holdings-0-f_party": "person",
    "f_holdings-0-f_owned": "Example Holding",
    "f_holdings-0-f_right": "equity",
    "f_holdings-0-f_percent": "60",
    "f_holdings-1-f_owner": "Example Holding",
    "f_holdings-1-f_party": "company",
    "f_holdings-1-f_right": "equity",
    "f_holdings-1-f_percent": "50",
}


def words(page: str) -> str:
    """Return the text of a page in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).replace("\xa0", " ")


@pytest.mark.parametrize(
    ("path", "english", "chinese"),
    [
        ("/advice", "Points test for foreign talents", '<html lang="zh-CN">'),
        ("/advice/points", "Yearly pay from the employer in China", "国内雇主支付年薪"),
        ("/advice/category", "Selected for a national talent programme", "入选国家级"),
        ("/advice/service", "Whom is it about?", "您要办理哪一类事项？"),
        (OWNERS, "Which company is it about?", "要查哪家企业的受益所有人？"),
        ("/advice/foreign-investment", "Where is the company?", "公司设在哪里？"),
    ],
)
def test_every_adviser_asks_in_both_languages(
    browser: Browser, path: str, english: str, chinese: str
) -> None:
    for language, text in (("en", english), ("zh", chinese)):
        response = browser.get(f"{path}?lang={language}")
        assert response.status_code == 200
        assert text in response.text


def test_the_index_leads_to_all_six(browser: Browser) -> None:
    page = browser.get("/advice").text

    for path in ("service", "points", "category", "beneficial-owners", "foreign-investment"):
        assert f'href="/advice/{path}"' in page
    assert 'href="/names/check"' in page


@pytest.mark.parametrize("path", ["/", "/services", "/help"])
def test_people_find_the_advisers_where_they_look(browser: Browser, path: str) -> None:
    assert 'href="/advice' in browser.get(path).text


def test_the_points_are_shown_with_their_rows_and_the_papers(browser: Browser) -> None:
    page = words(browser.get(POINTS).text)

    assert "80 points: category B" in page
    assert "CNY 250,000 to under CNY 350,000" in page
    assert "Pay promise letter" in page
    assert "Work experience : 11 years (5 more, 85 in all)" in page
    assert "Table of points, annex to the Evaluation Criteria" in page


def test_points_not_claimed_need_no_papers(browser: Browser) -> None:
    page = browser.get(POINTS).text

    assert page.count("None: no points claimed") == 2


def test_the_category_names_criterion_limits_and_promise(browser: Browser) -> None:
    page = words(browser.get(f"{CATEGORY}&f_a_by=market").text)

    assert "Category A, high-end talent" in page
    assert "Market-driven encouraged post" in page
    assert "up to 5 years" in page
    assert "may be promised in writing" in page


def test_who_fits_no_criterion_is_sent_to_the_points_test(browser: Browser) -> None:
    page = browser.get(CATEGORY).text

    assert "None of the criteria you ticked makes a category" in page
    assert 'href="/advice/points"' in page


def test_who_knows_the_points_is_not_sent_to_the_points_test(browser: Browser) -> None:
    page = browser.get(f"{CATEGORY}&f_points=59").text

    assert "Category C, others" in page
    assert "Fewer than 60 points" in page
    assert "Take the points test" not in page


def test_stem_cells_are_refused_outside_the_zone_and_not_in_it(browser: Browser) -> None:
    outside = words(browser.get(f"{INVESTMENT}&f_place=other").text)
    inside = words(browser.get(f"{INVESTMENT}&f_place=ftz").text)

    assert "1 phrase is prohibited here" in outside
    assert "Place of the company: Outside the Beijing Free Trade Zone." in outside
    assert "Open, on conditions" in inside
    assert "since 7 September 2024" in inside


def test_a_chain_is_explained(browser: Browser) -> None:
    browser.get(OWNERS)

    response = browser.post(OWNERS, data=LINES)
    page = words(browser.get(response.location).text)

    assert response.status_code == 303
    assert "1 beneficial owner of" in page
    assert "Anna Example 60 % → Example Holding 50 % → 青禾样例生物科技有限公司 = 30 %" in page


def asked(*lines: tuple[str, str, str, str, str]) -> dict[str, str]:
    """Return the form of the finder: owner, person or company, what is owned, right, per cent."""
    sent = {"f_company": "TT"}
    for number, line in enumerate(lines):
        keys = ("owner", "party", "owned", "right", "percent")
        sent |= {f"f_holdings-{number}-f_{k}": one for k, one in zip(keys, line, strict=True)}
    return sent


def answer_to(browser: Browser, *lines: tuple[str, str, str, str, str]) -> str:
    """Return the page that answers, its words in one line."""
    return words(browser.get(browser.post(OWNERS, data=asked(*lines)).location).text)


def test_control_is_explained_through_a_company_whose_owners_are_not_named(
    browser: Browser,
) -> None:
    page = answer_to(
        browser,
        ("HoldCo", "company", "", "equity", "60"),
        ("Q", "person", "", "equity", "40"),
        ("P", "person", "HoldCo", "control", ""),
    )

    assert "2 beneficial owners of TT so far" in page
    assert "P → HoldCo: control, as you say" in page
    assert "HoldCo → TT: 60 % of the votes" in page
    assert "Not all chains end at a person yet" in page
    assert "HoldCo has 60 % in the end. Add who holds it." in page
    assert "Not beneficial owners" not in page


def test_a_chain_that_ends_at_a_company_is_open(browser: Browser) -> None:
    lines = (("Fund", "company", "", "equity", "80"), ("GP", "company", "Fund", "control", ""))
    page = answer_to(browser, *lines, ("M", "person", "", "management", ""))

    assert "It is still open who the beneficial owners of TT are" in page
    assert "Nobody reaches" not in page
    assert "Start the application" not in page
    assert "Fund has 80 % in the end. Add who holds it." in page
    assert "GP controls it. Add who controls GP." in page


def test_votes_that_somebody_else_casts_are_not_certain(browser: Browser) -> None:
    others = [(f"O{number}", "person", "", "equity", "14") for number in range(5)]
    partners = [(f"L{number}", "person", "Fund", "equity", "20") for number in range(5)]
    page = answer_to(
        browser,
        ("Fund", "company", "", "equity", "30"),
        *others,
        *partners,
        ("P", "person", "Fund", "control", ""),
    )

    assert "It is still open" in page
    assert "companies under control (Fund) P decides over 30 % of the votes" in page
    assert "Not all chains end" not in page


def test_where_all_is_named_nobody_reaches_it_and_management_is_named(browser: Browser) -> None:
    lines = [(f"O{number}", "person", "", "equity", "20") for number in range(5)]
    page = answer_to(browser, *lines, ("M", "person", "", "management", ""))

    assert "Nobody reaches 25 % or controls TT" in page
    assert "Start the application with these answers" in page


def test_what_was_typed_stays_through_a_change_of_language_and_can_be_removed(
    browser: Browser,
) -> None:
    browser.post(OWNERS, data=LINES)

    assert "Anna Example" in browser.get(f"{OWNERS}?lang=zh").text
    browser.post(OWNERS, data={"clear": "1"})
    assert "Anna Example" not in browser.get(OWNERS).text


def test_lines_are_added_and_removed_without_scripts(browser: Browser) -> None:
    browser.post(OWNERS, data=LINES | {"edit": "add:holdings"})
    assert 'name="f_holdings-2-f_owner"' in browser.get(OWNERS).text

    browser.post(OWNERS, data=LINES | {"edit": "remove:holdings:0"})
    page = browser.get(OWNERS).text
    assert "Anna Example" not in page
    assert "Example Holding" in page


def test_lines_that_cannot_be_worked_out_are_named_and_kept(browser: Browser) -> None:
    ring = LINES | {
        "f_holdings-0-f_party": "company",
        "f_holdings-0-f_owner": "青禾样例生物科技有限公司",
        "f_holdings-0-f_percent": "100",
        "f_holdings-1-f_percent": "100",
    }

    response = browser.post(OWNERS, data=ring)

    assert response.status_code == 422
    assert "belong wholly to one another" in response.text
    assert "Example Holding" in browser.get(OWNERS).text


HOSTILE: Final = [
    "'\"<script>alert(1)</script>",
    "9" * 400,
    "-1",
    "1e9",
    "NaN",
    "٣",
    "\u202e",
    "[]",
    "{{7*7}}",
    " ",
]


@pytest.mark.parametrize("typed", HOSTILE)
def test_whatever_is_typed_is_answered_with_words(browser: Browser, typed: str) -> None:
    keys = {
        "/advice/points": ["salary", "education", "experience", "chinese", "age", "background"],
        "/advice/category": ["a_by", "age", "degree", "points"],
        "/advice/service": ["who"],
        "/advice/foreign-investment": ["scope", "place", "investors"],
    }
    for path, names in keys.items():
        query = {f"f_{name}": typed for name in names}
        response = browser.get(path, query_string=query)
        assert response.status_code == 422, path
        assert 'class="sd-errors"' in response.text
        assert "<script>alert" not in response.text


@pytest.mark.parametrize("typed", HOSTILE)
def test_whatever_is_typed_of_owners_is_answered_with_words(browser: Browser, typed: str) -> None:
    for key in ("f_holdings-0-f_percent", "f_holdings-0-f_party", "f_holdings-0-f_right"):
        response = browser.post(OWNERS, data=LINES | {key: typed})
        assert response.status_code == 422
        assert "<script>alert" not in response.text
    assert browser.post(OWNERS, data=LINES | {"edit": typed}).status_code == 303
    assert browser.get(OWNERS).status_code == 200


def test_a_form_sent_empty_says_what_is_missing(browser: Browser) -> None:
    for path in ("points", "category", "foreign-investment"):
        assert browser.get(f"/advice/{path}?asked=1").status_code == 422
    assert browser.get("/advice/service?asked=who").status_code == 422
    assert browser.post(OWNERS, data={}).status_code == 422


def test_hundreds_of_lines_are_refused_and_not_kept_without_end(
    session: Session, browser: Browser
) -> None:
    lines = {"f_company": "青禾样例生物科技有限公司"}
    for number in range(300):
        lines[f"f_holdings-{number}-f_owner"] = "x" * 5_000
        lines[f"f_holdings-{number}-f_party"] = "person"
        lines[f"f_holdings-{number}-f_evil"] = "x" * 50

    response = browser.post(OWNERS, data=lines)

    assert response.status_code in {413, 422}
    kept = session.scalars(sa.select(WebSession.data)).all()
    assert all(len(str(one)) < 50_000 for one in kept)


def test_asking_changes_nothing(session: Session, browser: Browser) -> None:
    for path in (POINTS, f"{CATEGORY}&f_b_by=pay", f"{INVESTMENT}&f_place=ftz", OWNERS):
        browser.get(path)

    assert session.scalars(sa.select(Case)).all() == []


def test_names_of_people_stand_in_no_address(browser: Browser) -> None:
    assert "Anna" not in browser.post(OWNERS, data=LINES).location

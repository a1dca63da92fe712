"""Answers brought along to a new application: only where they fit, and only once saved."""

import json
from typing import Any, Final

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.cases.models import Case
from tests.conftest import Browser
from tests.factories import make_user


def only_case(session: Session) -> Case:
    return session.scalars(sa.select(Case)).one()


def begin(browser: Browser, code: str, answers: object, origin: str = "points") -> str:
    """Begin an application with ``answers`` and return its address."""
    data = {"answers": json.dumps(answers), "origin": origin}
    return browser.post(f"/services/{code}/start", data=data).location


HOSTILE: Final[list[Any]] = [
    [],
    "text",
    7,
    None,
    {"nobody": "asks"},
    {"status": "approved", "applicant_id": 1, "_promises": ["degree"], "_advice": {}},
    {"category": "Z"},
    {"category": ["B"]},
    {"category": {"B": 1}},
    {"points": 121},
    {"points": "80; DROP"},
    {"points": True},
    {"points": [80]},
    {"points": 1e400},
    {"salary_year": {"currency": "CNY", "amount": "NaN"}},
    {"salary_year": {"currency": "CNY", "amount": "1e999999"}},
    {"salary_year": {"currency": "XXX", "amount": "5.00"}},
    {"salary_year": "5"},
    {"birth_date": "2999-01-01"},
    {"birth_date": 5},
    {"country": "??"},
    {"country": ["CN"]},
    {"is_abroad": True},
    {"family": "x"},
    {"family": [{"name": "A"}] * 11},
    {"family": [5, None, []]},
    {"duties": "x" * 5_000},
]


@pytest.mark.parametrize("answers", HOSTILE)
def test_what_cannot_be_an_answer_is_not_taken(
    session: Session, browser: Browser, answers: object
) -> None:
    browser.sign_in(make_user(session))

    case_at = begin(browser, "WP_NEW_ABROAD", answers)

    assert only_case(session).answers == {}
    assert browser.get(f"{case_at}/category").status_code == 200


@pytest.mark.parametrize("text", ["{", "[" * 30_000, "{" * 30_000, "9" * 6_000, "\u202e", "{}"])
def test_what_is_no_json_begins_an_empty_application(
    session: Session, browser: Browser, text: str
) -> None:
    browser.sign_in(make_user(session))

    data = {"answers": text, "origin": "points"}
    assert browser.post("/services/WP_NEW_ABROAD/start", data=data).status_code == 303
    assert only_case(session).answers == {}


def test_an_unknown_origin_brings_nothing(session: Session, browser: Browser) -> None:
    browser.sign_in(make_user(session))

    begin(browser, "WP_NEW_ABROAD", {"category": "A"}, origin="a stranger")

    assert only_case(session).answers == {}


def test_good_answers_are_taken_beside_bad_ones(session: Session, browser: Browser) -> None:
    browser.sign_in(make_user(session))

    given = {
        "category": "A", "points": 999, "months_in_china": " 11 ", "unknown": 1, "country": "DE",
        "family": [{"name": "Bo Example", "relation": "x", "evil": 1}, {"relation": "x"}],
    }  # fmt: skip
    begin(browser, "WP_NEW_ABROAD", given)

    assert only_case(session).answers["_advice"]["answers"] == {
        "category": "A",
        "months_in_china": 11,
        "country": "DE",
        "family": [{"name": "Bo Example"}],
    }


def test_the_service_takes_its_own_answers_only(session: Session, browser: Browser) -> None:
    browser.sign_in(make_user(session))

    begin(browser, "E_NAME", {"category": "A", "scope": ["BS001"]})

    assert only_case(session).answers == {}


def test_nothing_brought_along_is_left_once_it_is_sent(session: Session, browser: Browser) -> None:
    """What was not saved is no answer: readiness, and so a submission, knows nothing of it."""
    user = make_user(session)
    browser.sign_in(user)
    begin(browser, "E_NAME", {"trade_name": "青禾样例"})
    assert only_case(session).answers["_advice"]

    page = browser.get(f"/cases/{only_case(session).reference}/check").text

    assert "青禾样例" not in page

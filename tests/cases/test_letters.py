"""Letters name the authority that acted, in both languages."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, get_template_attribute
from flask_babel import force_locale
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.cases import queries
from servicedesk.cases.letters import LETTERS, Variant
from servicedesk.cases.operations import extensions
from tests.cases.factories import make_case, open_task
from tests.cases.licences import apply_for, definition, make_licence, officer, take
from tests.conftest import Browser

MARKET = ("Changping District Administration for Market Regulation", "北京市昌平区市场监督管理局")
DESK = ("Service Desk", "一站式服务台")
NATIONAL = ("National Immigration Administration", "国家移民管理局")
CITY_POLICE = (
    "Exit-Entry Administration of the Beijing Municipal Public Security Bureau",
    "北京市公安局出入境管理局",
)
PARK = ("Park service centre", "园区服务中心")


@pytest.mark.parametrize(
    ("code", "example", "steps", "kind", "office"),
    [
        ("E_SET_LLC", 2, 4, "refused", MARKET),
        ("E_SET_LLC", 0, 4, "approved", MARKET),
        ("E_SET_LLC", 0, 4, "accepted", MARKET),  # by the window, for the body whose service it is
        ("E_SET_LLC", 4, 1, "correction", MARKET),
        ("E_SET_LLC", 0, 4, "receipt", DESK),
        ("E_SET_LLC", 3, 2, "withdrawn", DESK),
        ("E_HOST", 0, 9, "approved", PARK),
        ("PR", 0, 9, "approved", NATIONAL),  # the body that decided, whose decision is entered here
        ("PR", 0, 9, "accepted", CITY_POLICE),
    ],
)
def test_a_letter_is_signed_by_the_office_that_acted(  # noqa: PLR0917 - a table
    session: Session,
    browser: Browser,
    code: str,
    example: int,
    steps: int,
    kind: str,
    office: tuple[str, str],
) -> None:
    case = make_case(session, code, example=example, steps=steps)
    letter = next(one for one in queries.letters_of(session, case) if one.kind == kind)
    browser.sign_in(case.applicant)

    text = browser.get(f"/cases/{case.reference}/letters/{letter.id}").text

    for name in office:
        assert f"<p>{name} · " in text


def test_a_letter_from_before_offices_were_kept_is_the_desk_s(
    session: Session, browser: Browser
) -> None:
    case = make_case(session, example=2, steps=4)
    letter = queries.letters_of(session, case)[0]
    letter.facts = {key: one for key, one in letter.facts.items() if key != "office"}
    session.commit()
    browser.sign_in(case.applicant)

    text = browser.get(f"/cases/{case.reference}/letters/{letter.id}").text

    for name in DESK:
        assert f"<p>{name} · " in text


@pytest.mark.parametrize(
    ("code", "example", "is_dated"), [("WP_EXT", 2, False), ("E_SET_LLC", 1, True)]
)
def test_a_receipt_of_corrections_speaks_of_times_where_it_gives_any(
    session: Session, browser: Browser, code: str, example: int, *, is_dated: bool
) -> None:
    case = make_case(session, code, example=example, steps=2)
    found = queries.letters_of(session, case)
    letter = next(one for one in found if one.facts.get("variant") == Variant.AGAIN)
    browser.sign_in(case.applicant)

    text = browser.get(f"/cases/{case.reference}/letters/{letter.id}").text

    assert "We look at what you mended and write to you." in text
    assert ("We decide within the times given below." in text) is is_dated
    assert ("By law it is due by" in text) is is_dated


@pytest.mark.parametrize("letter", sorted(LETTERS))
def test_every_letter_has_a_mail_that_says_what_it_is(app: Flask, letter: str) -> None:
    for language in ("en", "zh"):
        with app.test_request_context(), force_locale(language):
            opening = get_template_attribute("mail/case_words.html", "opening")
            heading = get_template_attribute("mail/case_words.html", "heading")

            assert opening(letter)
            assert "R26-00001" in heading(letter, "R26-00001")


@pytest.mark.parametrize("kind", ["accepted", "extended"])
def test_a_letter_warns_where_holidays_are_not_announced_up_to_its_dates(
    session: Session, browser: Browser, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    december = datetime(2026, 12, 7, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
    monkeypatch.setattr(clock, "now", lambda: december)
    case = apply_for(session, make_licence(), now=december)
    take(session, case, "accept", "accept", now=december)
    asked = extensions.ask(
        session, case, definition(case), open_task(session, case, "examine"),
        reason="A file has not come.", by=officer(session), now=december,
    )  # fmt: skip
    boss = officer(session, market="supervisor")
    extensions.grant(session, case, definition(case), asked, by=boss, now=december)
    letters = {one.kind: one for one in queries.letters_of(session, case)}
    session.commit()
    browser.sign_in(case.applicant)

    text = browser.get(f"/cases/{case.reference}/letters/{letters[kind].id}").text

    warning = "The holidays of 2027 are not announced yet, so dates in this letter may move."
    assert warning in text
    assert letters["receipt"].facts["unannounced"] == []  # it tells no date

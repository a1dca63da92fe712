"""The name check for programs."""

from typing import Any

from sqlalchemy.orm import Session

from tests.conftest import Browser
from tests.enterprises.factories import make_enterprise

CHECK = "/api/v1/names/check"


def ask(browser: Browser, **query: str) -> dict[str, Any]:
    found: dict[str, Any] = browser.get(CHECK, query_string=query).json or {}
    return found


def test_a_taken_name_is_refused_with_the_reason_and_names_that_pass(
    session: Session, browser: Browser
) -> None:
    held = make_enterprise(session, trade_name="澄野")

    answer = ask(browser, trade_name="澄野", industry="生物技术")
    (near,) = answer["near"]
    suggested = answer["suggestions"][0].removeprefix("北京").removesuffix("生物技术有限公司")

    assert answer["verdict"] == near["verdict"] == "refused"
    assert near["name"] == held.name
    assert (near["held"], near["until"], near["free_from"]) == ("registered", None, None)
    assert "art. 17" in near["rule"]
    assert ask(browser, trade_name=suggested, industry="生物技术")["verdict"] == "free"


def test_what_is_alike_is_free_with_care(session: Session, browser: Browser) -> None:
    make_enterprise(session, trade_name="澄野")

    answer = ask(browser, trade_name="成野", industry="生物科技")

    assert answer["verdict"] == "care"
    assert "sounds the same (chéng yě)" in answer["near"][0]["why"]


def test_a_query_that_does_not_fit_is_told_where(browser: Browser) -> None:
    for query in ({}, {"trade_name": "澄野" * 11}, {"trade_name": "澄野", "colour": "red"}):
        assert browser.get(CHECK, query_string=query).status_code == 422

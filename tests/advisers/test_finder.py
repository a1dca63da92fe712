"""The decision table: every service can be reached, every code and source is known."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.advisers import finder, tables
from servicedesk.catalogue import sources
from servicedesk.catalogue.models import CatalogueEntry
from tests.advisers.codes import ENTERPRISE, OWN, TALENT
from tests.conftest import Browser

HAN: Final = re.compile("[\u4e00-\u9fff]")
ALL: Final = TALENT | ENTERPRISE | OWN
FILES: Final = ("categories", "finder", "foreign_investment", "ownership", "points_test", "sources")


def every_end(given: dict[str, str]) -> Iterator[finder.Walk]:
    """Yield where all ways of answering end."""
    walk = finder.walk(given, ALL)
    if walk.question is None:
        yield walk
        return
    for option in walk.question.options:
        yield from every_end({**given, walk.question.key: option.key})


ENDS: Final = list(every_end({}))


def test_there_are_31_services_for_talent_and_30_for_enterprises() -> None:
    assert (len(TALENT), len(ENTERPRISE)) == (31, 30)


def test_every_code_of_the_table_is_a_service() -> None:
    assert {one.service for one in finder.results()} == ALL


def test_every_service_is_reached_by_some_answers() -> None:
    assert {one.service for walk in ENDS for one in walk.results} == ALL


def test_no_answers_lead_to_nothing() -> None:
    assert [walk.answers for walk in ENDS if not walk.results] == []


def test_every_question_is_asked_and_none_twice() -> None:
    asked = {step.question.key for walk in ENDS for step in walk.steps}

    assert asked == {question.key for question in finder.questions()}
    assert len(asked) == len(finder.questions())


def test_nobody_is_asked_more_than_five_questions() -> None:
    assert max(len(walk.steps) for walk in ENDS) <= 5


def test_no_service_is_named_twice_for_the_same_answers() -> None:
    for walk in ENDS:
        codes = [one.service for one in walk.results]
        assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("answers", "first"),
    [
        ({"who": "company", "company": "setup", "form": "llc", "investors": "abroad"}, "E_SET_FIE"),
        ({"who": "company", "company": "change", "change": "less"}, "E_CHG_CAP_DEC"),
        ({"who": "company", "company": "close", "close": "revoked"}, "E_DEREG_F"),
        ({"who": "employer", "hire": "present", "employee": "leaves"}, "WP_CAN"),
        ({"who": "person", "person": "residence", "reason": "business"}, "RP_STARTUP"),
    ],
)
def test_who_answers_so_is_sent_there(answers: dict[str, str], first: str) -> None:
    rest = {"place": "there", "foreign": "no"}

    assert finder.walk({**rest, **answers}, ALL).results[0].service == first


def test_answers_to_questions_that_are_not_asked_do_not_count() -> None:
    stale = {"who": "person", "person": "room", "company": "name", "change": "name"}

    assert [one.service for one in finder.walk(stale, ALL).results] == ["ROOM"]


@pytest.mark.parametrize("answer", ["", "x", "Company", "company ", "company" * 99, None])
def test_an_answer_that_is_not_offered_is_asked_for_again(answer: str | None) -> None:
    walk = finder.walk({"who": answer}, ALL)

    assert walk.question == finder.questions()[0]
    assert walk.results == ()


def test_what_leads_to_no_service_is_not_offered_nor_asked() -> None:
    walk = finder.walk({}, {"ROOM", "PR", "E_NAME"})
    assert walk.question is not None
    assert [one.key for one in walk.question.options] == ["company", "person"]

    company = finder.walk({"who": "company", "company": "name"}, {"ROOM", "PR", "E_NAME"})
    assert [one.service for one in company.results] == ["E_NAME"]
    setup = finder.walk({"who": "company", "company": "setup"}, {"ROOM", "PR", "E_NAME"})
    assert setup.question is not None
    assert "branch" not in {one.key for one in setup.question.options}


def test_where_one_service_is_left_nobody_is_asked() -> None:
    walk = finder.walk({}, {"ROOM"})

    assert (walk.question, [one.service for one in walk.results]) == (None, ["ROOM"])


def test_where_there_is_everything_every_answer_is_offered() -> None:
    for walk in ENDS:
        for step in walk.steps:
            written = next(one for one in finder.questions() if one.key == step.question.key)
            assert step.question.options == written.options


def test_services_that_are_not_published_are_left_out(session: Session, browser: Browser) -> None:
    path = "/advice/service?f_who=company&f_company=change&f_change=name"
    assert 'href="/services/E_NAME"' in browser.get(path).text
    alone = "/advice/service?f_who=company&f_company=name"

    session.execute(sa.delete(CatalogueEntry).where(CatalogueEntry.code == "E_NAME"))
    session.commit()

    assert "/services/E_NAME" not in browser.get(path).text
    again = browser.get(alone)  # what led to it alone is not offered any more
    assert again.status_code == 422
    assert 'value="setup"' in again.text
    assert 'value="name"' not in again.text


def texts(data: object, where: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Yield every bilingual text of a data file."""
    if isinstance(data, dict):
        if "en" in data:
            yield where, data
        for key, part in data.items():
            yield from texts(part, f"{where}.{key}")
    elif isinstance(data, list):
        for number, part in enumerate(data):
            yield from texts(part, f"{where}[{number}]")


@pytest.mark.parametrize("name", FILES)
def test_every_text_is_there_in_both_languages(name: str) -> None:
    found = list(texts(tables.table(name)))

    assert found
    for where, text in found:
        assert text["en"].strip(), where
        assert HAN.search(text["zh"]) or text["zh"].startswith("HSK") or "{n}" in text["zh"], where


def named_sources(data: object) -> Iterator[str]:
    if isinstance(data, dict):
        given = data.get("source", ())
        yield from [given] if isinstance(given, str) else given
        for part in data.values():
            yield from named_sources(part)
    elif isinstance(data, list):
        for part in data:
            yield from named_sources(part)


@pytest.mark.parametrize("name", FILES)
def test_every_source_has_a_name_and_is_in_the_register(name: str) -> None:
    data = tables.table(name)
    for key in named_sources(data.get("grounds", data) if isinstance(data, dict) else data):
        assert key in sources.sources()
        assert tables.source(key).name.zh


def addresses(given: dict[str, str]) -> Iterator[str]:
    """Yield the address of every page that answers lead through, the question's before its end."""
    yield "/advice/service?" + urlencode({f"f_{key}": one for key, one in given.items()})
    walk = finder.walk(given, ALL)
    if walk.question is not None:
        for option in walk.question.options:
            yield from addresses({**given, walk.question.key: option.key})


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_on_every_way_answers_and_every_service_is_linked(
    browser: Browser, language: str
) -> None:
    browser.get(f"/advice/service?lang={language}")

    pages = {address: browser.get(address) for address in addresses({})}

    assert len(pages) > len(ENDS)
    assert {address for address, page in pages.items() if page.status_code != 200} == set()
    linked = {
        code for page in pages.values() for code in re.findall(r'href="/services/(\w+)"', page.text)
    }
    assert linked >= ALL

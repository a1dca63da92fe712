"""The gallery shows every component in every state: it must render, in both languages."""

import re

import pytest
from flask import Flask, render_template_string

from servicedesk.words import Text, say
from tests.conftest import Browser


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_gallery_renders(browser: Browser, language: str) -> None:
    response = browser.get(f"/help/components?lang={language}")

    assert response.status_code == 200
    assert response.text.count("<h1") == 2  # the page's, and the sample confirmation's


def test_visitors_never_see_it(app: Flask, browser: Browser) -> None:
    app.config["SHOWS_COMPONENT_GALLERY"] = False

    assert browser.get("/help/components").status_code == 404


def test_no_id_is_there_twice(browser: Browser) -> None:
    page = browser.get("/help/components").text

    ids = [found for found in re.findall(r'\sid="([^"]+)"', page) if found != "rail"]
    assert sorted(ids) == sorted(set(ids))


def test_every_label_hint_and_error_belongs_to_something(browser: Browser) -> None:
    page = browser.post("/help/components", data={"f_capital-amount": "five"}).text

    ids = set(re.findall(r'\sid="([^"]+)"', page))
    for attribute in ("for", "aria-describedby", "aria-labelledby"):
        for value in re.findall(rf'\s{attribute}="([^"]*)"', page):
            assert set(value.split()) <= ids, (attribute, value)


def test_errors_are_listed_first_and_lead_to_their_fields(browser: Browser) -> None:
    page = browser.post("/help/components", data={"f_capital-amount": "five"}).text

    assert "<title>Error: " in page
    assert page.index("sd-errors") < page.index("<h1")
    links = re.findall(r'<a href="#([^"]+)">', page[: page.index("<h1")].partition("sd-errors")[2])
    assert "f_capital-amount" in links
    assert set(links) <= set(re.findall(r'\sid="([^"]+)"', page))
    assert 'value="five"' in page


def test_adding_a_card_checks_nothing_and_keeps_what_was_typed(browser: Browser) -> None:
    typed = {
        "edit": "add:shareholders",
        "f_shareholders-0-f_name": "林乔",
        "f_capital-amount": "five",
    }

    page = browser.post("/help/components", data=typed).text

    assert 'id="f_shareholders-1"' in page
    assert 'value="林乔"' in page
    assert "sd-errors" not in page


def test_what_a_visitor_typed_never_becomes_markup(browser: Browser) -> None:
    bad = '"><script>alert(1)</script>'
    typed = {"f_name": bad, "f_about": bad, "f_capital-amount": bad, "f_day-y": bad}

    page = browser.post("/help/components", data=typed).text

    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)") == 4


def test_filters_write_texts_words_and_facts(app: Flask) -> None:
    sentence = say(
        "%(owner)s pays %(amount)s.",
        owner=Text("Lin", "林"),
        amount={"currency": "CNY", "amount": "5"},
    )
    source = (
        "{{ sentence | words }}|{{ name | t }}|{{ 'plain' | t }}|{{ none | t }}|{{ none | day }}"
    )
    with app.test_request_context("/?lang=zh"):
        written = render_template_string(source, sentence=sentence, name=Text("Name", "名称"))

    assert written.replace("\u00a0", " ") == "林 pays 5.00 元.|名称|plain||"

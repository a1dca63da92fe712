"""The Chinese of the interface: whole, true to its facts, and set as Chinese is."""

import re
import runpy
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.pofile import read_po
from flask import Flask

ROOT = Path(__file__).parents[2]
PO = ROOT / "servicedesk" / "translations" / "zh" / "LC_MESSAGES" / "messages.po"
HAN = "[\u3007\u4e00-\u9fff]"
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|\{(\w+)\}")
HALF_WIDTH = re.compile(rf"{HAN} ?[,;:!(]|{HAN}\?|[,;!)] ?{HAN}")
CROWDED = re.compile(rf"{HAN}[0-9]|[0-9]{HAN}")
LACKING = "run ./dev translate, then translate in messages.po"


@cache
def catalog() -> Catalog:
    """Return the Chinese messages."""
    with PO.open("rb") as file:
        return read_po(file, locale="zh", ignore_obsolete=True)


@cache
def messages() -> tuple[Message, ...]:
    return tuple(message for message in catalog() if message.id)


def forms(words: str | Iterable[str] | None) -> tuple[str, ...]:
    """Return singular and plural, or the one form there is."""
    return (words,) if isinstance(words, str) else tuple(words or ("",))


def said(message: Message) -> str:
    """Return the Chinese; it has one form for any number."""
    (words,) = forms(message.string)
    return words


def placeholders(words: str) -> set[str]:
    return {found[1] or found[2] for found in PLACEHOLDER.finditer(words)}


@cache
def collected() -> frozenset[str]:
    """Return every message of code and templates, collected as ``./dev translate`` does."""
    own = parse_keywords(runpy.run_path(str(ROOT / "dev"))["KEYWORDS"])
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = extract_from_dir(ROOT, methods, options, keywords=DEFAULT_KEYWORDS | own)
    return frozenset(forms(words)[0] for _, _, words, _, _ in found)


def test_every_message_of_code_and_templates_is_listed() -> None:
    listed = {forms(message.id)[0] for message in messages()}

    assert len(collected()) > 1000
    assert not collected() - listed, LACKING


def test_every_message_has_its_chinese() -> None:
    empty = [message.id for message in messages() if not all(forms(message.string))]

    assert not empty, LACKING


def test_no_message_is_a_guess() -> None:
    assert not [message.id for message in messages() if message.fuzzy]
    assert not catalog().fuzzy


def test_the_chinese_names_the_same_facts() -> None:
    """A number may be left out of the English of one, never of the Chinese."""
    unlike = [
        (message.id, said(message))
        for message in messages()
        if placeholders(said(message)) != placeholders(forms(message.id)[-1])
    ]

    assert not unlike


def test_the_chinese_can_be_filled_in() -> None:
    for message in messages():
        if message.python_format:
            filled = said(message) % dict.fromkeys(placeholders(said(message)), "甲")
            assert "%(" not in filled


@pytest.mark.parametrize(
    "unwanted",
    [re.compile("[\"']"), HALF_WIDTH, CROWDED],
    ids=["straight quotation marks", "half-width punctuation", "figures without a space"],
)
def test_the_chinese_is_set_as_chinese(unwanted: re.Pattern[str]) -> None:
    assert not [said(message) for message in messages() if unwanted.search(said(message))]


def test_marks_between_words_follow_the_page_even_from_one_template(app: Flask) -> None:
    template = app.jinja_env.from_string("{{ ': ' | mark }}{{ ', ' | mark }}")

    for language, marks in (("en", ": , "), ("zh", "：，"), ("en", ": , ")):
        with app.test_request_context(f"/?lang={language}"):
            assert template.render() == marks

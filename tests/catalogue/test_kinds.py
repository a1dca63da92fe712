"""Every kind of question: asked, read and refused with words that say what to do."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from servicedesk.catalogue import forms, wording
from servicedesk.catalogue.definition import Page
from servicedesk.catalogue.forms import PageForm
from servicedesk.catalogue.registry import Choice
from servicedesk.web.words import today
from servicedesk.words import Text
from tests.catalogue.factories import page_of, service_of_page, text

CHOICES = {
    "places": (
        Choice("a", Text("Room A", "甲室"), note=Text("20 m²", "20 平方米")),
        Choice("b", Text("Room B", "乙室")),
        Choice("c", Text("Room C", "丙室"), taken=True),
    )
}
OPTIONS = [
    {"key": "one", "label": text("One", "第一")},
    {"key": "two", "label": text("Two", "第二")},
]
NEXT_YEAR = str(today().year + 1)


def _form(page: Page, sent: Mapping[str, Any], language: str, **answers: Any) -> PageForm:  # noqa: ANN401
    service = service_of_page(page)
    form_class = forms.page_form(1, service, page, language, CHOICES)
    form = form_class(MultiDict(sent), answers=answers, meta={"csrf": False})
    form.validate()
    return form


GOOD: list[tuple[dict[str, Any], dict[str, Any], Any, tuple[str, str]]] = [
    # what is asked, what is sent (after f_x), the answer kept, how it reads in en and zh
    ({"kind": "text"}, {"": "  Lin   Qiao "}, "Lin Qiao", ("Lin Qiao", "Lin Qiao")),
    ({"kind": "text", "script": "chinese"}, {"": "林乔"}, "林乔", ("林乔", "林乔")),
    ({"kind": "text", "script": "latin"}, {"": "José O'Neil"}, "José O'Neil", ("José O'Neil",) * 2),
    ({"kind": "long_text"}, {"": "a\r\nb"}, "a\nb", ("a\nb", "a\nb")),
    ({"kind": "number"}, {"": "1,250"}, 1250, ("1,250", "1,250")),
    ({"kind": "number", "places": 2}, {"": "１２.50"}, "12.5", ("12.5", "12.5")),
    ({"kind": "percent"}, {"": "33.5 %"}, "33.5", ("33.5\xa0%", "33.5%")),
    (
        {"kind": "money", "currencies": ["CNY", "USD"]},
        {"-currency": "USD", "-amount": "5,000,000.5"},
        {"currency": "USD", "amount": "5000000.50"},
        ("USD\xa05,000,000.50", "5,000,000.50\xa0美元"),
    ),
    (
        {"kind": "date"},
        {"-y": "2028", "-m": "2", "-d": "29"},
        "2028-02-29",
        ("29 February 2028", "2028\xa0年\xa02\xa0月\xa029\xa0日"),
    ),
    ({"kind": "choice", "options": OPTIONS}, {"": "two"}, "two", ("Two", "第二")),
    (
        {"kind": "many", "options": OPTIONS},
        {"": ["two", "one"]},
        ["one", "two"],
        ("One, Two", "第一、第二"),
    ),
    ({"kind": "yes_no"}, {"": "no"}, False, ("No", "否")),
    ({"kind": "pick", "source": "places"}, {"": "b"}, "b", ("Room B", "乙室")),
    (
        {"kind": "pick", "source": "places", "many": True},
        {"": ["b", "a", "b"]},
        ["a", "b"],
        ("Room A, Room B", "甲室、乙室"),
    ),
    (
        {"kind": "credit_code"},
        {"": "91110114 ma7xcp003j"},
        "91110114MA7XCP003J",
        ("91110114MA7XCP003J",) * 2,
    ),
    (
        {"kind": "chinese_id"},
        {"": "11010519491231002x"},
        "11010519491231002X",
        ("11010519491231002X",) * 2,
    ),
    ({"kind": "passport"}, {"": "e 12345678"}, "E12345678", ("E12345678",) * 2),
    ({"kind": "permit_number"}, {"": "ab-12 345"}, "AB-12345", ("AB-12345",) * 2),
    ({"kind": "signature"}, {"": " Lin  Qiao "}, "Lin Qiao", ("Lin Qiao",) * 2),
    ({"kind": "phone"}, {"": "138 0000 0101"}, "+8613800000101", ("+86 138 0000 0101",) * 2),
    ({"kind": "phone"}, {"": "+49 30 1234567"}, "+49301234567", ("+49 30 1234567",) * 2),
    ({"kind": "email"}, {"": "Lin@Example.ORG"}, "Lin@example.org", ("Lin@example.org",) * 2),
    (
        {"kind": "address"},
        {"": "昌平区科学园路 9 号"},
        "昌平区科学园路 9 号",
        ("昌平区科学园路 9 号",) * 2,
    ),
    ({"kind": "declaration"}, {"": "y"}, True, ("Confirmed", "已确认")),
]

BAD: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    # what is asked, what is sent (after f_x), what is said
    ({"kind": "text"}, {"": " \t "}, "Fill in “The question”."),
    ({"kind": "text", "max": 3}, {"": "abcd"}, "This has 4 characters. Use at most 3."),
    ({"kind": "text", "min": 3}, {"": "ab"}, "Use at least 3 characters."),
    ({"kind": "text", "script": "chinese"}, {"": "Lin"}, "Use Chinese characters only."),
    ({"kind": "text", "script": "latin"}, {"": "林"}, "Use Latin letters only"),
    ({"kind": "permit_number"}, {"": "AB"}, "It must have 5 to 30."),
    ({"kind": "permit_number"}, {"": "AB_12345"}, "letters, figures, hyphens"),
    ({"kind": "signature"}, {"": "L"}, "Sign with your whole name."),
    ({"kind": "signature"}, {"": ""}, "Sign by typing your name under “The question”."),
    ({"kind": "long_text", "max": 5}, {"": "a\r\nb\r\ncd"}, "This has 6 characters."),
    ({"kind": "number"}, {"": "five"}, "Enter a number in figures"),
    ({"kind": "number"}, {"": "1.5"}, "Enter a whole number."),
    ({"kind": "number"}, {"": "1,50"}, "Enter a number in figures"),
    ({"kind": "number"}, {"": "1e9"}, "Enter a number in figures"),
    ({"kind": "number", "min": 2}, {"": "1"}, "Enter 2 or more."),
    ({"kind": "number", "max": 2}, {"": "3"}, "Enter 2 or less."),
    ({"kind": "percent"}, {"": "100.01"}, "Enter 100 or less."),
    ({"kind": "percent"}, {"": "1.234"}, "at most 2 decimal places"),
    ({"kind": "money"}, {"-amount": ""}, "Enter the amount under “The question”."),
    ({"kind": "money"}, {"-amount": "a lot"}, "Enter the amount in figures"),
    ({"kind": "money"}, {"-currency": "XXX", "-amount": "1"}, "Choose one of the currencies"),
    ({"kind": "money", "min": 1}, {"-amount": "0"}, "Enter 1 or more."),
    ({"kind": "date"}, {}, "Enter the day under “The question”."),
    ({"kind": "date"}, {"-y": "2026", "-m": "6", "-d": "31"}, "There is no 31 June 2026."),
    ({"kind": "date"}, {"-y": "2026", "-m": "6", "-d": ""}, "Enter the day as well."),
    ({"kind": "date"}, {"-y": "2026", "-m": "June", "-d": "3"}, "There is no such day."),
    ({"kind": "date"}, {"-y": "26", "-m": "6", "-d": "3"}, "four figures"),
    (
        {"kind": "date", "latest_days": 0},
        {"-y": NEXT_YEAR, "-m": "12", "-d": "31"},
        "or an earlier day.",
    ),
    ({"kind": "date", "earliest_days": 0}, {"-y": "2020", "-m": "1", "-d": "1"}, "or a later day."),
    ({"kind": "choice", "options": OPTIONS}, {}, "Choose an answer to “The question”."),
    ({"kind": "choice", "options": OPTIONS}, {"": "three"}, "Choose one of the answers offered."),
    ({"kind": "many", "options": OPTIONS}, {}, "Choose at least one answer"),
    ({"kind": "many", "options": OPTIONS}, {"": ["one", "x"]}, "Choose only from the answers"),
    ({"kind": "yes_no"}, {}, "Choose an answer to “The question”."),
    ({"kind": "pick", "source": "places"}, {"": ""}, "Choose an answer to “The question”."),
    ({"kind": "pick", "source": "places"}, {"": "z"}, "Choose one of the answers offered."),
    ({"kind": "pick", "source": "places"}, {"": "c"}, "Choose one of the answers offered."),
    (
        {"kind": "pick", "source": "places", "many": True, "max": 1},
        {"": ["a", "b"]},
        "Choose at most 1.",
    ),
    (
        {"kind": "pick", "source": "places", "many": True, "min": 2},
        {"": ["a"]},
        "Choose at least 2.",
    ),
    (
        {"kind": "credit_code"},
        {"": "91110114MA7XCP003"},
        "This code has 17 characters. Enter all 18.",
    ),
    ({"kind": "credit_code"}, {"": "91110114MA7XCP0O3J"}, "A credit code has no “O”."),
    ({"kind": "credit_code"}, {"": "91110114MA7XCP003K"}, "The characters do not fit together."),
    ({"kind": "chinese_id"}, {"": "110105194912310021"}, "The digits do not fit together."),
    ({"kind": "chinese_id"}, {"": "110105194902300021"}, "are no date of birth"),
    ({"kind": "chinese_id"}, {"": "1101051949"}, "Enter all 18."),
    ({"kind": "passport"}, {"": "E1#"}, "5 to 15 letters and digits"),
    ({"kind": "phone"}, {"": "12345"}, "a telephone number that can be called"),
    ({"kind": "email"}, {"": "lin at example.org"}, "Enter an e-mail address"),
    ({"kind": "address"}, {"": "9 号"}, "Enter the whole address"),
    ({"kind": "declaration"}, {}, "Confirm with a tick"),
]


def _sent(parts: Mapping[str, Any]) -> MultiDict[str, Any]:
    return MultiDict({f"f_x{part}": value for part, value in parts.items()})


@pytest.mark.parametrize(("field", "sent", "answer", "words"), GOOD)
def test_a_good_answer_is_kept_shown_and_asked_again(
    language: str,
    field: dict[str, Any],
    sent: dict[str, Any],
    answer: object,
    words: Any,  # noqa: ANN401
) -> None:
    page = page_of({"key": "x", **field})
    form = _form(page, _sent(sent), language)

    assert form.errors == {}
    kept = forms.read(form, page)
    assert kept == {"x": answer}

    shown = wording.show(page.fields[0], answer, language, CHOICES)
    assert shown == words[language == "zh"]

    form_class = forms.page_form(1, service_of_page(page), page, language, CHOICES)
    again = form_class(None, data=forms.fill(page, kept), answers={})
    assert forms.read(again, page) == kept


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize(("field", "sent", "words"), BAD)
def test_a_bad_answer_is_refused_with_words_that_say_what_to_do(
    field: dict[str, Any], sent: dict[str, Any], words: str
) -> None:
    form = _form(page_of({"key": "x", **field}), _sent(sent), "en")

    assert words in str(form.errors["f_x"][0])
    assert [one.message for one in form.problems()] == [str(form.errors["f_x"][0])]


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize("field", [one[0] for one in GOOD])
def test_an_optional_question_may_stay_blank(field: dict[str, Any]) -> None:
    page = page_of({"key": "x", "required": False, **field})
    is_ticked = field["kind"] in {"many", "yes_no"} or field.get("many")  # blank: not sent at all

    form = _form(page, {} if is_ticked else {"f_x": ""}, "en")

    assert form.errors == {}
    assert forms.read(form, page)["x"] in (None, [])
    assert form["f_x"].flags.optional


@pytest.mark.usefixtures("in_english")
def test_what_turns_the_direction_of_writing_is_dropped() -> None:
    page = page_of({"key": "x", "kind": "text"})

    form = _form(page, {"f_x": "Li\u202eaN\u200b\x00"}, "en")

    assert forms.read(form, page) == {"x": "LiaN"}


@pytest.mark.usefixtures("in_english")
def test_bounds_of_a_day_count_from_today() -> None:
    page = page_of({"key": "x", "kind": "date", "earliest_days": 0, "latest_days": 10})
    for days, is_fine in ((-1, False), (0, True), (10, True), (11, False)):
        day = today() + timedelta(days=days)
        sent = {"f_x-y": str(day.year), "f_x-m": str(day.month), "f_x-d": str(day.day)}
        assert (_form(page, sent, "en").errors == {}) is is_fine


@pytest.mark.parametrize(
    ("kind", "answer", "masked"),
    [
        ("chinese_id", "11010519491231002X", "•••• 002X"),
        ("passport", "E1234", "•••• 4"),
        ("address", "昌平区科学园路 9 号", "••••"),
        ("date", "1949-12-31", "••••"),
    ],
)
def test_sensitive_answers_are_masked(kind: str, answer: str, masked: str) -> None:
    question = page_of({"key": "x", "kind": kind, "sensitive": True}).fields[0]

    assert wording.show(question, answer, "en", {}, masked=True) == masked
    assert wording.show(question, answer, "en", {}) != masked

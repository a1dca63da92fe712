"""Days, moments, amounts: as English and Chinese readers write them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

import pytest

from servicedesk.web import amounts, writing
from servicedesk.web.writing import NBSP

TODAY = date(2026, 11, 20)
Style = Literal["full", "short", "long"]


@pytest.mark.parametrize(
    ("day", "language", "style", "words"),
    [
        (date(2026, 12, 4), "en", "full", "Friday 4 December"),
        (date(2026, 12, 4), "en", "short", "4 Dec"),
        (date(2026, 12, 4), "en", "long", "4 December 2026"),
        (date(2027, 1, 10), "en", "full", "10 January 2027"),
        (date(2027, 1, 10), "en", "short", "10 Jan 2027"),
        (date(2026, 12, 4), "zh", "full", "12_月_4_日（周五）"),
        (date(2026, 11, 20), "zh", "short", "11_月_20_日"),
        (date(2026, 11, 20), "zh", "long", "2026_年_11_月_20_日"),
        (date(2031, 6, 30), "zh", "full", "2031_年_6_月_30_日"),
    ],
)
def test_days(day: date, language: str, style: Style, words: str) -> None:
    assert writing.day(day, language, TODAY, style).replace(NBSP, "_") == words


@pytest.mark.parametrize(
    ("language", "style", "words"),
    [
        ("en", "short", "20 Nov, 15:02"),
        ("en", "full", "Friday 20 November, 15:02"),
        ("en", "long", "20 November 2026, 15:02"),
        ("zh", "short", "11_月_20_日 15:02"),
        ("zh", "full", "11_月_20_日（周五）15:02"),
        ("zh", "long", "2026_年_11_月_20_日 15:02"),
    ],
)
def test_moments(language: str, style: Style, words: str) -> None:
    moment = datetime(2026, 11, 20, 15, 2)  # noqa: DTZ001 - local time, as the function asks

    assert writing.moment(moment, language, TODAY, style).replace(NBSP, "_") == words


def test_amounts_have_their_currency_where_each_language_puts_it() -> None:
    amount = Decimal("1234567.5")

    assert writing.money(amount, "USD", "en") == f"USD{NBSP}1,234,567.50"
    assert writing.money(amount, "USD", "zh") == f"1,234,567.50{NBSP}美元"


def test_percentages() -> None:
    assert writing.percent(Decimal("33.30"), "en") == f"33.3{NBSP}%"
    assert writing.percent(60, "zh") == "60%"


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (9_960_000, "10.0 MB"), (64_000_000, "64 MB")],
)
def test_sizes(count: int, words: str) -> None:
    assert writing.size(count).replace(NBSP, " ") == words


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("5,000,000.00", Decimal("5000000.00")),
        ("5 000 000", Decimal(5_000_000)),
        ("５，０００．５", Decimal("5000.5")),
        (".5", Decimal("0.5")),
        ("5，000，000", Decimal(5_000_000)),
        ("5'000'000.00", Decimal(5_000_000)),
        ("1.50000", Decimal("1.5")),
        ("5000,50", None),
        ("5.000,50", None),
        ("5 000,50", None),
        ("5,00,0", None),
        ("5000,000", None),
        ("5,000,00", None),
        ("5000，50", None),
        (",500", None),
        ("1.234", None),
        ("1.2.3", None),
        ("-5", None),
        ("1e9", None),
        ("NaN", None),
        ("Infinity", None),
        ("²", None),
        ("", None),
        ("9" * 400, None),
    ],
)
def test_amounts_are_read_as_people_type_them(typed: str, amount: Decimal | None) -> None:
    assert amounts.read(typed) == amount


@pytest.mark.parametrize(
    ("typed", "places", "words"),
    [
        ("5000,50", 2, "commas"),
        ("5,00,0", 2, "commas"),
        ("five", 2, "figures"),
        ("a, b", 2, "figures"),
        ("5000.505", 2, "two decimal places"),
        ("5000.50", 0, "whole amount"),
    ],
)
def test_what_is_wrong_with_an_amount_is_said(typed: str, places: int, words: str) -> None:
    assert amounts.read(typed, places) is None
    assert words in str(amounts.fault(typed, places))


@pytest.mark.parametrize(
    ("amount", "english", "chinese"),
    [
        ("0", "Zero yuan", "人民币零元整"),
        ("1", "One yuan", "人民币壹元整"),
        ("10", "Ten yuan", "人民币壹拾元整"),
        ("0.05", "Zero yuan and 05 hundredths", "人民币零元伍分"),
        ("1005.50", "One thousand five yuan and 50 hundredths", "人民币壹仟零伍元伍角整"),
        (
            "100001.01",
            "One hundred thousand one yuan and 01 hundredths",
            "人民币壹拾万零壹元零壹分",
        ),
        ("20000000", "Twenty million yuan", "人民币贰仟万元整"),
        ("100000000", "One hundred million yuan", "人民币壹亿元整"),
    ],
)
def test_amounts_in_words(amount: str, english: str, chinese: str) -> None:
    assert amounts.in_words(Decimal(amount), "CNY", "en") == english
    assert amounts.in_words(Decimal(amount), "CNY", "zh") == chinese

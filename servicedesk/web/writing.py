"""Days, moments, amounts and sizes as English and Chinese readers write them.

Pure: the language, the day it is and the zone come from the caller.  In Chinese a number
and the characters beside it are set apart by a space, inside a date by one that does not break.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal

from servicedesk.words import is_wide

NBSP: Final = "\N{NO-BREAK SPACE}"
Style = Literal["full", "short", "long"]  # with weekday; small; always with the year

WEEKDAYS: Final = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
}
MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
SHORT_MONTH: Final = 3  # letters
CURRENCIES_ZH: Final = {
    "CNY": "元",
    "USD": "美元",
    "EUR": "欧元",
    "GBP": "英镑",
    "HKD": "港元",
    "JPY": "日元",
    "CHF": "瑞士法郎",
    "SGD": "新加坡元",
    "CAD": "加拿大元",
    "AUD": "澳大利亚元",
}
MARKS_ZH: Final = {": ": "：", ", ": "，", "; ": "；", ". ": "。"}
_BEFORE_CHINESE: Final = re.compile(r"(%\((\w+)\)s) (?=[\u3400-\u9fff])")
_AFTER_CHINESE: Final = re.compile(r"(?<=[\u3400-\u9fff]) (%\((\w+)\)s)")
_UNITS: Final = ("B", "kB", "MB", "GB")
_KILO: Final = 1000
_TENTHS_BELOW: Final = 10


def day(value: date, language: str, today: date, style: Style = "full") -> str:
    """Return the day; with its year unless it is the present one.

    >>> day(date(2026, 12, 4), "en", date(2026, 11, 20))
    'Friday 4 December'
    >>> day(date(2026, 12, 4), "en", date(2026, 11, 20), "short")
    '4 Dec'
    >>> day(date(2031, 6, 30), "en", date(2026, 11, 20))
    '30 June 2031'
    >>> day(date(2026, 12, 4), "zh", date(2026, 11, 20)).replace(NBSP, "_")
    '12_月_4_日（周五）'
    """
    shows_year = style == "long" or value.year != today.year
    shows_weekday = style == "full" and not shows_year
    if language == "zh":
        return _chinese_day(value, shows_year=shows_year, shows_weekday=shows_weekday)
    month = MONTHS[value.month - 1]
    words = f"{value.day} {month[:SHORT_MONTH] if style == 'short' else month}"
    if shows_year:
        words = f"{words} {value.year}"
    return f"{WEEKDAYS['en'][value.weekday()]} {words}" if shows_weekday else words


def moment(value: datetime, language: str, today: date, style: Style = "short") -> str:
    """Return the day and the time of a moment in local time.

    >>> moment(datetime(2026, 11, 20, 15, 12), "en", date(2026, 11, 20))
    '20 Nov, 15:12'
    >>> moment(datetime(2026, 11, 20, 9, 5), "zh", date(2026, 11, 20), "full").replace(NBSP, "_")
    '11_月_20_日（周五）09:05'
    """
    date_words = day(value.date(), language, today, style)
    if language == "zh":
        gap = "" if date_words.endswith("）") else " "
        return f"{date_words}{gap}{time_of_day(value)}"
    return f"{date_words}, {time_of_day(value)}"


def filled(sentence: str, facts: Mapping[str, str]) -> str:
    """Return ``sentence`` with its facts.

    A Chinese sentence sets figures apart by spaces; a fact that ends or begins in Chinese needs
    none.

    >>> filled("%(on)s 起，%(count)s 份", {"on": "12 月 4 日（周五）", "count": "2"})
    '12 月 4 日（周五）起，2 份'
    >>> filled("送达 %(to)s 处", {"to": "林乔"}), filled("at %(place)s", {"place": "园区"})
    ('送达林乔处', 'at 园区')
    """
    close = _BEFORE_CHINESE.sub(lambda seam: seam[1] + _gap(facts[seam[2]][-1:]), sentence)
    close = _AFTER_CHINESE.sub(lambda seam: _gap(facts[seam[2]][:1]) + seam[1], close)
    return close % facts


def _gap(beside: str) -> str:
    return "" if beside and is_wide(beside) else " "


def time_of_day(value: datetime) -> str:
    """Return the time of a moment in local time: ``15:12``."""
    return f"{value:%H:%M}"


def money(amount: Decimal, currency: str, language: str) -> str:
    """Return an amount with its currency, two places, thousands apart.

    >>> money(Decimal(5000000), "CNY", "en").replace(NBSP, "_")
    'CNY_5,000,000.00'
    >>> money(Decimal(5000000), "CNY", "zh").replace(NBSP, "_")
    '5,000,000.00_元'
    """
    figures = f"{amount:,.2f}"
    if language == "zh":
        return f"{figures}{NBSP}{CURRENCIES_ZH.get(currency, currency)}"
    return f"{currency}{NBSP}{figures}"


def number(value: Decimal | float) -> str:
    """Return a number with thousands apart and no places it does not have.

    >>> number(1234567), number(Decimal("25.50"))
    ('1,234,567', '25.5')
    """
    words = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
    return words.rstrip("0").rstrip(".") if "." in words else words


def percent(value: Decimal | float, language: str) -> str:
    """Return a percentage: ``60 %`` in English, ``60%`` in Chinese."""
    return f"{number(value)}{'' if language == 'zh' else NBSP}%"


def mark(stop: str, language: str) -> str:
    """Return a punctuation mark with its space: full-width, and without one, in Chinese.

    >>> mark(": ", "en"), mark(": ", "zh")
    (': ', '：')
    """
    return MARKS_ZH[stop] if language == "zh" else stop


def size(count: int) -> str:
    """Return a number of bytes, rounded.

    >>> size(84_211).replace(NBSP, " "), size(2_100_000).replace(NBSP, " ")
    ('84 kB', '2.1 MB')
    """
    value, unit = float(count), _UNITS[0]
    for unit in _UNITS:
        if value < _KILO or unit == _UNITS[-1]:
            break
        value /= _KILO
    places = 1 if unit not in _UNITS[:2] and value < _TENTHS_BELOW else 0
    return f"{value:.{places}f}{NBSP}{unit}"


def _chinese_day(value: date, *, shows_year: bool, shows_weekday: bool) -> str:
    words = f"{value.month}{NBSP}月{NBSP}{value.day}{NBSP}日"
    if shows_year:
        words = f"{value.year}{NBSP}年{NBSP}{words}"
    return f"{words}（{WEEKDAYS['zh'][value.weekday()]}）" if shows_weekday else words

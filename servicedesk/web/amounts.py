"""Amounts of money as people type them, and written out in words.

Pure.  "Five million yuan" and 人民币伍佰万元整 below an amount let its author see a zero too many.
"""

import re
from decimal import Decimal, InvalidOperation
from typing import Final

from servicedesk.words import Words, say

MOST_PLACES: Final = 2
LARGEST: Final = Decimal(10) ** 15
_LONGEST: Final = 40  # characters

_FULL_WIDTH: Final = str.maketrans("０１２３４５６７８９．，、", "0123456789.,,")
_BLANKS: Final = str.maketrans("\u00a0\u202f\u3000’", "   '")
# Whole digits, plain or in groups of three with one sign between them; then a point and places.
_SHAPE: Final = re.compile(
    r"(\d*|\d{1,3}(?P<mark>[, '])\d{3}(?:(?P=mark)\d{3})*)(\.\d*)?", re.ASCII
)
_HAS_COMMA: Final = re.compile(r"[\d,. ']*\d[\d ']*,[\d,. ']*", re.ASCII)
_ENGLISH_BELOW_20: Final = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_ENGLISH_TENS: Final = [
    "-",
    "-",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
]
_ENGLISH_SCALES: Final = ("", "thousand", "million", "billion", "trillion")
_ENGLISH_CURRENCIES: Final = {
    "CNY": ("yuan", "yuan"),
    "USD": ("US dollar", "US dollars"),
    "EUR": ("euro", "euros"),
    "GBP": ("pound", "pounds"),
    "HKD": ("Hong Kong dollar", "Hong Kong dollars"),
    "JPY": ("yen", "yen"),
}
_CHINESE_FIGURES: Final = "零壹贰叁肆伍陆柒捌玖"
_CHINESE_PLACES: Final = ("", "拾", "佰", "仟")
_CHINESE_SCALES: Final = ("", "万", "亿", "万亿")
_CHINESE_CURRENCIES: Final = {
    "CNY": "人民币",
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
_TWENTY, _HUNDRED, _THOUSAND, _TEN_THOUSAND = 20, 100, 1000, 10_000


def read(typed: str, places: int = MOST_PLACES) -> Decimal | None:
    """Return the amount that was typed, None if it is none of ours.

    Commas and blanks stand between groups of three digits and nowhere else: a comma before
    the cents would make the amount a hundred times what was meant.

    >>> read("5,000,000.00"), read("５０００"), read("1.005"), read("five"), read("-1")
    (Decimal('5000000.00'), Decimal('5000'), None, None, None)
    >>> read("5000,50"), read("5,00,0"), read("5000.50", places=0), read("5000.00", places=0)
    (None, None, None, Decimal('5000.00'))

    Args:
        typed: by a person.
        places: after the point, at most; idle zeros are none.
    """
    figures = _figures(typed)
    if not _SHAPE.fullmatch(figures) or len(figures) > _LONGEST:
        return None
    try:
        amount = Decimal(re.sub("[, ']", "", figures))
    except InvalidOperation:
        return None
    return amount if amount < LARGEST and amount == round(amount, places) else None


def fault(typed: str, places: int = MOST_PLACES) -> Words:
    """Return what is wrong with what was typed, if ``read`` cannot read it."""
    if read(typed) is not None and places == 0:
        return say("This currency has no smaller unit. Enter a whole amount.")
    if _HAS_COMMA.fullmatch(_figures(typed)):
        return say(
            "Use commas between groups of three digits only, like 5,000,000, and a point before "
            "the decimal places, like 5000.50."
        )
    return say("Enter the amount in figures, with at most two decimal places.")


def _figures(typed: str) -> str:
    return typed.translate(_FULL_WIDTH).translate(_BLANKS).strip()


def grouped(amount: str) -> str:
    """Return a stored amount as its box shows it: ``5,000,000.00``."""
    return f"{Decimal(amount):,.2f}"


def currency_name(code: str, language: str) -> str:
    """Return a currency as a label: its code in English, its name in Chinese."""
    return _CHINESE_CURRENCIES.get(code, code) if language == "zh" else code


def in_words(amount: Decimal, currency: str, language: str) -> str:
    """Return the amount written out.

    >>> in_words(Decimal(5_000_000), "CNY", "en")
    'Five million yuan'
    >>> in_words(Decimal(5_000_000), "CNY", "zh")
    '人民币伍佰万元整'
    """
    return _in_chinese(amount, currency) if language == "zh" else _in_english(amount, currency)


def _in_english(amount: Decimal, currency: str) -> str:
    whole, cents = divmod(int(amount * _HUNDRED), _HUNDRED)
    one, many = _ENGLISH_CURRENCIES.get(currency, (currency, currency))
    words = f"{_english(whole)} {one if whole == 1 else many}"
    words = words[0].upper() + words[1:]
    return f"{words} and {cents:02} hundredths" if cents else words


def _english(value: int) -> str:
    """Return a whole number in English words.

    >>> _english(1_234_567)
    'one million two hundred thirty-four thousand five hundred sixty-seven'
    """
    if value == 0:
        return _ENGLISH_BELOW_20[0]
    groups = []
    for scale in _ENGLISH_SCALES:
        value, group = divmod(value, _THOUSAND)
        if group:
            groups.append(f"{_english_below_1000(group)} {scale}".strip())
    return " ".join(reversed(groups))


def _english_below_1000(value: int) -> str:
    hundreds, rest = divmod(value, _HUNDRED)
    words = [f"{_ENGLISH_BELOW_20[hundreds]} hundred"] if hundreds else []
    if rest >= _TWENTY:
        tens, ones = divmod(rest, 10)
        words.append(_ENGLISH_TENS[tens] + (f"-{_ENGLISH_BELOW_20[ones]}" if ones else ""))
    elif rest:
        words.append(_ENGLISH_BELOW_20[rest])
    return " ".join(words)


def _in_chinese(amount: Decimal, currency: str) -> str:
    whole, cents = divmod(int(amount * _HUNDRED), _HUNDRED)
    jiao, fen = divmod(cents, 10)
    words = f"{_CHINESE_CURRENCIES.get(currency, currency)}{_chinese(whole)}元"
    if not cents:
        return f"{words}整"
    if jiao:
        words += f"{_CHINESE_FIGURES[jiao]}角"
    elif whole:
        words += "零"
    return words + (f"{_CHINESE_FIGURES[fen]}分" if fen else "整")


def _chinese(value: int) -> str:
    """Return a whole number in the figures of cheques.

    >>> _chinese(100_200_003), _chinese(10_010), _chinese(30_500_000)
    ('壹亿零贰拾万零叁', '壹万零壹拾', '叁仟零伍拾万')
    """
    if value == 0:
        return _CHINESE_FIGURES[0]
    groups: list[int] = []
    while value:
        value, group = divmod(value, _TEN_THOUSAND)
        groups.append(group)
    words = ""
    for scale in reversed(range(len(groups))):
        group = groups[scale]
        if not group:
            continue
        needs_zero = words and (group < _THOUSAND or not groups[scale + 1])
        words += ("零" if needs_zero else "") + _chinese_below_10000(group) + _CHINESE_SCALES[scale]
    return words


def _chinese_below_10000(value: int) -> str:
    words, has_gap = "", False
    for place in (3, 2, 1, 0):
        figure = value // 10**place % 10
        if not figure:
            has_gap = bool(words)
            continue
        words += ("零" if has_gap else "") + _CHINESE_FIGURES[figure] + _CHINESE_PLACES[place]
        has_gap = False
    return words

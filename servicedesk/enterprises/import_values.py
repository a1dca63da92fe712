"""What stands in a cell of a table of enterprises, read as what it means, and written again.

Pure.  Each reader takes a cell that is not empty and returns its value, or raises ``Unfit`` with
words that say what to do.  Table programs change what people type: a day becomes the number of
days since 1900, a long number loses its last figures.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from typing import Any, Final

from babel.core import get_global
from babel.numbers import get_territory_currencies

from servicedesk.catalogue import numbers
from servicedesk.catalogue.numbers import Unfit
from servicedesk.enterprises import credit_code, reference
from servicedesk.enterprises.name_parts import tidy
from servicedesk.web import amounts
from servicedesk.words import Text, say

LONG: Final = "long"  # a term without an end
LONGEST_TEXT: Final = 300  # characters; OWN
LONGEST_NAME: Final = 120  # characters of a name in the register

_EXCEL_BEGAN: Final = date(1899, 12, 30)  # counted so, days from March 1900 on come out right
_EXCEL_DAYS: Final = range(61, 109_575)  # 1900-03-01 to 2199-12-31
_DAY: Final = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T ].*)?")
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL: Final = re.compile(r"(\d{1,6})(?:\.\d+)?")
_SCIENTIFIC: Final = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.IGNORECASE)
_SCALED: Final = re.compile(r"(.*?)\s*(万|亿|百万)?\s*([元圆])?")
_SCALES: Final = {None: Decimal(1), "万": Decimal(10_000), "百万": Decimal(10**6),
                  "亿": Decimal(10**8)}  # fmt: skip
_TOTAL: Final = re.compile(
    r"([A-Za-z]{3})?\s*([\d,.]+\s*[万亿]?)\s*(?:元)?\s*([A-Za-z]{3}|\S*元|\S*币)?"
)
_BETWEEN: Final = re.compile("[;；\n]+")
_LONG_WORDS: Final = frozenset(
    ["long", "long-term", "长期", "永久", "无固定期限", "no fixed end", "without a fixed end"]
)
_YES: Final = frozenset(["yes", "true", "1", "是", "y"])
_NO: Final = frozenset(["no", "false", "0", "否", "n"])
_CURRENCIES: Final = {
    "人民币": "CNY", "人民币元": "CNY", "元": "CNY", "rmb": "CNY", "美元": "USD", "欧元": "EUR",
    "英镑": "GBP", "港元": "HKD", "港币": "HKD", "日元": "JPY", "瑞士法郎": "CHF",
    "新加坡元": "SGD", "加拿大元": "CAD", "加元": "CAD", "澳大利亚元": "AUD", "澳元": "AUD",
}  # fmt: skip


def code(cell: str) -> str:
    """Return a unified social credit code."""
    if _SCIENTIFIC.fullmatch(cell):
        raise Unfit(
            say(
                "The table program made a number of this code and lost its end. Format the "
                "column as text and enter the code again."
            )
        )
    try:
        return numbers.credit_code(cell)
    except Unfit as fault:
        meant = credit_code.meant(numbers.compact(cell))
        if meant is None:
            raise
        raise Unfit(say("%(fault)s Is %(meant)s meant?", fault=fault.words, meant=meant)) from None


def text(cell: str) -> str:
    """Return a text in one line."""
    line = " ".join(unicodedata.normalize("NFC", cell).split())
    if len(line) > LONGEST_TEXT:
        raise Unfit(say("This has more than %(most)s characters.", most=LONGEST_TEXT))
    if not line.isprintable():
        raise Unfit(say("This has signs that cannot be printed. Type it again."))
    return line


def name(cell: str) -> str:
    """Return the name of an enterprise, with the brackets that names have in China."""
    line = text(cell)
    if len(line) > LONGEST_NAME:
        raise Unfit(say("This has more than %(most)s characters.", most=LONGEST_NAME))
    return line.replace("(", "（").replace(")", "）")


def day(cell: str) -> date:
    """Return a day: 2026-03-02, 2026/3/2, 2026年3月2日, 20260302, or as Excel counts it.

    >>> day("2026年3月2日") == day("2026/3/2") == day("46083") == day("46083.0") == day("20260302")
    True
    """
    line = unicodedata.normalize("NFKC", cell).strip()
    serial = _SERIAL.fullmatch(line)
    if serial and int(serial[1]) in _EXCEL_DAYS:
        return _EXCEL_BEGAN + timedelta(days=int(serial[1]))
    found = _DAY.fullmatch(line) or _COMPACT.fullmatch(line)
    try:
        if found:
            return date(*map(int, found.groups()))
    except ValueError:
        pass
    raise Unfit(say("This is not a day. Write it as 2026-03-02."))


def end(cell: str) -> date | str:
    """Return the last day of a term, also of "2020-01-01 至 2050-01-01", or ``LONG``."""
    line = unicodedata.normalize("NFKC", cell).strip()
    last = re.split(r"\s*(?:至|到|~|—|--)\s*", line)[-1]
    return LONG if last.lower() in _LONG_WORDS else day(last)


def amount(cell: str) -> Decimal:
    """Return an amount of money; 万 and 亿 count.

    >>> amount("500万元"), amount("5,000,000.00")
    (Decimal('5000000'), Decimal('5000000.00'))
    """
    line = unicodedata.normalize("NFKC", cell).strip()
    found = _SCALED.fullmatch(line)
    read = amounts.read(_unscientific(found[1])) if found and found[1] else None
    if found is None or read is None:
        raise Unfit(say("This is not an amount. Write it as 5000000.00."))
    scaled = read * _SCALES[found[2]]
    return scaled.quantize(Decimal(1)) if found[2] and scaled == scaled.to_integral() else scaled


def ten_thousands(cell: str) -> Decimal:
    """Return an amount from a column that counts in 10,000 (注册资本（万元）)."""
    whole = amount(cell) * _SCALES["万"]
    return whole.quantize(Decimal(1)) if whole == whole.to_integral() else whole


def total(cell: str) -> dict[str, str]:
    """Return an amount with its currency as a fact; without one it is in yuan.

    >>> total("300万元"), total("CHF 20,000.00")
    ({'currency': 'CNY', 'amount': '3000000'}, {'currency': 'CHF', 'amount': '20000.00'})
    """
    found = _TOTAL.fullmatch(unicodedata.normalize("NFKC", cell).strip())
    if not found:
        raise Unfit(say("This is not an amount. Write it as 5000000.00."))
    letters = found[1] or (found[3] if found[3] and found[3] != "元" else None)
    return money(amount(found[2]), currency(letters) if letters else "CNY")


def is_total(plain: str) -> bool:
    """Whether a text in half-width signs looks like an amount with a currency."""
    return _TOTAL.fullmatch(plain) is not None


def currency(cell: str) -> str:
    """Return a currency by its letters or its Chinese name."""
    line = unicodedata.normalize("NFKC", cell).strip()
    found = _CURRENCIES.get(line.lower(), line.upper())
    if found not in _tender():
        raise Unfit(say("“%(typed)s” is no currency. Write its letters, as CNY.", typed=cell))
    return found


@cache
def _tender() -> frozenset[str]:
    """Return the currencies that are money somewhere: ISO 4217 also has gold, and none at all."""
    places = get_global("territory_currencies")
    return frozenset(code for place in places for code in get_territory_currencies(place))


def count(cell: str) -> int:
    """Return a number of years."""
    found = re.fullmatch(r"(\d{1,3})(?:\.0+)?\s*(?:年|years?)?", cell.strip())
    if not found or not int(found[1]):
        raise Unfit(say("This is not a number of years."))
    return int(found[1])


def yes(cell: str) -> bool:
    """Return a yes or no."""
    line = cell.strip().lower()
    if line not in _YES | _NO:
        raise Unfit(say("Write yes or no."))
    return line in _YES


def form(cell: str) -> str:
    """Return a legal form by its key or its name in either language."""
    found = _forms().get(_key(cell))
    if found is None:
        near = get_close_matches(_key(cell), _forms(), n=1)
        raise Unfit(_unknown(cell, reference.org_forms()[_forms()[near[0]]].name if near else None))
    return found


def phrases(cell: str) -> list[str]:
    """Return phrases of business scope, by their codes or words; between them semicolons."""
    return [phrase(one) for one in _BETWEEN.split(cell) if one.strip()]


def phrase(cell: str) -> str:
    """Return one phrase of business scope."""
    known = _phrases()
    found = known.get(_key(cell))
    if found is None:
        near = get_close_matches(_key(cell), known, n=1)
        raise Unfit(
            _unknown(cell, reference.scope_phrases()[known[near[0]]].name if near else None)
        )
    return found


def texts(cell: str) -> list[str]:
    """Return several names; between them semicolons, 、 or new lines."""
    return [text(one) for one in re.split("[;；、\n]+", cell) if one.strip()]


def money(whole: Decimal, in_currency: str) -> dict[str, str]:
    """Return an amount as a fact."""
    return {"currency": in_currency, "amount": str(whole)}


def written(value: Any) -> str:  # noqa: ANN401 - any JSON
    """Return a plain fact as a cell."""
    return "" if value is None else str(value)


def part(value: Any, key: str) -> str:  # noqa: ANN401 - any JSON
    """Return a part of a fact as a cell; empty where there is none."""
    return written(value.get(key)) if isinstance(value, Mapping) else ""


def _unscientific(figures: str) -> str:
    """Return figures as they are typed: Excel keeps 12000000 as "1.2E7"."""
    is_scientific = _SCIENTIFIC.fullmatch(figures) and len(figures) < LONGEST_NAME
    return f"{Decimal(figures):f}" if is_scientific and _is_small(figures) else figures


def _is_small(figures: str) -> bool:
    return abs(int(re.split("[Ee]", figures)[1])) < 20  # noqa: PLR2004 - no amount has so many


def _unknown(cell: str, near: Text | None) -> Any:  # noqa: ANN401 - Words
    typed = cell.strip()[:60]
    if near is None:
        return say("“%(typed)s” is not in the list.", typed=typed)
    return say("“%(typed)s” is not in the list. Is “%(near)s” meant?", typed=typed, near=near)


def _key(cell: str) -> str:
    return tidy(cell).lower().rstrip("。.")


@cache
def _forms() -> dict[str, str]:
    forms = reference.org_forms().values()
    return {_key(word): one.key for one in forms for word in (one.key, one.name.zh, one.name.en)}


@cache
def _phrases() -> dict[str, str]:
    known = reference.scope_phrases().values()
    return {_key(word): one.code for one in known for word in (one.code, one.name.zh, one.name.en)}

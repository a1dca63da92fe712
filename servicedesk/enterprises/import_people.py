"""Shareholders and officers in cells of a table: "林乔 | person | CN | 3000000 CNY | 60%".

Pure.  The name comes first; what follows is told apart by how it looks, so its order does not
matter and what is not known is left out.  Several stand on lines of their own, or between
semicolons.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, Final

from babel import Locale

from servicedesk.catalogue.numbers import Unfit
from servicedesk.enterprises import import_values as values
from servicedesk.enterprises import money
from servicedesk.enterprises.identities import HOME
from servicedesk.words import say

Fact = dict[str, Any]

_BAR: Final = re.compile("[|｜]")
_PERCENT: Final = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*%")
_PAID: Final = re.compile(r"(?:paid|实缴)\s*[:：]?\s*(.+)", re.IGNORECASE)
_PAY_BY: Final = re.compile(r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?")
_WHOLE: Final = Decimal(100)
_KINDS: Final = {
    "person": "person", "自然人": "person", "个人": "person",
    "organisation": "organisation", "organization": "organisation", "机构": "organisation",
    "法人": "organisation", "企业": "organisation", "单位": "organisation",
}  # fmt: skip
_METHODS: Final = {
    "cash": "cash", "in cash": "cash", "货币": "cash", "现金": "cash",
    "in_kind": "in_kind", "in kind": "in_kind", "非货币": "in_kind", "非货币财产": "in_kind",
    "实物": "in_kind", "知识产权": "in_kind", "labour": "labour", "labor": "labour",
    "劳务": "labour",
}  # fmt: skip
_LIABILITIES: Final = {
    "limited": "limited", "有限合伙人": "limited", "有限责任": "limited",
    "general": "general", "普通合伙人": "general", "无限连带责任": "general",
}  # fmt: skip
_POSTS: Final = {
    "chair": "chair", "董事长": "chair", "director": "director", "董事": "director",
    "执行董事": "director", "manager": "manager", "经理": "manager", "总经理": "manager",
    "legal_representative": "legal_representative", "法定代表人": "legal_representative",
    "legal representative": "legal_representative",
}  # fmt: skip
# How a Chinese page writes what the register keeps in English; ``owners`` reads both.
_CHINESE: Final = {
    "person": "自然人", "organisation": "机构", "cash": "货币", "in_kind": "非货币财产",
    "labour": "劳务", "limited": "有限合伙人", "general": "普通合伙人", "chair": "董事长",
    "director": "董事", "manager": "经理", "legal_representative": "法定代表人",
}  # fmt: skip
# What the notation says of an owner; the register may know more.
WRITTEN: Final = frozenset(
    ["name", "kind", "country", "contribution", "percent", "method", "pay_by", "liability", "paid"]
)
_REGIONS: Final = {"香港": "HK", "澳门": "MO", "台湾": "TW"}


def owners(cell: str) -> list[Fact]:
    """Return shareholders or partners with what is said of each.

    >>> owners("林乔 | 自然人 | 60% | 300万元")[0]["contribution"]
    {'currency': 'CNY', 'amount': '3000000'}

    Raises:
        Unfit: something is said that cannot be understood, or not whether it is a person.
    """
    found = [_owner(entry) for entry in _entries(cell)]
    stated = [Decimal(one["percent"]) for one in found if one["percent"]]
    if sum(stated) > _WHOLE:
        raise Unfit(say("The shares come to more than 100 per cent."))
    return found if stated else _with_shares(found)


def officers(cell: str) -> list[Fact]:
    """Return those who have a post in the company, with their posts.

    >>> officers("林乔 | 执行董事, 经理")
    [{'name': '林乔', 'posts': ['director', 'manager']}]

    Raises:
        Unfit: a post is not known.
    """
    return [_officer(entry) for entry in _entries(cell)]


def owners_cell(listed: Sequence[Mapping[str, Any]]) -> str:
    """Return shareholders as ``owners`` reads them."""
    return "\n".join(" | ".join(_owner_parts(one)) for one in listed)


def officers_cell(listed: Sequence[Mapping[str, Any]]) -> str:
    """Return officers as ``officers`` reads them."""
    lines = ((one["name"], ", ".join(one.get("posts") or ())) for one in listed)
    return "\n".join(" | ".join(part for part in line if part) for line in lines)


def in_chinese(cell: str) -> str:
    """Return a cell of owners or officers with the words of its notation in Chinese.

    >>> in_chinese("manager | person | 3000000 CNY | cash")
    'manager | 自然人 | 3000000 CNY | 货币'
    """
    return "\n".join(" | ".join(_parts_in_chinese(line.split(" | "))) for line in cell.split("\n"))


def _parts_in_chinese(parts: Sequence[str]) -> Iterator[str]:
    yield parts[0]  # the name
    for part in parts[1:]:
        yield ", ".join(_CHINESE.get(word, word) for word in part.split(", "))


def _entries(cell: str) -> Iterator[list[str]]:
    """Yield each entry as its parts, the first of which is a name."""
    several = cell.splitlines() if "\n" in cell.strip() else re.split("[;；]", cell)
    for entry in several:
        parts = [values.text(part) for part in _BAR.split(entry)]
        if any(parts):
            if not parts[0]:
                raise Unfit(say("A name is missing before “%(rest)s”.", rest=" | ".join(parts)))
            yield [part for part in parts if part]


def _owner(parts: Sequence[str]) -> Fact:
    said: Fact = {"name": parts[0]}
    for part in parts[1:]:
        key, value = _told(parts[0], part)
        if key in said:
            raise Unfit(say("“%(part)s” of %(name)s is said twice.", part=part, name=parts[0]))
        said[key] = value
    if "kind" not in said:
        raise Unfit(say("Say whether %(name)s is a person or an organisation.", name=parts[0]))
    plain = {"country": HOME, "contribution": None, "percent": "", "method": "", "pay_by": ""}
    return plain | said


def _told(name: str, part: str) -> tuple[str, Any]:
    """Return which fact of a shareholder a part is, and its value."""
    plain = unicodedata.normalize("NFKC", part).strip()
    for tell in _TELLERS:
        found = tell(plain)
        if found is not None:
            return found
    raise Unfit(say("“%(part)s” of %(name)s cannot be understood.", part=part[:60], name=name[:60]))


def _word(plain: str) -> tuple[str, str] | None:
    for key, words in (("kind", _KINDS), ("method", _METHODS), ("liability", _LIABILITIES)):
        if plain.lower() in words:
            return key, words[plain.lower()]
    return None


def _percent(plain: str) -> tuple[str, str] | None:
    found = _PERCENT.fullmatch(plain)
    return ("percent", found[1]) if found else None


def _paid(plain: str) -> tuple[str, Any] | None:
    found = _PAID.fullmatch(plain)
    told = _contribution(found[1]) if found else None
    return ("paid", told[1]) if told else None


def _pay_by(plain: str) -> tuple[str, str] | None:
    return ("pay_by", values.day(plain).isoformat()) if _PAY_BY.fullmatch(plain) else None


def _country(plain: str) -> tuple[str, str] | None:
    found = _countries().get(plain.lower())
    return ("country", found) if found else None


def _contribution(plain: str) -> tuple[str, Any] | None:
    return ("contribution", values.total(plain)) if values.is_total(plain) else None


_TELLERS: Final[tuple[Callable[[str], tuple[str, Any] | None], ...]] = (
    _word, _percent, _paid, _pay_by, _country, _contribution,
)  # fmt: skip


def _with_shares(found: list[Fact]) -> list[Fact]:
    """Return the owners with the per cent that their contributions come to, where all say them."""
    sums = [money.of_answer(one["contribution"]) for one in found]
    known = [one for one in sums if one is not None]
    if len(known) < len(found) or len({one.currency for one in known}) != 1:
        return found
    percents = money.shares([one.amount for one in known])
    return [one | {"percent": str(part)} for one, part in zip(found, percents, strict=True)]


def _owner_parts(one: Mapping[str, Any]) -> Iterator[str]:
    yield str(one.get("name", ""))
    yield from (str(one[key]) for key in ("kind", "country") if one.get(key))
    yield from _sum(one.get("contribution"), "")
    if one.get("percent"):
        yield f"{one['percent']}%"
    yield from (str(one[key]) for key in ("method", "pay_by", "liability") if one.get(key))
    yield from _sum(one.get("paid"), "paid ")


def _sum(fact: Any, before: str) -> Iterator[str]:  # noqa: ANN401 - any JSON
    amount = money.of_answer(fact)
    if amount is not None:
        yield f"{before}{amount.amount} {amount.currency}"


def _officer(parts: Sequence[str]) -> Fact:
    posts = [post for part in parts[1:] for post in re.split("[,，、]", part) if post.strip()]
    return {"name": parts[0], "posts": sorted({_post(parts[0], post) for post in posts})}


def _post(name: str, typed: str) -> str:
    found = _POSTS.get(unicodedata.normalize("NFKC", typed).strip().lower())
    if found is None:
        raise Unfit(
            say(
                "The post “%(post)s” of %(name)s is not known: write director, chair, manager or "
                "legal representative.",
                post=typed.strip()[:60],
                name=name[:60],
            )
        )
    return found


@cache
def _countries() -> dict[str, str]:
    """Return countries and regions by their two letters and their names in both languages."""
    found: dict[str, str] = {}
    for language in ("en", "zh"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():  # noqa: PLR2004 - ISO 3166 alpha-2
                found |= {code.lower(): code, str(name).lower(): code}
    return found | {key.lower(): code for key, code in _REGIONS.items()}

"""The administrative divisions of China at or above the county, as words in a name.

Art. 8 of the regulations on enterprise names (L_NAME): such a name cannot be a trade name,
unless it means something else.  A province, a prefecture and a district of a municipality
cannot, whether written in full (昌平区) or without its kind (昌平).  A county elsewhere
cannot in full; without its kind it is often an ordinary word (东方, 永康): a person judges.

Source: GB/T 2260, as ``python-stdnum`` carries it (table of Wikipedia, divisions in force).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Final

from stdnum import numdb

from servicedesk.enterprises import reference
from servicedesk.enterprises.name_parts import simplified

_KINDS: Final = (
    "特别行政区|自治区|自治州|自治县|自治旗|地区|林区|矿区|特区|新区|省|市|区|县|州|盟|旗"
)
_PEOPLES: Final = (
    "(?:维吾尔|哈萨克|柯尔克孜|塔吉克|鄂温克|鄂伦春|达斡尔|蒙古|锡伯|土家|布依|哈尼|傈僳|拉祜|东乡|"
    "纳西|景颇|仫佬|布朗|撒拉|毛南|仡佬|普米|裕固|独龙|朝鲜|保安)族?|"
    "[各回藏苗彝壮满侗瑶白傣黎佤畲水土羌怒]族"
)
_KIND: Final = re.compile(f"(?:{_KINDS})$")
_PEOPLE: Final = re.compile(f"(?<=..)(?:{_PEOPLES})+$")
_HEADING: Final = re.compile("市辖区|县|.*直辖县级行政单位")  # of the table, no division's name
_PAST: Final = re.compile(r"\[\d*-\d+\]")
_SINCE: Final = re.compile(r"^\[\d+-\]")


class Standing(IntEnum):
    """How a text stands to the names of divisions."""

    IS_ONE = 1  # it is one, or made of nothing else
    MAY_BE_ONE = 2  # it is one without its kind, and an ordinary word as well
    HOLDS_ONE = 3


@dataclass(frozen=True)
class Divisions:
    """The names, by how they weigh."""

    full: frozenset[str]  # with their kind: 昌平区, 沛县
    firm: frozenset[str]  # without it: 北京, 宁波, 昌平
    loose: frozenset[str]  # without it, and ordinary words too: 东方, 安康
    made_of: re.Pattern[str]  # one or several of them and nothing else: 北京昌平


def standing(text: str) -> tuple[Standing, str] | None:
    """Return how ``text`` stands to the names of divisions, and which it is or holds.

    >>> standing("昌平区"), standing("宁波"), standing("东方")[0].name
    ((<Standing.IS_ONE: 1>, '昌平区'), (<Standing.IS_ONE: 1>, '宁波'), 'MAY_BE_ONE')
    >>> standing("京北京"), standing("澄野")
    ((<Standing.HOLDS_ONE: 3>, '北京'), None)
    """
    known = divisions()
    if known.made_of.fullmatch(text):
        return Standing.IS_ONE, text
    if text in known.loose:
        return Standing.MAY_BE_ONE, text
    parts = (text[i:j] for i in range(len(text)) for j in range(len(text), i + 1, -1))
    held = next((one for one in parts if one in known.full or one in known.firm), None)
    return (Standing.HOLDS_ONE, held) if held else None


@cache
def divisions() -> Divisions:
    """Return the divisions in force."""
    ordinary = set(reference.name_words().other_meanings)
    full: set[str] = set()
    firm: set[str] = set()
    loose = set(ordinary)
    for name, is_firm in _in_force():
        core = _without_kind(name)
        full.add(name)
        (firm if is_firm else loose).add(core)
    firm -= ordinary
    loose -= firm
    words = sorted(_spoken(firm), key=len, reverse=True)
    one = f"(?:{'|'.join(words)})(?:{_KINDS})?|{'|'.join(full)}"
    return Divisions(frozenset(full), _spoken(firm), _spoken(loose), re.compile(f"(?:{one})+"))


def _spoken(cores: set[str]) -> frozenset[str]:
    """Leave out what is one character without its kind: it says nothing."""
    return frozenset(core for core in cores if len(core) > 1)


def _in_force() -> Iterator[tuple[str, bool]]:
    """Yield each division in full, and whether it is none of the counties elsewhere."""
    for _length, _low, _high, facts, below in numdb.get("cn/loc").prefixes:
        province = simplified(facts["province"])
        yield province, True
        for _length, number, _high, inner, _below in below:
            is_firm = number.endswith("00") or province.endswith("市")
            yield from ((name, is_firm) for name in _names(inner["county"]) if number != "0000")


def _names(entry: str) -> list[str]:
    """Return the names in force of an entry of the table, which has those of the past too.

    >>> _names("[-1984]双江县,[1985-]双江拉祜族佤族布朗族傣族自治县"), _names("市辖区")
    (['双江拉祜族佤族布朗族傣族自治县'], [])
    """
    names = [_SINCE.sub("", one) for one in entry.split(",") if not _PAST.match(one)]
    return [one for one in names if not _HEADING.fullmatch(one)]


def _without_kind(name: str) -> str:
    """Return a division's name without its kind and the peoples it is autonomous for.

    >>> [_without_kind(one) for one in ("昌平区", "新疆维吾尔自治区", "延边朝鲜族自治州")]
    ['昌平', '新疆', '延边']
    """
    core = _KIND.sub("", name)
    return _PEOPLE.sub("", core) if "自治" in name else core

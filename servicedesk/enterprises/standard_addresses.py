"""An address as typed, compared with the standard addresses of the park.

Where a typed address is one of the standard ones, no paper has to prove it (cross-department
address check).  Two ways to write one address are told as one: full and half width, blanks,
divisions in front, Chinese numbers, 号楼 or 栋, with or without 室, the floor before the room.

Source: domain/enterprise_services.yaml, ``address_rules.standard_address``.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from servicedesk.enterprises.name_parts import simplified, tidy

NEAREST: Final = 3  # suggestions
_ALIKE: Final = 0.8  # of two, twice the pairs of characters in both, of the pairs in each

_DIGITS: Final = {figure: number for number, figure in enumerate("零一二三四五六七八九")} | {
    "〇": 0, "○": 0, "两": 2,
}  # fmt: skip
_TENS: Final = {"十": 10, "百": 100}
_NUMBER: Final = re.compile(
    f"[{''.join([*_DIGITS, *_TENS])}]+(?=号|栋|幢|座|楼|层|室|单元|房|院|工位|-)"
)
_STEPS: Final = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        ("^(?:中华人民共和国|中国)", ""),
        ("[‐‑‒–—―−~_]", "-"),
        ("[,，、。.;；:：·\"'“”‘’()（）\\[\\]【】]", ""),
        ("(?:号楼|#楼|#|栋|幢|座)", "栋"),
        ("(?:室|号房间|房间|号房|房|号室)$", ""),
        ("(?<=[0-9])号$", ""),
        ("(?<=[0-9])(?:层|楼|f)(?=[0-9])", "层"),
        ("栋([0-9]+)层(?=\\1[0-9]{2}$)", "栋"),  # 2层201 is 201
        ("([0-9]+)栋(.*?)\\1-(?=[0-9a-z]+(?:工位)?$)", "\\1栋\\2"),  # 4栋4-201 is 4栋201
        ("工位$", ""),
    )
)


@dataclass(frozen=True)
class Match:
    """Which standard address was meant: exactly one, or perhaps one of ``near``."""

    exact: str | None = None
    near: tuple[str, ...] = ()


def match(typed: str, standard: Mapping[str, str], *, homes: Collection[str]) -> Match:
    """Return which of the ``standard`` addresses ``typed`` is, or is nearly.

    >>> here = {"4-207": "北京市昌平区示例路 1 号示例 4 号楼 4-207 室"}
    >>> match("昌平区示例路一号示例４栋207", here, homes=["北京市昌平区", "北京市"])
    Match(exact='4-207', near=())
    >>> match("昌平区示例路1号示例4号楼217室", here, homes=["北京市昌平区", "北京市"])
    Match(exact=None, near=('4-207',))

    Args:
        typed: the address, in Chinese.
        standard: the addresses to compare with, by their codes.
        homes: how addresses here may begin.
    """
    prefixes = tuple(sorted(homes, key=len, reverse=True))
    wanted = plain(typed, prefixes)
    written = {code: plain(address, prefixes) for code, address in standard.items()}
    exact = next((code for code, address in written.items() if address == wanted), None)
    if exact is not None or not wanted:
        return Match(exact)
    pairs = _pairs(wanted)
    alike = [(_alike(pairs, _pairs(address)), code) for code, address in written.items()]
    near = sorted((-score, code) for score, code in alike if score >= _ALIKE)
    return Match(near=tuple(code for _, code in near[:NEAREST]))


@lru_cache(maxsize=20_000)
def plain(address: str, homes: tuple[str, ...]) -> str:
    """Return an address so that other ways to write it come out the same.

    >>> plain("中国北京市昌平区 示例路 1 号 4 号楼 201 室", ("北京市昌平区", "北京市"))
    '示例路1号4栋201'
    """
    text = simplified(tidy(address)).casefold()
    text = _NUMBER.sub(lambda found: str(_value(found[0])), text)
    steps = iter(_STEPS)
    pattern, instead = next(steps)
    text = _without_division(pattern.sub(instead, text), homes)
    for pattern, instead in steps:
        text = pattern.sub(instead, text)
    return text


def _without_division(text: str, homes: tuple[str, ...]) -> str:
    """Return ``text`` without the divisions we lie in, whole or in part (昌平区)."""
    inner = [
        home.removeprefix(outer) for home in homes for outer in homes if home.startswith(outer)
    ]
    for one in sorted({*homes, *inner} - {""}, key=len, reverse=True):
        text = text.removeprefix(one)
    return text


def _value(figures: str) -> int:
    """Return a number written in Chinese, by places (二百零一) or figure by figure (二〇一)."""
    if not any(figure in _TENS for figure in figures):
        return int("".join(str(_DIGITS[figure]) for figure in figures))
    total, last = 0, None
    for figure in figures:
        if figure in _TENS:
            total += (1 if last is None else last) * _TENS[figure]
            last = None
        else:
            last = _DIGITS[figure] or None
    return total + (last or 0)


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[n : n + 2] for n in range(len(text) - 1))


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / max(len(one) + len(other), 1)

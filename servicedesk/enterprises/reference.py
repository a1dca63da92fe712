"""What the data files of the register say, read once a process.

Pure data: phrases of business scope, organisational forms, words of the name rules,
industries, look-alike characters, the places of the demo park.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from servicedesk.words import Text

_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class ScopePhrase:
    """One standard phrase of business scope."""

    code: str
    category: str
    name: Text
    is_licensed: bool
    licence: Text  # of the licence needed; empty where none is
    authority: Text
    timing: Literal["none", "pre", "post"]  # before or after the registration
    note: str


@dataclass(frozen=True)
class ForeignBar:
    """What a phrase of business scope asks of foreign investment."""

    words: Text
    source: str
    ground: str  # the question that asks on what ground the field is open
    open: frozenset[str]  # answers on which it is
    joint: frozenset[str]  # those that need a shareholder from the mainland


@dataclass(frozen=True)
class OrgForm:
    """An organisational form: how its name ends and how many owners it has."""

    key: str
    name: Text
    suffixes: tuple[str, ...]
    owners_min: int
    owners_max: int | None
    notes: str


@dataclass(frozen=True)
class WordRule:
    """A rule of art. 11 or 12 with the words that stand for it."""

    article: str
    weight: Literal["wrong", "look"]
    where: Literal["start", "inside", "end", "anywhere"]
    title: Text
    words: tuple[str, ...]
    forms: tuple[str, ...] = ()  # keys of ``org_forms.csv`` that it binds; none: every one


@dataclass(frozen=True)
class NameWords:
    """What ``name_words.yaml`` says."""

    days_normal: int
    days_needs_approval: int
    barred_days: int
    rules: tuple[WordRule, ...]
    foreign_places: tuple[str, ...]  # other names of countries than those in use
    other_meanings: tuple[str, ...]  # divisions that are ordinary words too


@dataclass(frozen=True)
class SuggestedWords:
    """What suggestions of a trade name are made of."""

    characters: tuple[str, ...]
    pairs: tuple[str, ...]


@dataclass(frozen=True)
class Industry:
    """A word offered for the industry part of a name."""

    term: str
    name: Text
    group: Text
    shared_class: str | None  # with which other words it counts as one; None: those of its stem


@dataclass(frozen=True)
class UnitStock:
    """A place of the demo park, before it is in the database."""

    code: str
    kind: str  # room, desk, hosted
    building_key: str
    building: Text
    floor: int
    area: int
    address: Text
    capacity: int
    lease: Text | None = None  # on what conditions it is let


@dataclass(frozen=True)
class OccupantStock:
    """An invented company that was in the demo park before there was this desk."""

    unit: str
    name: str
    came: int  # days before the demo begins
    ends: int | None  # days after it on which the lease ends; below 0 it has; None: open
    left: int | None  # days before it on which it moved out; None: it is still there


@cache
def scope_phrases() -> dict[str, ScopePhrase]:
    """Return the phrases of business scope by code, in the order of the file.

    >>> scope_phrases()["BS088"].licence.zh
    '药品生产许可证'
    """
    return {row["code"]: _phrase(row) for row in _rows("business_scope.csv")}


@cache
def foreign_bars() -> dict[str, ForeignBar]:
    """Return what foreign investment must know, by the code of the phrase.

    >>> sorted(foreign_bars()["BS007"].open)
    ['pilot']
    """
    return {
        code: ForeignBar(
            words=Text(bar["en"], bar["zh"]),
            source=bar["source"],
            ground=bar["ground"],
            open=frozenset(bar["open"]),
            joint=frozenset(bar.get("joint", ())),
        )
        for code, bar in _yaml("scope_bars.yaml").items()
    }


@cache
def org_forms() -> dict[str, OrgForm]:
    """Return the organisational forms by key.

    >>> org_forms()["llc"].suffixes
    ('有限责任公司', '有限公司')
    """
    return {row["form_key"]: _form(row) for row in _rows("org_forms.csv")}


@cache
def name_words() -> NameWords:
    """Return the words of the name rules."""
    data = _yaml("name_words.yaml")
    return NameWords(
        days_normal=data["reservation_days"]["normal"],
        days_needs_approval=data["reservation_days"]["needs_approval"],
        barred_days=data["similar_barred_days"],
        rules=tuple(
            WordRule(
                article=rule["article"],
                weight=rule["weight"],
                where=rule.get("where", "anywhere"),
                title=Text(**rule["title"]),
                words=tuple(_flat(rule["words"])),
                forms=tuple(rule.get("forms", ())),
            )
            for rule in data["rules"]
        ),
        foreign_places=tuple(data["foreign_places"]),
        other_meanings=tuple(data["other_meanings"]),
    )


@cache
def name_suggestions() -> SuggestedWords:
    """Return what suggestions of a trade name are made of."""
    data = _yaml("name_suggestions.yaml")
    return SuggestedWords(tuple(data["characters"]), tuple(data["pairs"]))


@cache
def industries() -> dict[str, Industry]:
    """Return the industries offered, by their word in a name."""
    found = {}
    for group in _yaml("industries.yaml")["groups"]:
        heading = Text(**group["group"])
        for term in group["terms"]:
            word = term["zh"]
            found[word] = Industry(word, Text(term["en"], word), heading, term.get("same"))
    return found


@cache
def industry_tails() -> tuple[str, ...]:
    """Return how the word of an industry may end without meaning another one, longest first."""
    return tuple(sorted(_yaml("industries.yaml")["tails"], key=len, reverse=True))


def lookalike_groups() -> list[str]:
    """Return the groups of look-alike characters; the first of each stands for all."""
    lines = (_DATA / "lookalikes.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@cache
def lookalikes() -> dict[int, str]:
    """Return a ``str.translate`` table that makes look-alike characters one."""
    return {ord(character): group[0] for group in lookalike_groups() for character in group[1:]}


@cache
def demo_units() -> tuple[UnitStock, ...]:
    """Return the invented places of the demo park."""
    return tuple(
        _unit(building, block, code, area)
        for building in _yaml("address_units.yaml")["buildings"]
        for block in building["units"]
        for code, area in block["codes"].items()
    )


@cache
def demo_occupants() -> tuple[OccupantStock, ...]:
    """Return who is in the demo park, and who was; all invented."""
    return tuple(
        OccupantStock(
            unit=row["unit"],
            name=row["company"],
            came=int(row["came"]),
            ends=int(row["ends"]) if row["ends"] else None,
            left=int(row["left"]) if row["left"] else None,
        )
        for row in _rows("address_occupants.csv")
    )


def _flat(words: list[str | list[str]]) -> Iterator[str]:
    """Yield the words of a list, written in rows or not."""
    for entry in words:
        yield from [entry] if isinstance(entry, str) else entry


def _unit(building: dict[str, Any], block: dict[str, Any], code: str, area: int) -> UnitStock:
    pattern = block.get("address", building["address"])
    lease = block.get("lease")
    return UnitStock(
        code=code,
        kind=block["kind"],
        building_key=building["key"],
        building=Text(**building["name"]),
        floor=block.get("floor") or _floor_of(code),
        area=area,
        address=Text(**{language: text % {"unit": code} for language, text in pattern.items()}),
        capacity=block["capacity"],
        lease=Text(**lease) if lease else None,
    )


def _floor_of(code: str) -> int:
    """Return the floor in the number of a room: all but its last two figures; else the first.

    >>> _floor_of("4-207"), _floor_of("4-1103"), _floor_of("2-D01")
    (2, 11, 1)
    """
    number = code.partition("-")[2]
    return int(number[:-2] or 1) if number.isdigit() else 1


def _phrase(row: dict[str, str]) -> ScopePhrase:
    timing: Literal["none", "pre", "post"] = "none"
    if row["licence_timing"] in {"pre", "post"}:
        timing = "pre" if row["licence_timing"] == "pre" else "post"
    return ScopePhrase(
        code=row["code"],
        category=row["category"],
        name=Text(row["phrase_en"], row["phrase_zh"]),
        is_licensed=row["licensed"] == "yes",
        licence=Text(row["licence_en"], row["licence_zh"]),
        authority=Text(row["authority_en"], row["authority_zh"]),
        timing=timing,
        note=row["note"],
    )


def _form(row: dict[str, str]) -> OrgForm:
    return OrgForm(
        key=row["form_key"],
        name=Text(row["name_en"], row["name_zh"]),
        suffixes=tuple(row["suffix_zh"].split("|")),
        owners_min=int(row["owners_min"]),
        owners_max=int(row["owners_max"]) if row["owners_max"] else None,
        notes=row["notes"],
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _yaml(name: str) -> Any:  # noqa: ANN401 - any YAML
    return yaml.safe_load((_DATA / name).read_text(encoding="utf-8"))

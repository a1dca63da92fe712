"""What changes from one version of a service to the next, in sentences an officer can read.

Pure.  ``differences`` walks both definitions and finds every place that differs; ``changes``
says what that means: a question is new, a limit is shorter, a text is worded anew.  ``GRAVE``
are the matters that a new version decides otherwise; the rest is wording.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from servicedesk.catalogue import definitions
from servicedesk.catalogue.definition import Service
from servicedesk.words import Text, Words, say


class Matter(StrEnum):
    """What a change is about, in the order in which people want to know it."""

    FORM = "form"
    PAPERS = "papers"
    WAY = "way"
    TIME = "time"
    MONEY = "money"
    LETTERS = "letters"
    RESULT = "result"
    SETTINGS = "settings"
    GUIDE = "guide"
    WORDING = "wording"
    OTHER = "other"


MATTER_WORDS: Final[dict[Matter, Words]] = {
    Matter.FORM: say("Form"),
    Matter.PAPERS: say("Papers"),
    Matter.WAY: say("Way through the offices"),
    Matter.TIME: say("Time limits"),
    Matter.MONEY: say("Fees"),
    Matter.LETTERS: say("Letters"),
    Matter.RESULT: say("Result"),
    Matter.SETTINGS: say("Settings"),
    Matter.GUIDE: say("Guide"),
    Matter.WORDING: say("Wording"),
    Matter.OTHER: say("Other"),
}
GRAVE: Final = frozenset(Matter) - {Matter.WORDING, Matter.GUIDE, Matter.OTHER}


@dataclass(frozen=True)
class Difference:
    """One place at which two definitions differ; None where one of them has nothing."""

    place: str  # "pages[person].fields[age].required"
    before: Any
    after: Any


@dataclass(frozen=True)
class Change:
    """One thing that is otherwise than before."""

    matter: Matter
    words: Words
    place: str


def changes(before: Service, after: Service) -> Sequence[Change]:
    """Return what ``after`` does otherwise than ``before``, by matter; examples aside."""
    old, new = definitions.dump(before), definitions.dump(after)
    found = [
        _change(one, old, new)
        for one in differences(old, new)
        if not one.place.startswith(("examples", "schema"))
    ]
    return sorted(found, key=lambda one: list(Matter).index(one.matter))


def grouped(found: Sequence[Change]) -> list[tuple[Words, list[Change]]]:
    """Return changes under what they are about, in the order of matters."""
    groups = ((matter, [one for one in found if one.matter is matter]) for matter in Matter)
    return [(MATTER_WORDS[matter], group) for matter, group in groups if group]


def differences(before: Any, after: Any, place: str = "") -> Iterator[Difference]:  # noqa: ANN401 - any JSON
    """Yield each place at which two definitions differ; entries of lists are known by key."""
    if _is_text(before) and _is_text(after):
        if before != after:
            yield Difference(place, before, after)
    elif isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            at = f"{place}.{key}" if place else str(key)
            yield from differences(before.get(key), after.get(key), at)
    elif _is_keyed(before) and _is_keyed(after):
        yield from _between_lists(before, after, place)
    elif before != after:
        yield Difference(place, before, after)


def _between_lists(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]], place: str
) -> Iterator[Difference]:
    old, new = ({one["key"]: one for one in part} for part in (before, after))
    for key in [*old, *(key for key in new if key not in old)]:
        yield from differences(old.get(key), new.get(key), f"{place}[{key}]")
    if [key for key in old if key in new] != [key for key in new if key in old]:
        yield Difference(f"{place}.order", list(old), list(new))


def short(value: Any) -> str:  # noqa: ANN401 - any JSON
    """Return a value of a definition as one short piece of text."""
    if value is None:
        return "–"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _change(one: Difference, old: Mapping[str, Any], new: Mapping[str, Any]) -> Change:
    matter = _matter(one)
    name = _name_of(one.place, old if one.after is None else new)
    part = _what(one.place)
    facts: dict[str, object] = {"part": part, "name": name or Text(one.place, one.place)}
    if one.before is None and _is_entry(one.place):
        return Change(matter, say("%(part)s “%(name)s” is new.", **facts), one.place)
    if one.after is None and _is_entry(one.place):
        return Change(matter, say("%(part)s “%(name)s” is gone.", **facts), one.place)
    if one.place.endswith(".order"):
        return Change(matter, say("%(part)s: put in another order.", **facts), one.place)
    if _is_text(one.before) and _is_text(one.after):
        facts |= {"before": _as_text(one.before), "after": _as_text(one.after)}
        return Change(matter, say("%(part)s: “%(before)s” reads “%(after)s”.", **facts), one.place)
    facts |= {
        "key": one.place.rpartition(".")[2],
        "before": short(one.before),
        "after": short(one.after),
    }
    words = say("%(part)s “%(name)s”, %(key)s: %(before)s → %(after)s", **facts)
    return Change(matter, words, one.place)


def _matter(one: Difference) -> Matter:
    if _is_text(one.before) and _is_text(one.after):
        return Matter.WORDING
    return next((matter for start, matter in _MATTERS if one.place.startswith(start)), Matter.OTHER)


def _what(place: str) -> Words:
    """Return what kind of thing ``place`` is in, the innermost one."""
    return next((words for mark, words in _PARTS if mark in place), say("The service"))


def _name_of(place: str, data: Mapping[str, Any]) -> Text | None:
    """Return what the innermost thing on the way to ``place`` is called in ``data``."""
    name: Text | None = None
    here: Any = data
    for step in definitions.steps_of(place):
        here = definitions.entry(here, step)
        if not isinstance(here, Mapping):
            continue
        said = [here[key] for key in ("label", "title", "name") if _is_text(here.get(key))]
        name = _as_text(said[0]) if said else name
    return name


def _is_entry(place: str) -> bool:
    """Whether ``place`` is a thing of its own: an entry of a list, a setting or a letter."""
    head, _, last = place.rpartition(".")
    return place.endswith("]") or head in {"settings", "letters"} or (not head and bool(last))


def _is_text(part: object) -> bool:
    return isinstance(part, Mapping) and isinstance(part.get("en"), str) and "zh" in part


def _as_text(part: Mapping[str, str]) -> Text:
    return Text(short(part["en"]), short(part["zh"]))


def _is_keyed(part: Any) -> bool:  # noqa: ANN401 - any JSON
    return isinstance(part, list) and all(isinstance(one, dict) and "key" in one for one in part)


_LONGEST: Final = 100  # characters of a value
_MATTERS: Final = (
    ("pages", Matter.FORM),
    ("sections", Matter.FORM),
    ("declaration", Matter.FORM),
    ("materials", Matter.PAPERS),
    ("promise_check", Matter.WAY),
    ("stages", Matter.WAY),
    ("clock", Matter.TIME),
    ("fee", Matter.MONEY),
    ("letters", Matter.LETTERS),
    ("result", Matter.RESULT),
    ("settings", Matter.SETTINGS),
    ("guide", Matter.GUIDE),
)
_PARTS: Final = (  # the innermost first
    (".options[", say("Answer")),
    (".fields[", say("Question")),
    (".checks[", say("Point to confirm")),
    (".tasks[", say("Task")),
    ("lines[", say("Price")),
    ("pages[", say("Page")),
    ("sections[", say("Section")),
    ("materials[", say("Paper")),
    ("stages[", say("Stage")),
    ("clock", say("Time limit")),
    ("fee", say("Fee")),
    ("letters", say("Letter")),
    ("result", say("Result")),
    ("settings", say("Setting")),
    ("guide", say("Guide")),
)

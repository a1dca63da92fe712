"""What changes from one version of a service to the next, in sentences an officer can read.

Pure.  ``differences`` walks both definitions and finds every place that differs; ``changes``
says what that means: a question is new, a limit is shorter, a text is worded anew.  A setting
is told once, by its own name; the figures that it rules and the texts that insert it follow.
``GRAVE`` are the matters that a new version decides otherwise; the rest is wording.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from servicedesk.catalogue import definitions, settings
from servicedesk.catalogue.change_words import (
    OPAQUE,
    Data,
    as_text,
    called,
    is_text,
    setting_value,
    value,
)
from servicedesk.catalogue.definition import Service, Setting
from servicedesk.words import Words, say


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
    """Return what ``after`` does otherwise than ``before``, by matter; examples aside.

    Args:
        before: as it was written, settings not yet in its texts (``queries.written``).
        after: likewise.
    """
    old, new = definitions.dump(before), definitions.dump(after)
    told = list(_of_settings(before, after))
    ruled = {place for key in _changed(before, after) for place in after.settings[key].sets}
    shown = settings.filled_in(before), settings.filled_in(after)
    found = [
        Change(_matter(one), said(one.place, *shown), one.place)
        for one in differences(old, new)
        if one.place not in ruled and not _TOLD_OTHERWISE.match(one.place)
    ]
    return sorted([*told, *found], key=lambda one: list(Matter).index(one.matter))


def grouped(found: Sequence[Change]) -> list[tuple[Words, list[Change]]]:
    """Return changes under what they are about, in the order of matters."""
    groups = ((matter, [one for one in found if one.matter is matter]) for matter in Matter)
    return [(MATTER_WORDS[matter], group) for matter, group in groups if group]


def differences(before: Any, after: Any, place: str = "") -> Iterator[Difference]:  # noqa: ANN401 - any JSON
    """Yield each place at which two definitions differ; entries of lists are known by key."""
    if before == after:
        return
    if (is_text(before) and is_text(after)) or place.rpartition(".")[2] in OPAQUE:
        yield Difference(place, before, after)
    elif isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            at = f"{place}.{key}" if place else str(key)
            yield from differences(before.get(key), after.get(key), at)
    elif _is_keyed(before) and _is_keyed(after):
        yield from _between_lists(before, after, place)
    elif _are_alike(before, after):
        for number, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from differences(old, new, f"{place}[{number}]")
    else:
        yield Difference(place, before, after)


def _between_lists(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]], place: str
) -> Iterator[Difference]:
    old, new = ({one["key"]: one for one in part} for part in (before, after))
    for key in [*old, *(key for key in new if key not in old)]:
        yield from differences(old.get(key), new.get(key), f"{place}[{key}]")
    if [key for key in old if key in new] != [key for key in new if key in old]:
        yield Difference(f"{place}.order", list(old), list(new))


def said(place: str, before: Data, after: Data) -> Words:
    """Say what differs at ``place`` of two definitions that have settings in their texts."""
    if place.endswith(".order"):
        what = called(place.removesuffix(".order"), after).words
        return say("%(what)s: put in another order", what=what)
    old, new = _part(before, place), _part(after, place)
    named = called(place, before if new is None or is_text(old) else after)
    if is_text(old) and is_text(new):
        return say(
            "%(what)s: “%(before)s” reads “%(after)s”",
            what=named.words, before=as_text(old), after=as_text(new),
        )  # fmt: skip
    if old is None and (named.is_whole or _is_thing(new)):
        return say("%(what)s: new", what=named.words)
    if new is None and (named.is_whole or _is_thing(old)):
        return say("%(what)s: no longer", what=named.words)
    old, new = _apart(old, new)
    values = value(named.key, old, before), value(named.key, new, after)
    if None in values or values[0] == values[1]:
        return say("%(what)s: changed", what=named.words)
    return _from_to(named.words, *values)


def _of_settings(before: Service, after: Service) -> Iterator[Change]:
    """Say what is otherwise about the settings that both have."""
    for key, new in after.settings.items():
        old, place = before.settings.get(key), f"settings.{key}"
        if old is None:
            continue
        if old.current != new.current:
            matter = _matter_of(new.sets[0]) if new.sets else Matter.SETTINGS
            yield Change(matter, _setting_words(old, new), place)
        elif old.label != new.label:
            facts = {"before": old.label.plain(), "after": new.label.plain()}
            words = say("Setting: “%(before)s” reads “%(after)s”", **facts)
            yield Change(Matter.WORDING, words, place)
        elif _known_of(old) != _known_of(new):
            words = say("%(name)s: what is known about it", name=new.label.plain())
            yield Change(Matter.OTHER, words, place)


def _setting_words(old: Setting, new: Setting) -> Words:
    name = new.label.plain()
    if new.unit and old.unit == new.unit and None not in {old.current, new.current}:
        return say(
            "%(name)s: %(before)s → %(after)s %(unit)s",
            name=name, unit=settings.unit(new),
            before=settings.words(old), after=settings.words(new),
        )  # fmt: skip
    return _from_to(name, setting_value(old), setting_value(new))


def _from_to(what: object, before: object, after: object) -> Words:
    return say("%(what)s: %(before)s → %(after)s", what=what, before=before, after=after)


def _changed(before: Service, after: Service) -> Iterator[str]:
    """Yield the settings that both have, of another value."""
    for key, new in after.settings.items():
        if key in before.settings and before.settings[key].current != new.current:
            yield key


def _matter(one: Difference) -> Matter:
    if is_text(one.before) and is_text(one.after):
        return Matter.WORDING
    if one.place.endswith(".source"):
        return Matter.OTHER
    return _matter_of(one.place)


def _matter_of(place: str) -> Matter:
    return next((matter for start, matter in _MATTERS if place.startswith(start)), Matter.OTHER)


def _part(data: Any, place: str) -> Any:  # noqa: ANN401 - any JSON
    """Return what stands at ``place`` of a definition; None where there is nothing."""
    for step in definitions.steps_of(place):
        data = definitions.entry(data, step)
    return data


def _apart(before: Any, after: Any) -> tuple[Any, Any]:  # noqa: ANN401 - any JSON
    """Return of two lists of texts what is in one alone; anything else as it is."""
    if not isinstance(before, list) or not isinstance(after, list):
        return before, after
    if not all(map(is_text, [*before, *after])):
        return before, after
    return [one for one in before if one not in after], [one for one in after if one not in before]


def _is_thing(part: object) -> bool:
    return isinstance(part, Mapping) and not is_text(part)


def _is_keyed(part: Any) -> bool:  # noqa: ANN401 - any JSON
    return isinstance(part, list) and all(isinstance(one, dict) and "key" in one for one in part)


def _are_alike(before: Any, after: Any) -> bool:  # noqa: ANN401 - any JSON
    """Whether two lists have as many entries, texts or things without a key: told one by one."""
    if not isinstance(before, list) or not isinstance(after, list) or len(before) != len(after):
        return False
    return all(isinstance(one, dict) for one in [*before, *after])


def _known_of(setting: Setting) -> Data:
    """Return what a setting says besides its value."""
    return setting.model_dump(exclude={"value", "chosen", "label"})


_TOLD_OTHERWISE: Final = re.compile(r"examples|schema|settings\.\w+\.")
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

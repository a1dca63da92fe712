"""What the parts of a definition are called when they change, and how their values are said.

Pure.  ``revisions`` finds the places that differ; these tables turn a place into words that an
applicant can read.  What has no words here is said to have changed, never shown as it is coded.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, TypeGuard, cast

from servicedesk.catalogue import definitions
from servicedesk.catalogue.change_names import (
    ASPECTS,
    ENTRIES,
    LETTERS,
    THINGS,
    VALUES,
    WHOLE,
)
from servicedesk.catalogue.definition import Setting
from servicedesk.catalogue.settings import unit, words
from servicedesk.catalogue.sources import named as source_named
from servicedesk.catalogue.topics import topics
from servicedesk.park import park
from servicedesk.words import Text, Words, say

Data = Mapping[str, Any]
LONGEST: Final = 100  # characters of a text that is quoted


@dataclass(frozen=True)
class Called:
    """What a place of a definition is called: a thing that it is in, and what of the thing."""

    words: Words
    key: str  # the last name of the place, for ``value``
    is_whole: bool  # the place is a thing itself, not something of one


def called(place: str, data: Data) -> Called:
    """Return what ``place`` of the definition ``data`` is called; always words of ours."""
    steps = definitions.steps_of(place)
    thing, inside = _innermost(steps, data)
    names = [step for step in steps if isinstance(step, str)]
    if thing is None:
        return Called(WHOLE.get(names[0], _SOMETHING), names[-1], is_whole=False)
    telling = [key for key in steps[inside:] if isinstance(key, str) and key not in _SELF_EVIDENT]
    if not telling:
        return Called(thing, names[-1], is_whole=inside == len(steps))
    aspect = ASPECTS.get(telling[-1], _SOMETHING)
    said = say("%(thing)s, %(aspect)s", thing=thing, aspect=aspect)
    return Called(said, names[-1], is_whole=False)


def value(key: str, said: Any, data: Data) -> object | None:  # noqa: ANN401 - any JSON
    """Return ``said``, the value of ``key``, as people read it; None: that cannot be said.

    Args:
        key: the last name of the place that it stands at.
        said: as the definition has it.
        data: the definition, in which questions, papers and tasks are named.
    """
    if said is None:
        return _NONE
    if is_text(said):
        return say("“%(text)s”", text=as_text(said))
    if key in OPAQUE or isinstance(said, Mapping):
        return None
    if isinstance(said, list):
        return _listed([value(key, one, data) for one in said])
    return _single(key, said, data)


def _single(key: str, said: Any, data: Data) -> object | None:  # noqa: ANN401 - any JSON
    """Return a word or a figure of a definition as people read it."""
    if isinstance(said, bool):
        return _YES if said else _NO
    if key in VALUES:
        return VALUES[key].get(said)
    if key == "amount":
        return say("%(amount)s %(currency)s", amount=Decimal(said), currency=_currency(data))
    return _UNITS.get(key, _count)(said) if isinstance(said, int) else _named(key, said, data)


def _currency(data: Data) -> str:
    fee = data.get("fee")
    return str(fee["currency"]) if fee else ""


def setting_value(setting: Setting) -> Words:
    """Return the value of a setting in force, with its unit or as its options are called."""
    current = setting.current
    if current is None:
        return say("not known yet")
    if setting.unit:
        return say("%(value)s %(unit)s", value=words(setting), unit=unit(setting))
    chosen = str(current).split() if setting.options else []
    if chosen and all(one in setting.options for one in chosen):
        return cast("Words", _listed([setting.options[one].plain() for one in chosen]))
    return say("%(value)s", value=words(setting))


def is_text(part: object) -> TypeGuard[Mapping[str, str]]:
    """Whether ``part`` is a text in both languages."""
    return isinstance(part, Mapping) and isinstance(part.get("en"), str) and "zh" in part


def as_text(part: Mapping[str, str]) -> Text:
    """Return a text of a definition, shortened where it is long."""
    return Text(_short(part["en"]), _short(part["zh"]))


def _innermost(steps: Sequence[definitions.Step], data: Data) -> tuple[Words | None, int]:
    """Return the innermost thing on the way, and at which step what is inside it begins."""
    thing, inside = None, 0
    for at, found in enumerate(_things(steps, data), start=1):
        if found is not None:
            thing, inside = found, at
    return thing, inside


def _things(steps: Sequence[definitions.Step], data: Data) -> Iterator[Words | None]:
    """Yield for each step what it leads to, if that is a thing with a name."""
    here: Any = data
    path: list[str] = []
    for step in steps:
        here = definitions.entry(here, step)
        holder = path[-1] if path else ""
        path.append(str(step))
        if holder == "letters":
            yield say("Letter “%(name)s”", name=LETTERS.get(str(step), _SOMETHING))
        elif holder in ENTRIES:
            yield _entry(holder, here)
        else:
            yield THINGS.get(".".join(path))


def _entry(holder: str, here: Any) -> Words | None:  # noqa: ANN401 - any JSON
    if not isinstance(here, Mapping):
        return None
    said = [here[key] for key in ("label", "title", "name", "rule") if is_text(here.get(key))]
    return Words(ENTRIES[holder].msgid, {"name": as_text(said[0])}) if said else None


def _named(key: str, said: str, data: Data) -> object | None:
    """Return a word of a definition that names something, as that is called."""
    if key in _LITERAL:  # or the question whose answer it is
        return _names(data).get(said, said)
    if key == "source":
        return source_named(said)
    if key == "topics":
        return topics()[said].name if said in topics() else None
    if key == "department":
        departments = park().departments
        return departments[said].name if said in departments else None
    if key in {"min", "max", "least", "most"}:
        return Decimal(said)
    return _names(data).get(said) if key in _REFERENCES else None


def _names(data: Data) -> dict[str, Text]:
    """Return what questions, papers, tasks and headings of a definition are called, by key."""
    tasks = [one for stage in data["stages"] for one in stage["tasks"]]
    fields = [one for sheet in [*tasks, *data["pages"]] for one in sheet["fields"]]
    inner = [one for field in fields for one in field.get("fields", ())]
    things = [*inner, *data["materials"], *data["sections"], *tasks, *fields]
    names = ("label", "name", "title")
    return {
        one["key"]: as_text(next(one[name] for name in names if is_text(one.get(name))))
        for one in things
    }


def _listed(parts: Sequence[object | None]) -> object | None:
    if not parts:
        return _NONE
    if any(one is None for one in parts):
        return None
    said = say("%(first)s", first=parts[0])
    for one in parts[1:]:
        said = say("%(first)s, %(next)s", first=said, next=one)
    return said


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _count(count: int) -> Words:
    return say("%(count)s", count=count)


def _working_days(count: int) -> Words:
    return say("1 working day") if count == 1 else say("%(days)s working days", days=count)


def _calendar_days(count: int) -> Words:
    return say("%(days)s calendar days", days=count)


def _days(count: int) -> Words:
    return say("%(days)s days", days=count)


def _years(count: int) -> Words:
    return say("%(years)s years", years=count)


def _minutes(count: int) -> Words:
    return say("%(minutes)s minutes", minutes=count)


_SOMETHING: Final = say("something else")
_NONE: Final = say("none")
_YES: Final = say("yes")
_NO: Final = say("no")
_UNITS: Final[Mapping[str, Callable[[int], Words]]] = {
    "working_days": _working_days,
    "extend": _working_days,
    "calendar_days": _calendar_days,
    "earliest_days": _days,
    "latest_days": _days,
    "least_days": _days,
    "within_days": _days,
    "over_days": _days,
    "most_years": _years,
    "old_drafts_days": _days,
    "apply_before_days": _days,
    "minutes": _minutes,
    "minutes_to_fill": _minutes,
}
# Said by the value alone: "Legal time limit: 20 working days → 15 working days".
_SELF_EVIDENT: Final = frozenset({"working_days", "calendar_days", "amount"})
_LITERAL: Final = frozenset(
    {"currency", "currencies", "phone", "email", "website", "reference_letter"}
)
_REFERENCES: Final = frozenset(
    {
        "title_from", "among", "not_before", "not_after", "of", "by", "field", "target", "concerns",
        "found", "since", "not_who_did", "after", "title", "line", "section", "tells", "looks_at",
    }
)  # fmt: skip
# Conditions, formulas and names of code: that they changed is all that can be said.
OPAQUE: Final = frozenset(
    {
        "when", "asked_when", "organisation", "value", "actions", "answers", "prefill", "effect",
        "certificate", "queue", "service", "pages_of",
    }
)  # fmt: skip

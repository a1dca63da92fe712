"""The figures of a hall that administrators change: their names, bounds and differences.

Pure rules: no database, no web.  Bounds are those of the models of ``halls.yaml``; all figures are
OWN settings: no rule of law sets them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from pydantic import BaseModel

from servicedesk.errors import RuleBroken
from servicedesk.hall.hall_files import BookingFile, JoiningFile, LineFile
from servicedesk.words import Words, say

Unit = tuple[Words, Words]  # of one, of several
Figures = Mapping[str, Mapping[str, int] | None]  # by the part of the hall and the key
RULES, BOOKING, JOINING = "rules", "booking", "joining"  # the parts, as ``Hall`` names them
MODELS: Final[dict[str, type[BaseModel]]] = {
    RULES: LineFile, BOOKING: BookingFile, JOINING: JoiningFile,
}  # fmt: skip
MINUTES: Final = (say("%(count)s minute"), say("%(count)s minutes"))
_DAYS: Final = (say("%(count)s day"), say("%(count)s days"))
_CALLS: Final = (say("%(count)s call"), say("%(count)s calls"))
_APPOINTMENTS: Final = (say("%(count)s appointment"), say("%(count)s appointments"))
_ENTRIES: Final = (say("%(count)s entry"), say("%(count)s entries"))
_TICKETS: Final = (say("%(count)s ticket"), say("%(count)s tickets"))


@dataclass(frozen=True)
class Figure:
    """A figure of a hall that can be changed."""

    part: str
    key: str
    label: Words
    unit: Unit

    @property
    def name(self) -> str:
        """What it is called in a form."""
        return f"{self.part}_{self.key}"

    @property
    def bounds(self) -> tuple[int, int]:
        """The least and the most it may be."""
        return bounds_of(MODELS[self.part], self.key)


def _part(part: str, *said: tuple[str, Words, Unit]) -> tuple[Figure, ...]:
    return tuple(Figure(part, *one) for one in said)


# ``every``, the length of a slot, is left out.  A slot is kept by its beginning and an appointment
# by how many slots in a row it takes; how long they are is this figure alone.  With another one,
# what is booked would end at another time, and would give back, or move from, places that it
# never took.
FIGURES: Final[dict[str, tuple[Figure, ...]]] = {
    RULES: _part(
        RULES,
        ("one_in", say("Of so many calls in a row, one is in turn"), _CALLS),
        ("early", say("Booked people go first from so long before their time"), MINUTES),
        ("late", say("Booked people go first until so long after their time"), MINUTES),
        ("aged", say("Whoever is first in turn and has waited so long is next"), MINUTES),
        ("away", say("Longest time away with the place kept"), MINUTES),
        ("quick", say("Longest visit that a quick counter takes"), MINUTES),
        ("watched", say("The supervisor's light is yellow after a wait of"), MINUTES),
        ("too_long", say("The supervisor's light is red after a wait of"), MINUTES),
    ),
    BOOKING: _part(
        BOOKING,
        ("lead", say("Booked at the latest so long before it begins"), MINUTES),
        ("days_ahead", say("Booked at most so many days ahead"), _DAYS),
        ("held", say("A time is held while the form is filled in"), MINUTES),
        ("cancel_until", say("Moved or cancelled at the latest so long before it begins"), MINUTES),
        ("freed_after", say("A place given back can be booked again after"), MINUTES),
        ("of_person", say("Most open appointments of a person"), _APPOINTMENTS),
        ("of_enterprise", say("Most open appointments of an enterprise"), _APPOINTMENTS),
        ("offered", say("Opening time to answer an offer from the waitlist"), MINUTES),
        ("waiting", say("Most entries of a person in the waitlist"), _ENTRIES),
        ("misses", say("Missed appointments after which nothing can be booked"), _APPOINTMENTS),
        ("misses_within", say("A missed appointment counts for"), _DAYS),
    ),
    JOINING: _part(
        JOINING,
        ("span", say("Time over which tickets of phones are counted"), MINUTES),
        ("of_hall", say("Most tickets for all phones in this time"), _TICKETS),
        ("of_phone", say("Most tickets for one phone in this time"), _TICKETS),
        ("code_changes", say("The code on the kiosk changes every"), MINUTES),
        ("code_lasts", say("A code is good for"), MINUTES),
    ),
}
# The first is never more than the second: a light would skip yellow, a code lapse on the screen.
_IN_ORDER: Final = ((RULES, "watched", "too_long"), (JOINING, "code_changes", "code_lasts"))


class OutOfOrder(RuleBroken):
    """A figure is more than another one that it must not pass; ``figure`` is the first."""

    def __init__(self, figure: Figure, other: Figure) -> None:
        super().__init__(
            say("“%(what)s” cannot be more than “%(other)s”.", what=figure.label, other=other.label)
        )
        self.figure = figure


def state_of(figures: Figures) -> str:
    """Return what makes them other figures, for whoever looked at them; short."""
    return mark([(part, kept and sorted(kept.items())) for part, kept in figures.items()])


def bounds_of(model: type[BaseModel], key: str) -> tuple[int, int]:
    """Return the least and the most that a number of a model may be.

    >>> bounds_of(LineFile, "one_in")
    (1, 20)
    """
    found = model.model_fields[key].metadata
    least = next(one.ge for one in found if hasattr(one, "ge"))
    return least, next(one.le for one in found if hasattr(one, "le"))


def amount(unit: Unit, count: int) -> Words:
    """Return so many of a unit, in words.

    >>> str(amount(MINUTES, 1)), str(amount(MINUTES, 30))
    ('1 minute', '30 minutes')
    """
    one, several = unit
    return Words((one if count == 1 else several).msgid, {"count": count})


def default_figures(part: str) -> Mapping[str, int]:
    """Return the figures that a part has when nothing is said of them."""
    return MODELS[part]().model_dump()


def full(part: str, kept: Mapping[str, Any] | None) -> dict[str, int] | None:
    """Return all figures of a part, with its default for each that is not kept; None for none.

    Raises:
        ValidationError: one is out of its bounds (pydantic's).
    """
    return None if kept is None else MODELS[part].model_validate(kept).model_dump()


def changed(
    part: str, before: Mapping[str, int] | None, said: Mapping[str, int] | None
) -> dict[str, int] | None:
    """Return the figures of a part as they are after what was ``said`` of it.

    A hall without appointments gets none; one of which no figures of phones are said has none.
    """
    if part != JOINING and (before is None or said is None):
        return None if before is None else dict(before)
    if said is None:
        return None
    typed = {one.key: said[one.key] for one in FIGURES[part]}
    return full(part, {**(before or {}), **typed})


def differences(
    part: str, before: Mapping[str, int] | None, after: Mapping[str, int] | None
) -> list[Words]:
    """Return in words what is different; of what is new every figure."""
    if after is None:
        return [say("Phones take no tickets any more")] if before is not None else []
    if before is None:
        return [
            say("Phones may take tickets now"),
            *[
                say("%(what)s: %(which)s", what=one.label, which=amount(one.unit, after[one.key]))
                for one in FIGURES[part]
            ],
        ]
    return [
        say(
            "%(what)s: %(before)s → %(after)s", what=one.label,
            before=amount(one.unit, before[one.key]), after=amount(one.unit, after[one.key]),
        )
        for one in FIGURES[part]
        if before[one.key] != after[one.key]
    ]  # fmt: skip


def check_order(figures: Figures) -> None:
    """See that no figure is more than the one that it must not pass.

    Raises:
        OutOfOrder: one is.
    """
    for part, key, other in _IN_ORDER:
        kept = figures[part]
        if kept is not None and kept[key] > kept[other]:
            named = {one.key: one for one in FIGURES[part]}
            raise OutOfOrder(named[key], named[other])


def days_ahead(figures: Figures) -> int | None:
    """Return how many days ahead can be booked; None where there are no appointments."""
    kept = figures[BOOKING]
    return None if kept is None else kept["days_ahead"]


def mark(said: object) -> str:
    """Return what tells ``said`` from something else; short."""
    return sha256(repr(said).encode()).hexdigest()[:16]

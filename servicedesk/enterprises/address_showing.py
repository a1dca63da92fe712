"""How the pages of the park's places say and draw what there is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from servicedesk.enterprises import floor_map
from servicedesk.enterprises.address_models import AddressChange
from servicedesk.enterprises.floor_map import Face, Plan
from servicedesk.enterprises.models import HOSTED, AddressHolding, AddressUnit, HoldingState
from servicedesk.enterprises.queries.address_stock import Building, Use
from servicedesk.web import charts
from servicedesk.web.charts import Plot
from servicedesk.words import Words, say, words_from_json

KIND_WORDS: Final[Mapping[str, Words]] = {
    "room": say("Room"),
    "desk": say("Office desk"),
    HOSTED: say("Hosted address"),
}
FACE_WORDS: Final[Mapping[Face, Words]] = {
    Face.FREE: say("Free"),
    Face.HELD: say("Held"),
    Face.TAKEN: say("Taken"),
    Face.OVER: say("Lease over"),
    Face.OUT: say("Out of use"),
}
FACE_TONES: Final[Mapping[Face, str]] = {
    Face.FREE: "ok", Face.HELD: "info", Face.TAKEN: "idle", Face.OVER: "bad", Face.OUT: "idle",
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """A place for a list or the map: how it looks, and how many more may come."""

    unit: AddressUnit
    face: Face
    free: int

    @property
    def kind(self) -> Words:
        """The kind in words; one that we do not know by its key."""
        return KIND_WORDS.get(self.unit.kind) or say("%(kind)s", kind=self.unit.kind)

    @property
    def state(self) -> Words:
        """How it looks, in words."""
        return FACE_WORDS[self.face]

    @property
    def tone(self) -> str:
        """The kind of tag it gets."""
        return FACE_TONES[self.face]


@dataclass(frozen=True)
class Maps:
    """The map of a building for a screen and for a phone."""

    wide: Plan
    narrow: Plan


def shown(unit: AddressUnit, use: Use | None = None) -> Shown:
    """Return a place as lists show it."""
    used = use or Use()
    face = floor_map.face(
        unit.capacity, unit.taken, held=used.held, over=used.over,
        is_out=unit.out_of_use_at is not None,
    )  # fmt: skip
    return Shown(unit, face, 0 if face is Face.OUT else unit.capacity - unit.taken)


def all_shown(units: Sequence[AddressUnit], uses: Mapping[int, Use]) -> list[Shown]:
    """Return places as lists show them."""
    return [shown(unit, uses.get(unit.id)) for unit in units]


def maps(places: Sequence[Shown]) -> Maps:
    """Return the maps of a building's places, which come from the highest floor down."""
    cells = [
        floor_map.Cell(
            one.unit.code, one.unit.floor, one.face,
            f"{one.unit.taken}/{one.unit.capacity}" if one.unit.capacity > 1 else "",
        )
        for one in places
    ]  # fmt: skip
    return Maps(floor_map.plan(cells), floor_map.plan(cells, columns=floor_map.NARROW))


def occupancy(buildings: Sequence[Building]) -> Plot:
    """Return the chart of what is taken, held and free in each building."""
    return charts.stacked(
        [one.key for one in buildings],
        [
            [one.taken for one in buildings],
            [one.held for one in buildings],
            [max(one.free, 0) for one in buildings],
        ],
    )


def finding(buildings: Sequence[Building]) -> Words:
    """Return in a sentence how full the park is."""
    taken, held = sum(one.taken for one in buildings), sum(one.held for one in buildings)
    return say(
        "%(taken)s of %(capacity)s places are taken, %(held)s held for applications.",
        taken=taken,
        capacity=sum(one.capacity for one in buildings),
        held=held,
    )


def who(holding: AddressHolding) -> str | None:
    """Return the company that holds a place; None: an application whose name we do not show."""
    if holding.enterprise is not None:
        return holding.enterprise.name
    return holding.name.full_name if holding.name is not None else holding.occupant


def stay(holding: AddressHolding, today: date) -> tuple[str, Words]:
    """Return the tone and the words for how a holding stands today."""
    if holding.state is HoldingState.HELD:
        return "info", say("Held")
    if holding.state is HoldingState.RELEASED:
        return "idle", say("Left")
    if holding.until is not None and holding.until < today:
        return "bad", say("Lease over")
    return "ok", say("Here")


def history(changes: Sequence[AddressChange]) -> list[tuple[AddressChange, list[Words]]]:
    """Return each change with what it changed, in words."""
    return [(one, [words_from_json(said) for said in one.what]) for one in changes]

"""Where the places of a building lie on its map of floors.

Pure geometry: places come in, boxes go out, ``enterprises/floor_map.html`` draws.  The highest
floor is on top; a floor with more places than columns goes on in a second row.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Final

WIDE: Final = 12  # columns on a screen
NARROW: Final = 5  # and on a phone
_LEFT: Final = 44  # for the name of the floor
_BOX: Final = (58, 46)  # a place one operates is 44 or more, either way
_GAP: Final = 4
_FLOORS_APART: Final = 10


class Face(StrEnum):
    """How a place looks on the map."""

    FREE = "free"
    HELD = "held"  # full, at least once for an application
    TAKEN = "taken"
    OVER = "over"  # somebody is there whose lease is over
    OUT = "out"  # out of use


@dataclass(frozen=True)
class Cell:
    """A place to be drawn."""

    code: str
    floor: int
    face: Face
    count: str = ""  # "12/40", of a place for several


@dataclass(frozen=True)
class Box:
    """A place, and where."""

    x: int
    y: int
    cell: Cell


@dataclass(frozen=True)
class Floor:
    """The name of a floor, and where."""

    y: int
    number: int


@dataclass(frozen=True)
class Plan:
    """A map, ready to be drawn in ``width`` times ``height``."""

    width: int
    height: int
    floors: Sequence[Floor]
    boxes: Sequence[Box]

    box_width, box_height = _BOX


def face(capacity: int, taken: int, *, held: int = 0, over: int = 0, is_out: bool = False) -> Face:
    """Return how a place looks: what somebody should see to comes first.

    >>> face(1, 0).value, face(1, 1, held=1).value, face(40, 12).value, face(40, 12, over=1).value
    ('free', 'held', 'free', 'over')
    """
    if is_out:
        return Face.OUT
    if over:
        return Face.OVER
    if taken < capacity:
        return Face.FREE
    return Face.HELD if held else Face.TAKEN


def plan(cells: Sequence[Cell], *, columns: int = WIDE) -> Plan:
    """Return the map of ``cells``, which come floor by floor from the highest.

    >>> drawn = plan([Cell("4-201", 2, Face.FREE), Cell("4-101", 1, Face.TAKEN)], columns=5)
    >>> [floor.number for floor in drawn.floors], [box.cell.code for box in drawn.boxes]
    ([2, 1], ['4-201', '4-101'])
    """
    width, height = _BOX
    floors, boxes, top, widest = [], [], _GAP, 1
    for number, group in groupby(cells, key=lambda cell: cell.floor):
        row = list(group)
        floors.append(Floor(top + height // 2 + 5, number))
        boxes += [
            Box(_LEFT + n % columns * (width + _GAP), top + n // columns * (height + _GAP), cell)
            for n, cell in enumerate(row)
        ]
        widest = max(widest, min(len(row), columns))
        top += math.ceil(len(row) / columns) * (height + _GAP) + _FLOORS_APART
    return Plan(_LEFT + widest * (width + _GAP), max(top - _FLOORS_APART, height), floors, boxes)

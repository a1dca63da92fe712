"""Where the stations of a way lie when it is drawn as one line.

Pure geometry: stages come in, coordinates go out, ``components/route_diagram.html`` draws.
Offices that work at the same time lie on parallel lines.  There are two drawings: a wide one,
and an upright one for phones.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Literal

from servicedesk.words import is_wide

State = Literal["done", "here", "next"]
Place = tuple[float, float]

NAME_SIZE: Final = 17  # px of a user unit, as in theme.css
NOTE_SIZE: Final = 15
LATIN_WIDTH: Final = 0.54  # of the type size; Chinese characters are as wide as high
LINE_HEIGHT: Final = 21
MOST_LINES: Final = 6  # of a name and the note below it together
BETWEEN_LANES: Final = 4  # of them where another line runs below
CUT: Final = "…"

WIDE: Final = 1060
SIDE: Final = 76  # from the edge to the first and last station
TOP: Final = 34
LANE: Final = 118  # between parallel lines
BELOW: Final = 42  # from a station to the first line of its words
BEND: Final = 120  # how long a line takes to change lanes, at most
LEAD: Final = 0.36  # of the way between two stations: straight, beside their words

UPRIGHT: Final = 330
TRUNK: Final = 26
ROW: Final = 80
UPRIGHT_LANE: Final = 40
IN_A_ROW: Final = 3  # lines of words
GAP: Final = 38  # from the last line to the words


@dataclass(frozen=True)
class Station:
    """One office or step: its name, a note below, and how far it is."""

    name: str
    note: str = ""
    state: State = "next"
    is_you: bool = False  # it waits for the reader


@dataclass(frozen=True)
class Placed:
    """A station with its place and its words broken into lines."""

    station: Station
    x: float
    y: float
    text_x: float
    text_y: float
    anchor: Literal["start", "middle"]
    name_lines: tuple[str, ...]
    note_lines: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """A stretch of the way, as the data of an SVG path."""

    path: str
    state: State


@dataclass(frozen=True)
class Diagram:
    """A drawing: its size, the lines (to be drawn in this order), then the stations."""

    width: float
    height: float
    lines: tuple[Line, ...]
    stations: tuple[Placed, ...]


@dataclass(frozen=True)
class _Column:
    """One stage: its stations; a joint has none and only ties parallel lines together."""

    stations: tuple[Station, ...]
    places: list[Place] = field(default_factory=list)

    @property
    def lanes(self) -> int:
        return max(1, len(self.stations))

    def state(self, lane: int) -> State:
        """How far the line to ``lane`` is gone; to a joint, as far as what follows allows."""
        return self.stations[lane].state if self.stations else "next"


_ORDER: Final = {"next": 0, "done": 1, "here": 2}  # what is drawn over what


def wide(stages: Sequence[Sequence[Station]]) -> Diagram:
    """Return the drawing from left to right."""
    columns = list(_with_joints(stages))
    most = max((column.lanes for column in columns), default=1)
    step = (WIDE - 2 * SIDE) / max(1, len(columns) - 1)
    middle = TOP + (most - 1) * LANE / 2
    for number, column in enumerate(columns):
        first = middle - (column.lanes - 1) * LANE / 2
        column.places.extend(
            (SIDE + number * step, first + lane * LANE) for lane in range(column.lanes)
        )
    placed = tuple(_place_wide(column, lane, step) for column, lane in _all(columns))
    height = max((one.text_y + _words_height(one) for one in placed), default=0.0)
    return Diagram(WIDE, height, _lines(columns, _bent_across), placed)


def upright(stages: Sequence[Sequence[Station]]) -> Diagram:
    """Return the drawing from top to bottom, one station a row."""
    columns = list(_with_joints(stages))
    most = max((column.lanes for column in columns), default=1)
    words_x = TRUNK + (most - 1) * UPRIGHT_LANE + GAP
    y: float = TRUNK
    for column in columns:
        for lane in range(column.lanes):
            column.places.append((TRUNK + lane * UPRIGHT_LANE, y))
            y += ROW if column.stations else ROW / 2
    placed = tuple(_place_upright(column, lane, words_x) for column, lane in _all(columns))
    return Diagram(UPRIGHT, y - ROW / 2 + NOTE_SIZE, _lines(columns, _bent_down), placed)


def broken(words: str, size: float, width: float, most: int) -> tuple[str, ...]:
    """Return ``words`` in at most ``most`` lines of ``width``; Latin breaks at spaces.

    What does not fit is cut; the drawing's spoken text has it whole.

    >>> broken("Changping District Market Regulation", 17, 190, 2)
    ('Changping District', 'Market Regulation')
    >>> broken("市场监管部门等您补正", 15, 100, 2)
    ('市场监管部门', '等您补正')
    >>> broken("外国人工作许可通知", 15, 120, 2)
    ('外国人工作许可', '通知')
    >>> broken("By contract and passport, category A up to 5 years", 15, 150, 2)
    ('By contract and', 'passport, category…')
    """
    lines = [""]
    for piece in _pieces(words):
        if not lines[-1] or _measured((lines[-1] + piece).strip()) * size <= width:
            lines[-1] += piece
        elif len(lines) < most:
            lines.append(piece)
        else:
            lines[-1] = lines[-1].rstrip(" ,;，；、") + CUT
            break
    if len(lines) > 1 and len(lines[-1]) == 1 and all(map(is_wide, lines[-2][-1] + lines[-1])):
        lines[-2:] = lines[-2][:-1], lines[-2][-1] + lines[-1]  # no character stands alone
    return tuple(line.strip() for line in lines if line.strip())


def _with_joints(stages: Sequence[Sequence[Station]]) -> Iterator[_Column]:
    """Yield the stages, and a joint where one parallel stage follows another."""
    before = 1
    for stage in stages:
        if not stage:
            continue
        if before > 1 and len(stage) > 1:
            yield _Column(())
        yield _Column(tuple(stage))
        before = len(stage)


def _all(columns: Sequence[_Column]) -> Iterator[tuple[_Column, int]]:
    for column in columns:
        yield from ((column, lane) for lane in range(len(column.stations)))


def _place_wide(column: _Column, lane: int, step: float) -> Placed:
    station, (x, y) = column.stations[lane], column.places[lane]
    room = min(step, 2 * SIDE) if step < 2 * SIDE else step * 0.9
    room = min(room, 2 * min(x, WIDE - x))
    return Placed(
        station,
        x,
        y,
        x,
        y + BELOW,
        "middle",
        *_words(station, room, MOST_LINES if column.lanes == 1 else BETWEEN_LANES),
    )


def _place_upright(column: _Column, lane: int, words_x: float) -> Placed:
    station, (x, y) = column.stations[lane], column.places[lane]
    room = UPRIGHT - words_x
    return Placed(station, x, y, words_x, y - 4, "start", *_words(station, room, IN_A_ROW))


def _words(station: Station, room: float, most: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return a station's name and note in ``most`` lines; at least one is left for the note."""
    names = broken(station.name, NAME_SIZE, room, most - 1 if station.note else most)
    return names, broken(station.note, NOTE_SIZE, room, most - len(names))


def _words_height(placed: Placed) -> float:
    return (len(placed.name_lines) + len(placed.note_lines) - 1) * LINE_HEIGHT + NOTE_SIZE / 2


def _lines(columns: Sequence[_Column], bent: Callable[..., str]) -> tuple[Line, ...]:
    lines = []
    for column, following in pairwise(columns):
        for lane, start in enumerate(column.places):
            for target, end in enumerate(following.places):
                state = _state_between(column, lane, following, target)
                lines.append(Line(bent(start, end, splits=len(following.places) > 1), state))
    return tuple(sorted(lines, key=lambda line: _ORDER[line.state]))


def _state_between(column: _Column, lane: int, following: _Column, target: int) -> State:
    state = following.state(target)
    if not following.stations and column.state(lane) == "done":
        return "done"  # up to the joint
    is_gone = not column.stations or column.state(lane) == "done"
    return state if is_gone else "next"


def _bent_across(start: Place, end: Place, *, splits: bool) -> str:
    """Return the path of a line to the right; it changes lanes after a fork, before a meeting."""
    (x, y), (to_x, to_y) = start, end
    if y == to_y:
        return f"M{x:g} {y:g}H{to_x:g}"
    lead = min(SIDE, (to_x - x) * LEAD)
    bend = min(BEND, to_x - x - 2 * lead)
    at = x + lead if splits else to_x - lead - bend
    early, late = at + bend * 0.45, at + bend * 0.55
    curve = f"C{late:g} {y:g} {early:g} {to_y:g} {at + bend:g} {to_y:g}"
    return f"M{x:g} {y:g}H{at:g}{curve}H{to_x:g}"


def _bent_down(start: Place, end: Place, *, splits: bool) -> str:
    """Return the path of a line downwards."""
    (x, y), (to_x, to_y) = start, end
    if x == to_x:
        return f"M{x:g} {y:g}V{to_y:g}"
    bend = min(ROW, to_y - y)
    at = y if splits else to_y - bend
    half = at + bend / 2
    curve = f"C{x:g} {half:g} {to_x:g} {half:g} {to_x:g} {at + bend:g}"
    return f"M{x:g} {y:g}V{at:g}{curve}V{to_y:g}"


def _pieces(words: str) -> Iterator[str]:
    """Yield what a line may break between: Latin words with their space, single characters."""
    word = ""
    for character in words:
        if is_wide(character):
            if word:
                yield word
            yield character
            word = ""
        elif character == " ":
            yield f"{word} "
            word = ""
        else:
            word += character
    if word:
        yield word


def _measured(words: str) -> float:
    return sum(1.0 if is_wide(character) else LATIN_WIDTH for character in words)

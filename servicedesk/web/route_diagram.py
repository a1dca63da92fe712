"""Where the stations of a way lie when it is drawn as one line.

Pure geometry: stages come in, coordinates go out, ``components/route_diagram.html`` draws.
Offices that work at the same time lie on parallel lines (``route_lanes``).  There are two
drawings: a wide one, and an upright one for phones.

No words are cut, and nothing lies on them: a column is as wide as its longest word, lanes and
rows are as far apart as the words between them, and lines change lanes beside the words.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from servicedesk.web.captions import LINE_HEIGHT, Caption, caption, least_width
from servicedesk.web.route_lanes import Node, State, Station, laid

Place = tuple[float, float]

HALO: Final = 22  # radius of the largest circle
CLEAR: Final = 12  # between words and what is next to them

WIDE: Final = 1060  # more, where the longest words need it
TOP: Final = 34
LANE: Final = 96  # between parallel lines, at least
BELOW: Final = 42  # from a station to the foot of its first line
TURN: Final = 40  # between columns, at least, where a line changes lanes
BEND: Final = 120  # how long it takes for that, at most

UPRIGHT: Final = 330  # more, where the longest words need it
TRUNK: Final = 26
ROW: Final = 80  # at least
UPRIGHT_LANE: Final = 40  # between parallel lines, at most
UPRIGHT_LANES: Final = 108  # from the first to the last of them, at most
GAP: Final = 38  # from the last line to the words
ABOVE: Final = 4  # from the foot of the first line to the station beside it


@dataclass(frozen=True)
class Placed:
    """A station with its place and its words broken into lines."""

    station: Station
    x: float
    y: float
    text_x: float
    text_y: float
    anchor: Literal["start", "middle"]
    words: Caption


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


_ORDER: Final = {"next": 0, "done": 1, "here": 2}  # what is drawn over what


def wide(stages: Sequence[Sequence[Station]]) -> Diagram:
    """Return the drawing from left to right."""
    columns = laid(stages)
    gaps = [_gap(column) for column in columns]
    rooms = _shared(WIDE - sum(gaps), [_least_width(column) for column in columns])
    words = {
        node: caption(station.name, station.note, room)
        for column, room in zip(columns, rooms, strict=True)
        for node, station in _stations(column)
    }
    lane = max([LANE, *(_lane_below(node, words) for column in columns for node in column)])
    top = min((node.off_centre for column in columns for node in column), default=0)
    places: dict[Node, Place] = {}
    leads: dict[Node, float] = {}  # how far from it lines begin to change lanes
    x = 0.0
    for column, room, gap in zip(columns, rooms, gaps, strict=True):
        x += gap
        halves = [words[node].width / 2 for node, _ in _stations(column)]
        for node in column:
            places[node] = (x + room / 2, TOP + lane * (node.off_centre - top))
            leads[node] = max([HALO, *halves]) + CLEAR / 2 if halves else 0
        x += room
    placed = tuple(
        Placed(station, x, y, x, y + BELOW, "middle", words[node])
        for node, station, (x, y) in _placed(columns, places)
    )

    def across(start: Node, end: Node) -> str:
        return _bent_across(places[start], places[end], leads[start], leads[end])

    return Diagram(max(WIDE, x), _height(placed), _lines(columns, across), placed)


def upright(stages: Sequence[Sequence[Station]]) -> Diagram:
    """Return the drawing from top to bottom, one station a row."""
    columns = laid(stages)
    most = max((node.lanes for column in columns for node in column), default=1)
    lane = min(UPRIGHT_LANE, UPRIGHT_LANES / max(1, most - 1))
    words_x = TRUNK + (most - 1) * lane + GAP
    room = max([UPRIGHT - words_x, *map(_least_width, columns)])
    words = {
        node: caption(station.name, station.note, room)
        for column in columns
        for node, station in _stations(column)
    }
    places: dict[Node, Place] = {}
    y: float = TRUNK
    for column in columns:
        at = y
        for node in [one for one in column if one.is_drawn] or column:  # a joint has a row too
            at, y = y, y + _row(words.get(node))
            places[node] = (TRUNK + lane * node.lane, at)
        for node in column:  # lines that run on, down to the last row
            places.setdefault(node, (TRUNK + lane * node.lane, at))
    placed = tuple(
        Placed(station, x, y, words_x, y - ABOVE, "start", words[node])
        for node, station, (x, y) in _placed(columns, places)
    )

    def down(start: Node, end: Node) -> str:
        splits = sum(start in node.before for column in columns for node in column) > 1
        return _bent_down(places[start], places[end], splits=splits)

    return Diagram(words_x + room, _height(placed), _lines(columns, down), placed)


def _stations(column: Sequence[Node]) -> list[tuple[Node, Station]]:
    return [(node, node.station) for node in column if node.is_drawn and node.station]


def _placed(
    columns: Sequence[Sequence[Node]], places: Mapping[Node, Place]
) -> Iterator[tuple[Node, Station, Place]]:
    for column in columns:
        yield from ((node, station, places[node]) for node, station in _stations(column))


def _gap(column: Sequence[Node]) -> float:
    """Return the room before a column: more where a line changes lanes."""
    moves = [node.off_centre - one.off_centre for node in column for one in node.before]
    return (TURN if any(moves) else CLEAR) if moves else 0


def _least_width(column: Sequence[Node]) -> float:
    """Return the width of the longest word of a column; a joint needs none."""
    return max((least_width(one.name, one.note) for _, one in _stations(column)), default=0)


def _shared(whole: float, least: Sequence[float]) -> list[float]:
    """Return widths that fill ``whole``, as equal as the least ones allow; 0 stays 0.

    >>> _shared(100, [50, 10, 0])
    [50, 50.0, 0]
    >>> _shared(100, [60, 10, 20])
    [60, 20.0, 20]
    """
    wanted = sorted(filter(None, least), reverse=True)
    share = 0.0
    for number, one in enumerate(wanted):
        share = max(0, whole - sum(wanted[:number])) / (len(wanted) - number)
        if one <= share:
            break
    return [max(one, share) if one else 0 for one in least]


def _lane_below(node: Node, words: Mapping[Node, Caption]) -> float:
    """Return how far below ``node`` another line may run."""
    if node not in words or node.lanes == 1:
        return 0
    return BELOW + words[node].height + CLEAR + HALO


def _row(words: Caption | None) -> float:
    return max(ROW, words.count * LINE_HEIGHT + CLEAR) if words else ROW


def _height(placed: Sequence[Placed]) -> float:
    return max((max(one.text_y + one.words.height, one.y + HALO) for one in placed), default=0)


def _lines(
    columns: Sequence[Sequence[Node]], path: Callable[[Node, Node], str]
) -> tuple[Line, ...]:
    lines = [
        Line(path(start, node), node.state_from(start))
        for column in columns
        for node in column
        for start in node.before
    ]
    return tuple(sorted(lines, key=lambda line: _ORDER[line.state]))


def _bent_across(start: Place, end: Place, lead: float, lead_in: float) -> str:
    """Return the path of a line to the right; it changes lanes between the leads."""
    (x, y), (to_x, to_y) = start, end
    if y == to_y:
        return f"M{x:g} {y:g}H{to_x:g}"
    room = to_x - lead_in - x - lead
    bend = min(BEND, room)
    at = x + lead + (room - bend) / 2
    early, late = at + bend * 0.45, at + bend * 0.55
    curve = f"C{late:g} {y:g} {early:g} {to_y:g} {at + bend:g} {to_y:g}"
    return f"M{x:g} {y:g}H{at:g}{curve}H{to_x:g}"


def _bent_down(start: Place, end: Place, *, splits: bool) -> str:
    """Return the path of a line downwards; it changes lanes after a fork, before a meeting."""
    (x, y), (to_x, to_y) = start, end
    if x == to_x:
        return f"M{x:g} {y:g}V{to_y:g}"
    bend = min(ROW, to_y - y)
    at = y if splits else to_y - bend
    half = at + bend / 2
    curve = f"C{x:g} {half:g} {to_x:g} {half:g} {to_x:g} {at + bend:g}"
    return f"M{x:g} {y:g}V{at:g}{curve}V{to_y:g}"

"""Which lane each station of a way lies in, and which lines lead from one to another.

Pure.  A column of stations that may begin when all before them are passed begins anew; where
one waits only for some, its line goes on from theirs and the others run on beside it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

State = Literal["done", "here", "next"]


@dataclass(frozen=True)
class Station:
    """One office or step: its name, a note below, and how far it is."""

    name: str
    note: str = ""
    state: State = "next"
    is_you: bool = False  # it waits for the reader
    key: str = ""
    after: tuple[str, ...] = ()  # the keys of those it waits for; none: for all before it


@dataclass(eq=False)
class Node:
    """A place on the way: a station, a line that runs on past others, or a joint of lines."""

    station: Station | None  # of a line that runs on: where it comes from; None: a joint
    is_drawn: bool = False
    lane: float = 0
    lanes: int = 1  # beside one another in this stretch of the way
    before: list["Node"] = field(default_factory=list)  # where its lines come from
    after: list["Node"] = field(default_factory=list)  # what lies in lanes that it was given

    @property
    def off_centre(self) -> float:
        """How many lanes below the middle it lies."""
        return self.lane - (self.lanes - 1) / 2

    @property
    def is_gone(self) -> bool:
        """Whether the way is gone up to here."""
        return self.station is None or self.station.state == "done"

    def state_from(self, start: "Node") -> State:
        """Return how far the line from ``start`` to here is gone."""
        if self.is_drawn and self.station is not None:
            return self.station.state if start.is_gone else "next"
        return "done" if start.station is not None and start.is_gone else "next"


def laid(stages: Iterable[Sequence[Station]]) -> list[list[Node]]:
    """Return the columns of the way, each place in its lane."""
    columns: list[list[Node]] = []
    stretch: list[list[Node]] = []
    ends: list[Node] = []
    for stage in filter(None, stages):
        column = [Node(one, is_drawn=True, before=_before(one, ends)) for one in stage]
        if any(one.before != ends for one in column):
            column = _beside(column, ends)
        else:
            _give_lanes(stretch)
            stretch = []
            columns += _joints(column, ends)
        columns.append(column)
        stretch.append(column)
        ends = column
    _give_lanes(stretch)
    return columns


def _joints(column: Sequence[Node], ends: list[Node]) -> list[list[Node]]:
    """Return a joint that ties parallel lines together where others follow on them."""
    if not (len(ends) > 1 and len(column) > 1):
        return []
    joint = Node(None, before=ends)
    for one in column:
        one.before = [joint]
    return [[joint]]


def _before(station: Station, ends: Sequence[Node]) -> list[Node]:
    waited = [one for one in ends if one.station and one.station.key in station.after]
    return waited or list(ends)


def _beside(nodes: Sequence[Node], ends: Sequence[Node]) -> list[Node]:
    """Return a column of ``nodes`` and of the lines that none of them goes on from."""
    for one in nodes:
        one.before[0].after.append(one)
    passed = {id(before) for one in nodes for before in one.before}
    column = [one for end in ends for one in end.after]
    for end in ends:
        if id(end) not in passed:
            end.after.append(Node(end.station, before=[end]))
            column += end.after
    return column


def _give_lanes(stretch: Sequence[Sequence[Node]]) -> None:
    """Give every place of a stretch its lane: where lines part, in the middle of them."""
    if stretch:
        _stack(stretch[0], 0, sum(map(_breadth, stretch[0])))


def _stack(nodes: Iterable[Node], first: float, lanes: int) -> None:
    for one in nodes:
        one.lane, one.lanes = first + (_breadth(one) - 1) / 2, lanes
        _stack(one.after, first, lanes)
        first += _breadth(one)


def _breadth(node: Node) -> int:
    return max(1, sum(map(_breadth, node.after)))

"""The drawn way: every station inside the drawing, nothing on words, states carried along."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

import pytest

from servicedesk.catalogue import guide
from servicedesk.web.captions import NAME_SIZE
from servicedesk.web.route_diagram import (
    HALO,
    UPRIGHT,
    WIDE,
    Diagram,
    Placed,
    upright,
    wide,
)
from servicedesk.web.route_lanes import State, Station
from servicedesk.words import LANGUAGES, Words
from tests import shipped

Box = tuple[float, float, float, float]
Draw = Callable[[Sequence[Sequence[Station]]], Diagram]


def _station(name: str, state: State = "next") -> Station:
    return Station(name, "a note", state)


SAMPLE = [
    [_station("Sent", "done")],
    [_station("Accepted", "done")],
    [_station("Market regulator", "here"), _station("Park", "done")],
    [_station("Decision")],
    [_station("Licence")],
]
WAYS = {
    "one": [[_station("Only")]],
    "sample": SAMPLE,
    "three at once": [
        [_station("A")],
        [_station("B"), _station("C"), _station("D")],
        [_station("E")],
    ],
    "parallel after parallel": [[_station("A"), _station("B")], [_station("C"), _station("D")]],
    "long": [[_station(f"Station number {number}")] for number in range(8)],
    "gaps": [[], [_station("A")], []],
    "none": [],
    "one waits for one of three": [
        [Station("A")],
        [Station("B", key="b"), Station("C", key="c"), Station("D", key="d")],
        [Station("E", after=("a", "c"))],
        [Station("F")],
    ],
    "two wait for one of two": [
        [Station("A", key="a"), Station("B", key="b")],
        [Station("C", after=("a",)), Station("D", after=("a",))],
        [Station("E")],
    ],
}


@pytest.mark.parametrize("draw", [wide, upright])
@pytest.mark.parametrize("name", WAYS)
def test_every_station_is_inside_and_has_a_place_of_its_own(name: str, draw: Draw) -> None:
    stages = WAYS[name]

    drawing = draw(stages)

    places = [(stop.x, stop.y) for stop in drawing.stations]
    assert len(places) == len(set(places)) == sum(map(len, stages))
    assert all(0 < x < drawing.width and 0 < y < drawing.height for x, y in places)
    assert drawing.width == (WIDE if draw is wide else UPRIGHT)


def test_offices_at_the_same_time_lie_beside_each_other() -> None:
    stops = {stop.station.name: stop for stop in wide(SAMPLE).stations}

    assert stops["Market regulator"].x == stops["Park"].x
    assert stops["Market regulator"].y < stops["Sent"].y < stops["Park"].y


def test_the_line_is_gone_up_to_where_things_are_and_dotted_beyond() -> None:
    states = [line.state for line in wide(SAMPLE).lines]

    assert sorted(states) == ["done", "done", "here", "next", "next", "next"]
    assert states[-1] == "here"  # drawn last, over the others


def test_words_are_broken_to_fit_and_no_word_is_lost() -> None:
    name = "Changping District Administration for Market Regulation"
    stages = [[_station(name)], *([_station("x")] for _ in range(6))]

    first = wide(stages).stations[0]

    assert len(first.words.name_lines) == 5
    assert " ".join(first.words.name_lines) == name


LONG = {
    "en": "By contract and passport: category A up to 5 years, category B up to 2 years, then anew",
    "zh": "按劳动合同期限和护照有效期核定，A类最长5年，B类最长2年，期满可再次申请",
}
OF_LONG_WORDS = {
    language: [[_station("A")], [Station(words, words, key="b"), Station(words, words, key="c")],
               [Station(words, words, after=("b",))], [Station(words, words)] * 2, [_station("D")]]
    for language, words in LONG.items()
}  # fmt: skip


@pytest.mark.parametrize("draw", [wide, upright])
@pytest.mark.parametrize("language", LONG)
def test_what_is_long_is_whole_and_nothing_lies_on_it(draw: Draw, language: str) -> None:
    drawing = draw(OF_LONG_WORDS[language])

    last = drawing.stations[-2].words
    for lines in (last.name_lines, last.note_lines):
        assert (" " if language == "en" else "").join(lines) == LONG[language]
    assert not list(_faults(drawing))


@pytest.mark.parametrize("draw", [wide, upright])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_lies_on_the_words_of_any_way_we_ship(draw: Draw, language: str) -> None:
    found = {
        service.code: list(_faults(draw(_drawn(guide.picture(service), language))))
        for service in shipped.services()
        if service.pages
    }

    assert not {code: faults for code, faults in found.items() if faults}


def test_a_line_goes_on_from_what_is_waited_for_and_the_others_pass_by() -> None:
    service = next(one for one in shipped.services() if one.code == "E_ONE_START")

    drawing = wide(_drawn(guide.picture(service), "en"))

    stops = {stop.station.name: stop for stop in drawing.stations}
    seals, bank, end = (stops[name] for name in ("Seals", "Bank appointment", "Enterprise started"))
    to_bank = [one.path for one in drawing.lines if one.path.endswith(f"H{bank.x:g}")]
    assert f"M{seals.x:g} {seals.y:g}H{bank.x:g}" in to_bank
    assert {path.split("H")[0] for path in to_bank if path.count("H") == 1} == {
        f"M{seals.x:g} {stop.y:g}" for stop in drawing.stations if stop.x == seals.x
    }  # each in its own lane
    assert sum(path.path.endswith(f"{end.y:g}H{end.x:g}") for path in drawing.lines) == 5


def test_chinese_breaks_between_characters() -> None:
    stages = [
        [Station("北京市昌平区市场监督管理局登记注册科", "", "here")],
        *([_station("x")] for _ in range(6)),
    ]

    first = wide(stages).stations[0]

    assert len(first.words.name_lines) == 3
    assert "".join(first.words.name_lines) == "北京市昌平区市场监督管理局登记注册科"


def _drawn(picture: Sequence[Sequence[guide.Station]], language: str) -> list[list[Station]]:
    return [
        [
            Station(
                _in(one.name, language),
                _in(one.notes[0], language) if one.notes else "",
                key=one.key,
                after=one.after,
            )
            for one in column
        ]
        for column in picture
    ]


def _in(words: guide.Line, language: str) -> str:
    return str(words) if isinstance(words, Words) else words.in_language(language)


def _faults(drawing: Diagram) -> Iterator[str]:
    """Yield what lies on words, by how wide the drawing takes them to be."""
    for one, other in combinations(drawing.stations, 2):
        if _meet(_box(one), _box(other)):
            yield f"{one.station.name} on {other.station.name}"
    circles = [
        (stop.x - HALO, stop.y - HALO, stop.x + HALO, stop.y + HALO) for stop in drawing.stations
    ]
    points = [(x, y, x, y) for line in drawing.lines for x, y in _along(line.path)]
    for stop in drawing.stations:
        box = _box(stop)
        if box[0] < 0 or box[2] > drawing.width or box[3] > drawing.height + 1:
            yield f"{stop.station.name} is outside"
        if any(_meet(box, other) for other in circles + points):
            yield f"a circle or a line on {stop.station.name}"


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _box(stop: Placed) -> Box:
    left = stop.text_x - (stop.words.width / 2 if stop.anchor == "middle" else 0)
    top = stop.text_y - NAME_SIZE * 0.8
    return left, top, left + stop.words.width, stop.text_y + stop.words.height


def _along(path: str) -> Iterator[tuple[float, float]]:
    """Yield points of a path."""
    x = y = 0.0
    for command, raw in re.findall(r"([MHVC])([^MHVC]*)", path):
        numbers = [float(one) for one in raw.split()]
        if command == "M":
            x, y = numbers
            continue
        ends = {"H": [numbers[0], y], "V": [x, numbers[0]]}.get(command) or numbers[4:]
        bends = numbers[:4] if command == "C" else [x, y, *ends]
        for step in range(41):
            t = step / 40
            yield _at(t, x, bends[0], bends[2], ends[0]), _at(t, y, bends[1], bends[3], ends[1])
        x, y = ends


def _at(t: float, a: float, b: float, c: float, d: float) -> float:
    return (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d

"""The drawn way: every station inside the drawing, none on another, states carried along."""

import pytest

from servicedesk.web.route_diagram import (
    UPRIGHT,
    WIDE,
    Diagram,
    State,
    Station,
    upright,
    wide,
)


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
}


@pytest.mark.parametrize("draw", [wide, upright])
@pytest.mark.parametrize("name", WAYS)
def test_every_station_is_inside_and_has_a_place_of_its_own(name: str, draw: object) -> None:
    stages = WAYS[name]

    drawing: Diagram = draw(stages)  # type: ignore[operator]

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

    assert len(first.name_lines) == 5
    assert " ".join(first.name_lines) == name


@pytest.mark.parametrize("draw", [wide, upright])
@pytest.mark.parametrize(
    "words",
    [
        "By contract and passport: category A up to 5 years, category B up to 2 years, then anew",
        "按劳动合同期限和护照有效期核定，A类最长5年，B类最长2年，C类最长1年，期满可再次申请延期办理",
    ],
)
def test_what_is_too_long_is_cut_and_stays_in_the_drawing(draw: object, words: str) -> None:
    stages = [[_station("A")], [_station("B")], [_station("C")], [_station("D")]]

    drawing: Diagram = draw([*stages, [Station(words, words)]])  # type: ignore[operator]

    last = drawing.stations[-1]
    lines = (*last.name_lines, *last.note_lines)
    assert 2 <= len(lines) <= 6
    assert lines[-1].endswith("…")
    for line, size in ((one, 17 if one in last.name_lines else 15) for one in lines):
        width = size * sum(0.54 if ord(character) < 0x2E80 else 1 for character in line)
        half = width / 2 if last.anchor == "middle" else 0
        assert last.text_x - half > -size
        assert last.text_x + (half or width) < drawing.width + 2 * size


def test_chinese_breaks_between_characters() -> None:
    stages = [
        [Station("北京市昌平区市场监督管理局登记注册科", "", "here")],
        *([_station("x")] for _ in range(6)),
    ]

    first = wide(stages).stations[0]

    assert len(first.name_lines) == 3
    assert "".join(first.name_lines) == "北京市昌平区市场监督管理局登记注册科"

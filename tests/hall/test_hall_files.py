"""Halls as their file says them, and as a desk from before keeps them."""

from pathlib import Path

import pytest

from servicedesk.hall.hall_files import booking_of, halls, hours_of, read, rules_of, span_of
from servicedesk.resources import ParkInvalid

GOOD = """
halls:
  - key: one
    name: {en: One, zh: 一}
    address: {en: There, zh: 那里}
    week: {mon: ["09:00-12:00", "13:00-17:00"]}
    queues: [{key: advice, letter: A, minutes: 5, name: {en: Advice, zh: 咨询}}]
    counters: [{number: 1, side: {en: left, zh: 左}, serves: [advice]}]
"""


def test_the_shipped_halls_are_in_order() -> None:
    assert [hall.key for hall in halls()] == ["changping", "exit-entry", "training"]
    for hall in halls():
        keys = {queue.key for queue in hall.queues}
        assert all(keys.issuperset(counter.serves) for counter in hall.counters)
        hours_of(hall.hours())


def test_figures_that_came_later_have_their_defaults() -> None:
    assert booking_of({"every": 15, "lead": 5}).most_misses == 2
    assert rules_of({"one_in": 4}).one_in == 4


@pytest.mark.parametrize(
    ("fault", "mended", "told"),
    [
        ("mon:", "moon:", "no weekday"),
        ("09:00-12:00", "9-12", "no span"),
        ("09:00-12:00", "12:00-09:00", "ends before it begins"),
        ("minutes: 5,", "minutes: 5, week: {tu: []},", "no weekday"),
        ("minutes: 5,", 'minutes: 5, week: {tue: ["9-12"]},', "no span"),
        ("letter: A", "letter: a1", "letter"),
        ("minutes: 5", "minutes: 0", "minutes"),
        ("key: one", "keys: one", "key"),
    ],
)
def test_a_fault_is_told_with_its_place(tmp_path: Path, fault: str, mended: str, told: str) -> None:
    path = tmp_path / "halls.yaml"
    path.write_text(GOOD.replace(fault, mended, 1), "utf-8")

    with pytest.raises(ParkInvalid, match=told):
        read(path)


def test_midnight_is_the_end_of_a_day() -> None:
    assert span_of("00:00-24:00").covers(span_of("23:00-24:00").opens)

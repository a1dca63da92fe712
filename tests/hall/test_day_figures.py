"""What a day came to, worked out by hand."""

from servicedesk.hall.day_figures import Fate, Steering, VisitFacts, halves, report

MISSED = VisitFacts(
    "b", "zh", has_priority=False, fate=Fate.MISSED, came=550, called=560, counter=2
)
BOOKED = VisitFacts(
    "a", "en", has_priority=True, fate=Fate.SERVED, came=540, booked_for=570, called=575,
    started=576, ended=596, counter=1,
)  # fmt: skip
WALKED = VisitFacts(
    "a", "zh", has_priority=False, fate=Fate.SERVED, came=545, called=555, started=555, ended=565,
    counter=1,
)  # fmt: skip
LEFT = VisitFacts("b", "zh", has_priority=False, fate=Fate.GIVEN_UP, came=600)
DAY = [MISSED, BOOKED, WALKED, LEFT]
STEERED = Steering(
    right=80, out_of_turn=1, with_reason=1, calls=3, announcements=2, help_calls=0, moves=1,
    booked_not_come=1, counters=[(1, 60.4), (2, 30)],
)  # fmt: skip


def test_a_wait_begins_when_somebody_could_be_served() -> None:
    assert [one.wait for one in DAY] == [10, 5, 10, None]
    assert [one.service for one in DAY] == [None, 20, 10, None]


def test_half_hours_are_whole_from_the_first_to_the_last() -> None:
    found = [half.figures for half in halves(DAY)]

    assert [half["start"] for half in found] == [540, 570, 600]
    assert [(half["booked"], half["walk_in"]) for half in found] == [(1, 2), (0, 0), (0, 1)]
    assert [(half["called"], half["wait_90"]) for half in found] == [(2, 10), (1, 5), (0, None)]
    assert [(half["served"], half["service_50"]) for half in found] == [(1, 10), (1, 20), (0, None)]


def test_a_report_counts_every_visit_once_by_each_of_its_sides() -> None:
    kept = report(DAY, STEERED)

    assert (kept["visits"], kept["served"], kept["missed"], kept["given_up"]) == (4, 2, 1, 1)
    assert (kept["not_served"], kept["priority"], kept["wait_50"]) == (0, 1, 10)
    assert [(one["key"], one["visits"]) for one in kept["by_line"]] == [("a", 2), ("b", 2)]
    for side in ("by_line", "by_language", "by_how"):
        assert sum(one["visits"] for one in kept[side]) == 4
    assert kept["counters"] == [
        {"number": 1, "minutes": 60, "served": 2},
        {"number": 2, "minutes": 30, "served": 0},
    ]


def test_a_day_without_visits_has_a_report_too() -> None:
    kept = report([], STEERED)

    assert (kept["visits"], kept["halves"], kept["wait_50"]) == (0, [], None)

"""What the charts and reports of a hall's day are drawn from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from servicedesk.hall.day_figures import VisitFacts, halves, minutes
from servicedesk.hall.steering_models import HallDay
from servicedesk.web import charts
from servicedesk.words import Text, Words, say

Figures = Mapping[str, int | None]


@dataclass(frozen=True)
class Curves:
    """A day by half hours, and what is said of it."""

    halves: Sequence[Figures]
    arrivals: charts.Plot
    waits: charts.Plot
    service: charts.Plot
    said_arrivals: Words
    said_waits: Words
    said_service: Words
    limit: int | None  # minutes of waiting that are too long

    def rows(self, *names: str) -> list[list[object]]:
        """Return the table of a chart: when the half hour begins, and its figures."""
        return [[time_of(half), *(half[name] for name in names)] for half in self.halves]


def curves_of(visits: Sequence[VisitFacts], *, limit: int | None = None) -> Curves:
    """Return the curves of a day from its visits."""
    waits = [one.wait for one in visits if one.wait is not None]
    services = [one.service for one in visits if one.service is not None]
    return _curves(
        [half.figures for half in halves(visits)],
        {
            "visits": len(visits), "wait_90": minutes(waits, 90),
            "service_50": minutes(services, 50), "service_90": minutes(services, 90),
        },
        limit,
    )  # fmt: skip


def curves_kept(report: Mapping[str, Any]) -> Curves:
    """Return the curves of a day from its report."""
    return _curves(report["halves"], report, None)


def time_of(half: Figures) -> str:
    """Return when a half hour begins, as people write it.

    >>> time_of({"start": 570})
    '09:30'
    """
    start = half["start"] or 0
    return f"{start // 60:02}:{start % 60:02}"


def _curves(kept: Sequence[Figures], day: Figures, limit: int | None) -> Curves:
    labels = [time_of(half) for half in kept]
    booked, walk_in = ([half[name] or 0 for half in kept] for name in ("booked", "walk_in"))
    return Curves(
        halves=kept,
        arrivals=charts.stacked(labels, [booked, walk_in]),
        waits=charts.curves(labels, _series(kept, "wait"), limit=limit),
        service=charts.curves(labels, _series(kept, "service")),
        said_arrivals=say("%(count)s people, %(booked)s of them with an appointment.",
                          count=day["visits"], booked=sum(booked)),
        said_waits=_said_waits(day["wait_90"]),
        said_service=_said_service(day["service_50"], day["service_90"]),
        limit=limit,
    )  # fmt: skip


def _series(kept: Sequence[Figures], name: str) -> list[list[float | None]]:
    return [[half[f"{name}_{part}"] for half in kept] for part in (90, 50)]


def _said_waits(most: int | None) -> Words:
    if most is None:
        return say("Nobody was called yet.")
    return say("Nine of ten people waited at most %(minutes)s minutes.", minutes=most)


def _said_service(half: int | None, most: int | None) -> Words:
    if half is None:
        return say("No visit has ended yet.")
    return say(
        "Half of the visits took at most %(half)s minutes, nine of ten at most %(most)s.",
        half=half,
        most=most,
    )


@dataclass(frozen=True)
class DayShown:
    """The report of a day, ready to be drawn."""

    day: HallDay
    report: Mapping[str, Any]
    curves: Curves
    groups: Sequence[tuple[Words, Sequence[tuple[Words | Text, Figures]]]]  # by what, then each

    @property
    def out_of_turn(self) -> int:
        """Calls out of turn, of a hundred."""
        return _share(self.report["out_of_turn"], self.report["calls"])

    @property
    def priority(self) -> int:
        """Visits with legal priority, of a hundred."""
        return _share(self.report["priority"], self.report["visits"])


LANGUAGES: Final = {"zh": Text("Chinese", "中文"), "en": Text("English", "英文")}
HOW: Final = {"booked": say("With an appointment"), "walk_in": say("Walk-in")}
COLUMNS: Final = (
    "visits", "served", "missed", "given_up", "not_served",
    "wait_50", "wait_90", "service_50", "service_90",
)  # fmt: skip


def day_of(found: HallDay) -> DayShown:
    """Return what the page of a day is drawn from."""
    lines = {queue.key: queue.name for queue in found.hall.queues}
    kept = found.report
    return DayShown(
        found, kept, curves_kept(kept),
        [
            (say("Line"), _named(kept["by_line"], lines)),
            (say("Language"), _named(kept["by_language"], LANGUAGES)),
            (say("How they came"), _named(kept["by_how"], HOW)),
        ],
    )  # fmt: skip


def table_of(found: HallDay) -> Iterator[list[object]]:
    """Yield the report as the rows of a table for other programs: keys, not words."""
    kept = found.report
    yield ["hall", "day", "by", "key", *COLUMNS]
    where = [found.hall.key, found.day.isoformat()]
    yield [*where, "all", "", *(kept[name] for name in COLUMNS)]
    for side in ("line", "language", "how"):
        for one in kept[f"by_{side}"]:
            yield [*where, side, one["key"], *(one[name] for name in COLUMNS)]
    yield []
    yield ["hall", "day", "from", *(name for name in _HALF_NAMES)]
    for half in kept["halves"]:
        yield [*where, time_of(half), *(half[name] for name in _HALF_NAMES)]
    yield []
    yield ["hall", "day", "figure", "value"]
    for name in _SINGLE:
        yield [*where, name, kept[name]]
    yield []
    yield ["hall", "day", "counter", "minutes", "served"]
    for one in kept["counters"]:
        yield [*where, one["number"], one["minutes"], one["served"]]


_HALF_NAMES: Final = (
    "booked", "walk_in", "called", "wait_50", "wait_90", "served", "service_50", "service_90",
)  # fmt: skip
_SINGLE: Final = (
    "right", "calls", "out_of_turn", "with_reason", "priority", "announcements", "help_calls",
    "moves", "booked_not_come",
)  # fmt: skip


def _named(
    groups: Sequence[Mapping[str, Any]], names: Mapping[str, Words | Text]
) -> list[tuple[Words | Text, Figures]]:
    return [(names.get(one["key"], Text(one["key"], one["key"])), one) for one in groups]


def _share(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0

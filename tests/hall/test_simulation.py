"""The simulated day: by the real rules, the same for the same seed, and sound."""

from dataclasses import replace
from statistics import median

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.hall import wait_model
from servicedesk.hall.appointment_models import Slot
from servicedesk.hall.line_up import Rules
from servicedesk.hall.simulation import (
    Report,
    SimulatedCounter,
    SimulatedHall,
    percentile,
    simulate,
    who_comes,
)

ONE_LINE = SimulatedHall(
    counters=[SimulatedCounter(frozenset({"advice"}))] * 3,
    minutes={"advice": 10},
    visits={"advice": 110},
    rules=Rules(),
)


def waits(report: Report) -> list[float]:
    return [one.wait for one in report.visits if one.wait is not None]


def test_the_same_seed_gives_the_same_day() -> None:
    one, other = simulate(ONE_LINE, seed=7), simulate(ONE_LINE, seed=7)

    assert one == other
    assert simulate(ONE_LINE, seed=8) != one


def test_everybody_is_served_or_gives_up() -> None:
    report = simulate(ONE_LINE, seed=1)

    assert len(report.visits) > 60
    assert all((one.ended is not None) != one.gave_up for one in report.visits)


def test_who_comes_for_a_long_service_is_served_longer() -> None:
    services = {"advice": {"LONG": 25.0, "SHORT": 5.0}}
    visits = simulate(replace(ONE_LINE, services=services), seed=1).visits
    lengths = {
        code: median(
            v.ended - v.called for v in visits if v.service == code and v.ended and v.called
        )
        for code in ("LONG", "SHORT")
    }

    assert {one.service for one in visits} == {"LONG", "SHORT"}
    assert lengths["LONG"] > 2 * lengths["SHORT"]
    assert dict(Report(visits).groups()).keys() >= {"service LONG", "service SHORT"}


def test_with_other_counters_the_same_people_come() -> None:
    fewer = replace(ONE_LINE, counters=ONE_LINE.counters[:2])

    one, other = (
        {v.number: (v.came, v.language, v.booked_for) for v in simulate(hall, seed=3).visits}
        for hall in (ONE_LINE, fewer)
    )

    assert one == other


def test_one_more_counter_shortens_the_wait() -> None:
    more = replace(ONE_LINE, counters=[*ONE_LINE.counters, ONE_LINE.counters[0]])

    for seed in range(3):
        assert median(waits(simulate(more, seed=seed))) <= median(
            waits(simulate(ONE_LINE, seed=seed))
        )


def test_those_who_booked_wait_less_than_walk_ins_on_busy_days() -> None:
    busy = replace(ONE_LINE, visits={"advice": 170})
    visits = [one for seed in range(5) for one in simulate(busy, seed=seed).visits]
    found = {
        kind: percentile([v.wait for v in visits if v.kind == kind and v.wait is not None], 50)
        for kind in ("booked", "walk-in")
    }

    assert found["booked"] < found["walk-in"]


def test_the_model_of_waits_is_right_for_most_of_a_simulated_line() -> None:
    """Walk-ins alone, in the order of their coming: the range holds as often as it says."""
    right = asked = 0
    for seed in range(10):
        visits = [one for one in simulate(ONE_LINE, seed=seed).visits if one.called is not None]
        for one in visits:
            ahead = sum(v.came < one.came < (v.called or 0) for v in visits)
            busy = sum((v.called or 0) <= one.came < (v.ended or 0) for v in visits)
            told = wait_model.wait(ahead, 3, 3 - min(busy, 3), 10)
            assert told is not None
            wait = (one.called or 0) - one.came
            asked += 1
            right += told.least - 5 <= wait <= told.most + 5
    assert right / asked > 0.75


def test_the_command_tells_waits_as_it_is_and_as_asked(app: Flask) -> None:
    result = app.test_cli_runner().invoke(
        args=["simulate-hall", "changping", "--days", "1", "--counters", "3"]
    )

    assert result.exit_code == 0, result.output
    assert "As it is" in result.output
    assert "As asked" in result.output
    assert "queue work_permits" in result.output
    assert "service WP_CAN" in result.output


def test_halls_are_set_up_once(app: Flask, session: Session) -> None:
    said = [app.test_cli_runner().invoke(args=["set-up-halls"]).output for _ in range(2)]

    assert said[0].startswith("halls: 0 new; times to book: ")  # a test's desk has its halls
    assert said[1] == "halls: 0 new; times to book: 0 new\n"
    assert session.scalar(sa.select(sa.func.count()).select_from(Slot))


def test_an_unknown_hall_is_told(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["simulate-hall", "nowhere"])

    assert result.exit_code != 0


def test_however_many_are_meant_to_come_as_many_do() -> None:
    crowded = replace(ONE_LINE, visits={"advice": 2000})

    for seed in range(3):
        assert len(who_comes(crowded, seed=seed)) == pytest.approx(2000, abs=200)


@pytest.mark.parametrize("part", [50, 90])
def test_a_percentile_lies_among_the_waits(part: int) -> None:
    assert 1 <= percentile([1.0, 4.0, 2.0], part) <= 4

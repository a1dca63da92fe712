"""The order of a line, by its rules alone."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from servicedesk.hall.line_up import AHEAD, Reason, Rules, Turn, Waiting, line_up, merged

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
RULES = Rules()


def waiting(number: int, minutes: int = 1, **more: object) -> Waiting:
    return Waiting(number, float(number), NOON - timedelta(minutes=minutes), **more)  # type: ignore[arg-type]


def called(
    line: Sequence[Waiting], lately: Sequence[Reason] = (), now: datetime = NOON
) -> list[tuple[int, Reason]]:
    return [(turn.waiting.ticket, turn.reason) for turn in line_up(line, lately, now, RULES)]


def test_who_came_first_is_first() -> None:
    line = [waiting(2), waiting(1), waiting(3)]

    assert [number for number, _ in called(line)] == [1, 2, 3]


def test_a_clock_that_was_set_back_changes_no_turn() -> None:
    line = [waiting(1, minutes=-30), waiting(2, minutes=5)]

    assert [number for number, _ in called(line)] == [1, 2]


def test_booked_and_in_time_goes_before_those_in_turn() -> None:
    line = [waiting(1), waiting(2, booked_for=NOON + timedelta(minutes=5))]

    assert called(line)[0] == (2, Reason.BOOKED)


def test_booked_and_too_late_stands_in_turn() -> None:
    late = waiting(2, booked_for=NOON - timedelta(minutes=17))

    assert called([waiting(1), late]) == [(1, Reason.IN_TURN), (2, Reason.IN_TURN)]


def test_booked_and_early_waits_until_nobody_else_does() -> None:
    early = waiting(1, booked_for=NOON + timedelta(minutes=6))

    assert called([early, waiting(2)]) == [(2, Reason.IN_TURN), (1, Reason.EARLY)]


def test_priority_goes_ahead_in_one_of_three_calls() -> None:
    line = [waiting(number) for number in (1, 2, 3, 4)]
    line += [waiting(number, has_priority=True) for number in (5, 6)]

    assert [number for number, _ in called(line)] == [5, 1, 2, 6, 3, 4]


def test_what_was_called_lately_counts() -> None:
    line = [waiting(1), waiting(2, has_priority=True)]

    assert called(line, [Reason.PRIORITY, Reason.IN_TURN])[0] == (1, Reason.IN_TURN)


def test_one_of_three_calls_is_in_turn_however_many_are_booked() -> None:
    line = [waiting(1)] + [waiting(number, booked_for=NOON) for number in (2, 3, 4, 5)]

    assert [number for number, _ in called(line)] == [2, 3, 1, 4, 5]


def test_who_has_waited_an_hour_is_next() -> None:
    line = [waiting(1, minutes=60), waiting(2, booked_for=NOON), waiting(3, has_priority=True)]

    assert called(line)[0] == (1, Reason.AGED)


def test_a_counter_of_two_lines_takes_who_came_first() -> None:
    one = line_up([waiting(2), waiting(5)], (), NOON, RULES)
    other = line_up([waiting(1), waiting(6, has_priority=True)], (), NOON, RULES)

    assert [turn.waiting.ticket for turn in merged([one, other])] == [6, 1, 2, 5]


people = st.builds(
    lambda place, since, has_priority, booked: Waiting(
        place, float(place), NOON - timedelta(minutes=since), has_priority,
        NOON + timedelta(minutes=booked) if booked is not None else None,
    ),
    st.integers(1, 40), st.integers(0, 55), st.booleans(),
    st.none() | st.integers(-40, 40),
)  # fmt: skip
lines = st.lists(people, max_size=25, unique_by=lambda one: one.ticket)
reasons = st.lists(st.sampled_from(Reason), max_size=2)


@given(lines, reasons)
def test_everybody_is_called_once(line: list[Waiting], lately: list[Reason]) -> None:
    numbers = [turn.waiting.ticket for turn in line_up(line, lately, NOON, RULES)]

    assert sorted(numbers) == sorted(one.ticket for one in line)


@given(lines, reasons)
def test_the_bounds_hold_while_others_wait(line: list[Waiting], lately: list[Reason]) -> None:
    turns = list(line_up(line, lately, NOON, RULES))

    for at in range(len(turns)):
        before = [*lately, *(turn.reason for turn in turns[:at])][-2:]
        if any(_is_ordinary(turn, line) for turn in turns[at:]):
            ahead = [*before, turns[at].reason]
            assert ahead.count(Reason.PRIORITY) <= 1 or turns[at].reason is not Reason.PRIORITY
            assert len(ahead) < 3 or not AHEAD.issuperset(ahead)


@given(lines)
def test_alike_people_keep_their_order(line: list[Waiting]) -> None:
    turns = list(line_up(line, (), NOON, RULES))
    ordinary = [turn.waiting.place for turn in turns if _is_ordinary(turn, line)]

    assert ordinary == sorted(ordinary)


def _is_ordinary(turn: Turn, line: Sequence[Waiting]) -> bool:
    one = turn.waiting
    assert one in line
    is_booked = one.booked_for is not None and (
        one.since <= one.booked_for + RULES.late or one.booked_for - RULES.early > NOON
    )
    return not one.has_priority and not is_booked

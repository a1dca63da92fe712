"""The order of stops: phases hold, it never ends later than the order given, and it is one."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from servicedesk.hall.itinerary import Leg, Phase, calls, expected_end, in_best_order
from servicedesk.hall.wait_model import Range

PHASES = list(Phase)
waits = st.none() | st.builds(
    lambda least, more: Range(least, least + more), st.integers(0, 120), st.integers(1, 60)
)
legs = st.lists(
    st.builds(
        Leg,
        st.integers(1, 99),
        st.sampled_from(PHASES),
        st.floats(1, 60, allow_nan=False),
        waits,
        waits,
    ),
    max_size=7,
    unique_by=lambda leg: leg.queue_id,
)


@given(legs)
def test_no_order_breaks_the_phases(given_legs: list[Leg]) -> None:
    found = in_best_order(given_legs)

    assert sorted(map(id, found)) == sorted(map(id, given_legs))
    assert all(
        PHASES.index(one.phase) <= PHASES.index(following.phase)
        for one, following in pairwise(found)
    )


@given(legs)
def test_the_order_chosen_never_ends_later_than_the_one_given(given_legs: list[Leg]) -> None:
    as_given = sorted(given_legs, key=lambda leg: PHASES.index(leg.phase))

    assert expected_end(in_best_order(given_legs)) <= expected_end(as_given)


@given(legs)
def test_the_same_lines_give_the_same_order(given_legs: list[Leg]) -> None:
    assert in_best_order(given_legs) == in_best_order(list(given_legs))


@given(legs)
def test_times_foretold_are_ranges_that_go_on(given_legs: list[Leg]) -> None:
    known = [call.wait for call in calls(given_legs) if call.wait is not None]

    assert all(0 <= one.least <= one.most for one in known)
    assert all(one.least <= later.least for one, later in pairwise(known))


def test_of_orders_that_end_alike_the_one_named_first_is_kept() -> None:
    alike = [Leg(number, Phase.HAND_IN, 10, Range(0, 2)) for number in (3, 1, 2)]

    assert in_best_order(alike) == alike


def test_a_line_that_nobody_serves_comes_last() -> None:
    closed = Leg(1, Phase.HAND_IN, 10, None)
    busy = Leg(2, Phase.HAND_IN, 10, Range(50, 60))

    assert in_best_order([closed, busy]) == [busy, closed]

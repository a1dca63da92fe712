"""How slots follow other hours: nothing booked is lost, and no place is sold twice."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from servicedesk.hall.slot_plan import KeptSlot, plan
from servicedesk.hall.timetable import NO_PLACES, Places
from servicedesk.park import park

NINE = datetime(2026, 12, 2, 9, tzinfo=park().time_zone)
HALF, TWO = timedelta(minutes=30), Places(2, 1)


def starts(count: int, first: datetime = NINE) -> list[datetime]:
    return [first + HALF * number for number in range(count)]


def free(start: datetime) -> KeptSlot:
    return KeptSlot(start, TWO, NO_PLACES)


def taken(start: datetime, public: int = 1) -> KeptSlot:
    return KeptSlot(start, TWO, Places(public))


def test_new_ones_are_opened_and_free_ones_withdrawn() -> None:
    found = plan([free(one) for one in starts(2)], starts(2, NINE + HALF), TWO, HALF)

    assert [start for start, _ in found.opened] == [NINE + 2 * HALF]
    assert [slot.starts_at for slot in found.withdrawn] == [NINE]
    assert found.resized == []


def test_one_with_a_booking_stays_and_takes_no_more() -> None:
    (found,) = plan([taken(NINE)], [], TWO, HALF).resized

    assert (found.places, found.is_outside) == (NO_PLACES, True)


def test_fewer_places_than_are_booked_is_overbooked() -> None:
    (found,) = plan([taken(NINE, 2)], [NINE], Places(1, 1), HALF).resized

    assert found.is_overbooked
    assert not found.is_outside


def test_what_is_booked_across_a_new_slot_counts_in_it() -> None:
    quarter = timedelta(minutes=15)
    found = plan([taken(NINE), free(NINE + HALF)], starts(3, NINE + quarter), TWO, HALF)

    assert [places.public for _, places in found.opened] == [1, 2, 2]


_slots = st.lists(
    st.builds(
        lambda quarter, public, staff, more: KeptSlot(
            NINE + timedelta(minutes=15) * quarter,
            Places(public + more, staff + more), Places(public, staff),
        ),
        st.integers(0, 12), st.integers(0, 3), st.integers(0, 3), st.integers(0, 2),
    ),
    max_size=6, unique_by=lambda slot: slot.starts_at,
)  # fmt: skip
_wanted = st.sets(st.integers(0, 6).map(lambda number: NINE + HALF * number))
_places = st.builds(Places, st.integers(0, 3), st.integers(0, 3))


@given(_slots, _wanted, _places)
def test_the_same_hours_again_change_nothing(
    kept: list[KeptSlot], wanted: set[datetime], places: Places
) -> None:
    once = _after(kept, wanted, places)
    again = plan(once, wanted, places, HALF)

    assert (list(again.opened), list(again.withdrawn), list(again.resized)) == ([], [], [])


@given(_slots, _wanted, _places)
def test_what_is_booked_is_kept_and_what_can_be_booked_fits(
    kept: list[KeptSlot], wanted: set[datetime], places: Places
) -> None:
    after = _after(kept, wanted, places)

    booked = {slot.starts_at: slot.taken for slot in kept if slot.is_taken}
    assert {slot.starts_at: slot.taken for slot in after if slot.is_taken} == booked
    for slot in after:
        across = [
            one.taken.public
            for one in after
            if one.starts_at not in wanted and abs(one.starts_at - slot.starts_at) < HALF
        ]
        if slot.starts_at in wanted and slot.places.public > 0:
            assert slot.places.public + sum(across) <= places.public
        if slot.starts_at not in wanted:
            assert slot.places == NO_PLACES


def _after(kept: list[KeptSlot], wanted: set[datetime], places: Places) -> list[KeptSlot]:
    found = plan(kept, wanted, places, HALF)
    resized = {one.slot.starts_at: one.places for one in found.resized}
    gone = {slot.starts_at for slot in found.withdrawn}
    stay = [
        KeptSlot(slot.starts_at, resized.get(slot.starts_at, slot.places), slot.taken)
        for slot in kept
        if slot.starts_at not in gone
    ]
    return stay + [KeptSlot(start, to, NO_PLACES) for start, to in found.opened]

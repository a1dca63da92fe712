"""How the slots of a line follow its hours: which are opened, withdrawn, and have other places.

Pure rules: no database, no web.  What is looked at before saving and what saving does are this
one plan.  A slot in which somebody has booked is never withdrawn: it keeps what is booked and
takes no more.  Where other hours cut slots anew, what is booked across a new slot counts in it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from servicedesk.hall.timetable import NO_PLACES, Places


@dataclass(frozen=True)
class KeptSlot:
    """A slot as it is: places and how many of them are taken."""

    starts_at: datetime
    places: Places
    taken: Places

    @property
    def is_taken(self) -> bool:
        """Whether anybody has booked in it."""
        return bool(self.taken.public or self.taken.staff)


@dataclass(frozen=True)
class Resized:
    """A slot that stays, with other places."""

    slot: KeptSlot
    places: Places
    is_outside: bool  # of the hours: it stays for what is booked in it

    @property
    def is_overbooked(self) -> bool:
        """Whether more is taken in it than there will be places."""
        taken = self.slot.taken
        return taken.public > self.places.public or taken.staff > self.places.staff


@dataclass(frozen=True)
class SlotPlan:
    """What is to be done with the slots of one line, each in the order of time."""

    opened: Sequence[tuple[datetime, Places]]
    withdrawn: Sequence[KeptSlot]
    resized: Sequence[Resized]


def plan(
    kept: Sequence[KeptSlot], wanted: Collection[datetime], places: Places, every: timedelta
) -> SlotPlan:
    """Return how ``kept`` becomes the slots that are ``wanted``, with ``places`` in each."""
    ordered = sorted(kept, key=lambda slot: slot.starts_at)
    starts = set() if places == NO_PLACES else set(wanted)
    across = [slot for slot in ordered if slot.is_taken and slot.starts_at not in starts]

    def room(start: datetime) -> Places:
        return _left(places, start, across, every) if start in starts else NO_PLACES

    new = sorted(starts.difference(slot.starts_at for slot in ordered))
    staying = [slot for slot in ordered if slot.is_taken or slot.starts_at in starts]
    return SlotPlan(
        [(start, room(start)) for start in new],
        [slot for slot in ordered if not slot.is_taken and slot.starts_at not in starts],
        [
            Resized(slot, to, slot.starts_at not in wanted)
            for slot in staying
            if (to := room(slot.starts_at)) != slot.places
        ],
    )


def _left(places: Places, start: datetime, across: Sequence[KeptSlot], every: timedelta) -> Places:
    """Return what is left of ``places`` in a slot beside what is booked across it."""
    beside = [slot.taken for slot in across if abs(slot.starts_at - start) < every]
    return Places(
        max(places.public - sum(one.public for one in beside), 0),
        max(places.staff - sum(one.staff for one in beside), 0),
    )

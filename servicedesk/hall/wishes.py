"""What people come to a hall for: services of the catalogue, or just one of its lines."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.orm import Session

from servicedesk.hall.booking import Leg, slots_needed
from servicedesk.hall.hall_files import booking_of
from servicedesk.hall.models import Hall, Queue
from servicedesk.hall.offering import Offered, offered_in


@dataclass(frozen=True)
class Wish:
    """What somebody wants in one line."""

    queue: Queue
    services: tuple[str, ...]  # codes; none: something else of that line
    minutes: int  # for one person

    def leg(self, persons: int, every: timedelta) -> Leg:
        """Return how long it takes, in slots, for so many persons."""
        return Leg(self.queue.id, slots_needed(self.minutes, persons, every), self.services)


def legs_of(hall: Hall, plan: Sequence[Wish], persons: int) -> list[Leg]:
    """Return what a visit of so many persons needs in each line."""
    every = booking_of(hall.booking).every
    return [wish.leg(persons, every) for wish in plan]


def services_of(session: Session, hall: Hall) -> list[Offered]:
    """Return the services that can be booked in the hall, by line and name; one statement."""
    lines = {one.id for one in bookable(hall)}
    return [one for one in offered_in(session, hall) if one.queue.id in lines]


def bookable(hall: Hall) -> list[Queue]:
    """Return the lines in which a time can be booked, in the order of a visit to several."""
    found = [one for one in hall.queues if one.public_places or one.staff_places]
    return sorted(found, key=lambda one: (one.phase.turn, one.letter))


def wishes_of(session: Session, hall: Hall, chosen: Sequence[str]) -> list[Wish]:
    """Return what was chosen, line by line in the order in which it is done.

    ``chosen`` are codes of services and keys of lines; what the hall does not have is left out.
    """
    keys = {one.key for one in bookable(hall)}
    return read(hall, chosen, services_of(session, hall) if set(chosen) - keys else ())


def read(hall: Hall, chosen: Sequence[str], services: Sequence[Offered]) -> list[Wish]:
    """Return what was chosen of the lines of the hall and of ``services``, as ``wishes_of``."""
    wanted, lines = set(chosen), bookable(hall)
    found = {one.key: Wish(one, (), one.minutes) for one in lines if one.key in wanted}
    for one in services:
        if one.code in wanted:
            wish = found.get(one.queue.key, Wish(one.queue, (), 0))
            found[one.queue.key] = replace(
                wish, services=(*wish.services, one.code), minutes=wish.minutes + one.minutes
            )
    return [found[one.key] for one in lines if one.key in found]

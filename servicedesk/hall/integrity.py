"""Whether the times of the halls are counted right; run by ``servicedesk check``."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from servicedesk.hall.appointment_models import (
    Appointment,
    AppointmentPart,
    AppointmentStatus,
    FreedPlace,
    Slot,
)
from servicedesk.hall.hall_files import booking_of
from servicedesk.hall.models import Hall, Queue
from servicedesk.integrity import Place, check

_GAVE_BACK: Final = (AppointmentStatus.CANCELLED, AppointmentStatus.LAPSED)
_LONGEST: Final = timedelta(days=1)  # that a part of a visit lasts


@check("hall.slots")
def slots(place: Place) -> Iterator[tuple[str, str]]:
    """Every slot counts as taken exactly what is booked, held or just given back in it (R3)."""
    for hall in place.session.scalars(sa.select(Hall).order_by(Hall.id)):
        for slot, public, staff in place.session.execute(_counted(hall)):
            if (slot.taken, slot.staff_taken) != (public, staff):
                there = f"{public} and {staff} of the staff are taken"
                yield f"slot {slot.id}", f"counts {slot.taken} and {slot.staff_taken}, {there}"


def _counted(hall: Hall) -> sa.Select[Slot, int, int]:
    """Return each slot of a hall with the places of both contingents that are taken in it."""
    freed = sa.select(sa.func.count()).where(FreedPlace.slot_id == Slot.id).scalar_subquery()
    return (
        sa.select(Slot, _taken(hall, by_staff=False) + freed, _taken(hall, by_staff=True))
        .join(Queue, Queue.id == Slot.queue_id)
        .where(Queue.hall_id == hall.id)
        .order_by(Slot.id)
    )


def _taken(hall: Hall, *, by_staff: bool) -> sa.ScalarSelect[int]:
    every = booking_of(hall.booking).every
    ends_at = AppointmentPart.starts_at + AppointmentPart.slots * sa.literal(every, sa.Interval())
    return (
        sa.select(sa.func.count())
        .select_from(AppointmentPart)
        .join(AppointmentPart.appointment)
        .where(
            AppointmentPart.queue_id == Slot.queue_id,
            AppointmentPart.starts_at <= Slot.starts_at,
            AppointmentPart.starts_at > Slot.starts_at - sa.literal(_LONGEST, sa.Interval()),
            ends_at > Slot.starts_at,
            Appointment.by_staff.is_(by_staff),
            Appointment.status.not_in(_GAVE_BACK),
        )
        .correlate(Slot)
        .scalar_subquery()
    )

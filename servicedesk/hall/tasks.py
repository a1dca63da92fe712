"""What the worker does for the halls by itself."""

from servicedesk import clock
from servicedesk.extensions import db
from servicedesk.hall import queries
from servicedesk.hall.appointment_models import Appointment
from servicedesk.hall.operations import appointments, closing, slots
from servicedesk.jobs import periodic, task


@periodic("hall.open_slots", cron="30 17 * * *")
def open_slots() -> None:
    """Open the slots of one more day; at night in Beijing."""
    for hall in queries.list_halls(db.session):
        slots.open_ahead(db.session, hall, now=clock.now())
    db.session.commit()


@periodic("hall.lapse_holds", cron="* * * * *")
def lapse_holds() -> None:
    """Let go of times that were held too long."""
    appointments.lapse(db.session, now=clock.now())
    db.session.commit()


@periodic("hall.remind", cron="20 * * * *")
def remind() -> None:
    """Remind those whose appointment is within a day."""
    appointments.remind(db.session, now=clock.now())
    db.session.commit()


@periodic("hall.close_days", cron="5 * * * *")
def close_days() -> None:
    """End what is left of days that are over, wherever their midnight was."""
    closing.close_days(db.session, now=clock.now())
    db.session.commit()


@task(slots.FREE)
def free_places(appointment_id: int) -> None:
    """Let the places of a cancelled appointment be booked again, a while after."""
    appointment = db.session.get(Appointment, appointment_id, with_for_update=True)
    if appointment is not None and not appointment.is_freed:
        appointment.is_freed = True
        slots.free(db.session, appointment)
        db.session.commit()

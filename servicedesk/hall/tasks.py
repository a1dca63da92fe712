"""What the worker does for the halls by itself."""

from servicedesk import clock
from servicedesk.extensions import db
from servicedesk.hall import queries, waitlist_queries
from servicedesk.hall.appointment_models import Appointment
from servicedesk.hall.models import Hall
from servicedesk.hall.operations import (
    appointments,
    day_reports,
    forgetting,
    hours,
    slots,
    staff_bookings,
    waitlist,
    watching,
)
from servicedesk.jobs import periodic, task


@periodic("hall.open_slots", cron="30 17 * * *")
def open_slots() -> None:
    """Open the slots of one more day, and see what new holidays close; at night in Beijing."""
    for hall in sorted(queries.list_halls(db.session), key=lambda one: one.id):
        hours.follow_calendar(db.session, hall, now=clock.now())
        db.session.commit()  # one hall at a time: nobody waits for two


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
    """End what is left of days that are over, wherever their midnight was, and report them."""
    day_reports.close_days(db.session, now=clock.now())
    db.session.commit()


@periodic("hall.forget_addresses", cron="*/10 * * * *")
def forget_addresses() -> None:
    """Forget who asked to be told, once their visits are over."""
    watching.forget(db.session, now=clock.now())
    db.session.commit()


@task(watching.TELL)
def tell_who_is_near(hall_id: int) -> None:
    """Mail those who asked to be told when three are before them."""
    hall = db.session.get(Hall, hall_id)
    if hall is not None and watching.tell(db.session, hall, now=clock.now()):
        db.session.commit()


@periodic("hall.forget_people", cron="10 18 * * *")
def forget_people() -> None:
    """Delete names and phones that visits do not need any more."""
    staff_bookings.forget_people(db.session, now=clock.now())
    db.session.commit()


@periodic("hall.forget_visits", cron="20 18 * * *")
def forget_visits() -> None:
    """Delete notes, typed reasons and kinds of priority that visits do not need any more."""
    forgetting.forget_visits(db.session, now=clock.now())
    db.session.commit()


@task(slots.FREE)
def free_places(appointment_id: int) -> None:
    """Let places that were given back be booked again, those that the waitlist did not take."""
    appointment = db.session.get(Appointment, appointment_id, with_for_update=True)
    if appointment is not None:
        slots.free(db.session, appointment)
        db.session.commit()


@task(slots.OFFER)
def offer_places(hall_id: int) -> None:
    """Offer what is free in a hall to who waits for it, one after the other."""
    while (hall := db.session.get(Hall, hall_id)) is not None:
        offer = waitlist.offer_next(db.session, hall, now=clock.now())
        db.session.commit()
        if offer is None:
            return


@periodic("hall.serve_waitlists", cron="*/10 * * * *")
def serve_waitlists() -> None:
    """Offer what came free by itself, as when a line has more places; end old wishes."""
    waitlist.expire(db.session, now=clock.now())
    db.session.commit()
    for hall_id in waitlist_queries.halls_waited_for(db.session):
        offer_places(hall_id)

"""Appointments for programs: of the person whose token it is, or by the appointment's link."""

from flask import request

from servicedesk import clock
from servicedesk.accounts.access import finds, public
from servicedesk.accounts.throttle import throttle
from servicedesk.accounts.throttle_rules import using_link
from servicedesk.api import access, asked, shapes, showing
from servicedesk.api.access import with_token
from servicedesk.api.scopes import Scope
from servicedesk.api.speaking import see_version, speaks
from servicedesk.api.views import bp, line_of_hall, services_of_hall
from servicedesk.errors import NotFound
from servicedesk.extensions import db
from servicedesk.hall import appointment_queries, queries, wishes
from servicedesk.hall.appointment_models import Appointment
from servicedesk.hall.appointment_queries import get_by_link, get_own_appointment
from servicedesk.hall.models import Hall
from servicedesk.hall.operations import appointments
from servicedesk.hall.operations.appointments import Visit
from servicedesk.hall.wishes import Wish
from servicedesk.web import once
from servicedesk.words import say


@bp.get("/hall/<string:hall>/slots")
@public
@finds(queries.get_hall)
@speaks(asks=asked.FindSlots, gives=shapes.Slots)
def slots(hall: str, said: asked.FindSlots) -> shapes.Slots:
    """List when an appointment for all of it could begin."""
    found = queries.get_hall(db.session, hall)
    legs = wishes.legs_of(found, _wanted(found, said), said.persons)
    free = appointment_queries.starts_free(db.session, found, legs, by_staff=False, now=clock.now())
    return shapes.Slots(
        hall=hall, lines=said.lines, services=said.services, persons=said.persons, starts=free
    )


@bp.post("/hall/<string:hall>/appointments")
@with_token(Scope.INTEGRATOR)
@finds(queries.get_hall)
@once.for_each_key
@speaks(takes=asked.Book, gives=shapes.Appointment, status=201)
def book(hall: str, said: asked.Book) -> shapes.Appointment:
    """Book a time for the person of the token; a full one says what is free near it."""
    found, now = queries.get_hall(db.session, hall), clock.now()
    plan = _wanted(found, said)
    visit = Visit(plan[0].queue, said.start, said.persons, said.language, plan)
    held = appointments.hold(db.session, visit, by=access.person(), enterprise_id=None, now=now)
    appointments.confirm(db.session, held, case_id=None, now=now)
    return _shown(held)


@bp.get("/hall/appointments/<int:appointment_id>")
@with_token(Scope.INTEGRATOR)
@finds(get_own_appointment)
@speaks(gives=shapes.Appointment)
def own(appointment_id: int) -> shapes.Appointment:
    """Show an appointment of the person of the token."""
    return showing.appointment(_own(appointment_id))


@bp.patch("/hall/appointments/<int:appointment_id>")
@with_token(Scope.INTEGRATOR)
@finds(get_own_appointment)
@once.for_each_key
@speaks(takes=asked.Move, gives=shapes.Appointment)
def move_own(appointment_id: int, said: asked.Move) -> shapes.Appointment:
    """Move an appointment of the person of the token to another time."""
    return _moved(_own(appointment_id), said)


@bp.delete("/hall/appointments/<int:appointment_id>")
@with_token(Scope.INTEGRATOR)
@finds(get_own_appointment)
@once.for_each_key
@speaks(takes=asked.Seen, gives=shapes.Appointment)
def cancel_own(appointment_id: int, said: asked.Seen) -> shapes.Appointment:
    """Give back the time of the person of the token."""
    return _cancelled(_own(appointment_id), said)


@bp.get("/hall/appointments/linked/<string:token>")
@public
@finds(get_by_link)
@speaks(gives=shapes.Appointment)
def linked(token: str) -> shapes.Appointment:
    """Show an appointment to whoever holds its link."""
    return showing.appointment(_linked(token))


@bp.patch("/hall/appointments/linked/<string:token>")
@public
@finds(get_by_link)
@once.for_each_key
@speaks(takes=asked.Move, gives=shapes.Appointment)
def move_linked(token: str, said: asked.Move) -> shapes.Appointment:
    """Move an appointment to another time, by its link."""
    return _moved(_linked(token), said)


@bp.delete("/hall/appointments/linked/<string:token>")
@public
@finds(get_by_link)
@once.for_each_key
@speaks(takes=asked.Seen, gives=shapes.Appointment)
def cancel_linked(token: str, said: asked.Seen) -> shapes.Appointment:
    """Give a time back, by its link."""
    return _cancelled(_linked(token), said)


def _own(appointment_id: int) -> Appointment:
    return get_own_appointment(db.session, appointment_id, user=access.person())


def _linked(token: str) -> Appointment:
    """Return the appointment of a link; whoever tries links has to wait, as on the pages."""
    throttle().hit(using_link(token, request.remote_addr or ""), now=clock.now())
    return get_by_link(db.session, token)


def _wanted(hall: Hall, said: asked.Wanted) -> list[Wish]:
    """Return what is wanted, line by line.

    Raises:
        NotFound: the hall has no such line or service, or no appointments for it.
    """
    services = services_of_hall(hall, said.services)
    lines = [line_of_hall(hall, key) for key in said.lines] + [one.queue for one in services]
    if hall.booking is None or not all(one.public_places for one in lines):
        raise NotFound(say("There are no appointments for this line. Come and take a ticket."))
    return wishes.read(hall, [*said.lines, *said.services], services)


def _moved(found: Appointment, said: asked.Move) -> shapes.Appointment:
    see_version(found.version, said.version)
    appointments.move(db.session, found, said.start, now=clock.now())
    return _shown(found)


def _cancelled(found: Appointment, said: asked.Seen) -> shapes.Appointment:
    see_version(found.version, said.version)
    appointments.cancel(db.session, found, now=clock.now())
    return _shown(found)


def _shown(found: Appointment) -> shapes.Appointment:
    db.session.flush()
    return showing.appointment(found)

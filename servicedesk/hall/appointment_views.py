"""Booking a time, and looking after it; checking in at the kiosk."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # new in 3.3

from servicedesk import clock
from servicedesk.accounts.access import finds, public, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.accounts.throttle import throttle
from servicedesk.accounts.throttle_rules import taking_ticket
from servicedesk.cases import queries as cases
from servicedesk.extensions import db
from servicedesk.hall import (
    appointment_queries,
    calendar_file,
    hours_queries,
    presenting,
    queries,
)
from servicedesk.hall.appointment_models import Appointment
from servicedesk.hall.booking import slots_needed
from servicedesk.hall.forms import CheckInForm, ConfirmForm, FindForm, HoldForm
from servicedesk.hall.hall_files import booking_of
from servicedesk.hall.links import token_of
from servicedesk.hall.models import Hall, Queue
from servicedesk.hall.operations import appointments
from servicedesk.hall.operations.appointments import Visit
from servicedesk.hall.views import bp as halls
from servicedesk.park import local_day
from servicedesk.web import language, once
from servicedesk.web.fields import Option
from servicedesk.web.filters import text
from servicedesk.web.forms import ButtonForm

bp = Blueprint("appointments", __name__, url_prefix="/appointments")


@halls.route("/<string:hall>/book", methods=["GET", "POST"])
@requires(Permission.CASE_APPLY)
@finds(queries.get_hall)
@once.for_each_key
def book(hall: str) -> ResponseReturnValue:
    """Show when there is room, and hold the time that is chosen."""
    found = queries.get_hall(db.session, hall)
    if request.method == "GET":
        return _times_page(found)
    form, now = HoldForm(), clock.now()
    queue = _queue(found, form.line.data)
    moment = form.moment() if form.validate() else None
    if queue is None or moment is None:
        flash(_("Choose a time."), "warning")
        return once.commit(redirect(url_for("hall.book", hall=hall), 303))
    visit = Visit(queue, moment, form.persons.data or 1, language.current())
    held = appointments.hold(db.session, visit, by=signed_in_user(), enterprise_id=None, now=now)
    return once.commit(redirect(url_for("appointments.confirm", appointment_id=held.id), 303))


@halls.route("/<string:hall>/check-in", methods=["GET", "POST"])
@public
@finds(queries.get_hall)
@once.for_each_key
def check_in(hall: str) -> ResponseReturnValue:
    """Take the code of an appointment, and give out its ticket."""
    found, form = queries.get_hall(db.session, hall), CheckInForm()
    if form.validate_on_submit():
        now = clock.now()
        throttle().hit(taking_ticket(request.remote_addr or ""), now=now)
        appointment = appointment_queries.find_by_code(db.session, found, form.code.data or "")
        if appointment is not None:
            ticket = appointments.check_in(db.session, appointment, now=now)
            to = url_for("hall.taken", hall=hall, token=token_of(ticket.nonce))
            return once.commit(redirect(to, 303))
        form.complain(_("There is no such appointment in this hall today."), form.code)
    page = render_template("hall/check_in.html", hall=found, form=form)
    return once.commit((page, 422)) if form.errors else (page, 200)


@bp.get("")
@requires(Permission.CASE_APPLY)
def index() -> ResponseReturnValue:
    """List this person's appointments."""
    now = clock.now()
    found = appointment_queries.appointments_of(db.session, signed_in_user(), now=now)
    return render_template(
        "hall/appointments.html", appointments=found, words=presenting.APPOINTMENT_WORDS,
        halls=[hall for hall in queries.list_halls(db.session) if hall.booking],
    )  # fmt: skip


@bp.get("/<int:appointment_id>")
@requires(Permission.CASE_APPLY)
@finds(appointment_queries.get_own_appointment)
def show(appointment_id: int) -> ResponseReturnValue:
    """Show one appointment, what to bring, and what can be changed of it."""
    found = _own(appointment_id)
    return render_template(
        "hall/appointment.html", appointment=found, words=presenting.APPOINTMENT_WORDS,
        button=ButtonForm(formdata=None), figures=booking_of(found.queue.hall.booking),
        missing=presenting.missing_papers(db.session, found.case),
    )  # fmt: skip


@bp.route("/<int:appointment_id>/confirm", methods=["GET", "POST"])
@requires(Permission.CASE_APPLY)
@finds(appointment_queries.get_own_appointment)
@once.for_each_key
def confirm(appointment_id: int) -> ResponseReturnValue:
    """Ask what it is about, and book the time that is held."""
    found, now = _own(appointment_id), clock.now()
    form = ConfirmForm(data={"language": found.language})
    form.case.choices = _case_choices()
    if form.validate_on_submit():
        found.language = form.language.data or found.language
        case_id = int(form.case.data) if form.case.data else None
        appointments.confirm(db.session, found, case_id=case_id, now=now)
        flash(_("Your appointment is booked. A mail is on its way."), "success")
        return once.commit(redirect(url_for("appointments.show", appointment_id=found.id), 303))
    page = render_template("hall/confirm.html", appointment=found, form=form)
    return once.commit((page, 422)) if form.errors else (page, 200)


@bp.post("/<int:appointment_id>/cancel")
@requires(Permission.CASE_APPLY)
@finds(appointment_queries.get_own_appointment)
@once.for_each_key
def cancel(appointment_id: int) -> ResponseReturnValue:
    """Give the time back."""
    appointments.cancel(db.session, _own(appointment_id), now=clock.now())
    flash(_("The appointment is cancelled."), "success")
    return once.commit(redirect(url_for("appointments.index"), 303))


@bp.route("/<int:appointment_id>/move", methods=["GET", "POST"])
@requires(Permission.CASE_APPLY)
@finds(appointment_queries.get_own_appointment)
@once.for_each_key
def move(appointment_id: int) -> ResponseReturnValue:
    """Choose another time for it."""
    found, now = _own(appointment_id), clock.now()
    form = HoldForm()
    moment = form.moment() if request.method == "POST" and form.validate() else None
    if moment is not None:
        appointments.move(db.session, found, moment, now=now)
        flash(_("The appointment is moved. A mail is on its way."), "success")
        return once.commit(redirect(url_for("appointments.show", appointment_id=found.id), 303))
    free = appointment_queries.free_starts(
        db.session, found.queue, found.slots, by_staff=False, now=now,
        services=hours_queries.services_of(found),
    )  # fmt: skip
    page = render_template(
        "hall/move.html", appointment=found, days=_days(free), form=HoldForm(formdata=None)
    )
    return once.commit((page, 422)) if request.method == "POST" else (page, 200)


@bp.get("/<int:appointment_id>/appointment.ics")
@requires(Permission.CASE_APPLY)
@finds(appointment_queries.get_own_appointment)
def calendar_entry(appointment_id: int) -> ResponseReturnValue:
    """Return the appointment for a calendar."""
    found = _own(appointment_id)
    entry = calendar_file.entry(
        found, title=text(found.queue.name), place=text(found.queue.hall.address)
    )
    headers = {"Content-Disposition": f'attachment; filename="appointment-{found.code}.ics"'}
    return Response(entry, content_type="text/calendar; charset=utf-8", headers=headers)


def _own(appointment_id: int) -> Appointment:
    return appointment_queries.get_own_appointment(
        db.session, appointment_id, user=signed_in_user()
    )


def _queue(hall: Hall, key: str | None) -> Queue | None:
    return next((one for one in hall.queues if one.key == key and one.public_places), None)


def _times_page(hall: Hall) -> ResponseReturnValue:
    asked = "line" in request.args
    form = FindForm() if asked else FindForm(formdata=None)
    form.line.options = [
        Option(one.key, text(one.name)) for one in hall.queues if one.public_places
    ]
    days: list[tuple[date, list[datetime]]] | None = None
    if asked and form.validate():
        queue = _queue(hall, form.line.data)
        if queue is not None:
            days = _free_days(queue, form.persons.data or 1)
    page = render_template(
        "hall/book.html", hall=hall, find=form, days=days,
        form=HoldForm(formdata=None, line=form.line.data, persons=form.persons.data),
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _free_days(queue: Queue, persons: int) -> list[tuple[date, list[datetime]]]:
    figures = booking_of(queue.hall.booking)
    needed = slots_needed(queue.minutes, persons, figures.every)
    now = clock.now()
    return _days(
        appointment_queries.free_starts(db.session, queue, needed, by_staff=False, now=now)
    )


def _days(free: Sequence[datetime]) -> list[tuple[date, list[datetime]]]:
    return [(day, list(times)) for day, times in groupby(free, key=local_day)]


def _case_choices() -> list[SelectChoice]:
    found = cases.own_cases(db.session, signed_in_user()).items
    open_ones = [case for case in found if not case.is_closed]
    return [
        SelectChoice("", _("No")),
        *(
            SelectChoice(str(case.id), f"{case.reference} {case.title}".strip())
            for case in open_ones
        ),
    ]

"""The appointments of a hall as its staff see them: who comes, book for somebody, check in."""

from datetime import date, datetime, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from servicedesk import clock
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Permission
from servicedesk.accounts.queries import find_user_by_email
from servicedesk.desk.appointment_forms import (
    BookForSomebodyForm,
    FindForSomebodyForm,
    UrgentForm,
)
from servicedesk.desk.views import bp
from servicedesk.extensions import db
from servicedesk.hall import appointment_queries, hours_queries, presenting, queries, wishes
from servicedesk.hall.appointment_models import Appointment
from servicedesk.hall.appointment_views import by_day
from servicedesk.hall.booking_views import offer_what, persons_in
from servicedesk.hall.forms import HoldForm
from servicedesk.hall.links import link_of
from servicedesk.hall.models import Hall
from servicedesk.hall.operations import appointments, staff_bookings
from servicedesk.hall.operations.appointment_mails import missing_papers
from servicedesk.hall.operations.appointments import Visit
from servicedesk.hall.operations.staff_bookings import Guest
from servicedesk.hall.views import address_of
from servicedesk.park import local_day
from servicedesk.web import codes, language, once
from servicedesk.web.forms import ButtonForm


@bp.get("/hall/<string:hall>/appointments")
@requires(Permission.HALL_SERVE)
@finds(queries.get_hall)
def hall_appointments(hall: str) -> ResponseReturnValue:
    """List the appointments of a day, today's unless another is asked for."""
    found, today = queries.get_hall(db.session, hall), local_day(clock.now())
    day = _day(request.args.get("day"), today)
    return render_template(
        "desk/appointments.html", hall=found, day=day, today=today,
        appointments=appointment_queries.on_day(db.session, found, day),
        before=day - timedelta(days=1), after=day + timedelta(days=1),
        words=presenting.APPOINTMENT_WORDS, button=ButtonForm(formdata=None),
        soon=clock.now() + appointments.CHECK_IN_FROM,
    )  # fmt: skip


@bp.route("/hall/<string:hall>/appointments/new", methods=["GET", "POST"])
@requires(Permission.HALL_SERVE)
@finds(queries.get_hall)
@once.for_each_key
def book_for_somebody(hall: str) -> ResponseReturnValue:
    """Give somebody a place of the staff's contingent."""
    found, now = queries.get_hall(db.session, hall), clock.now()
    if request.method == "GET":
        return _new_page(found, None)
    form = BookForSomebodyForm()
    chosen = wishes.wishes_of(db.session, found, form.chosen)
    moment = form.moment() if form.validate() else None
    person = _person(form)
    if form.errors or moment is None or not chosen:
        return once.commit((_new_page(found, form), 422))
    visit = Visit(
        chosen[0].queue, moment, form.persons.data or 1, form.language.data or "zh", chosen
    )
    booked = staff_bookings.book(
        db.session, visit, person or Guest(form.name.data or "", form.phone.data or ""),
        urgent=form.urgent.data or "", by=signed_in_user(), now=now,
    )  # fmt: skip
    flash(_("The appointment is booked. Its code is %(code)s.", code=booked.code), "success")
    return _to(found, booked)


@bp.get("/hall/<string:hall>/appointments/<int:appointment_id>")
@requires(Permission.HALL_SERVE)
@finds(queries.get_hall, appointment_queries.get_in_hall)
def hall_appointment(hall: str, appointment_id: int) -> ResponseReturnValue:
    """Show one appointment: who comes, what for, what is missing."""
    found = _found(hall, appointment_id)
    return _page(found, UrgentForm(formdata=None, urgent=found.urgent or ""))


@bp.post("/hall/<string:hall>/appointments/<int:appointment_id>/urgent")
@requires(Permission.HALL_SERVE)
@finds(queries.get_hall, appointment_queries.get_in_hall)
@once.for_each_key
def mark_urgent(hall: str, appointment_id: int) -> ResponseReturnValue:
    """Keep why it is urgent."""
    found, form = _found(hall, appointment_id), UrgentForm()
    if not form.validate():
        return once.commit((_page(found, form), 422))
    staff_bookings.mark_urgent(found, form.urgent.data or "", by=signed_in_user(), now=clock.now())
    flash(_("It is kept."), "success")
    return _to(found.queue.hall, found)


@bp.route("/hall/<string:hall>/appointments/<int:appointment_id>/move", methods=["GET", "POST"])
@requires(Permission.HALL_SERVE)
@finds(queries.get_hall, appointment_queries.get_in_hall)
@once.for_each_key
def move_appointment(hall: str, appointment_id: int) -> ResponseReturnValue:
    """Choose another time for somebody."""
    found, now, is_sent = _found(hall, appointment_id), clock.now(), request.method == "POST"
    form = HoldForm()
    moment = form.moment() if is_sent and form.validate() else None
    if moment is not None:
        appointments.move(db.session, found, moment, now=now, by_staff=True)
        flash(_("The appointment is moved."), "success")
        return _to(found.queue.hall, found)
    free = appointment_queries.starts_free(
        db.session, found.queue.hall, hours_queries.legs_of(found), by_staff=found.by_staff, now=now
    )
    page = render_template(
        "desk/appointment_move.html", appointment=found, days=by_day(free),
        form=HoldForm(formdata=None), service_names=presenting.service_names(db.session, found),
    )  # fmt: skip
    return once.commit((page, 422)) if is_sent else (page, 200)


@bp.post("/hall/<string:hall>/appointments/<int:appointment_id>/cancel")
@requires(Permission.HALL_SERVE)
@finds(queries.get_hall, appointment_queries.get_in_hall)
@once.for_each_key
def cancel_appointment(hall: str, appointment_id: int) -> ResponseReturnValue:
    """Give somebody's time back."""
    found = _found(hall, appointment_id)
    appointments.cancel(db.session, found, now=clock.now(), by_staff=True)
    flash(_("The appointment is cancelled."), "success")
    return _to(found.queue.hall, found)


@bp.post("/hall/<string:hall>/appointments/<int:appointment_id>/check-in")
@requires(Permission.HALL_SERVE)
@finds(queries.get_hall, appointment_queries.get_in_hall)
@once.for_each_key
def check_in_appointment(hall: str, appointment_id: int) -> ResponseReturnValue:
    """Give out the ticket of somebody who has come."""
    found = _found(hall, appointment_id)
    ticket = appointments.check_in(db.session, found, now=clock.now())
    flash(_("They are here: number %(number)s.", number=ticket.name), "success")
    day = local_day(found.starts_at)
    return once.commit(redirect(url_for("desk.hall_appointments", hall=hall, day=day), 303))


def _found(hall: str, appointment_id: int) -> Appointment:
    found = queries.get_hall(db.session, hall)
    return appointment_queries.get_in_hall(db.session, found, appointment_id)


def _to(hall: Hall, found: Appointment) -> ResponseReturnValue:
    to = url_for("desk.hall_appointment", hall=hall.key, appointment_id=found.id)
    return once.commit(redirect(to, 303))


def _day(asked: str | None, today: date) -> date:
    try:
        return date.fromisoformat(asked or "")
    except ValueError:
        return today


def _person(form: BookForSomebodyForm) -> User | None:
    """Return whose account it is; complains if nobody can apply with one of that address.

    Staff have none to apply with, and an address that was not confirmed may be somebody else's.
    """
    if not form.email.data:
        return None
    found = find_user_by_email(db.session, form.email.data)
    if found is None or not _may_apply(found):
        words = _("There is no account with this address. Enter a name and a phone instead.")
        form.complain(words, form.email)
        return None
    return found


def _may_apply(found: User) -> bool:
    is_good = found.is_active and found.confirmed_at is not None
    return is_good and found.may(Permission.CASE_APPLY)


def _new_page(hall: Hall, sent: BookForSomebodyForm | None) -> str:
    """Return the page that asks what for, and then for whom and when."""
    asked = request.args if sent is None else _asked(sent)
    find = FindForSomebodyForm(formdata=asked, data={"language": language.current()})
    offer_what(find.what, hall)
    days: list[tuple[date, list[datetime]]] | None = None
    if sent is not None or (asked and find.validate()):
        chosen = wishes.wishes_of(db.session, hall, find.what.data or [])
        legs = wishes.legs_of(hall, chosen, find.persons.data or 1)
        now = clock.now()
        days = by_day(
            appointment_queries.starts_free(db.session, hall, legs, by_staff=True, now=now)
        )
    form = sent or BookForSomebodyForm(
        formdata=None, what=",".join(find.what.data or []), persons=find.persons.data,
        language=find.language.data,
    )  # fmt: skip
    return render_template("desk/appointment_new.html", hall=hall, find=find, form=form, days=days)


def _asked(sent: BookForSomebodyForm) -> MultiDict[str, str]:
    """Return what was asked before, as the address of that page had it."""
    chosen = [("what", one) for one in sent.chosen]
    persons, spoken = str(persons_in(sent.persons.data)), sent.language.data or language.current()
    return MultiDict([*chosen, ("persons", persons), ("language", spoken)])


def _page(found: Appointment, form: UrgentForm) -> str:
    address = address_of("hall.appointment", token=link_of(found.nonce))
    return render_template(
        "desk/appointment.html", appointment=found, form=form, button=ButtonForm(formdata=None),
        words=presenting.APPOINTMENT_WORDS, code=codes.qr_code(address),
        missing=missing_papers(db.session, found.case),
        day=local_day(found.starts_at),
        service_names=presenting.service_names(db.session, found),
    )  # fmt: skip

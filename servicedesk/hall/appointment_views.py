"""Looking after an appointment, and checking in with it at the kiosk."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import finds, public, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.accounts.throttle import throttle
from servicedesk.accounts.throttle_rules import taking_ticket
from servicedesk.extensions import db
from servicedesk.hall import (
    appointment_queries,
    calendar_file,
    hours_queries,
    presenting,
    queries,
)
from servicedesk.hall.appointment_models import Appointment
from servicedesk.hall.forms import CheckInForm, HoldForm
from servicedesk.hall.hall_files import booking_of
from servicedesk.hall.links import token_of
from servicedesk.hall.operations import appointments, booking_limits
from servicedesk.hall.operations.appointment_mails import missing_papers
from servicedesk.hall.views import KIOSK_ERROR, address_of
from servicedesk.hall.views import bp as halls
from servicedesk.park import local, local_day
from servicedesk.web import codes, once
from servicedesk.web.errors import shown_in
from servicedesk.web.filters import text, words
from servicedesk.web.forms import ButtonForm
from servicedesk.words import Text

bp = Blueprint("appointments", __name__, url_prefix="/appointments")


@halls.route("/<string:hall>/check-in", methods=["GET", "POST"])
@public
@shown_in(KIOSK_ERROR)
@finds(queries.get_hall)
@once.for_each_key
def check_in(hall: str) -> ResponseReturnValue:
    """Take the code of an appointment, and give out its ticket."""
    found = queries.get_hall(db.session, hall)
    form = CheckInForm(data={"code": request.args.get("code", "")})  # from the code on the phone
    if form.validate_on_submit():
        now = clock.now()
        throttle().hit(taking_ticket(request.remote_addr or ""), now=now)
        code = form.code.data or ""
        ticket = appointments.check_in_by_code(db.session, found, code, now=now)
        if ticket is not None:
            to = url_for("hall.taken", hall=hall, token=token_of(ticket.nonce))
            return once.commit(redirect(to, 303))
        form.complain(words(appointments.NOBODY_BY_CODE), form.code)
    page = render_template("hall/check_in.html", hall=found, form=form)
    return once.commit((page, 422)) if form.errors else (page, 200)


@bp.get("")
@requires(Permission.CASE_APPLY)
def index() -> ResponseReturnValue:
    """List this person's appointments."""
    user, now = signed_in_user(), clock.now()
    halls = [hall for hall in queries.list_halls(db.session) if hall.booking]
    barred = booking_limits.barred(db.session, halls, user, now)
    return render_template(
        "hall/appointments.html", words=presenting.APPOINTMENT_WORDS, halls=halls, barred=barred,
        appointments=appointment_queries.appointments_of(db.session, user, now=now),
        waiting=presenting.waiting(db.session, user, now), button=ButtonForm(formdata=None),
        waiting_words=presenting.WAITING_WORDS,
    )  # fmt: skip


@bp.get("/<int:appointment_id>")
@requires(Permission.CASE_APPLY)
@finds(appointment_queries.get_own_appointment)
def show(appointment_id: int) -> ResponseReturnValue:
    """Show one appointment, what to bring, and what can be changed of it."""
    move_to = url_for("appointments.move", appointment_id=appointment_id)
    return render_template(
        "hall/appointment.html", move_to=move_to, **shown_of(_own(appointment_id))
    )


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
    to = url_for("appointments.show", appointment_id=appointment_id)
    return move_or_ask(_own(appointment_id), to)


@bp.get("/<int:appointment_id>/appointment.ics")
@requires(Permission.CASE_APPLY)
@finds(appointment_queries.get_own_appointment)
def calendar_entry(appointment_id: int) -> ResponseReturnValue:
    """Return the appointment for a calendar."""
    return calendar_answer(_own(appointment_id))


def shown_of(found: Appointment) -> dict[str, Any]:
    """Return what both pages of an appointment show, its owner's and that of its link.

    ``code`` opens the check-in with the appointment's code filled in.
    """
    check_in_at = address_of("hall.check_in", hall=found.queue.hall.key, code=found.code)
    return {
        "appointment": found,
        "words": presenting.APPOINTMENT_WORDS,
        "button": ButtonForm(formdata=None),
        "figures": booking_of(found.queue.hall.booking),
        "missing": missing_papers(db.session, found.case),
        "service_names": presenting.service_names(db.session, found),
        "code": codes.qr_code(check_in_at),
        "may_change": appointments.may_change(found, clock.now()),
    }


def move_or_ask(found: Appointment, to: str) -> ResponseReturnValue:
    """Move an appointment to the time that was sent, and go on to ``to``; else show the times."""
    form, now, is_sent = HoldForm(), clock.now(), request.method == "POST"
    moment = form.moment() if is_sent and form.validate() else None
    if moment is not None:
        appointments.move(db.session, found, moment, now=now)
        flash(_("The appointment is moved. A mail is on its way."), "success")
        return once.commit(redirect(to, 303))
    free = appointment_queries.starts_free(
        db.session, found.queue.hall, hours_queries.legs_of(found), by_staff=False, now=now
    )
    page = render_template(
        "hall/move.html", appointment=found, days=by_day(free), form=HoldForm(formdata=None),
        service_names=presenting.service_names(db.session, found),
    )  # fmt: skip
    return once.commit((page, 422)) if is_sent else (page, 200)


def calendar_answer(found: Appointment) -> Response:
    """Return the answer that brings an appointment into a calendar."""
    names = presenting.service_names(db.session, found)
    entry = calendar_file.entry(
        found, title=", ".join(text(part.queue.name) for part in found.parts),
        place=text(found.queue.hall.address), words="\n".join(_done_when(found, names)),
    )  # fmt: skip
    headers = {"Content-Disposition": f'attachment; filename="appointment-{found.code}.ics"'}
    return Response(entry, content_type="text/calendar; charset=utf-8", headers=headers)


def _done_when(found: Appointment, names: Mapping[str, Text]) -> Iterator[str]:
    for part in found.parts:
        services = [text(names[code]) for code in part.services if code in names]
        what = ", ".join(services) or text(part.queue.name)
        yield f"{local(part.starts_at):%H:%M} {what}"


def _own(appointment_id: int) -> Appointment:
    return appointment_queries.get_own_appointment(
        db.session, appointment_id, user=signed_in_user()
    )


def by_day(free: Sequence[datetime]) -> list[tuple[date, list[datetime]]]:
    """Return times with the days on which they are."""
    return [(day, list(times)) for day, times in groupby(free, key=local_day)]

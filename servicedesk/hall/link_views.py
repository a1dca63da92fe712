"""An appointment by its personal link: look at it, take it, move it, cancel it, without an account.

Whoever holds the link may do so (docs/adr/0012); it is in the mails and at the desk.
"""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import finds, public
from servicedesk.accounts.throttle import throttle
from servicedesk.accounts.throttle_rules import using_link
from servicedesk.extensions import db
from servicedesk.hall import appointment_queries
from servicedesk.hall.appointment_models import Appointment
from servicedesk.hall.appointment_views import calendar_answer, move_or_ask, shown_of
from servicedesk.hall.operations import appointments
from servicedesk.hall.views import bp
from servicedesk.web import once


@bp.get("/appointments/<string:token>")
@public
@finds(appointment_queries.get_by_link)
def appointment(token: str) -> ResponseReturnValue:
    """Show an appointment to whoever holds its link, with the code that checks it in."""
    found = _linked(token)
    is_held = found.held_until is not None and found.held_until > clock.now()
    return render_template(
        "hall/appointment_link.html", token=token, is_offered=found.is_offer and is_held,
        move_to=url_for("hall.move_by_link", token=token), **shown_of(found),
    )  # fmt: skip


@bp.post("/appointments/<string:token>/accept")
@public
@finds(appointment_queries.get_by_link)
@once.for_each_key
def accept_offer(token: str) -> ResponseReturnValue:
    """Take the time that the waitlist offers."""
    found = _linked(token)
    appointments.confirm(db.session, found, case_id=found.case_id, now=clock.now())
    flash(_("Your appointment is booked. A mail is on its way."), "success")
    return _here(token)


@bp.post("/appointments/<string:token>/cancel")
@public
@finds(appointment_queries.get_by_link)
@once.for_each_key
def cancel_by_link(token: str) -> ResponseReturnValue:
    """Give the time back, or decline it."""
    found = _linked(token)
    was_offer = found.is_offer
    appointments.cancel(db.session, found, now=clock.now())
    declined = _("You have declined. You stay on the waitlist for another time.")
    flash(declined if was_offer else _("The appointment is cancelled."), "success")
    return _here(token)


@bp.route("/appointments/<string:token>/move", methods=["GET", "POST"])
@public
@finds(appointment_queries.get_by_link)
@once.for_each_key
def move_by_link(token: str) -> ResponseReturnValue:
    """Choose another time for it."""
    return move_or_ask(_linked(token), url_for("hall.appointment", token=token))


@bp.get("/appointments/<string:token>/appointment.ics")
@public
@finds(appointment_queries.get_by_link)
def entry_by_link(token: str) -> ResponseReturnValue:
    """Return the appointment for a calendar."""
    return calendar_answer(_linked(token))


def _linked(token: str) -> Appointment:
    throttle().hit(using_link(token, request.remote_addr or ""), now=clock.now())
    return appointment_queries.get_by_link(db.session, token)


def _here(token: str) -> ResponseReturnValue:
    return once.commit(redirect(url_for("hall.appointment", token=token), 303))

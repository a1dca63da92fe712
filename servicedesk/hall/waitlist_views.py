"""The waitlist: ask to be told when an earlier time is free."""

from datetime import date, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.extensions import db
from servicedesk.hall import queries, waitlist_queries
from servicedesk.hall.appointment_views import bp
from servicedesk.hall.booking_views import Asked, asked_for
from servicedesk.hall.forms import WaitForm
from servicedesk.hall.hall_files import booking_of
from servicedesk.hall.models import Hall
from servicedesk.hall.operations import waitlist
from servicedesk.hall.operations.waitlist import Wanted
from servicedesk.hall.views import bp as halls
from servicedesk.park import local_day
from servicedesk.web import once
from servicedesk.web.words import written


@halls.route("/<string:hall>/wait", methods=["GET", "POST"])
@requires(Permission.CASE_APPLY)
@finds(queries.get_hall)
@once.for_each_key
def wait(hall: str) -> ResponseReturnValue:
    """Ask when a time would suit, and put this person on the waitlist."""
    found, now, is_sent = queries.get_hall(db.session, hall), clock.now(), request.method == "POST"
    form = WaitForm() if is_sent else WaitForm(formdata=request.args)
    form.offer_days(_days(found), is_sent=is_sent)
    asked = asked_for(found, form)
    if asked is None:
        flash(_("Choose first what you want to do."), "warning")
        answer = redirect(url_for("hall.book", hall=hall), 303)
        return once.commit(answer) if is_sent else answer
    if is_sent and form.validate() and _must_wait(found, asked, form):
        waitlist.join(db.session, found, _wanted(asked, form), by=signed_in_user(), now=now)
        flash(_("You are on the waitlist. We mail you when a time is free."), "success")
        return once.commit(redirect(url_for("appointments.index"), 303))
    if not is_sent:
        form.last_day.data = _usual_last_day(found, asked, form)
    page = render_template("hall/wait.html", hall=found, form=form, asked=asked)
    return once.commit((page, 422)) if is_sent else (page, 200)


@bp.post("/waiting/<int:entry_id>/leave")
@requires(Permission.CASE_APPLY)
@finds(waitlist_queries.get_own_entry)
@once.for_each_key
def stop_waiting(entry_id: int) -> ResponseReturnValue:
    """Take this person off the waitlist."""
    found = waitlist_queries.get_own_entry(db.session, entry_id, user=signed_in_user())
    waitlist.leave(db.session, found, now=clock.now())
    flash(_("You are off the waitlist."), "success")
    return once.commit(redirect(url_for("appointments.index"), 303))


def _must_wait(hall: Hall, asked: Asked, form: WaitForm) -> bool:
    """Whether nothing is free at the times that are wanted; says so if something is."""
    free = waitlist.first_free(db.session, hall, _wanted(asked, form), now=clock.now())
    if free is not None:
        words = _("%(when)s is free: book it, or choose other days.", when=written(free))
        form.complain(words, form.last_day)
    return free is None


def _usual_last_day(hall: Hall, asked: Asked, form: WaitForm) -> str:
    """Return the day before the first free time: until then there is something to wait for."""
    wanted, now = _wanted(asked, form), clock.now()
    free = waitlist.first_free(db.session, hall, wanted, now=now)
    if free is None:
        return wanted.last_day.isoformat()
    return max(local_day(free) - timedelta(days=1), local_day(now)).isoformat()


def _days(hall: Hall) -> list[tuple[str, str]]:
    today, ahead = local_day(clock.now()), booking_of(hall.booking).days_ahead
    days = (today + timedelta(days=number) for number in range(ahead + 1))
    return [(day.isoformat(), written(day)) for day in days]


def _wanted(asked: Asked, form: WaitForm) -> Wanted:
    earliest, latest = form.hours
    return Wanted(
        form.chosen, asked.persons, asked.language, asked.enterprise_id,
        date.fromisoformat(form.first_day.data), date.fromisoformat(form.last_day.data),
        earliest, latest,
    )  # fmt: skip

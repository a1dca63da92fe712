"""Booking a time: what for, when, and what it is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # new in 3.3

from servicedesk import clock
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.cases import acting
from servicedesk.cases.models import Case
from servicedesk.cases.operations import drafts
from servicedesk.catalogue.queries import get_service
from servicedesk.enterprises.queries import register
from servicedesk.extensions import db
from servicedesk.hall import (
    appointment_queries,
    offering,
    presenting,
    queries,
    their_cases,
    wishes,
)
from servicedesk.hall.appointment_models import Appointment
from servicedesk.hall.appointment_views import bp, by_day
from servicedesk.hall.forms import MOST_PERSONS, ConfirmForm, FindForm, HoldForm, WaitForm
from servicedesk.hall.hall_files import booking_of
from servicedesk.hall.models import Hall
from servicedesk.hall.operations import appointments
from servicedesk.hall.operations.appointments import Visit
from servicedesk.hall.views import bp as halls
from servicedesk.hall.wishes import Wish
from servicedesk.web import language, once
from servicedesk.web.fields import Option, PickManyField
from servicedesk.web.filters import text
from servicedesk.web.words import today

_NEW = "new:"  # before the code of a service that is to be begun


@dataclass(frozen=True)
class Asked:
    """What somebody wants, read from a form that may say anything."""

    wishes: list[Wish]
    persons: int
    language: str
    enterprise_id: int | None

    def visit(self, start: datetime) -> Visit:
        """Return the visit that begins at ``start``."""
        return Visit(self.wishes[0].queue, start, self.persons, self.language, self.wishes)


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
    asked = asked_for(found, form) if form.validate() else None
    moment = form.moment()
    if asked is None or moment is None:
        flash(_("Choose a time."), "warning")
        return once.commit(redirect(url_for("hall.book", hall=hall), 303))
    held = appointments.hold(
        db.session, asked.visit(moment), by=signed_in_user(), enterprise_id=asked.enterprise_id,
        now=now,
    )  # fmt: skip
    return once.commit(redirect(url_for("appointments.confirm", appointment_id=held.id), 303))


@bp.route("/<int:appointment_id>/confirm", methods=["GET", "POST"])
@requires(Permission.CASE_APPLY)
@finds(appointment_queries.get_own_appointment)
@once.for_each_key
def confirm(appointment_id: int) -> ResponseReturnValue:
    """Ask what it is about, and book the time that is held."""
    user, now = signed_in_user(), clock.now()
    found = appointment_queries.get_own_appointment(db.session, appointment_id, user=user)
    own = their_cases.own_open_cases(db.session, user, today=today())
    # An open case for one of the services is what it is usually about.
    usual = next((str(case.id) for case in own if case.service_code in _codes(found)), "")
    form = ConfirmForm(data={"language": found.language, "case": usual})
    form.case.choices = _case_choices(found, own)
    form.ask_names(found.persons)
    if form.validate_on_submit():
        found.language = form.language.data or found.language
        found.people = [name for name in form.people.data if name] or None
        case_id = _case_of(found, form.case.data or "", now)
        appointments.confirm(db.session, found, case_id=case_id, now=now)
        flash(_("Your appointment is booked. A mail is on its way."), "success")
        return once.commit(redirect(url_for("appointments.show", appointment_id=found.id), 303))
    page = render_template(
        "hall/confirm.html", appointment=found, form=form,
        service_names=presenting.service_names(db.session, found),
    )  # fmt: skip
    return once.commit((page, 422)) if form.errors else (page, 200)


def asked_for(hall: Hall, form: HoldForm | WaitForm) -> Asked | None:
    """Return what the hidden fields of a form say; None if that is nothing the hall has.

    Raises:
        NotFound: it is for an enterprise that this person does not act for.
    """
    found = wishes.wishes_of(db.session, hall, form.chosen)
    if not found:
        return None
    spoken = form.language.data if form.language.data in {"zh", "en"} else language.current()
    return Asked(found, persons_in(form.persons.data), spoken, enterprise_of(form.enterprise.data))


def persons_in(said: int | None) -> int:
    """Return how many people come: as was said, but no fewer and no more than may come at once."""
    return min(max(said or 1, 1), MOST_PERSONS)


def enterprise_of(chosen: str | None) -> int | None:
    """Return the enterprise that is meant, None for the person alone.

    Raises:
        NotFound: this person does not act for it.
    """
    if not chosen or not chosen.isdecimal():
        return None
    user = signed_in_user()
    return register.get_enterprise(db.session, int(chosen), visible_to=user, today=today()).id


def offer_what(field: PickManyField, hall: Hall) -> None:
    """Let ``field`` offer the services of the hall by line, and each line for something else."""
    services = wishes.services_of(db.session, hall)
    options = []
    for queue in wishes.bookable(hall):
        line = text(queue.name)
        options.append(Option(queue.key, _("Something else: %(line)s", line=line), group=line))
        named = [(text(one.name), one) for one in services if one.queue is queue]
        options += [
            Option(one.code, name, _("about %(minutes)s minutes", minutes=one.minutes), line)
            for name, one in sorted(named, key=lambda pair: pair[0].casefold())
        ]
    field.options = options


def offer_enterprises(form: FindForm) -> bool:
    """Let the form ask for whom, and return whether there is anything to ask."""
    found = register.enterprises_of(db.session, signed_in_user(), today=today())
    form.enterprise.options = [
        Option("", _("For me")),
        *(Option(str(one.id), one.name) for one in found),
    ]
    return bool(found)


def _times_page(hall: Hall) -> ResponseReturnValue:
    (form, is_asked), figures = _find_form(hall), booking_of(hall.booking)
    has_enterprises = offer_enterprises(form)
    days: list[tuple[date, list[datetime]]] | None = None
    chosen: list[Wish] = []
    if is_asked and form.validate():
        chosen = wishes.wishes_of(db.session, hall, form.what.data or [])
        legs = wishes.legs_of(hall, chosen, form.persons.data or 1)
        now = clock.now()
        days = by_day(
            appointment_queries.starts_free(db.session, hall, legs, by_staff=False, now=now)
        )
    page = render_template(
        "hall/book.html", hall=hall, find=form, days=days, has_enterprises=has_enterprises,
        chosen=chosen, held=int(figures.held_for.total_seconds() // 60), form=HoldForm(
            formdata=None, what=",".join(form.what.data or []), persons=form.persons.data,
            language=form.language.data, enterprise=form.enterprise.data,
        ),
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _find_form(hall: Hall) -> tuple[FindForm, bool]:
    """Return the form, and whether anything was asked with it.

    What an address leaves out has its usual answer: one may come from the page of a service.
    """
    sent: MultiDict[str, str] = MultiDict(request.args)
    sent.setlist("what", [*sent.getlist("what"), *sent.getlist("line")])
    form = FindForm(formdata=sent, data={"language": language.current()})
    offer_what(form.what, hall)
    return form, bool(request.args)


def _case_choices(found: Appointment, own: Sequence[Case]) -> list[SelectChoice]:
    """Return what it can be about: nothing, an open case, or one begun now for a service."""
    names = offering.names_of(db.session, _codes(found))
    return [
        SelectChoice("", _("None")),
        *(SelectChoice(str(one.id), f"{one.reference} {one.title}".strip()) for one in own),
        *(
            SelectChoice(f"{_NEW}{code}", _("Begin an application now: %(name)s", name=text(name)))
            for code, name in names.items()
        ),
    ]


def _codes(found: Appointment) -> list[str]:
    return [code for part in found.parts for code in part.services]


def _case_of(found: Appointment, chosen: str, now: datetime) -> int | None:
    """Return the case that the appointment is about, begun now if that was chosen."""
    if not chosen.startswith(_NEW):
        return int(chosen) if chosen else None
    user = signed_in_user()
    entry, service = get_service(db.session, chosen.removeprefix(_NEW))
    allowed = {number for number, _name in acting.choices(db.session, user, service, now=now)}
    enterprise_id = found.enterprise_id if found.enterprise_id in allowed else None
    case = drafts.start(
        db.session, entry.current, service, by=user, enterprise_id=enterprise_id, now=now
    )
    return case.id

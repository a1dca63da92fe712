"""The guidance desk: give out tickets, check in, find, bring back, change line and priority."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.desk import counter_at as at
from servicedesk.desk import reception_showing
from servicedesk.desk.reception_forms import (
    ArriveForm,
    ChangeForm,
    FindTicketForm,
    GiveForm,
    change_form,
)
from servicedesk.desk.views import bp
from servicedesk.extensions import db
from servicedesk.hall import (
    offering,
    presenting,
    queries,
    reception_queries,
)
from servicedesk.hall.links import token_of
from servicedesk.hall.models import Hall, Ticket
from servicedesk.hall.operations import appointments, visits
from servicedesk.hall.operations import reception as operations
from servicedesk.hall.reception_queries import get_ticket_in
from servicedesk.hall.ticket_life import STATUS_WORDS
from servicedesk.hall.topics import hall_topic
from servicedesk.hall.views import code_of
from servicedesk.web import once
from servicedesk.web.forms import ActForm, ButtonForm, DeskForm


@bp.get("/reception")
@requires(Permission.HALL_SERVE)
def receptions() -> ResponseReturnValue:
    """Go to the guidance desk of the hall in which this clerk sits, or list the halls."""
    sitting = queries.find_sitting(db.session, signed_in_user())
    if sitting is not None:
        return redirect(url_for("desk.reception", hall=sitting.counter.hall.key), 303)
    return render_template("desk/receptions.html", halls=queries.list_halls(db.session))


@bp.get("/hall/<string:hall>/reception")
@requires(Permission.HALL_SERVE)
@finds(queries.get_hall)
def reception(hall: str) -> ResponseReturnValue:
    """Show the guidance desk, and the ticket that is looked for."""
    found, find = queries.get_hall(db.session, hall), FindTicketForm()
    said = find.number.data or ""
    ticket = None
    if said and find.validate():
        ticket = reception_queries.find_today(db.session, found, said, now=clock.now())
        if ticket is None:
            find.complain(_("No ticket has this number here today."), find.number)
    return _page(found, ticket, find=find)


@bp.post("/hall/<string:hall>/reception/give")
@requires(Permission.HALL_SERVE)
@finds(queries.get_hall)
@once.for_each_key
def give(hall: str) -> ResponseReturnValue:
    """Give out one ticket for everything somebody has come for."""
    found = queries.get_hall(db.session, hall)
    form = _give_form(found, is_sent=True)
    if not form.validate():
        return once.commit(_page(found, None, give=form))
    now = clock.now()
    ticket = visits.take_visit(
        db.session, found, form.stops(form.persons.data or 1), now=now, by=signed_in_user(),
        language=form.spoken, priority=form.wished,
    )  # fmt: skip
    if form.wished:
        ticket.priority_checked_at = now  # the clerk has seen why
    flash(_("%(number)s is given out.", number=ticket.name), "success")
    return _to(found, ticket)


@bp.post("/hall/<string:hall>/reception/check-in")
@requires(Permission.HALL_SERVE)
@finds(queries.get_hall)
@once.for_each_key
def check_in_here(hall: str) -> ResponseReturnValue:
    """Check an appointment in."""
    found, form = queries.get_hall(db.session, hall), ArriveForm()
    if form.validate():
        said = form.code.data or ""
        appointment = reception_queries.find_appointment(db.session, found, said)
        if appointment is not None:
            ticket = appointments.check_in(db.session, appointment, now=clock.now())
            db.session.flush()
            flash(_("Checked in: %(number)s.", number=ticket.name), "success")
            return _to(found, ticket)
        form.complain(_("There is no such appointment in this hall."), form.code)
    return once.commit(_page(found, None, arrive=form))


@bp.get("/hall/<string:hall>/reception/tickets/<int:ticket_id>/paper")
@requires(Permission.HALL_SERVE)
@finds(queries.get_hall, get_ticket_in)
def paper(hall: str, ticket_id: int) -> ResponseReturnValue:
    """Show the ticket as the kiosk prints it, to be printed again."""
    found = queries.get_hall(db.session, hall)
    ticket = get_ticket_in(db.session, found, ticket_id)
    return render_template(
        "hall/taken.html", hall=found, code=code_of(token_of(ticket.nonce)),
        shown=presenting.ticket(db.session, ticket, clock.now()), back=_address(found, ticket),
    )  # fmt: skip


@bp.post("/hall/<string:hall>/reception/tickets/<int:ticket_id>/back")
@requires(Permission.HALL_SERVE)
@finds(queries.get_hall, get_ticket_in)
@once.for_each_key
def bring_back(hall: str, ticket_id: int) -> ResponseReturnValue:
    """Let somebody who missed the call wait again."""
    found, ticket = _seen(hall, ticket_id, ActForm())
    operations.bring_back(db.session, ticket, by=signed_in_user(), now=clock.now())
    flash(_("%(number)s waits again, at the place they had.", number=ticket.name), "success")
    return _to(found, ticket)


@bp.post("/hall/<string:hall>/reception/tickets/<int:ticket_id>/priority-seen")
@requires(Permission.HALL_SERVE)
@finds(queries.get_hall, get_ticket_in)
@once.for_each_key
def see_priority(hall: str, ticket_id: int) -> ResponseReturnValue:
    """Note that the clerk has seen why somebody has priority; at a counter, or here."""
    found, ticket = _seen(hall, ticket_id, ActForm())
    operations.see_priority(db.session, ticket, by=signed_in_user(), now=clock.now())
    if request.args.get("from") == "counter":
        return once.commit(redirect(url_for("desk.counter"), 303))
    return _to(found, ticket)


@bp.route("/hall/<string:hall>/reception/tickets/<int:ticket_id>/change", methods=["GET", "POST"])
@requires(Permission.HALL_SERVE)
@finds(queries.get_hall, get_ticket_in)
@once.for_each_key
def change_ticket(hall: str, ticket_id: int) -> ResponseReturnValue:
    """Change the line or the priority of a ticket, with a reason on record."""
    found = queries.get_hall(db.session, hall)
    ticket = get_ticket_in(db.session, found, ticket_id)
    form = change_form(ticket, found)
    if form.validate_on_submit():
        at.see(ticket, form)
        _change(found, ticket, form)
        flash(_("%(number)s is changed, and the reason kept.", number=ticket.name), "success")
        return _to(found, ticket)
    page = render_template("desk/reception_change.html", hall=found, ticket=ticket, form=form)
    return once.commit((page, 422)) if form.errors else (page, 200)


def _change(hall: Hall, ticket: Ticket, form: ChangeForm) -> None:
    """Do what of the form is another than it was."""
    by, now, words = signed_in_user(), clock.now(), form.words.data or ""
    line = next(one for one in hall.queues if str(one.id) == form.queue.data)
    if line.id != ticket.queue_id:
        operations.change_line(db.session, ticket, line, by=by, words=words, now=now)
    if form.wished() != ticket.priority:
        operations.set_priority(db.session, ticket, form.wished(), by=by, words=words, now=now)


def _seen(hall: str, ticket_id: int, form: ActForm) -> tuple[Hall, Ticket]:
    """Return the ticket if it is as it was when the button was drawn.

    Raises:
        Overtaken: it is not.
    """
    found = queries.get_hall(db.session, hall)
    ticket = get_ticket_in(db.session, found, ticket_id)
    at.see(ticket, form)
    return found, ticket


def _give_form(hall: Hall, *, is_sent: bool) -> GiveForm:
    form = GiveForm(language="zh") if is_sent else GiveForm(formdata=None, language="zh")
    moment = queries.moment_of(db.session, hall, clock.now())
    form.offer(*offering.given_now(db.session, hall, moment, by_staff=True))
    return form


def _address(hall: Hall, ticket: Ticket) -> str:
    return url_for("desk.reception", hall=hall.key, number=ticket.name)


def _to(hall: Hall, ticket: Ticket) -> ResponseReturnValue:
    return once.commit(redirect(_address(hall, ticket), 303))


def _page(hall: Hall, ticket: Ticket | None, **forms: DeskForm) -> ResponseReturnValue:
    """Return the page; ``forms`` are those that were sent."""
    given = {
        "give": forms.get("give") or _give_form(hall, is_sent=False),
        "arrive": ArriveForm(formdata=None),
        "find": FindTicketForm(),
    } | forms
    wrong = next((form for form in forms.values() if form.problems()), None)
    shown = reception_showing.reception(db.session, hall, clock.now())
    page = render_template(
        "desk/reception.html", hall=hall, wrong=wrong, words=STATUS_WORDS,
        shown=shown,
        found=reception_showing.found(db.session, ticket) if ticket else None,
        button=ButtonForm(formdata=None),
        topic=hall_topic(hall.id), **given,
    )  # fmt: skip
    return page, 422 if wrong else 200

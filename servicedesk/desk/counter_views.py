"""The counter: sign on, call who is next, serve, finish.

Every action names its ticket, the version of it that was looked at and a request key: pressing
twice, or on a slow line, harms nothing.
"""

from typing import Final

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.desk import counter_at as at
from servicedesk.desk import counter_showing
from servicedesk.desk.counter_forms import (
    BreakForm,
    ChooseForm,
    FinishForm,
    SignOnForm,
    TransferForm,
)
from servicedesk.desk.views import bp
from servicedesk.errors import NotFound
from servicedesk.extensions import db
from servicedesk.hall import queries
from servicedesk.hall.models import Sitting, Ticket
from servicedesk.hall.operations import calling, serving, sittings
from servicedesk.hall.operations.serving import Outcome
from servicedesk.hall.ticket_life import TicketStatus
from servicedesk.web import once
from servicedesk.web.forms import ActForm
from servicedesk.web.fragments import fragment
from servicedesk.words import say

# What is only a button, and what it does.
SIMPLE: Final = {
    "start": serving.start,
    "hold": serving.hold,
    "resume": serving.resume,
    "recall": calling.recall,
    "miss": calling.miss,
    "back": calling.come_back,
}


@bp.get("/counter")
@requires(Permission.HALL_SERVE)
def counter() -> ResponseReturnValue:
    """Show the counter at which this clerk sits, or ask at which one they will."""
    sitting = queries.find_sitting(db.session, signed_in_user())
    if sitting is None:
        return _sign_on_page(_sign_on_form())
    return at.page(sitting)


@bp.get("/counter/line")
@requires(Permission.HALL_SERVE)
def counter_line() -> ResponseReturnValue:
    """Return what changes by itself at the counter, if it did since it was fetched last."""
    sitting = queries.find_sitting(db.session, signed_in_user())
    if sitting is None:
        return redirect(url_for("desk.counter"), 303)
    shown = counter_showing.counter(db.session, sitting, clock.now())
    return fragment("desk/counter_line.html", shown.state, shown=shown, button=at.button())


@bp.post("/counter/sign-on")
@requires(Permission.HALL_SERVE)
@once.for_each_key
def sign_on() -> ResponseReturnValue:
    """Open a counter."""
    form = _sign_on_form()
    if not form.validate():
        return once.commit(_sign_on_page(form))
    found = counter_showing.counter_of(db.session, form.counter.data)
    keys = set(form.queues.data or found.queue_keys)
    chosen = [queue.id for queue in found.hall.queues if queue.key in keys]
    if not chosen:
        form.complain(_("None of these lines is in that hall. Choose others."), form.queues)
        return once.commit(_sign_on_page(form))
    sittings.sign_on(
        db.session, found, by=signed_in_user(), queue_ids=chosen,
        languages=form.languages.data or (), now=clock.now(),
    )  # fmt: skip
    return at.here()


@bp.post("/counter/sign-off")
@requires(Permission.HALL_SERVE)
@once.for_each_key
def sign_off() -> ResponseReturnValue:
    """Close the counter."""
    sittings.sign_off(db.session, at.sitting(), now=clock.now())
    flash(_("The counter is closed."), "success")
    return at.here()


@bp.post("/counter/break")
@requires(Permission.HALL_SERVE)
@once.for_each_key
def begin_break() -> ResponseReturnValue:
    """Go for a while."""
    sitting, form = at.sitting(), BreakForm()
    if not form.validate():
        return once.commit((at.page(sitting, breaking=form), 422))
    sittings.begin_break(db.session, sitting, form.reason.data, now=clock.now())
    return at.here()


@bp.post("/counter/return")
@requires(Permission.HALL_SERVE)
@once.for_each_key
def end_break() -> ResponseReturnValue:
    """Be back from a break."""
    sittings.end_break(db.session, at.sitting(), now=clock.now())
    return at.here()


@bp.post("/counter/next")
@requires(Permission.HALL_SERVE)
@once.for_each_key
def call_next() -> ResponseReturnValue:
    """Finish the visit at the counter, if one is being served, and call who is next."""
    sitting, now = at.sitting(), clock.now()
    here = queries.find_open_ticket(db.session, sitting.counter_id)
    if here is not None and here.status is TicketStatus.SERVING:
        form = _finishing(here)
        if not form.validate():
            return once.commit((at.page(sitting, finishing=form), 422))
        calling.hold_lines(db.session, sitting)  # before the ticket that is finished
        _finish(here, sitting, form)
        db.session.flush()
    if calling.call_next(db.session, sitting, now=now) is None:
        flash(_("Nobody is waiting for you at the moment."), "info")
    return at.here()


@bp.post("/counter/tickets/<int:ticket_id>/choose")
@requires(Permission.HALL_CHOOSE)
@finds(queries.get_ticket_before)
@once.for_each_key
def choose(ticket_id: int) -> ResponseReturnValue:
    """Call somebody out of turn, with a reason on record."""
    ticket, sitting, form = at.ticket(ticket_id), at.sitting(), ChooseForm()
    if not form.validate():
        return once.commit((_choose_page(ticket, form), 422))
    at.see(ticket, form)
    words = form.reason.data or ""
    calling.call_chosen(db.session, ticket, sitting, words=words, now=clock.now())
    return at.here()


@bp.get("/counter/tickets/<int:ticket_id>/choose")
@requires(Permission.HALL_CHOOSE)
@finds(queries.get_ticket_before)
def ask_why(ticket_id: int) -> ResponseReturnValue:
    """Ask why somebody is to be called out of turn."""
    ticket = at.ticket(ticket_id)
    return _choose_page(ticket, ChooseForm(formdata=None, seen=ticket.version))


@bp.post("/counter/tickets/<int:ticket_id>/finish")
@requires(Permission.HALL_SERVE)
@finds(queries.get_ticket_before)
@once.for_each_key
def finish(ticket_id: int) -> ResponseReturnValue:
    """End the visit."""
    ticket, sitting = at.ticket(ticket_id), at.sitting()
    form = _finishing(ticket)
    if not form.validate():
        return once.commit((at.page(sitting, finishing=form), 422))
    _finish(ticket, sitting, form)
    return at.here()


@bp.route("/counter/tickets/<int:ticket_id>/transfer", methods=["GET", "POST"])
@requires(Permission.HALL_SERVE)
@finds(queries.get_ticket_before)
@once.for_each_key
def transfer(ticket_id: int) -> ResponseReturnValue:
    """Send somebody on to another line, service or counter."""
    ticket, sitting = at.ticket(ticket_id), at.sitting()
    form = TransferForm(seen=ticket.version)
    form.to.choices = counter_showing.destinations(db.session, sitting.counter.hall)
    if form.validate_on_submit():
        at.see(ticket, form)
        to, words = counter_showing.destination(form.to.data), form.words.data or ""
        serving.transfer(db.session, ticket, sitting, to, words=words, now=clock.now())
        return at.here()
    page = render_template("desk/counter_transfer.html", ticket=ticket, form=form)
    return once.commit((page, 422)) if form.errors else (page, 200)


@bp.post("/counter/tickets/<int:ticket_id>/<string:action>")
@requires(Permission.HALL_SERVE)
@finds(queries.get_ticket_before)
@once.for_each_key
def act(ticket_id: int, action: str) -> ResponseReturnValue:
    """Do with the ticket what the button says."""
    ticket, sitting = at.ticket(ticket_id), at.sitting()
    do = SIMPLE.get(action)
    if do is None:
        raise NotFound(say("There is no such button."))
    at.see(ticket, ActForm())
    do(db.session, ticket, sitting, now=clock.now())
    return at.here()


@bp.post("/counter/undo")
@requires(Permission.HALL_SERVE)
@once.for_each_key
def undo() -> ResponseReturnValue:
    """Take back the last thing done at this counter."""
    ticket = serving.undo(db.session, at.sitting(), now=clock.now())
    flash(_("Taken back: %(number)s is as it was.", number=ticket.name), "success")
    return at.here()


def _finishing(ticket: Ticket) -> FinishForm:
    """Return the form that ends what there was to do here, drawn for ``ticket`` as it is."""
    form = FinishForm()
    at.see(ticket, form)
    counter_showing.offer_ways_on(form, ticket)
    return form


def _finish(ticket: Ticket, sitting: Sitting, form: FinishForm) -> None:
    """End what there was to do here with the outcome, and in the line to go on to, of the form."""
    outcome = Outcome(form.outcome.data)
    to = int(form.to.data) if form.to.data else None
    serving.finish(db.session, ticket, sitting, outcome, now=clock.now(), to=to)


def _sign_on_form() -> SignOnForm:
    form = SignOnForm(languages=["zh", "en"])
    form.counter.choices, form.queues.options = counter_showing.places(db.session)
    return form


def _sign_on_page(form: SignOnForm) -> tuple[str, int]:
    page = render_template("desk/counter_sign_on.html", form=form)
    return page, 422 if form.errors or form.form_errors else 200


def _choose_page(ticket: Ticket, form: ChooseForm) -> str:
    return render_template("desk/counter_choose.html", ticket=ticket, form=form)

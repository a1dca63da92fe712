"""What every view of the counter begins and ends with: where the clerk sits, who is there."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from servicedesk import clock
from servicedesk.accounts.access import signed_in_user
from servicedesk.desk import counter_showing
from servicedesk.desk.counter_forms import BreakForm, FinishForm, VisitNoteForm
from servicedesk.errors import Overtaken
from servicedesk.extensions import db
from servicedesk.hall import queries
from servicedesk.hall.models import Sitting, Ticket
from servicedesk.hall.operations import calling
from servicedesk.web import once
from servicedesk.web.forms import ActForm, ButtonForm, DeskForm


def sitting() -> Sitting:
    """Return where this clerk sits.

    Raises:
        CounterNotOpen: nowhere.
    """
    return calling.get_sitting(db.session, signed_in_user())


def ticket(ticket_id: int) -> Ticket:
    """Return the ticket of the address, if it is of the hall where this clerk sits.

    Raises:
        NotFound: it is not.
    """
    return queries.get_ticket_before(db.session, ticket_id, clerk=signed_in_user())


def see(looked_at: Ticket, form: ActForm) -> None:
    """See that the ticket is as it was when the form was drawn.

    Raises:
        Overtaken: it is not.
    """
    if form.is_overtaken(str(looked_at.version)):
        raise Overtaken


def here() -> ResponseReturnValue:
    """Commit, and go back to the counter."""
    return once.commit(redirect(url_for("desk.counter"), 303))


def page(
    where: Sitting,
    *,
    note: VisitNoteForm | None = None,
    finishing: FinishForm | None = None,
    breaking: BreakForm | None = None,
    problems: DeskForm | None = None,
) -> str:
    """Return the page of the counter; the forms are those that could not be done as they were.

    ``problems`` is another form with something to put right.
    """
    shown = counter_showing.counter(db.session, where, clock.now())
    version = shown.ticket.version if shown.ticket else None
    ending = finishing or FinishForm(formdata=None, seen=version)
    if shown.ticket:
        counter_showing.offer_ways_on(ending, shown.ticket)
    return render_template(
        "desk/counter.html", shown=shown, button=button(), finishing=ending,
        about=ActForm(formdata=None, seen=version),
        breaking=breaking or BreakForm(formdata=None),
        note=note or VisitNoteForm(formdata=None, seen=version),
        problems=problems or note or finishing or breaking,
    )  # fmt: skip


def button() -> ButtonForm:
    """Return a form that is only a button."""
    return ButtonForm(formdata=None)

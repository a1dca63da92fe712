"""What the visit at a counter is for: services added, counted, taken out, done; notes."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.desk import counter_at as at
from servicedesk.desk import counter_showing
from servicedesk.desk.counter_forms import AddServiceForm, FinishForm, QuantityForm, VisitNoteForm
from servicedesk.desk.views import bp
from servicedesk.extensions import db
from servicedesk.hall import offering, queries, visit_queries
from servicedesk.hall.operations import visiting
from servicedesk.hall.operations.serving import Outcome
from servicedesk.hall.stops import Stop
from servicedesk.web import once
from servicedesk.web.forms import ActForm


@bp.route("/counter/tickets/<int:ticket_id>/services", methods=["GET", "POST"])
@requires(Permission.HALL_SERVE)
@finds(queries.get_ticket_before)
@once.for_each_key
def add_service(ticket_id: int) -> ResponseReturnValue:
    """Let the visit be for one thing more."""
    ticket, sitting = at.ticket(ticket_id), at.sitting()
    form = AddServiceForm(seen=ticket.version)
    hall = sitting.counter.hall
    form.service.choices = counter_showing.things(
        hall, offering.offered_in(db.session, hall), ticket
    )
    if form.validate_on_submit():
        at.see(ticket, form)
        chosen = counter_showing.destination(form.service.data)
        new = Stop(chosen.queue_id, chosen.service, form.quantity.data or 1)
        visiting.add_service(db.session, ticket, sitting, new, now=clock.now())
        return at.here()
    page = render_template("desk/counter_service.html", ticket=ticket, form=form)
    return once.commit((page, 422)) if form.errors else (page, 200)


@bp.post("/counter/tickets/<int:ticket_id>/stops/<int:position>/quantity")
@requires(Permission.HALL_SERVE)
@finds(queries.get_ticket_before)
@once.for_each_key
def change_quantity(ticket_id: int, position: int) -> ResponseReturnValue:
    """Say how many of one thing they came for."""
    ticket, sitting, form = at.ticket(ticket_id), at.sitting(), QuantityForm()
    if not form.validate():
        page = at.page(sitting, problems=form)
        return once.commit((page, 422))
    at.see(ticket, form)
    many = form.quantity.data or 1
    visiting.change_quantity(db.session, ticket, sitting, position, many, now=clock.now())
    return at.here()


@bp.post("/counter/tickets/<int:ticket_id>/stops/<int:position>/remove")
@requires(Permission.HALL_SERVE)
@finds(queries.get_ticket_before)
@once.for_each_key
def remove_service(ticket_id: int, position: int) -> ResponseReturnValue:
    """Take out what was not needed."""
    ticket, sitting = at.ticket(ticket_id), at.sitting()
    at.see(ticket, ActForm())
    visiting.remove_service(db.session, ticket, sitting, position, now=clock.now())
    return at.here()


@bp.post("/counter/tickets/<int:ticket_id>/stops/<int:position>/finish")
@requires(Permission.HALL_SERVE)
@finds(queries.get_ticket_before)
@once.for_each_key
def finish_service(ticket_id: int, position: int) -> ResponseReturnValue:
    """End one thing of the visit."""
    ticket, sitting, form = at.ticket(ticket_id), at.sitting(), FinishForm()
    at.see(ticket, form)
    if not form.validate():
        return once.commit((at.page(sitting, finishing=form), 422))
    outcome = Outcome(form.outcome.data)
    visiting.finish_service(db.session, ticket, sitting, position, outcome, now=clock.now())
    return at.here()


@bp.post("/counter/tickets/<int:ticket_id>/notes")
@requires(Permission.HALL_SERVE)
@finds(queries.get_ticket_before)
@once.for_each_key
def write_visit_note(ticket_id: int) -> ResponseReturnValue:
    """Keep a note with the ticket; what was typed is there again when it cannot be."""
    ticket, sitting, form = at.ticket(ticket_id), at.sitting(), VisitNoteForm()
    is_overtaken = form.is_overtaken(str(ticket.version))
    if is_overtaken:
        form.complain(_("The visit has changed meanwhile. Look again, then save the note."))
    if is_overtaken or not form.validate():
        answer = (at.page(sitting, note=form), 409 if is_overtaken else 422)
        return once.commit(answer)
    body = form.body.data or ""
    visiting.write_note(db.session, ticket, sitting, body, now=clock.now())
    return at.here()


@bp.post("/counter/notes/<int:note_id>/erase")
@requires(Permission.HALL_SERVE)
@finds(visit_queries.get_note_before)
@once.for_each_key
def erase_visit_note(note_id: int) -> ResponseReturnValue:
    """Take a note out again."""
    user = signed_in_user()
    note = visit_queries.get_note_before(db.session, note_id, clerk=user)
    visiting.erase_note(db.session, note, by=user, now=clock.now())
    return at.here()

"""What the visit at a counter is for, for programs: done one by one, counted, taken out; notes."""

from servicedesk import clock
from servicedesk.accounts.access import finds
from servicedesk.api import asked, shapes
from servicedesk.api import counter_at as at
from servicedesk.api.access import with_token
from servicedesk.api.scopes import Scope
from servicedesk.api.speaking import speaks
from servicedesk.api.views import bp
from servicedesk.extensions import db
from servicedesk.hall import queries
from servicedesk.hall.operations import visiting
from servicedesk.web import once


@bp.post("/hall/counter/tickets/<int:ticket_id>/stops/<int:position>/finish")
@with_token(Scope.STAFF)
@finds(queries.get_ticket_before)
@once.for_each_key
@speaks(takes=asked.FinishOne, gives=shapes.Acted)
def finish_service(ticket_id: int, position: int, said: asked.FinishOne) -> shapes.Acted:
    """End one thing of the visit; with the last in this line the visit ends or goes on."""
    ticket, sitting = at.ticket(ticket_id, said), at.sitting()
    visiting.finish_service(db.session, ticket, sitting, position, said.outcome, now=clock.now())
    return at.acted(ticket)


@bp.post("/hall/counter/tickets/<int:ticket_id>/stops/<int:position>/quantity")
@with_token(Scope.STAFF)
@finds(queries.get_ticket_before)
@once.for_each_key
@speaks(takes=asked.Count, gives=shapes.Acted)
def change_quantity(ticket_id: int, position: int, said: asked.Count) -> shapes.Acted:
    """Say how many of one thing they came for."""
    ticket, sitting = at.ticket(ticket_id, said), at.sitting()
    visiting.change_quantity(db.session, ticket, sitting, position, said.quantity, now=clock.now())
    return at.acted(ticket)


@bp.post("/hall/counter/tickets/<int:ticket_id>/stops/<int:position>/remove")
@with_token(Scope.STAFF)
@finds(queries.get_ticket_before)
@once.for_each_key
@speaks(takes=asked.OnTicket, gives=shapes.Acted)
def remove_service(ticket_id: int, position: int, said: asked.OnTicket) -> shapes.Acted:
    """Take out what was not needed; the last thing to do stays."""
    ticket, sitting = at.ticket(ticket_id, said), at.sitting()
    visiting.remove_service(db.session, ticket, sitting, position, now=clock.now())
    return at.acted(ticket)


@bp.post("/hall/counter/tickets/<int:ticket_id>/notes")
@with_token(Scope.STAFF)
@finds(queries.get_ticket_before)
@once.for_each_key
@speaks(takes=asked.Note, gives=shapes.NoteKept, status=201)
def write_note(ticket_id: int, said: asked.Note) -> shapes.NoteKept:
    """Keep a note with the ticket, for later counters; only staff of the hall read it."""
    ticket, sitting = at.ticket(ticket_id, said), at.sitting()
    note = visiting.write_note(db.session, ticket, sitting, said.body, now=clock.now())
    db.session.flush()
    return shapes.NoteKept(id=note.id, ticket_id=note.ticket_id, at=note.at, body=note.body)

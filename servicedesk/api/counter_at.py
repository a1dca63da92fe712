"""What the calls of the counter begin and end with: where the clerk sits, who is there."""

from servicedesk.api import access, asked, shapes, showing
from servicedesk.api.speaking import see_version
from servicedesk.extensions import db
from servicedesk.hall import queries
from servicedesk.hall.models import Sitting, Ticket
from servicedesk.hall.operations import calling


def sitting() -> Sitting:
    """Return where the clerk of the token sits.

    Raises:
        CounterNotOpen: nowhere.
    """
    return calling.get_sitting(db.session, access.person())


def ticket(ticket_id: int, said: asked.OnTicket) -> Ticket:
    """Return the ticket of the address, which is as it was looked at.

    Raises:
        NotFound: it is not of the hall where the clerk sits.
        HTTPException: 412, ``If-Match`` names another version.
        Overtaken: the body does.
    """
    found = queries.get_ticket_before(db.session, ticket_id, clerk=access.person())
    see_version(found.version, said.version)
    return found


def acted(found: Ticket | None) -> shapes.Acted:
    """Return the ticket with the line and version that it has once this is committed."""
    db.session.flush()
    if found is not None:
        db.session.expire(found, ["queue"])
    return shapes.Acted(ticket=showing.at_counter(found) if found else None)

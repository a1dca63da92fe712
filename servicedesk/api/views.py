"""The hall for kiosks, boards and integrators: the same queries and operations as its pages."""

from collections.abc import Callable, Sequence
from functools import partial

from flask import Blueprint, g, request

from servicedesk import clock
from servicedesk.accounts.access import finds, public
from servicedesk.accounts.throttle import throttle
from servicedesk.accounts.throttle_rules import taking_ticket
from servicedesk.api import access, asked, problems, shapes, showing
from servicedesk.api.access import with_token
from servicedesk.api.scopes import Scope
from servicedesk.api.speaking import see_version, speaks
from servicedesk.errors import NotFound, NotPermitted
from servicedesk.extensions import csrf, db
from servicedesk.hall import presenting, queries
from servicedesk.hall.models import Hall, Queue
from servicedesk.hall.offering import Offered, offered_in
from servicedesk.hall.operations import appointments, tickets, visits
from servicedesk.hall.stops import Stop
from servicedesk.web import once
from servicedesk.web.fragments import same_for_all
from servicedesk.web.gate import SAFE_METHODS
from servicedesk.words import say

bp = Blueprint("api", __name__, url_prefix="/api/v1")
csrf.exempt(bp)  # no cookie counts here, so no other site can make a browser act

MACHINES = (Scope.KIOSK, Scope.INTEGRATOR, Scope.STAFF)


@bp.before_request
def _see_key() -> None:
    """Every change carries a key of its own; without a token it is anybody's."""
    g.actor = "anybody"
    if request.method not in SAFE_METHODS and not once.is_key(request.headers.get(once.HEADER, "")):
        raise problems.without_key()


@bp.get("/hall")
@public
@speaks(gives=shapes.Halls)
def halls() -> shapes.Halls:
    """List the halls, and whether each is open now."""
    now = clock.now()
    found = [
        showing.hall_in_list(one, queries.opening_now(db.session, one, None, now))
        for one in queries.list_halls(db.session)
    ]
    return shapes.Halls(halls=found, as_of=now)


@bp.get("/hall/<string:hall>")
@public
@finds(queries.get_hall)
@speaks(gives=shapes.HallShown)
def hall(hall: str) -> shapes.HallShown:
    """Show a hall: its lines, how long they take now, its hours and counters."""
    return showing.hall(db.session, queries.get_hall(db.session, hall), clock.now())


@bp.get("/hall/<string:hall>/live")
@public
@finds(queries.get_hall)
@same_for_all
@speaks(gives=shapes.Live, has_etag=True)
def live(hall: str) -> shapes.Live:
    """Show what is called, who is next and how long it takes; 304 when nothing changed."""
    found, now = queries.get_hall(db.session, hall), clock.now()
    shown = presenting.board(db.session, found, now)
    return showing.board(shown, presenting.lines(db.session, found, now))


@bp.get("/hall/<string:hall>/services")
@public
@finds(queries.get_hall)
@speaks(gives=shapes.Services)
def services(hall: str) -> shapes.Services:
    """List the services that the lines of a hall serve, and for which it gives tickets now."""
    found, now = queries.get_hall(db.session, hall), clock.now()
    moment = queries.moment_of(db.session, found, now)
    return showing.services(offered_in(db.session, found), moment, now)


@bp.post("/hall/<string:hall>/tickets")
@with_token(*MACHINES)
@finds(queries.get_hall)
@once.for_each_key
@speaks(takes=asked.Take, gives=shapes.Ticket, status=201)
def take(hall: str, said: asked.Take) -> shapes.Ticket:
    """Take a ticket, for one line or several, or for services of the catalogue."""
    found, now = access.in_hall(queries.get_hall(db.session, hall)), clock.now()
    if said.booked_for is not None and not found.is_training:
        raise NotPermitted(
            say("Only in a hall for training a ticket can stand for an appointment.")
        )
    wanted = _stops(found, said)
    throttle().hit(taking_ticket(request.remote_addr or ""), now=now)
    ticket = visits.take_visit(
        db.session, found, wanted, language=said.language, now=now,
        priority=said.priority, booked_for=said.booked_for,
        by=access.person() if access.token().scope is Scope.STAFF else None,
    )  # fmt: skip
    return showing.ticket(db.session, ticket, now)


@bp.post("/hall/<string:hall>/check-ins")
@with_token(*MACHINES)
@finds(queries.get_hall)
@once.for_each_key
@speaks(takes=asked.CheckIn, gives=shapes.Ticket, status=201)
def check_in(hall: str, said: asked.CheckIn) -> shapes.Ticket:
    """Give out the ticket of somebody who has booked and come, or the one they have."""
    found, now = access.in_hall(queries.get_hall(db.session, hall)), clock.now()
    throttle().hit(taking_ticket(request.remote_addr or ""), now=now)
    code = said.code.replace(" ", "").upper()
    ticket = appointments.check_in_by_code(db.session, found, code, now=now)
    if ticket is None:
        raise NotFound(appointments.NOBODY_BY_CODE)
    return showing.ticket(db.session, ticket, now)


@bp.get("/hall/tickets/<string:token>")
@public
@finds(queries.get_ticket)
@speaks(gives=shapes.Ticket, has_etag=True)
def ticket(token: str) -> shapes.Ticket:
    """Show a ticket to whoever holds its link: state, people before it, wait as a range."""
    return showing.ticket(db.session, queries.get_ticket(db.session, token), clock.now())


@bp.post("/hall/tickets/<string:token>/pass")
@public
@finds(queries.get_ticket)
@once.for_each_key
@speaks(takes=asked.OnTicket, gives=shapes.Ticket)
def let_pass(token: str, said: asked.OnTicket) -> shapes.Ticket:
    """Let two people pass."""
    return _changed(token, said, tickets.let_pass)


@bp.post("/hall/tickets/<string:token>/late")
@public
@finds(queries.get_ticket)
@once.for_each_key
@speaks(takes=asked.OnTicket, gives=shapes.Ticket)
def late(token: str, said: asked.OnTicket) -> shapes.Ticket:
    """Be ten minutes late, and keep the place."""
    return _changed(token, said, tickets.be_late)


@bp.post("/hall/tickets/<string:token>/away")
@public
@finds(queries.get_ticket)
@once.for_each_key
@speaks(takes=asked.Away, gives=shapes.Ticket)
def away(token: str, said: asked.Away) -> shapes.Ticket:
    """Leave for a while, and keep the place."""
    return _changed(token, said, partial(tickets.go_away, minutes=said.minutes))


@bp.post("/hall/tickets/<string:token>/language")
@public
@finds(queries.get_ticket)
@once.for_each_key
@speaks(takes=asked.Speak, gives=shapes.Ticket)
def speak(token: str, said: asked.Speak) -> shapes.Ticket:
    """Be served in another language."""
    return _changed(token, said, partial(tickets.speak, language=said.language))


@bp.post("/hall/tickets/<string:token>/back")
@public
@finds(queries.get_ticket)
@once.for_each_key
@speaks(takes=asked.OnTicket, gives=shapes.Ticket)
def back(token: str, said: asked.OnTicket) -> shapes.Ticket:
    """Be back earlier than that."""
    return _changed(token, said, tickets.be_back)


@bp.post("/hall/tickets/<string:token>/leave")
@public
@finds(queries.get_ticket)
@once.for_each_key
@speaks(takes=asked.OnTicket, gives=shapes.Ticket)
def leave(token: str, said: asked.OnTicket) -> shapes.Ticket:
    """Give the place up."""
    return _changed(token, said, tickets.leave)


@bp.get("/hall/token")
@with_token(*Scope)
@speaks(gives=shapes.TokenShown)
def token() -> shapes.TokenShown:
    """Show what the token of this call is for."""
    found = access.token()
    return shapes.TokenShown(
        scope=found.scope, name=found.name, hall=found.hall.key if found.hall else None,
        person=found.user.name if found.user else None, expires_at=found.expires_at,
    )  # fmt: skip


def line_of_hall(found: Hall, key: str | None) -> Queue:
    """Return a line of the hall.

    Raises:
        NotFound: it has none of that key.
    """
    queue = next((one for one in found.queues if one.key == key), None)
    if queue is None:
        raise NotFound(say("There is no such line in this hall."))
    return queue


def services_of_hall(found: Hall, codes: Sequence[str]) -> list[Offered]:
    """Return services that lines of the hall serve.

    Raises:
        NotFound: it does not serve one of them.
    """
    known = {one.code: one for one in offered_in(db.session, found)} if codes else {}
    if not known.keys() >= set(codes):
        raise NotFound(say("There is no such service in this hall."))
    return [known[code] for code in codes]


def _stops(found: Hall, said: asked.Take) -> Sequence[Stop]:
    """Return what the ticket is wanted for; ``take_visit`` finds the best order."""
    lines = [Stop(line_of_hall(found, key).id) for key in said.lines]
    services = services_of_hall(found, said.services)
    return [*lines, *(Stop(one.queue.id, one.code) for one in services)]


def _changed(token: str, said: asked.OnTicket, change: Callable[..., object]) -> shapes.Ticket:
    """Do what the holder asks for, and show the ticket."""
    found, now = queries.get_ticket(db.session, token), clock.now()
    see_version(found.version, said.version)
    change(db.session, found, now=now)
    db.session.flush()
    return showing.ticket(db.session, found, now)

"""The counter for programs: what its page does, as the clerk whose token it is."""

from collections.abc import Callable
from dataclasses import replace

from servicedesk import clock
from servicedesk.accounts.access import finds
from servicedesk.accounts.permissions import Permission
from servicedesk.api import access, asked, shapes, showing
from servicedesk.api import counter_at as at
from servicedesk.api.access import with_token
from servicedesk.api.scopes import Scope
from servicedesk.api.speaking import speaks
from servicedesk.api.views import bp, line_of_hall, services_of_hall
from servicedesk.errors import NotFound, NotPermitted
from servicedesk.extensions import db
from servicedesk.hall import queries
from servicedesk.hall.models import Counter, Hall, Sitting
from servicedesk.hall.operations import alarms, calling, serving, sittings, visiting
from servicedesk.hall.operations.serving import Destination
from servicedesk.hall.stops import Stop
from servicedesk.web import once
from servicedesk.words import say


@bp.get("/hall/counter")
@with_token(Scope.STAFF)
@speaks(gives=shapes.CounterShown)
def counter() -> shapes.CounterShown:
    """Show the counter of this clerk: who is there, who is next, who is on hold or missed."""
    return _shown(queries.find_sitting(db.session, access.person()))


@bp.post("/hall/counter/sign-on")
@with_token(Scope.STAFF)
@once.for_each_key
@speaks(takes=asked.SignOn, gives=shapes.CounterShown)
def sign_on(said: asked.SignOn) -> shapes.CounterShown:
    """Open a counter."""
    found = access.in_hall(queries.get_hall(db.session, said.hall))
    return _shown(
        sittings.sign_on(
            db.session, _counter(found, said.counter), by=access.person(),
            queue_ids={line_of_hall(found, key).id for key in said.lines},
            languages=set(said.languages), now=clock.now(),
        )
    )  # fmt: skip


@bp.post("/hall/counter/sign-off")
@with_token(Scope.STAFF)
@once.for_each_key
@speaks(takes=asked.Empty, gives=shapes.CounterShown)
def sign_off(said: asked.Empty) -> shapes.CounterShown:  # noqa: ARG001 - says nothing
    """Close the counter."""
    sittings.sign_off(db.session, at.sitting(), now=clock.now())
    return _shown(None)


@bp.post("/hall/counter/break")
@with_token(Scope.STAFF)
@once.for_each_key
@speaks(takes=asked.Pause, gives=shapes.CounterShown)
def begin_break(said: asked.Pause) -> shapes.CounterShown:
    """Go for a while."""
    sitting = at.sitting()
    sittings.begin_break(db.session, sitting, said.reason, now=clock.now())
    return _shown(sitting)


@bp.post("/hall/counter/return")
@with_token(Scope.STAFF)
@once.for_each_key
@speaks(takes=asked.Empty, gives=shapes.CounterShown)
def end_break(said: asked.Empty) -> shapes.CounterShown:  # noqa: ARG001 - says nothing
    """Be back from a break."""
    sitting = at.sitting()
    sittings.end_break(db.session, sitting, now=clock.now())
    return _shown(sitting)


@bp.post("/hall/counter/help")
@with_token(Scope.STAFF)
@once.for_each_key
@speaks(takes=asked.Empty, gives=shapes.CounterShown)
def call_for_help(said: asked.Empty) -> shapes.CounterShown:  # noqa: ARG001 - says nothing
    """Call the supervisors, quietly: no board shows it; again, while it is open, is the same."""
    sitting = at.sitting()
    alarms.call_for_help(db.session, sitting, now=clock.now())
    return _shown(sitting)


@bp.post("/hall/counter/next")
@with_token(Scope.STAFF)
@once.for_each_key
@speaks(takes=asked.Empty, gives=shapes.Acted)
def call_next(said: asked.Empty) -> shapes.Acted:  # noqa: ARG001 - says nothing
    """Call who is next in the lines that are served here; null where nobody waits."""
    return at.acted(calling.call_next(db.session, at.sitting(), now=clock.now()))


@bp.post("/hall/counter/undo")
@with_token(Scope.STAFF)
@once.for_each_key
@speaks(takes=asked.Empty, gives=shapes.Acted)
def undo(said: asked.Empty) -> shapes.Acted:  # noqa: ARG001 - says nothing
    """Take back the last thing done at this counter, within 30 seconds."""
    return at.acted(serving.undo(db.session, at.sitting(), now=clock.now()))


@bp.post("/hall/counter/tickets/<int:ticket_id>/start")
@with_token(Scope.STAFF)
@finds(queries.get_ticket_before)
@once.for_each_key
@speaks(takes=asked.OnTicket, gives=shapes.Acted)
def start(ticket_id: int, said: asked.OnTicket) -> shapes.Acted:
    """Begin to serve who was called."""
    return _did(serving.start, ticket_id, said)


@bp.post("/hall/counter/tickets/<int:ticket_id>/recall")
@with_token(Scope.STAFF)
@finds(queries.get_ticket_before)
@once.for_each_key
@speaks(takes=asked.OnTicket, gives=shapes.Acted)
def recall(ticket_id: int, said: asked.OnTicket) -> shapes.Acted:
    """Call once more: not before 30 seconds, at most three times."""
    return _did(calling.recall, ticket_id, said)


@bp.post("/hall/counter/tickets/<int:ticket_id>/miss")
@with_token(Scope.STAFF)
@finds(queries.get_ticket_before)
@once.for_each_key
@speaks(takes=asked.OnTicket, gives=shapes.Acted)
def miss(ticket_id: int, said: asked.OnTicket) -> shapes.Acted:
    """Note that nobody came."""
    return _did(calling.miss, ticket_id, said)


@bp.post("/hall/counter/tickets/<int:ticket_id>/back")
@with_token(Scope.STAFF)
@finds(queries.get_ticket_before)
@once.for_each_key
@speaks(takes=asked.OnTicket, gives=shapes.Acted)
def come_back(ticket_id: int, said: asked.OnTicket) -> shapes.Acted:
    """Let somebody who missed the call wait again, at the place they had."""
    return _did(calling.come_back, ticket_id, said)


@bp.post("/hall/counter/tickets/<int:ticket_id>/hold")
@with_token(Scope.STAFF)
@finds(queries.get_ticket_before)
@once.for_each_key
@speaks(takes=asked.OnTicket, gives=shapes.Acted)
def hold(ticket_id: int, said: asked.OnTicket) -> shapes.Acted:
    """Let somebody wait in the room, and others come meanwhile."""
    return _did(serving.hold, ticket_id, said)


@bp.post("/hall/counter/tickets/<int:ticket_id>/resume")
@with_token(Scope.STAFF)
@finds(queries.get_ticket_before)
@once.for_each_key
@speaks(takes=asked.OnTicket, gives=shapes.Acted)
def resume(ticket_id: int, said: asked.OnTicket) -> shapes.Acted:
    """Go on with somebody who was on hold, at this counter."""
    return _did(serving.resume, ticket_id, said)


@bp.post("/hall/counter/tickets/<int:ticket_id>/choose")
@with_token(Scope.STAFF)
@finds(queries.get_ticket_before)
@once.for_each_key
@speaks(takes=asked.Choose, gives=shapes.Acted)
def choose(ticket_id: int, said: asked.Choose) -> shapes.Acted:
    """Call somebody out of turn, with a reason on record."""
    _see_may_choose()
    ticket = at.ticket(ticket_id, said)
    found = calling.call_chosen(
        db.session, ticket, at.sitting(), words=said.reason, now=clock.now()
    )
    return at.acted(found)


@bp.post("/hall/counter/tickets/<int:ticket_id>/transfer")
@with_token(Scope.STAFF)
@finds(queries.get_ticket_before)
@once.for_each_key
@speaks(takes=asked.Transfer, gives=shapes.Acted)
def transfer(ticket_id: int, said: asked.Transfer) -> shapes.Acted:
    """Send somebody on to another line, one counter in it, or another service."""
    ticket, sitting = at.ticket(ticket_id, said), at.sitting()
    to = _destination(sitting.counter.hall, said)
    serving.transfer(db.session, ticket, sitting, to, words=said.words, now=clock.now())
    return at.acted(ticket)


@bp.post("/hall/counter/tickets/<int:ticket_id>/finish")
@with_token(Scope.STAFF)
@finds(queries.get_ticket_before)
@once.for_each_key
@speaks(takes=asked.Finish, gives=shapes.Acted)
def finish(ticket_id: int, said: asked.Finish) -> shapes.Acted:
    """End the visit, or what there was to do in this line."""
    ticket, sitting = at.ticket(ticket_id, said), at.sitting()
    to = None if said.to is None else line_of_hall(sitting.counter.hall, said.to).id
    serving.finish(db.session, ticket, sitting, said.outcome, now=clock.now(), to=to)
    return at.acted(ticket)


@bp.post("/hall/counter/tickets/<int:ticket_id>/services")
@with_token(Scope.STAFF)
@finds(queries.get_ticket_before)
@once.for_each_key
@speaks(takes=asked.Add, gives=shapes.Acted)
def add_service(ticket_id: int, said: asked.Add) -> shapes.Acted:
    """Let the visit be for one thing more; in another line it goes on there afterwards."""
    ticket, sitting = at.ticket(ticket_id, said), at.sitting()
    chosen = _thing(sitting.counter.hall, said)
    new = Stop(chosen.queue_id, chosen.service, said.quantity)
    visiting.add_service(db.session, ticket, sitting, new, now=clock.now())
    return at.acted(ticket)


def _destination(found: Hall, said: asked.Transfer) -> Destination:
    """Return where somebody is sent on to.

    Raises:
        NotFound: it is not in this hall, or nobody sits at that counter and serves the line.
    """
    to = _thing(found, said)
    if said.counter is None:
        return to
    place = _counter(found, said.counter)
    for one in queries.open_sittings(db.session, found):
        if one.counter_id == place.id and to.queue_id in one.queue_ids:
            return replace(to, counter_id=place.id)
    raise NotFound(say("Nobody serves this line at that counter now."))


def _thing(found: Hall, said: asked.Thing) -> Destination:
    """Return the service, or the line, that is named.

    Raises:
        NotFound: it is not in this hall.
    """
    if said.service is None:
        return Destination(line_of_hall(found, said.line).id)
    (chosen,) = services_of_hall(found, [said.service])
    return Destination(chosen.queue.id, service=chosen.code)


def _see_may_choose() -> None:
    """See that the clerk may call out of turn: not everybody who serves at a counter may.

    Raises:
        NotPermitted: they may not.
    """
    if not access.person().may(Permission.HALL_CHOOSE):
        raise NotPermitted(say("The person of this access token may not call out of turn."))


def _did(do: Callable[..., None], ticket_id: int, said: asked.OnTicket) -> shapes.Acted:
    """Do with the ticket what the address says."""
    ticket = at.ticket(ticket_id, said)
    do(db.session, ticket, at.sitting(), now=clock.now())
    return at.acted(ticket)


def _shown(sitting: Sitting | None) -> shapes.CounterShown:
    db.session.flush()
    return showing.counter(db.session, sitting, clock.now())


def _counter(hall: Hall, number: int) -> Counter:
    found = next((one for one in hall.counters if one.number == number), None)
    if found is None:
        raise NotFound(say("There is no such counter in this hall."))
    return found

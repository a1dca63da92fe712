"""The public pages of the halls: what is on, the kiosk, and one's own ticket."""

from collections.abc import Callable
from datetime import datetime

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import finds, public
from servicedesk.accounts.throttle import throttle
from servicedesk.accounts.throttle_rules import taking_ticket
from servicedesk.extensions import db
from servicedesk.hall import codes, expecting, presenting, queries
from servicedesk.hall.forms import TakeForm
from servicedesk.hall.hall_files import line_of
from servicedesk.hall.links import token_of
from servicedesk.hall.models import Hall, Priority, Queue, Ticket
from servicedesk.hall.operations import tickets
from servicedesk.hall.topics import hall_topic, ticket_topic
from servicedesk.web import language, once
from servicedesk.web.forms import ButtonForm
from servicedesk.web.fragments import fragment, same_for_all

bp = Blueprint("hall", __name__, url_prefix="/hall")


@bp.get("")
@public
def index() -> ResponseReturnValue:
    """List the halls, and how it is in each now."""
    now = clock.now()
    halls = [
        (hall, queries.opening_now(db.session, hall, None, now))
        for hall in queries.list_halls(db.session)
    ]
    return render_template("hall/index.html", halls=halls)


@bp.get("/<string:hall>")
@public
@finds(queries.get_hall)
def show(hall: str) -> ResponseReturnValue:
    """Show a hall: its hours, its lines and how long it takes, and the rules of the line."""
    found, now = queries.get_hall(db.session, hall), clock.now()
    return render_template(
        "hall/show.html", **_of_hall(found, now), rules=line_of(found.rules),
        right=expecting.right_share(db.session, found, now),
    )  # fmt: skip


@bp.get("/<string:hall>/lines")
@public
@finds(queries.get_hall)
@same_for_all
def lines(hall: str) -> ResponseReturnValue:
    """Return the lines alone, if they changed since they were fetched last."""
    found, now = queries.get_hall(db.session, hall), clock.now()
    shown = presenting.lines(db.session, found, now)
    state = [(one.queue.id, one.waiting, one.counters, one.wait) for one in shown]
    return fragment("hall/lines.html", state, lines=shown, now=now)


@bp.route("/<string:hall>/kiosk", methods=["GET", "POST"])
@public
@finds(queries.get_hall)
@once.for_each_key
def kiosk(hall: str) -> ResponseReturnValue:
    """Give out a ticket at a touch."""
    found, now = queries.get_hall(db.session, hall), clock.now()
    form = TakeForm(data={"language": language.current()})
    if form.validate_on_submit():
        queue = next((one for one in found.queues if one.key == form.queue.data), None)
        if queue is not None:
            throttle().hit(taking_ticket(request.remote_addr or ""), now=now)
            ticket = _take(found, queue, form, now)
            to = url_for("hall.taken", hall=hall, token=token_of(ticket.nonce))
            return once.commit(redirect(to, 303))
        form.complain(_("Press what you have come for."), form.queue)
    page = render_template("hall/kiosk.html", form=form, **_of_hall(found, now))
    return once.commit((page, 422)) if form.errors else (page, 200)


@bp.get("/<string:hall>/kiosk/<string:token>")
@public
@finds(queries.get_hall, queries.get_ticket)
def taken(hall: str, token: str) -> ResponseReturnValue:
    """Show the ticket that was taken, to be photographed or printed."""
    found = queries.get_hall(db.session, hall)
    ticket = queries.get_ticket(db.session, token)
    shown = presenting.ticket(db.session, ticket, clock.now())
    return render_template("hall/taken.html", hall=found, shown=shown, code=_code(token))


@bp.get("/tickets/<string:token>")
@public
@finds(queries.get_ticket)
def ticket(token: str) -> ResponseReturnValue:
    """Show a ticket to whoever holds its link."""
    found = queries.get_ticket(db.session, token)
    return render_template("hall/ticket.html", code=_code(token), **_of_ticket(found, token))


@bp.get("/tickets/<string:token>/now")
@public
@finds(queries.get_ticket)
def ticket_now(token: str) -> ResponseReturnValue:
    """Return what changes on the page of a ticket, if it did since it was fetched last."""
    found = queries.get_ticket(db.session, token)
    shown = presenting.ticket(db.session, found, clock.now())
    return fragment("hall/ticket_now.html", shown.state, shown=shown)


@bp.post("/tickets/<string:token>/pass")
@public
@finds(queries.get_ticket)
@once.for_each_key
def let_pass(token: str) -> ResponseReturnValue:
    """Let two people pass."""
    return _changed(token, tickets.let_pass, _("You stand behind the next two now."))


@bp.post("/tickets/<string:token>/late")
@public
@finds(queries.get_ticket)
@once.for_each_key
def late(token: str) -> ResponseReturnValue:
    """Be ten minutes late, and keep the place."""
    said = _("You keep your place, and are not called for ten minutes.")
    return _changed(token, tickets.be_late, said)


@bp.post("/tickets/<string:token>/back")
@public
@finds(queries.get_ticket)
@once.for_each_key
def back(token: str) -> ResponseReturnValue:
    """Be back earlier than that."""
    return _changed(token, tickets.be_back, _("You can be called again."))


@bp.post("/tickets/<string:token>/leave")
@public
@finds(queries.get_ticket)
@once.for_each_key
def leave(token: str) -> ResponseReturnValue:
    """Give the place up."""
    return _changed(token, tickets.leave, _("You have given up your place."))


def _of_hall(hall: Hall, now: datetime) -> dict[str, object]:
    return {
        "hall": hall,
        "open": queries.opening_now(db.session, hall, None, now),
        "lines": presenting.lines(db.session, hall, now),
        "week": presenting.week(hall),
        "topic": hall_topic(hall.id),
        "now": now,
    }


def _take(hall: Hall, queue: Queue, form: TakeForm, now: datetime) -> Ticket:
    chosen = form.priority.data
    return tickets.take(
        db.session, hall, queue, language=form.language.data or language.current(), now=now,
        priority=Priority(chosen) if chosen else None,
    )  # fmt: skip


def _of_ticket(found: Ticket, token: str) -> dict[str, object]:
    return {
        "shown": presenting.ticket(db.session, found, clock.now()),
        "rules": line_of(found.queue.hall.rules),
        "token": token,
        "button": ButtonForm(formdata=None),
        "topics": (hall_topic(found.queue.hall_id), ticket_topic(found.id)),
    }


def _changed(token: str, change: Callable[..., None], said: str) -> ResponseReturnValue:
    """Do what the holder asks for, and show the ticket."""
    found = queries.get_ticket(db.session, token)
    change(db.session, found, now=clock.now())
    flash(said, "success")
    return once.commit(redirect(url_for("hall.ticket", token=token), 303))


def _code(token: str) -> codes.QrCode:
    base = current_app.config["BASE_URL"] or request.url_root
    return codes.qr_code(base.rstrip("/") + url_for("hall.ticket", token=token))

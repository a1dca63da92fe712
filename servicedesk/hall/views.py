"""The public pages of the halls: what is on, the kiosk, and one's own ticket."""

from datetime import datetime
from typing import Any, Final

from flask import (
    Blueprint,
    current_app,
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
from servicedesk.hall import (
    door_codes,
    grading,
    presenting,
    queries,
    steering_queries,
)
from servicedesk.hall.forms import TakeForm
from servicedesk.hall.hall_files import joining_of, line_of
from servicedesk.hall.links import token_of
from servicedesk.hall.models import Hall, Queue, Ticket
from servicedesk.hall.operations import tickets
from servicedesk.hall.topics import hall_topic
from servicedesk.web import codes, language, once
from servicedesk.web.errors import shown_in
from servicedesk.web.fragments import fragment, same_for_all

KIOSK_ERROR: Final = "hall/kiosk_error.html"  # goes back to the first page by itself

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
        right=grading.right_share(db.session, found, now),
        grades=grading.grades(db.session, found, now),
    )  # fmt: skip


@bp.get("/<string:hall>/lines")
@public
@finds(queries.get_hall)
@same_for_all
def lines(hall: str) -> ResponseReturnValue:
    """Return the lines alone, if they changed since they were fetched last."""
    found, now = queries.get_hall(db.session, hall), clock.now()
    shown = presenting.lines(db.session, found, now)
    announced = steering_queries.announced(db.session, found, now)
    state = [(one.queue.id, one.waiting, one.counters, one.wait) for one in shown]
    said = [one.id for one in announced]
    return fragment("hall/lines.html", (state, said), lines=shown, now=now, announced=announced)


@bp.route("/<string:hall>/kiosk", methods=["GET", "POST"])
@public
@shown_in(KIOSK_ERROR)
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
    page = render_template("hall/kiosk.html", form=form, **_kiosk(found, now))
    return once.commit((page, 422)) if form.errors else (page, 200)


@bp.get("/<string:hall>/kiosk/now")
@public
@finds(queries.get_hall)
def kiosk_now(hall: str) -> ResponseReturnValue:
    """Return what changes on the kiosk's first page, if it is another than the one shown."""
    found = queries.get_hall(db.session, hall)
    shown = _kiosk(found, clock.now())
    said = [one.id for one in shown["announced"]]
    waits = [(one.queue.id, one.waiting, one.wait) for one in shown["lines"]]
    state = (said, waits, shown["open"], sorted(shown["given"]), shown["door"])
    form = TakeForm(formdata=None, data={"language": language.current()})
    return fragment("hall/kiosk_now.html", state, form=form, **shown)


@bp.get("/<string:hall>/kiosk/<string:token>")
@public
@shown_in(KIOSK_ERROR)
@finds(queries.get_hall, queries.get_ticket)
def taken(hall: str, token: str) -> ResponseReturnValue:
    """Show the ticket that was taken, to be photographed or printed."""
    found = queries.get_hall(db.session, hall)
    ticket = queries.get_ticket(db.session, token)
    shown = presenting.ticket(db.session, ticket, clock.now())
    return render_template("hall/taken.html", hall=found, shown=shown, code=code_of(token))


def _of_hall(hall: Hall, now: datetime) -> dict[str, Any]:
    moment = queries.moment_of(db.session, hall, now)
    return {
        "hall": hall,
        "open": moment.of_hall(),
        "given": {one.key for one in hall.queues if moment.of(one.key).gives_tickets()},
        "lines": presenting.lines(db.session, hall, now),
        "announced": steering_queries.announced(db.session, hall, now),
        "week": presenting.week(hall),
        "topic": hall_topic(hall.id),
        "now": now,
    }


def _kiosk(hall: Hall, now: datetime) -> dict[str, Any]:
    return _of_hall(hall, now) | {"door": door_code(hall), "words": presenting.DOOR_WORDS}


def _take(hall: Hall, queue: Queue, form: TakeForm, now: datetime) -> Ticket:
    return tickets.take(
        db.session, hall, queue, language=form.spoken, now=now, priority=form.wished
    )


def code_of(token: str) -> codes.QrCode:
    """Return the QR code of the ticket's page."""
    return codes.qr_code(address_of("hall.ticket", token=token))


def door_code(hall: Hall) -> codes.QrCode | None:
    """Return the code on the kiosk's screen; None: the hall gives out no tickets to phones."""
    figures = joining_of(hall.joining)
    if figures is None:
        return None
    code = door_codes.code_of(hall.id, figures, clock.now())
    return codes.qr_code(address_of("hall.join", hall=hall.key, code=code))


def address_of(endpoint: str, **values: Any) -> str:  # noqa: ANN401 - as url_for takes them
    """Return the whole address of a page, for a QR code."""
    base = current_app.config["BASE_URL"] or request.url_root
    return str(base.rstrip("/") + url_for(endpoint, **values))

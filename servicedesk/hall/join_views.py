"""Taking a ticket with one's own phone: by the code on the kiosk's screen, or a poster's.

The code on the screen changes every few minutes; the poster's never does, so it leads only to
the check-in of appointments.  What a fresh code proves, and what it does not: docs/adr/0015.
"""

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import finds, public
from servicedesk.accounts.throttle import throttle
from servicedesk.accounts.throttle_rules import looking_up, taking_ticket
from servicedesk.errors import RuleBroken
from servicedesk.extensions import db
from servicedesk.hall import (
    door_codes,
    offering,
    phones,
    presenting,
    queries,
)
from servicedesk.hall.forms import CheckInForm, JoinForm
from servicedesk.hall.hall_files import joining_of
from servicedesk.hall.links import token_of
from servicedesk.hall.models import Hall, Ticket
from servicedesk.hall.operations import appointments, by_phone
from servicedesk.hall.views import address_of, bp
from servicedesk.web import codes, language, once
from servicedesk.web.filters import words
from servicedesk.words import say


class NoCookies(RuleBroken):
    """A phone that keeps no mark cannot be told from others."""

    def __init__(self) -> None:
        super().__init__(
            say("Your browser keeps no cookies. Allow them, or take the ticket at the kiosk.")
        )


@bp.get("/<string:hall>/poster")
@public
@finds(queries.get_hall)
def poster(hall: str) -> ResponseReturnValue:
    """Show a sheet for the entrance, to be printed: its code checks appointments in."""
    found = queries.get_hall(db.session, hall)
    code = codes.qr_code(address_of("hall.join", hall=hall))
    return render_template("hall/poster.html", hall=found, code=code, words=presenting.DOOR_WORDS)


@bp.route("/<string:hall>/join", methods=["GET", "POST"])
@public
@finds(queries.get_hall)
@once.for_each_key
def join(hall: str) -> ResponseReturnValue:
    """Let somebody with a fresh code tick what they have come for, and take one ticket."""
    found, device = queries.get_hall(db.session, hall), phones.device()
    has = queries.find_ticket_of_phone(db.session, device) if device else None
    if has is not None and request.method == "GET":
        flash(_("You have this ticket already."), "info")
        return _to(has)
    form = JoinForm(data={"language": language.current(), "code": request.args.get("code", "")})
    if not _is_near(found, form.code.data):
        return _at_the_poster(found, CheckInForm(formdata=None))
    moment = queries.moment_of(db.session, found, clock.now())
    form.offer(*offering.given_now(db.session, found, moment))
    if form.validate_on_submit():
        return once.commit(_to(_take(found, form, device)))
    page = render_template(
        "hall/join.html", hall=found, form=form, line=request.args.get("line", ""),
        open=moment.of_hall(),
    )  # fmt: skip
    if form.errors:
        return once.commit((page, 422))
    response = make_response(page)
    phones.leave_mark(response)
    return response


@bp.post("/<string:hall>/join/check-in")
@public
@finds(queries.get_hall)
@once.for_each_key
def join_check_in(hall: str) -> ResponseReturnValue:
    """Check an appointment in by phone."""
    found, form, now = queries.get_hall(db.session, hall), CheckInForm(), clock.now()
    if form.validate():
        address = request.remote_addr or ""
        throttle().hit(looking_up(address, None), now=now)
        throttle().hit(taking_ticket(address), now=now)
        code = form.code.data or ""
        ticket = appointments.check_in_by_code(db.session, found, code, now=now)
        if ticket is not None:
            return once.commit(_to(ticket))
        form.complain(words(appointments.NOBODY_BY_CODE), form.code)
    return once.commit(_at_the_poster(found, form))


def _is_near(hall: Hall, code: str | None) -> bool:
    figures = joining_of(hall.joining)
    return figures is not None and door_codes.is_good(code or "", hall.id, figures, clock.now())


def _take(hall: Hall, form: JoinForm, device: bytes | None) -> Ticket:
    if device is None:
        raise NoCookies
    throttle().hit(taking_ticket(request.remote_addr or ""), now=clock.now())
    return by_phone.take_by_phone(
        db.session, hall, form.stops(), device=device, now=clock.now(), language=form.spoken,
        priority=form.wished,
    )  # fmt: skip


def _at_the_poster(hall: Hall, form: CheckInForm) -> ResponseReturnValue:
    is_old = bool(request.values.get("code"))
    page = render_template("hall/at_the_poster.html", hall=hall, form=form, is_old=is_old)
    return page, 422 if form.errors or request.method == "POST" else 200


def _to(ticket: Ticket) -> ResponseReturnValue:
    return redirect(url_for("hall.ticket", token=token_of(ticket.nonce)), 303)

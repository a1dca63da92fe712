"""The kiosk, service by service: one ticket for everything somebody has come for."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from servicedesk import clock
from servicedesk.accounts.access import finds, public
from servicedesk.accounts.throttle import throttle
from servicedesk.accounts.throttle_rules import taking_ticket
from servicedesk.extensions import db
from servicedesk.hall import offering, presenting, queries
from servicedesk.hall.forms import VisitForm
from servicedesk.hall.links import token_of
from servicedesk.hall.models import Hall, Ticket
from servicedesk.hall.operations import visits
from servicedesk.hall.views import KIOSK_ERROR, bp
from servicedesk.web import language, once
from servicedesk.web.errors import shown_in


@bp.route("/<string:hall>/kiosk/services", methods=["GET", "POST"])
@public
@shown_in(KIOSK_ERROR)
@finds(queries.get_hall)
@once.for_each_key
def kiosk_services(hall: str) -> ResponseReturnValue:
    """Let somebody tick what they have come for, and give out one ticket for all of it."""
    found = queries.get_hall(db.session, hall)
    form = VisitForm(data={"language": language.current()})
    moment = queries.moment_of(db.session, found, clock.now())
    form.offer(*offering.given_now(db.session, found, moment))
    if form.validate_on_submit():
        throttle().hit(taking_ticket(request.remote_addr or ""), now=clock.now())
        ticket = _take(found, form)
        to = url_for("hall.taken", hall=hall, token=token_of(ticket.nonce))
        return once.commit(redirect(to, 303))
    page = render_template(
        "hall/kiosk_services.html", hall=found, form=form, line=request.args.get("line", ""),
        words=presenting.DOOR_WORDS, open=moment.of_hall(),
    )  # fmt: skip
    return once.commit((page, 422)) if form.errors else (page, 200)


def _take(hall: Hall, form: VisitForm) -> Ticket:
    return visits.take_visit(
        db.session, hall, form.stops(), language=form.spoken, now=clock.now(),
        priority=form.wished,
    )  # fmt: skip

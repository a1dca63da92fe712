"""One's own ticket, as whoever holds its link sees it and looks after it."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from servicedesk import clock
from servicedesk.accounts.access import finds, public
from servicedesk.accounts.throttle import throttle
from servicedesk.accounts.throttle_rules import mailbox, mailing
from servicedesk.extensions import db
from servicedesk.hall import presenting, queries, steering_queries
from servicedesk.hall.forms import AwayForm, SpeakForm, TellForm
from servicedesk.hall.hall_files import line_of
from servicedesk.hall.models import Ticket
from servicedesk.hall.operations import tickets, watching
from servicedesk.hall.topics import hall_topic, ticket_topic
from servicedesk.hall.views import bp, code_of
from servicedesk.web import language, once
from servicedesk.web.forms import ButtonForm, DeskForm
from servicedesk.web.fragments import fragment


@bp.get("/tickets/<string:token>")
@public
@finds(queries.get_ticket)
def ticket(token: str) -> ResponseReturnValue:
    """Show a ticket to whoever holds its link."""
    found = queries.get_ticket(db.session, token)
    return _page(found, token)


@bp.get("/tickets/<string:token>/now")
@public
@finds(queries.get_ticket)
def ticket_now(token: str) -> ResponseReturnValue:
    """Return what changes on the page of a ticket, if it did since it was fetched last."""
    found = queries.get_ticket(db.session, token)
    shown = presenting.ticket(db.session, found, clock.now())
    announced = steering_queries.announced(db.session, found.queue.hall, shown.now)
    said = [one.id for one in announced]
    return fragment("hall/ticket_now.html", (shown.state, said), shown=shown, announced=announced)


@bp.post("/tickets/<string:token>/pass")
@public
@finds(queries.get_ticket)
@once.for_each_key
def let_pass(token: str) -> ResponseReturnValue:
    """Let two people pass."""
    found = queries.get_ticket(db.session, token)
    passed = tickets.let_pass(db.session, found, now=clock.now())
    said = (
        ngettext(
            "You stand behind the next one now.", "You stand behind the next %(num)s now.", passed
        )
        if passed
        else _("Nobody is behind you: you keep your place.")
    )
    return _again(token, said)


@bp.post("/tickets/<string:token>/late")
@public
@finds(queries.get_ticket)
@once.for_each_key
def late(token: str) -> ResponseReturnValue:
    """Be ten minutes late, and keep the place."""
    said = _("You keep your place, and are not called for ten minutes.")
    return _changed(token, tickets.be_late, said)


@bp.post("/tickets/<string:token>/away")
@public
@finds(queries.get_ticket)
@once.for_each_key
def away(token: str) -> ResponseReturnValue:
    """Leave for a while, and keep the place."""
    found, form, now = queries.get_ticket(db.session, token), AwayForm(), clock.now()
    form.offer(line_of(found.queue.hall.rules).away, now)
    if not form.validate():
        return once.commit((_page(found, token, away=form), 422))
    tickets.go_away(db.session, found, int(form.minutes.data), now=now)
    return _again(token, _("You keep your place, and are not called while you are away."))


@bp.post("/tickets/<string:token>/language")
@public
@finds(queries.get_ticket)
@once.for_each_key
def speak(token: str) -> ResponseReturnValue:
    """Be served in another language."""
    found, form = queries.get_ticket(db.session, token), SpeakForm()
    if not form.validate():
        return once.commit((_page(found, token, speaking=form), 422))
    tickets.speak(db.session, found, form.language.data, now=clock.now())
    return _again(token, _("You are served in the language you chose."))


@bp.post("/tickets/<string:token>/tell")
@public
@finds(queries.get_ticket)
@once.for_each_key
def tell(token: str) -> ResponseReturnValue:
    """Be told by mail when three are before one."""
    found, form, now = queries.get_ticket(db.session, token), TellForm(), clock.now()
    if not form.validate():
        return once.commit((_page(found, token, telling=form), 422))
    address = form.email.data or ""
    throttle().hit(mailing(address, request.remote_addr or "", None), now=now)
    throttle().hit(mailbox(address), now=now)
    watching.watch(db.session, found, address, language=language.current(), now=now)
    return _again(token, _("We send you one mail when three people are before you."))


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


def _page(found: Ticket, token: str, **forms: DeskForm) -> str:
    """Return the page of the ticket; ``forms`` are those to put right."""
    figures, now = line_of(found.queue.hall.rules), clock.now()
    leaving = AwayForm(formdata=None)
    leaving.offer(figures.away, now)
    asked = {
        "away": leaving,
        "speaking": SpeakForm(formdata=None, language=found.language),
        "telling": TellForm(formdata=None),
    } | forms
    return render_template(
        "hall/ticket.html", shown=presenting.ticket(db.session, found, now), rules=figures,
        token=token, button=ButtonForm(formdata=None),
        topics=(hall_topic(found.queue.hall_id), ticket_topic(found.id)),
        announced=steering_queries.announced(db.session, found.queue.hall, now),
        code=code_of(token), watch=watching.find_watch(db.session, found),
        wrong=next(iter(forms.values()), None), **asked,
    )  # fmt: skip


def _changed(token: str, change: Callable[..., None], said: str) -> ResponseReturnValue:
    """Do what the holder asks for, and show the ticket."""
    found = queries.get_ticket(db.session, token)
    change(db.session, found, now=clock.now())
    return _again(token, said)


def _again(token: str, said: str) -> ResponseReturnValue:
    flash(said, "success")
    return once.commit(redirect(url_for("hall.ticket", token=token), 303))

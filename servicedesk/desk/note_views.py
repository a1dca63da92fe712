"""What a clerk is asked while at work, on every page of the desk: to help, to serve other lines."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import current_user_or_none, finds, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.desk import steering_showing
from servicedesk.desk.steering_showing import Notes
from servicedesk.desk.views import bp
from servicedesk.extensions import db
from servicedesk.hall import steering_queries
from servicedesk.hall.operations import steering
from servicedesk.web import once
from servicedesk.web.forms import ButtonForm
from servicedesk.web.fragments import fragment


@bp.get("/notes")
@requires(Permission.HALL_SERVE)
def notes() -> ResponseReturnValue:
    """Return what this clerk is asked, if it changed since it was fetched last."""
    found = steering_showing.notes_of(db.session, signed_in_user(), clock.now())
    return fragment("desk/notes.html", found.state, asked_of_clerk=found)


@bp.post("/notes/help/<int:number>/<string:answer>")
@requires(Permission.HALL_SERVE)
@finds(steering_queries.get_help_wanted_of)
@once.for_each_key
def answer_help(number: int, answer: str) -> ResponseReturnValue:
    """Answer a call for help: ``come``, or anything else for no."""
    clerk, now = signed_in_user(), clock.now()
    call = steering_queries.get_help_wanted_of(db.session, number, clerk=clerk, now=now)
    comes = answer == "come"
    steering.answer_help(db.session, call, by=clerk, comes=comes, now=now)
    flash(_("They know that you come.") if comes else _("They know that you cannot."), "success")
    return once.commit(redirect(url_for("desk.counter"), 303))


@bp.post("/notes/moves/<int:number>")
@requires(Permission.HALL_SERVE)
@finds(steering_queries.get_move_of)
@once.for_each_key
def note_move(number: int) -> ResponseReturnValue:
    """Note that other lines are to be served."""
    move = steering_queries.get_move_of(db.session, number, clerk=signed_in_user())
    steering.note_move(move, now=clock.now())
    return once.commit(redirect(url_for("desk.counter"), 303))


def notes_here() -> Notes | None:
    """Return what the person who looks at a page of the desk is asked; None: they do not serve."""
    user = current_user_or_none()
    if user is None or not user.may(Permission.HALL_SERVE):
        return None
    return steering_showing.notes_of(db.session, user, clock.now())


def button() -> ButtonForm:
    """Return a button for a note."""
    return ButtonForm(formdata=None)

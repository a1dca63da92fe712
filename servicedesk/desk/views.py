"""The inbox: what lies on this person's desk, due first."""

from datetime import datetime
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import requires, signed_in_user
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Permission
from servicedesk.calendar.queries import unannounced
from servicedesk.catalogue.queries import list_services
from servicedesk.desk import operations, presenting, queries, waiting
from servicedesk.desk.queries import Filter, View
from servicedesk.extensions import db
from servicedesk.park import local_day, park
from servicedesk.web import language, once
from servicedesk.web.forms import ButtonForm
from servicedesk.web.fragments import fragment
from servicedesk.words import Words, say

bp = Blueprint("desk", __name__, url_prefix="/desk")

_LONGEST_SEARCH = 100  # characters
VIEW_NAMES: Final[dict[str, Words]] = {
    View.MINE: say("For me"),
    View.OPEN: say("My departments, open"),
    View.TODAY: say("Due today"),
    View.OVERDUE: say("Overdue"),
    View.BACK: say("Back from applicant"),
    View.WAITING: say("With the applicant"),
    View.MESSAGES: say("With a message"),
    View.TO_ALLOW: say("To sign"),
    waiting.QUESTIONS: say("Questions among staff"),
    View.STANDING_IN: say("For those I stand in for"),
    waiting.HAND_OUTS: say("To hand out"),
    View.DONE: say("Done by me this week"),
}


@bp.get("")
@requires(Permission.CASE_WORK)
def inbox() -> ResponseReturnValue:
    """List the open tasks of this person's departments, with the views and filters there are."""
    user, now = signed_in_user(), clock.now()
    departments = sorted(user.departments)
    return render_template(
        "desk/inbox.html",
        **_listed(user, now),
        **sidebar(user, now),
        services=list_services(db.session, language=language.current()),
        departments=[park().departments[key] for key in departments],
        topics=[f"inbox:{key}" for key in departments],
    )


@bp.get("/tasks")
@requires(Permission.CASE_WORK)
def tasks() -> ResponseReturnValue:
    """Return the list alone, if it changed since it was fetched last."""
    listed = _listed(signed_in_user(), clock.now())
    state = [
        (row.task.id, row.task.version, row.days, row.case.message_since) for row in listed["rows"]
    ]
    return fragment("desk/tasks.html", state, **listed)


@bp.post("/next")
@requires(Permission.CASE_WORK)
@once.for_each_key
def claim_next() -> ResponseReturnValue:
    """Take the task that is due first and nobody's yet."""
    task = operations.claim_next(db.session, by=signed_in_user(), now=clock.now())
    if task is None:
        flash(_("There is nothing to take at the moment."), "info")
        return once.commit(redirect(url_for("desk.inbox"), 303))
    return once.commit(redirect(url_for("desk.case", reference=task.case.reference), 303))


def sidebar(user: User, now: datetime) -> dict[str, Any]:
    """Return what the list of views is drawn from, beside every list of the desk."""
    counted = queries.counts(db.session, user, now=now)
    is_supervisor = user.may(Permission.CASE_OVERSEE)
    latest = local_day(max(now, counted.latest_due or now))
    return {
        "view_names": VIEW_NAMES,
        "counts": counted.of,
        "is_supervisor": is_supervisor,
        "unannounced": unannounced(db.session, local_day(now), latest) if is_supervisor else (),
    }


def _listed(user: User, now: datetime) -> dict[str, Any]:
    """Return what the list of tasks is drawn from."""
    view, chosen = _view(), _filter()
    page = queries.inbox(
        db.session, user, view, chosen, now=now,
        after=request.args.get("after"), before=request.args.get("before"),
    )  # fmt: skip
    return {
        "page": page,
        "rows": presenting.rows(db.session, page.items, now=now),
        "view": view,
        "chosen": chosen,
        "now": now,
        "button": ButtonForm(),
    }


def _view() -> View:
    asked = request.args.get("view", View.OPEN)
    return View(asked) if asked in set(View) else View.OPEN


def _filter() -> Filter:
    args = request.args
    known = park().departments
    department = args.get("department")
    return Filter(
        text=args.get("q", "").strip()[:_LONGEST_SEARCH],
        service=args.get("service") or None,
        department=department if department in known else None,
        due=args.get("due") or None,
        held=args.get("held") or None,
    )

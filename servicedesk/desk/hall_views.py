"""A hall as its supervisor watches and steers it."""

from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.desk.day_showing import Curves, curves_of
from servicedesk.desk.hall_showing import watch
from servicedesk.desk.views import bp
from servicedesk.extensions import db
from servicedesk.hall import day_queries, grading, queries
from servicedesk.hall.hall_files import line_of
from servicedesk.hall.models import Hall
from servicedesk.hall.operations import closing
from servicedesk.park import local_day
from servicedesk.web import once
from servicedesk.web.forms import ButtonForm
from servicedesk.web.fragments import fragment


@bp.get("/hall")
@requires(Permission.HALL_OVERSEE)
def halls() -> ResponseReturnValue:
    """List the halls to watch."""
    return render_template("desk/halls.html", halls=queries.list_halls(db.session))


@bp.get("/hall/<string:hall>")
@requires(Permission.HALL_OVERSEE)
@finds(queries.get_hall)
def hall(hall: str) -> ResponseReturnValue:
    """Show the lines, the counters, who waits longest, and how the day went until now."""
    found, now = queries.get_hall(db.session, hall), clock.now()
    shown = watch(db.session, found, now)
    return render_template(
        "desk/hall.html", shown=shown, curves=_today(found, now),
        announced=shown.announced, button=ButtonForm(formdata=None),
        grades=grading.grades(db.session, found, now),
    )  # fmt: skip


@bp.get("/hall/<string:hall>/now")
@requires(Permission.HALL_OVERSEE)
@finds(queries.get_hall)
def hall_now(hall: str) -> ResponseReturnValue:
    """Return what changes on that page, if it did since it was fetched last."""
    shown = watch(db.session, queries.get_hall(db.session, hall), clock.now())
    return fragment(
        "desk/hall_now.html", shown.state, shown=shown, announced=shown.announced,
        button=ButtonForm(formdata=None),
    )  # fmt: skip


@bp.get("/hall/<string:hall>/today")
@requires(Permission.HALL_OVERSEE)
@finds(queries.get_hall)
def hall_today(hall: str) -> ResponseReturnValue:
    """Return the curves of today, if they changed since they were fetched last."""
    curves = _today(queries.get_hall(db.session, hall), clock.now())
    return fragment("desk/hall_today.html", curves, curves=curves)


@bp.post("/hall/<string:hall>/close")
@requires(Permission.HALL_OVERSEE)
@finds(queries.get_hall)
@once.for_each_key
def close_doors(hall: str) -> ResponseReturnValue:
    """Give out no more tickets today."""
    found = queries.get_hall(db.session, hall)
    closing.close_doors(db.session, found, by=signed_in_user(), now=clock.now())
    flash(_("No more tickets are given out today. Who waits is still served."), "success")
    return once.commit(redirect(url_for("desk.hall", hall=hall), 303))


@bp.post("/hall/<string:hall>/open")
@requires(Permission.HALL_OVERSEE)
@finds(queries.get_hall)
@once.for_each_key
def open_doors(hall: str) -> ResponseReturnValue:
    """Give out tickets again."""
    closing.open_doors(db.session, queries.get_hall(db.session, hall), by=signed_in_user())
    flash(_("Tickets are given out again."), "success")
    return once.commit(redirect(url_for("desk.hall", hall=hall), 303))


def _today(hall: Hall, now: datetime) -> Curves:
    visits = day_queries.visits_of(db.session, hall, local_day(now))
    return curves_of(visits, limit=line_of(hall.rules).too_long)

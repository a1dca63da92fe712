"""The end of a hall's day, and the reports of the days before."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.desk import day_showing
from servicedesk.desk.views import bp
from servicedesk.extensions import db
from servicedesk.hall import queries, report_queries
from servicedesk.hall.operations import day_reports
from servicedesk.park import local_day
from servicedesk.web import once
from servicedesk.web.csv_files import csv_file
from servicedesk.web.forms import ButtonForm
from servicedesk.web.table_cells import csv_text


@bp.get("/hall/<string:hall>/days")
@requires(Permission.HALL_OVERSEE)
@finds(queries.get_hall)
def hall_days(hall: str) -> ResponseReturnValue:
    """List the days of a hall, the latest first."""
    found = queries.get_hall(db.session, hall)
    page = report_queries.page_of_days(
        db.session, found, after=request.args.get("after"), before=request.args.get("before")
    )
    return render_template("desk/days.html", hall=found, page=page)


@bp.get("/hall/<string:hall>/days/<string:day>")
@requires(Permission.HALL_OVERSEE)
@finds(report_queries.get_day)
def hall_day(hall: str, day: str) -> ResponseReturnValue:
    """Show the report of a day, with its charts; made to be printed, too."""
    found = report_queries.get_day(db.session, hall, day)
    return render_template("desk/day.html", shown=day_showing.day_of(found))


@bp.get("/hall/<string:hall>/days/<string:day>.csv")
@requires(Permission.HALL_OVERSEE)
@finds(report_queries.get_day)
def hall_day_csv(hall: str, day: str) -> ResponseReturnValue:
    """Return the report of a day as a file for tables."""
    found = report_queries.get_day(db.session, hall, day)
    return csv_file(csv_text(day_showing.table_of(found)), f"{hall}-{found.day}.csv")


@bp.route("/hall/<string:hall>/end", methods=["GET", "POST"])
@requires(Permission.HALL_OVERSEE)
@finds(queries.get_hall)
@once.for_each_key
def end_day(hall: str) -> ResponseReturnValue:
    """Show what ending the day would settle, and end it."""
    found, now = queries.get_hall(db.session, hall), clock.now()
    form = ButtonForm()
    if form.validate_on_submit():
        is_new = day_reports.end_day(db.session, found, by=signed_in_user(), now=now)
        said = _("The day is ended. This is its report.")
        flash(said if is_new else _("The day was ended already."), "success" if is_new else "info")
        to = url_for("desk.hall_day", hall=hall, day=local_day(now).isoformat())
        return once.commit(redirect(to, 303))
    return render_template(
        "desk/end_day.html", hall=found, form=form, day=local_day(now),
        left=day_reports.left_over(db.session, found, now),
        may_end=day_reports.may_end(db.session, found, now),
        is_ended=report_queries.has_report(db.session, found, local_day(now)),
    )  # fmt: skip

"""The calendar as supervisors and administrators look at it: which years are announced."""

from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue

from servicedesk import clock
from servicedesk.accounts.access import requires
from servicedesk.accounts.permissions import Permission
from servicedesk.calendar.queries import load_calendar
from servicedesk.cases.queries import dues_by_year
from servicedesk.desk.views import bp
from servicedesk.extensions import db


@dataclass(frozen=True)
class Year:
    """A year, what is known of its holidays, and how many open cases are due in it."""

    number: int
    is_official: bool
    days: int  # that differ from an ordinary week
    due: int


@bp.get("/calendar")
@requires(Permission.REPORT_READ)
def calendar() -> ResponseReturnValue:
    """Show from this year on which years are announced, and what is due in those that are not."""
    known = load_calendar(db.session)
    due = dues_by_year(db.session)
    first = known.day_of(clock.now()).year
    last = max([first + 1, *due, *(day.year for day in known.special)])
    years = [
        Year(
            number,
            known.is_year_official(number),
            sum(day.year == number for day in known.special),
            due.get(number, 0),
        )
        for number in range(first, last + 1)
    ]
    return render_template("desk/calendar.html", years=years, this_year=first)

"""The calendar of a person, for programs that know its secret address."""

from collections.abc import Iterator

from flask import Response, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import finds, public, requires, signed_in_user
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Permission
from servicedesk.extensions import db
from servicedesk.obligations import queries, showing
from servicedesk.obligations.calendar_file import Entry, feed
from servicedesk.obligations.operations import calendar_links
from servicedesk.obligations.views import bp
from servicedesk.web import once
from servicedesk.web.filters import text
from servicedesk.web.headers import FOR_ONE_PERSON
from servicedesk.web.words import today

MOST_ENTRIES = 500  # of one calendar, the first ones due


@bp.post("/obligations/calendar")
@requires(Permission.CASE_APPLY)
@once.for_each_key
def make_link() -> ResponseReturnValue:
    """Make the secret address of this person's calendar, and show it this once.

    As with access tokens the page is not kept with the request's key: the secret would lie in the
    database.  The address before opens nothing any more.
    """
    secret = calendar_links.make(db.session, signed_in_user(), now=clock.now())
    address = current_app.config["BASE_URL"] + url_for("obligations.calendar", secret=secret)
    page = render_template("obligations/link_made.html", address=address)
    once.commit(redirect(url_for("obligations.index", _anchor="calendar"), 303))
    return page, 200, {"Cache-Control": FOR_ONE_PERSON}


@bp.post("/obligations/calendar/end")
@requires(Permission.CASE_APPLY)
@once.for_each_key
def end_link() -> ResponseReturnValue:
    """Let the calendar have no address any more."""
    calendar_links.end(db.session, signed_in_user())
    flash(_("The address of your calendar opens nothing any more."), "success")
    return once.commit(redirect(url_for("obligations.index", _anchor="calendar"), 303))


@bp.get("/obligations/calendar/<string:secret>.ics")
@public
@finds(queries.get_reader)
def calendar(secret: str) -> ResponseReturnValue:
    """Return what is due at the enterprises that the calendar's owner acts for today."""
    user = queries.get_reader(db.session, secret)
    with force_locale(user.language):
        name = _("What is due at my enterprises")
        file = feed(_entries(user), name=name, made_at=clock.now())
    headers = {
        "Cache-Control": FOR_ONE_PERSON,
        "Content-Disposition": 'attachment; filename="obligations.ics"',
        "X-Robots-Tag": "noindex",
    }
    return Response(file, content_type="text/calendar; charset=utf-8", headers=headers)


def _entries(user: User) -> Iterator[Entry]:
    """Yield the entries; each keeps its identity as long as it is due."""
    page = queries.page_of_own(db.session, user, today=today(), size=MOST_ENTRIES)
    for one in showing.listed(page.items, today()):
        row, enterprise = one.row, one.row.enterprise
        path = url_for("obligations.show", enterprise_id=enterprise.id)
        yield Entry(
            uid=f"obligation-{enterprise.credit_code}-{row.kind}-{row.subject}@servicedesk",
            due_on=row.due_on,
            title=f"{text(one.name)} ({enterprise.name})",
            words=text(showing.kept_rule(row.kind, row.facts)),
            url=current_app.config["BASE_URL"] + path,
        )

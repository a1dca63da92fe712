"""The counters of a hall: where they are, what they serve and have."""

from typing import Final

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.administration import hall_pages
from servicedesk.administration.counter_forms import CounterForm, as_it_is
from servicedesk.administration.views import bp
from servicedesk.extensions import db
from servicedesk.hall import queries
from servicedesk.hall.counter_kinds import EQUIPMENT_WORDS, KIND_WORDS
from servicedesk.hall.models import Hall
from servicedesk.hall.operations import counters
from servicedesk.hall.operations.counters import CounterExists, CounterSaid
from servicedesk.hall.operations.hall_changes import NothingChanges
from servicedesk.web import once
from servicedesk.web.words import spoken

_PAGE: Final = "administration/hall_counter.html"


@bp.get("/halls/<string:hall>/counters")
@requires(Permission.ADMIN)
@finds(queries.get_hall)
def hall_counters(hall: str) -> ResponseReturnValue:
    """List the counters of a hall."""
    found = queries.get_hall(db.session, hall)
    return render_template(
        "administration/hall_counters.html",
        hall=found,
        counters=[(one, CounterSaid.of(one)) for one in found.counters],
        kinds=KIND_WORDS,
        things=EQUIPMENT_WORDS,
    )


@bp.route("/halls/<string:hall>/counters/new", methods=["GET", "POST"])
@requires(Permission.ADMIN)
@finds(queries.get_hall)
@once.for_each_key
def add_counter(hall: str) -> ResponseReturnValue:
    """Add a counter to a hall."""
    found = queries.get_hall(db.session, hall)
    highest = max((one.number for one in found.counters), default=0)
    form = CounterForm(data={"number": highest + 1, "kind": "full"})
    form.offer(found)
    if form.validate_on_submit():
        try:
            counters.add(
                db.session, found, form.number.data or 0, form.said(),
                by=signed_in_user(), reason=form.reason.data or "", now=clock.now(),
            )  # fmt: skip
        except CounterExists as fault:
            form.complain(spoken(fault.words), form.number)
        else:
            return _saved(found, form.number.data or 0)
    return hall_pages.page(_PAGE, found, form, _("Add a counter"))


@bp.route("/halls/<string:hall>/counters/<int:number>", methods=["GET", "POST"])
@requires(Permission.ADMIN)
@finds(queries.get_counter)
@once.for_each_key
def change_counter(hall: str, number: int) -> ResponseReturnValue:
    """Change a counter: where it is, whom it takes, what it serves and has."""
    counter = queries.get_counter(db.session, hall, number)
    form = CounterForm(data=as_it_is(counter))
    form.offer(counter.hall)
    del form.number
    if form.validate_on_submit():
        try:
            counters.change(
                db.session, counter.hall, counter, form.said(), seen=form.seen.data or "",
                by=signed_in_user(), reason=form.reason.data or "", now=clock.now(),
            )  # fmt: skip
        except NothingChanges as fault:
            form.complain(spoken(fault.words))
        else:
            return _saved(counter.hall, number)
    title = _("Change counter %(number)s", number=number)
    return hall_pages.page(_PAGE, counter.hall, form, title)


def _saved(hall: Hall, number: int) -> ResponseReturnValue:
    said = _("Counter %(number)s is saved.", number=number)
    return hall_pages.saved("administration.hall_counters", hall, said)

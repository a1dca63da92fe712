"""The lines of a hall, and its figures: of the line, of appointments, of tickets from phones."""

from collections.abc import Mapping
from typing import Final

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.administration import hall_pages
from servicedesk.administration.line_forms import (
    FiguresForm,
    LineForm,
    figures_as_they_are,
    line_as_it_is,
)
from servicedesk.administration.views import bp
from servicedesk.extensions import db
from servicedesk.hall import figures, queries
from servicedesk.hall.figures import BOOKING, FIGURES, JOINING, MINUTES, RULES, Figures, OutOfOrder
from servicedesk.hall.models import Hall
from servicedesk.hall.operations import lines
from servicedesk.hall.operations.hall_changes import NothingChanges
from servicedesk.hall.operations.lines import PHASE_WORDS, LetterTaken, LineExists
from servicedesk.web import once
from servicedesk.web.words import spoken
from servicedesk.words import Words, say

PARTS: Final[dict[str, Words]] = {
    RULES: say("Figures of calling and waiting"),
    BOOKING: say("Figures of appointments"),
    JOINING: say("Figures of tickets from phones"),
}
_LINE_PAGE, _FIGURES_PAGE = "administration/hall_line.html", "administration/hall_figures.html"
_EVERY: Final = say("Length of a slot, fixed when the hall is set up")
Row = dict[str, str]  # of a list of figures


@bp.get("/halls/<string:hall>/lines")
@requires(Permission.ADMIN)
@finds(queries.get_hall)
def hall_lines(hall: str) -> ResponseReturnValue:
    """List the lines of a hall, and its figures."""
    found = queries.get_hall(db.session, hall)
    usual = {one.key: figures.amount(MINUTES, one.minutes) for one in found.queues}
    return render_template(
        "administration/hall_lines.html", hall=found, phases=PHASE_WORDS, usual=usual,
        parts=_shown(lines.figures_of(found)),
    )  # fmt: skip


@bp.route("/halls/<string:hall>/lines/new", methods=["GET", "POST"])
@requires(Permission.ADMIN)
@finds(queries.get_hall)
@once.for_each_key
def add_line(hall: str) -> ResponseReturnValue:
    """Add a line to a hall."""
    found = queries.get_hall(db.session, hall)
    form = LineForm()
    form.last_asked()
    if form.validate_on_submit():
        try:
            lines.add(
                db.session, found, form.key.data or "", form.letter.data or "", form.said(),
                by=signed_in_user(), reason=form.reason.data or "", now=clock.now(),
            )  # fmt: skip
        except LineExists as fault:
            form.complain(spoken(fault.words), form.key)
        except LetterTaken as fault:
            form.complain(spoken(fault.words), form.letter)
        else:
            return _saved(found, _("Line %(letter)s is saved.", letter=form.letter.data))
    return hall_pages.page(_LINE_PAGE, found, form, _("Add a line"), queue=None)


@bp.route("/halls/<string:hall>/lines/figures", methods=["GET", "POST"])
@requires(Permission.ADMIN)
@finds(queries.get_hall)
@once.for_each_key
def hall_figures(hall: str) -> ResponseReturnValue:
    """Change the figures of a hall."""
    found = queries.get_hall(db.session, hall)
    form = FiguresForm(data=figures_as_they_are(found))
    form.offer(found)
    if form.validate_on_submit():
        try:
            lines.change_figures(
                db.session, found, form.said(), seen=form.seen.data or "",
                by=signed_in_user(), reason=form.reason.data or "", now=clock.now(),
            )  # fmt: skip
        except NothingChanges as fault:
            form.complain(spoken(fault.words))
        except OutOfOrder as fault:
            form.complain(spoken(fault.words), form[fault.figure.name])
        else:
            return _saved(found, _("The figures are saved."))
    title = _("Change the figures")
    return hall_pages.page(_FIGURES_PAGE, found, form, title, parts=PARTS, figures=FIGURES)


@bp.route("/halls/<string:hall>/lines/<string:key>", methods=["GET", "POST"])
@requires(Permission.ADMIN)
@finds(lines.get_line)
@once.for_each_key
def change_line(hall: str, key: str) -> ResponseReturnValue:
    """Change a line: what it is called, how long a visit takes, what comes before it."""
    queue = lines.get_line(db.session, hall, key)
    form = LineForm(data=line_as_it_is(queue))
    del form.key, form.letter
    form.last_asked()
    if form.validate_on_submit():
        try:
            lines.change(
                db.session, queue, form.said(), seen=form.seen.data or "",
                by=signed_in_user(), reason=form.reason.data or "", now=clock.now(),
            )  # fmt: skip
        except NothingChanges as fault:
            form.complain(spoken(fault.words))
        else:
            return _saved(queue.hall, _("Line %(letter)s is saved.", letter=queue.letter))
    title = _("Change line %(letter)s", letter=queue.letter)
    return hall_pages.page(_LINE_PAGE, queue.hall, form, title, queue=queue)


def _shown(kept: Figures) -> list[tuple[Words, list[Row] | None]]:
    """Return the parts of the figures in words; None: the hall has none of them."""
    found: list[tuple[Words, list[Row] | None]] = []
    for part, title in PARTS.items():
        values = kept[part]
        rows = None if values is None else _rows(part, values)
        found.append((title, rows))
    return found


def _rows(part: str, values: Mapping[str, int]) -> list[Row]:
    said = [(one.label, figures.amount(one.unit, values[one.key])) for one in FIGURES[part]]
    if part == BOOKING:
        said.append((_EVERY, figures.amount(MINUTES, values["every"])))
    return [{"label": spoken(label), "value": spoken(value)} for label, value in said]


def _saved(hall: Hall, said: str) -> ResponseReturnValue:
    return hall_pages.saved("administration.hall_lines", hall, said)

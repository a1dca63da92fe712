"""The hours and places of a hall: looked at, changed after a dry run, and who changed them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.administration import hall_forms, hall_showing
from servicedesk.administration.hall_forms import (
    ExceptionForm,
    PlacesForm,
    RemoveForm,
    SaveForm,
    WeekForm,
)
from servicedesk.administration.views import bp
from servicedesk.errors import NotFound, Overtaken
from servicedesk.extensions import db
from servicedesk.hall import hours_queries, queries
from servicedesk.hall.hall_files import WEEKDAYS
from servicedesk.hall.models import Hall
from servicedesk.hall.opening import ExceptionKind, HoursException
from servicedesk.hall.operations import hours
from servicedesk.hall.operations.hours import Change, Decision
from servicedesk.hall.timetable import THE_HALL, Owner, OwnerKind, Places, Timetable
from servicedesk.park import local_day
from servicedesk.web import once
from servicedesk.web.forms import DeskForm
from servicedesk.words import Text, Words, say

MOST_DAYS: Final = 366  # of one exception
_OF_THE_STEP: Final = frozenset({"csrf_token", "request_key", "seen", "step", "outside"})


@dataclass(frozen=True)
class Matter:
    """What is changed: the form that asks for it and the page it is on."""

    hall: Hall
    form: DeskForm
    template: str
    title: str
    owner: Owner

    def ask(self, status: int = 200) -> ResponseReturnValue:
        """Show the form."""
        page = render_template(
            self.template, hall=self.hall, form=self.form, title=self.title, owner=self.owner,
            names=hours_queries.names_of(db.session, self.hall),
        )  # fmt: skip
        return page, status


@bp.get("/halls")
@requires(Permission.ADMIN)
def halls() -> ResponseReturnValue:
    """List the halls, with their weeks and the exceptions ahead."""
    found = [hall_showing.listed(hall, clock.now()) for hall in queries.list_halls(db.session)]
    return render_template("administration/halls.html", halls=found)


@bp.get("/halls/<string:hall>/hours")
@requires(Permission.ADMIN)
@finds(queries.get_hall)
def hall_hours(hall: str) -> ResponseReturnValue:
    """Show the hours and places of a hall, and who changed them when and why."""
    found = queries.get_hall(db.session, hall)
    shown = hall_showing.hours_page(db.session, found, clock.now())
    return render_template("administration/hall_hours.html", hall=found, shown=shown)


@bp.route("/halls/<string:hall>/hours/week", methods=["GET", "POST"])
@requires(Permission.ADMIN)
@finds(queries.get_hall)
@once.for_each_key
def hall_week(hall: str) -> ResponseReturnValue:
    """Change the ordinary week of the hall, or of a line or service that has its own."""
    found, owner = _asked(hall)
    kept = queries.timetable_of(found)
    form = WeekForm(data=_week_data(kept, owner))
    if owner == THE_HALL:
        del form.own
    else:
        del form.last_ticket, form.every_day
    form.last_asked()
    matter = Matter(found, form, "administration/hall_week.html", _("The ordinary week"), owner)
    return _answer(matter, lambda: _week_change(form, owner))


@bp.route("/halls/<string:hall>/hours/exception", methods=["GET", "POST"])
@requires(Permission.ADMIN)
@finds(queries.get_hall)
@once.for_each_key
def hall_exception(hall: str) -> ResponseReturnValue:
    """Add an exception, or change one."""
    found, owner = _asked(hall)
    kept = _exception(found, owner) if "days" in request.args else None
    form = ExceptionForm(data=_exception_data(kept, owner))
    form.whose.options = hall_showing.owner_options(db.session, found)
    form.last_asked()
    title = _("Change an exception") if kept else _("Add an exception")
    matter = Matter(found, form, "administration/hall_exception.html", title, owner)
    return _answer(matter, lambda: _exception_change(form, found, owner, kept))


@bp.route("/halls/<string:hall>/hours/remove", methods=["GET", "POST"])
@requires(Permission.ADMIN)
@finds(queries.get_hall)
@once.for_each_key
def hall_exception_remove(hall: str) -> ResponseReturnValue:
    """Take an exception away."""
    found, owner = _asked(hall)
    kept, form = _exception(found, owner), RemoveForm()
    title = _("Take an exception away")
    matter = Matter(found, form, "administration/hall_remove.html", title, owner)
    return _answer(matter, lambda: lambda before: before.with_exception(owner, None, kept))


@bp.route("/halls/<string:hall>/hours/places", methods=["GET", "POST"])
@requires(Permission.ADMIN)
@finds(queries.get_hall)
@once.for_each_key
def hall_places(hall: str) -> ResponseReturnValue:
    """Change how many can be booked in each slot of a line."""
    found, owner = _asked(hall)
    places = queries.timetable_of(found).places.get(owner.key)
    if owner.kind is not OwnerKind.LINE or places is None:
        raise NotFound(say("There is no such line."))
    form = PlacesForm(data={"public": places.public, "staff": places.staff})
    form.last_asked()
    matter = Matter(found, form, "administration/hall_places.html", _("Places to book"), owner)
    return _answer(matter, lambda: _places_change(form, owner))


def _asked(key: str) -> tuple[Hall, Owner]:
    """Return the hall, and whose hours of it the address is about."""
    found = queries.get_hall(db.session, key)
    owner = Owner.read(request.args.get("whose", str(THE_HALL)))
    known = hours_queries.names_of(db.session, found)
    if owner is None or (owner != THE_HALL and owner not in known):
        raise NotFound(say("There is no such line or service in this hall."))
    return found, owner


def _exception(hall: Hall, owner: Owner) -> HoursException:
    said = request.args.get("days", "")
    kept = queries.timetable_of(hall).hours_of(owner).exceptions
    found = next((one for one in kept if hall_showing.days_key(one) == said), None)
    if found is None:
        raise NotFound(say("There is no such exception any more."))
    return found


def _answer(matter: Matter, changed: Callable[[], Change | None]) -> ResponseReturnValue:
    """Ask; then show what would come of the answer; then save it as it was shown."""
    step = request.form.get("step")
    if request.method == "GET":
        return matter.ask()
    if step == "more":
        for field in hall_forms.spans_fields(matter.form):
            field.more()
        return matter.ask()
    change = changed() if matter.form.validate() else None
    if change is None or step == "again":
        return matter.ask(200 if change else 422)
    return _save(matter, change) if step == "save" else _look(matter, change)


def _look(
    matter: Matter, change: Change, found: Sequence[tuple[None, Words]] = ()
) -> ResponseReturnValue:
    """Show what ``change`` would do, before it is saved."""
    names = hours_queries.names_of(db.session, matter.hall)
    after = change(queries.timetable_of(matter.hall))
    foreseen = hours_queries.dry_run(db.session, matter.hall, after, names, now=clock.now())
    if not foreseen.changes:
        matter.form.complain(_("Nothing would be different: these hours hold already."))
        return matter.ask(422)
    carried = [
        (name, value) for name, value in request.form.items(multi=True) if name not in _OF_THE_STEP
    ]
    page = render_template(
        "administration/hall_dry_run.html", hall=matter.hall, title=matter.title,
        foreseen=foreseen, carried=carried, found=found, reason=matter.form.reason.data,
        form=SaveForm(formdata=None, data={"seen": foreseen.state, "outside": hall_forms.ASK}),
    )  # fmt: skip
    return page, 409 if found else 200


def _save(matter: Matter, change: Change) -> ResponseReturnValue:
    """Save ``change`` if it still does what was looked at; else show what it would do now."""
    sent, key = SaveForm(), matter.hall.key
    cancels = sent.outside.data == hall_forms.CANCEL
    decision = Decision(sent.seen.data or "", cancels, matter.form.reason.data)
    try:
        saved = hours.save(
            db.session, matter.hall, change, decision, by=signed_in_user(), now=clock.now()
        )
    except Overtaken:
        db.session.rollback()
        again = replace(matter, hall=queries.get_hall(db.session, key))
        return _look(again, change, [(None, _OVERTAKEN)])
    flash(hall_showing.saved_said(saved.figures), "success")
    return once.commit(redirect(url_for("administration.hall_hours", hall=key), 303))


_OVERTAKEN: Final = say(
    "Bookings or hours have changed since you looked. This is what it would do now."
)


def _week_data(kept: Timetable, owner: Owner) -> dict[str, object]:
    own = kept.hours_of(owner)
    week = (own if own.week is not None else kept.hall).week or {}
    days = {name: week.get(number, ()) for number, name in enumerate(WEEKDAYS)}
    return days | {
        "own": hall_forms.AS_THE_HALL if own.week is None else hall_forms.OWN,
        "last_ticket": kept.last_ticket,
        "every_day": own.every_day,
    }


def _week_change(form: WeekForm, owner: Owner) -> Change | None:
    week = {number: field.data for number, field in enumerate(form.days()) if field.data}
    if owner != THE_HALL and form.own.data == hall_forms.AS_THE_HALL:
        return lambda before: before.with_hours(owner, replace(before.hours_of(owner), week=None))
    if not week:
        form.complain(_("Enter the hours of at least one day."), form.mon)
        return None
    if owner != THE_HALL:
        return lambda before: before.with_hours(owner, replace(before.hours_of(owner), week=week))
    return lambda before: replace(
        before,
        hall=replace(before.hall, week=week, every_day=form.every_day.data),
        last_ticket=form.last_ticket.data or 0,
    )


def _exception_data(kept: HoursException | None, owner: Owner) -> dict[str, object]:
    if kept is None:
        return {"whose": str(owner)}
    return {
        "whose": str(owner), "first": kept.first, "last": kept.last if kept.days > 1 else None,
        "kind": kept.kind.value, "spans": kept.spans, "closed_too": kept.closed_too,
        "why_en": kept.why.en, "why_zh": kept.why.zh,
    }  # fmt: skip


def _exception_change(
    form: ExceptionForm, hall: Hall, was: Owner, kept: HoursException | None
) -> Change | None:
    owner, kind = Owner.read(form.whose.data), ExceptionKind(form.kind.data)
    first: date = form.first.data
    last: date = form.last.data or first
    if owner is None or not _are_days(form, first, last):
        return None
    if kind is ExceptionKind.OTHER and not form.spans.data:
        form.complain(_("Enter the hours that hold on these days."), form.spans)
        return None
    spans = () if kind is ExceptionKind.CLOSED else form.spans.data
    why = Text(form.why_en.data or "", form.why_zh.data or "")
    new = HoursException(first, last, kind, spans, why, closed_too=form.closed_too.data)
    others = queries.timetable_of(hall).hours_of(owner).exceptions
    if any((one.first, one.last) == (first, last) for one in others if one != kept):
        form.complain(_("There is an exception for exactly these days already."), form.first)
        return None
    return lambda before: before.with_exception(was, None, kept).with_exception(owner, new, None)


def _are_days(form: ExceptionForm, first: date, last: date) -> bool:
    """Whether an exception can be for these days; else the form says why not."""
    if last < first:
        form.complain(_("The last day is before the first one."), form.last)
    elif last < local_day(clock.now()):
        form.complain(_("These days are over."), form.first)
    elif (last - first).days >= MOST_DAYS:
        form.complain(_("Enter at most a year."), form.last)
    else:
        return True
    return False


def _places_change(form: PlacesForm, owner: Owner) -> Change:
    places = Places(form.public.data or 0, form.staff.data or 0)
    return lambda before: replace(before, places={**before.places, owner.key: places})

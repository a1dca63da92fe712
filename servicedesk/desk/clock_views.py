"""The clock of a case in the desk's hands: stopped, let go on, its limit made longer."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.cases import queries
from servicedesk.cases.excluded_time import BASIS, StopKind
from servicedesk.cases.models import Case, Task
from servicedesk.cases.operations import extensions, stops, tasks
from servicedesk.catalogue import guide_times
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.limits import Limit
from servicedesk.catalogue.queries import service_of
from servicedesk.desk import queries as desk
from servicedesk.desk.clock_forms import ExtendForm, RefuseExtensionForm, StopForm
from servicedesk.desk.moves import move_page
from servicedesk.desk.views import bp
from servicedesk.errors import Overtaken
from servicedesk.extensions import db
from servicedesk.web import once
from servicedesk.words import Words, say


@bp.route("/cases/<string:reference>/tasks/<int:task_id>/stop", methods=["GET", "POST"])
@requires(Permission.CASE_WORK)
@finds(queries.get_desk_case, queries.get_task)
@once.for_each_key
def stop(reference: str, task_id: int) -> ResponseReturnValue:
    """Stop the clock of a licence for time that is not counted."""
    user, is_sent = signed_in_user(), request.method == "POST"
    found, service, task = task_of(reference, task_id, lock=is_sent)
    form = StopForm()
    is_overtaken = form.is_overtaken(desk.state_of(db.session, found, task))
    if not is_overtaken:
        tasks.require_workable(found, service, task, user)
        if not stops.is_stoppable(found, service):
            raise stops.NotStoppable
    if is_sent and not is_overtaken and form.validate():
        stops.stop(
            db.session, found, service, task, StopKind(form.kind.data),
            reason=form.reason.data or "", working_days=form.working_days.data or 0,
            by=user, now=clock.now(),
        )  # fmt: skip
        flash(_("The clock stands. The applicant has been told."), "success")
        return _back_to(found)
    lead = [say("The time for it is not counted (%(basis)s).", basis=BASIS)]
    action = say("Stop the clock")
    return move_page(found, service, task, form, action=action, lead=lead, overtaken=is_overtaken)


@bp.post("/cases/<string:reference>/stops/<int:stop_id>/resume")
@requires(Permission.CASE_WORK)
@finds(queries.get_desk_case)
@once.for_each_key
def resume(reference: str, stop_id: int) -> ResponseReturnValue:
    """Let the clock go on."""
    found = queries.get_desk_case(db.session, reference, user=signed_in_user(), lock=True)
    stopped = stops.find_stop(found)
    if stopped is None or stopped.id != stop_id:
        raise Overtaken
    service = service_of(found.service_version)
    stops.resume(db.session, found, service, by=signed_in_user(), now=clock.now())
    flash(_("The clock goes on. The applicant has been told."), "success")
    return _back_to(found)


@bp.route("/cases/<string:reference>/tasks/<int:task_id>/extend", methods=["GET", "POST"])
@requires(Permission.CASE_WORK)
@finds(queries.get_desk_case, queries.get_task)
@once.for_each_key
def extend(reference: str, task_id: int) -> ResponseReturnValue:
    """Ask for a longer legal limit."""
    user, is_sent = signed_in_user(), request.method == "POST"
    found, service, task = task_of(reference, task_id, lock=is_sent)
    form = ExtendForm()
    is_overtaken = form.is_overtaken(desk.state_of(db.session, found, task))
    limit = extensions.extendable(db.session, found, service, now=clock.now())
    if not is_overtaken:
        tasks.require_workable(found, service, task, user)
        if limit is None or extensions.find_asked(found):
            raise extensions.NotExtendable
    if is_sent and not is_overtaken and form.validate():
        reason = form.reason.data or ""
        extensions.ask(db.session, found, service, task, reason=reason, by=user, now=clock.now())
        flash(_("The extension is asked for. A supervisor who did not ask grants it."), "success")
        return _back_to(found)
    lead = _extension_words(limit) if limit else []
    action = say("Ask for an extension")
    return move_page(found, service, task, form, action=action, lead=lead, overtaken=is_overtaken)


@bp.post("/cases/<string:reference>/extensions/<int:extension_id>/grant")
@requires(Permission.CASE_OVERSEE)
@finds(queries.get_desk_case, queries.get_extension)
@once.for_each_key
def grant_extension(reference: str, extension_id: int) -> ResponseReturnValue:
    """Make the legal limit longer."""
    user = signed_in_user()
    found = queries.get_desk_case(db.session, reference, user=user, lock=True)
    asked = queries.get_extension(db.session, found, extension_id)
    service = service_of(found.service_version)
    extensions.grant(db.session, found, service, asked, by=user, now=clock.now())
    flash(_("The limit is extended. The applicant has been told."), "success")
    return _back_to(found)


@bp.route("/cases/<string:reference>/extensions/<int:extension_id>/refuse", methods=["GET", "POST"])
@requires(Permission.CASE_OVERSEE)
@finds(queries.get_desk_case, queries.get_extension)
@once.for_each_key
def refuse_extension(reference: str, extension_id: int) -> ResponseReturnValue:
    """Leave the legal limit as it is, and say why."""
    user, is_sent = signed_in_user(), request.method == "POST"
    found = queries.get_desk_case(db.session, reference, user=user, lock=is_sent)
    asked = queries.get_extension(db.session, found, extension_id)
    form = RefuseExtensionForm()
    if is_sent and form.validate():
        reason = form.reason.data or ""
        extensions.refuse(db.session, found, asked, by=user, reason=reason, now=clock.now())
        return _back_to(found)
    page = render_template(
        "desk/move.html", case=found, service=service_of(found.service_version), form=form,
        plan=None, action=say("Do not grant the extension"), lead=[], changed=None,
    )  # fmt: skip
    return page, 422 if is_sent else 200


def _extension_words(limit: Limit) -> list[Words]:
    time = guide_times.extra_time(limit)
    if limit.extend_by is None:
        return [say("The limit may be extended by %(time)s, once.", time=time)]
    who = limit.extend_by.plain()
    return [say("The limit may be extended by %(time)s, once, by %(who)s.", time=time, who=who)]


def task_of(reference: str, task_id: int, *, lock: bool) -> tuple[Case, Service, Task]:
    """Return the case, its definition and one task of it, for who works on it."""
    found = queries.get_desk_case(db.session, reference, user=signed_in_user(), lock=lock)
    task = queries.get_task(db.session, found, task_id)
    return found, service_of(found.service_version), task


def _back_to(found: Case) -> ResponseReturnValue:
    return once.commit(redirect(url_for("desk.case", reference=found.reference), 303))

"""A task given into a colleague's hands."""

from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.absences import absences_on
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.models import Absence, User
from servicedesk.accounts.permissions import Permission
from servicedesk.accounts.queries import get_user
from servicedesk.cases import policy, queries, workflow
from servicedesk.cases.models import Case, Task
from servicedesk.cases.operations import tasks
from servicedesk.catalogue.definition import Service
from servicedesk.desk import presenting
from servicedesk.desk import queries as desk
from servicedesk.desk.clock_views import task_of
from servicedesk.desk.hand_over_forms import HandOverForm
from servicedesk.desk.views import bp
from servicedesk.extensions import db
from servicedesk.park import local_day
from servicedesk.web import language, once
from servicedesk.web.fields import Option
from servicedesk.web.words import written


@bp.route("/cases/<string:reference>/tasks/<int:task_id>/hand-over", methods=["GET", "POST"])
@requires(Permission.CASE_WORK)
@finds(queries.get_desk_case, queries.get_task)
@once.for_each_key
def hand_over(reference: str, task_id: int) -> ResponseReturnValue:
    """Give a task into a colleague's hands."""
    user, is_sent = signed_in_user(), request.method == "POST"
    found, service, task = task_of(reference, task_id, lock=is_sent)
    others = _who_may(found, service, task, besides=user)
    away = absences_on(db.session, [one.id for one in others], local_day(clock.now()))
    form = HandOverForm()
    form.offer(_options(others, away))
    is_overtaken = form.is_overtaken(desk.state_of(db.session, found, task))
    if is_sent and not is_overtaken and form.validate() and form.heeds(away):
        to = get_user(db.session, form.to.data)
        tasks.hand_over(db.session, found, service, task, by=user, to=to, now=clock.now())
        flash(_("The task is handed over."), "success")
        return once.commit(redirect(url_for("desk.inbox"), 303))
    changed = None
    if is_overtaken:
        changed = presenting.changed(
            db.session, found, service, language=language.current(), now=clock.now()
        )
    page = render_template(
        "desk/hand_over.html", case=found, service=service, task=task, form=form,
        plan=workflow.plan_of(service, task.stage, task.key), is_anybody_away=bool(away),
        changed=changed,
    )  # fmt: skip
    status = 422 if is_sent else 200
    return page, 409 if is_overtaken else status


def _who_may(found: Case, service: Service, task: Task, *, besides: User) -> Sequence[User]:
    """Return the colleagues who may do the task: the post, four eyes, not their own case."""
    plan = workflow.plan_of(service, task.stage, task.key)
    return [
        one
        for one in desk.colleagues(db.session, task.department)
        if one.id not in {besides.id, task.holder_id}
        and policy.bar(one, task, found, plan) in {None, policy.Bar.OVER}
    ]


def _options(others: Sequence[User], away: Mapping[int, Absence]) -> list[Option]:
    return [
        Option(str(one.id), one.name, _away_words(away[one.id]) if one.id in away else "")
        for one in others
    ]


def _away_words(absence: Absence) -> str:
    last_day, deputy = written(absence.last_day), absence.deputy.name
    return str(_("away until %(day)s, deputy: %(name)s", day=last_day, name=deputy))

"""Who is away and who stands in; tasks taken over by deputies."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts import absences as away
from servicedesk.accounts import deputies
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.accounts.queries import get_user
from servicedesk.cases import queries
from servicedesk.cases.operations import standing_in
from servicedesk.desk.absence_forms import AbsenceForm
from servicedesk.desk.clock_views import task_of
from servicedesk.desk.views import bp
from servicedesk.errors import RuleBroken
from servicedesk.extensions import db
from servicedesk.park import local_day
from servicedesk.web import once
from servicedesk.web.forms import ButtonForm
from servicedesk.web.words import spoken


@bp.route("/absences", methods=["GET", "POST"])
@requires(Permission.CASE_WORK)
@once.for_each_key
def absences() -> ResponseReturnValue:
    """Show and enter one's own absences; supervisors see those of their departments."""
    user, now = signed_in_user(), clock.now()
    today = local_day(now)
    form = AbsenceForm()
    others = [one for one in away.staff(db.session) if one.id != user.id]
    form.offer([one for one in others if deputies.may_stand_in(one, user)])
    if form.validate_on_submit() and _enter(form):
        flash(_("Your absence is entered."), "success")
        return once.commit(redirect(url_for("desk.absences"), 303))
    is_supervisor = user.may(Permission.CASE_OVERSEE)
    page = render_template(
        "desk/absences.html",
        form=form,
        button=ButtonForm(formdata=None),
        own=away.absences_of(db.session, user, since=today),
        theirs=away.absences_in(db.session, user.departments, since=today) if is_supervisor else (),
        user=user,
        today=today,
    )
    return page, 422 if form.is_submitted() else 200


@bp.post("/absences/<int:absence_id>/end")
@requires(Permission.CASE_WORK)
@finds(away.get_own_absence)
@once.for_each_key
def come_back(absence_id: int) -> ResponseReturnValue:
    """End one's own absence, or take it back before it begins."""
    absence = away.get_own_absence(db.session, absence_id, user=signed_in_user())
    deputies.come_back(db.session, absence, today=local_day(clock.now()))
    return once.commit(redirect(url_for("desk.absences"), 303))


@bp.post("/cases/<string:reference>/tasks/<int:task_id>/take-over")
@requires(Permission.CASE_WORK)
@finds(queries.get_desk_case, queries.get_task)
@once.for_each_key
def take_over(reference: str, task_id: int) -> ResponseReturnValue:
    """Take a task from somebody who is away, as their deputy."""
    found, service, task = task_of(reference, task_id, lock=True)
    standing_in.take_over(db.session, found, service, task, by=signed_in_user(), now=clock.now())
    return once.commit(redirect(url_for("desk.case", reference=reference), 303))


def _enter(form: AbsenceForm) -> bool:
    """Enter what the form says; say on it what the rules have against it."""
    user, now = signed_in_user(), clock.now()
    first, last = form.first_day.data, form.last_day.data
    try:
        absence = deputies.go_away(
            db.session, user, deputy=get_user(db.session, form.deputy.data),
            first_day=first, last_day=last, today=local_day(now), now=now,
        )  # fmt: skip
    except deputies.DeputyAway as refusal:
        form.complain(spoken(refusal.words), form.deputy)
        return False
    except RuleBroken as refusal:
        form.complain(spoken(refusal.words), form.last_day)
        return False
    for words in deputies.left_open(db.session, absence):
        flash(spoken(words), "warning")
    return True

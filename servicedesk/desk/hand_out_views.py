"""Results to be handed out: the list of them, and the word that one was."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.calendar.queries import load_calendar
from servicedesk.cases import queries
from servicedesk.cases.operations import handing_out
from servicedesk.cases.time_limits import days_left
from servicedesk.catalogue.queries import service_of
from servicedesk.desk import waiting
from servicedesk.desk.hand_out_forms import HandOutForm
from servicedesk.desk.views import bp, sidebar
from servicedesk.errors import Overtaken
from servicedesk.extensions import db
from servicedesk.park import park
from servicedesk.web import once


@bp.get("/hand-outs")
@requires(Permission.CASE_WORK)
def hand_outs() -> ResponseReturnValue:
    """List the results that this person's departments have to hand out, those due first first."""
    user, now = signed_in_user(), clock.now()
    page = waiting.hand_outs(
        db.session, user, after=request.args.get("after"), before=request.args.get("before")
    )
    calendar = load_calendar(db.session)
    rows = [
        {
            "duty": duty,
            "days": days_left(duty.due_at, calendar, now),
            "service": service_of(duty.case.service_version).name.plain(),
            "department": park().departments[duty.department].name,
        }
        for duty in page.items
    ]
    return render_template("desk/hand_outs.html", page=page, rows=rows, **sidebar(user, now))


@bp.route("/cases/<string:reference>/hand-out", methods=["GET", "POST"])
@requires(Permission.CASE_WORK)
@finds(queries.get_desk_case, queries.get_hand_out)
@once.for_each_key
def hand_out(reference: str) -> ResponseReturnValue:
    """Write down to whom and how the result was handed over."""
    user, is_sent = signed_in_user(), request.method == "POST"
    found = queries.get_desk_case(db.session, reference, user=user, lock=is_sent)
    service = service_of(found.service_version)
    duty = queries.get_hand_out(db.session, found)
    handing_out.require_may_hand_out(found, duty, user)
    if duty.given_at is not None:
        raise Overtaken
    form = HandOutForm(data={"way": duty.way})
    if is_sent and form.validate():
        handing_out.hand_out(
            db.session, found, service, duty,
            way=form.way.data or duty.way, to=form.to.data or "", by=user, now=clock.now(),
        )  # fmt: skip
        flash(_("Handed over. The applicant has been told."), "success")
        return once.commit(redirect(url_for("desk.hand_outs"), 303))
    page = render_template("desk/hand_out.html", case=found, service=service, duty=duty, form=form)
    return page, 422 if is_sent else 200

"""Taking up again a case that was turned down."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.cases import queries
from servicedesk.cases.grounds import Ground
from servicedesk.cases.lifecycle import CaseAction, next_status
from servicedesk.cases.operations import reopening
from servicedesk.catalogue.queries import service_of
from servicedesk.desk.reopen_forms import ReopenForm
from servicedesk.desk.views import bp
from servicedesk.extensions import db
from servicedesk.web import once
from servicedesk.words import say


@bp.route("/cases/<string:reference>/reopen", methods=["GET", "POST"])
@requires(Permission.CASE_OVERSEE)
@finds(queries.get_desk_case)
@once.for_each_key
def reopen(reference: str) -> ResponseReturnValue:
    """Ask on what grounds, why and where, then open the case again."""
    user, is_sent = signed_in_user(), request.method == "POST"
    found = queries.get_desk_case(db.session, reference, user=user, lock=is_sent)
    service = service_of(found.service_version)
    next_status(found.status, CaseAction.REOPEN)
    reopening.require_may_reopen(found, user)
    form = ReopenForm(reopening.stages_of(found, service))
    if is_sent and form.validate():
        reopening.reopen(
            db.session, found, service, form.stage.data or "", Ground(form.ground.data),
            reason=form.reason.data or "", by=user, now=clock.now(),
        )  # fmt: skip
        flash(_("The case is open again. The applicant has been told."), "success")
        return once.commit(redirect(url_for("desk.case", reference=reference), 303))
    page = render_template(
        "desk/move.html", case=found, service=service, form=form, plan=None, changed=None,
        action=say("Open the case again"),
        lead=[say("Its clock begins a new round. What it held is held again, if it is free.")],
    )  # fmt: skip
    return page, 422 if is_sent else 200

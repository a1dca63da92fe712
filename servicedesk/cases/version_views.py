"""A draft whose service has changed: what changed, and going on with the new version."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.cases import queries, versions
from servicedesk.cases.forms import StartForm
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.operations import versions as moving
from servicedesk.cases.views import bp
from servicedesk.catalogue import revisions
from servicedesk.catalogue.queries import get_service, service_of, written
from servicedesk.enterprises.member_roles import Act
from servicedesk.extensions import db
from servicedesk.web import once
from servicedesk.web.words import spoken
from servicedesk.words import say


@bp.route("/cases/<string:reference>/version", methods=["GET", "POST"])
@requires(Permission.CASE_APPLY)
@finds(queries.get_own_case)
@once.for_each_key
def version(reference: str) -> ResponseReturnValue:
    """Show what the service does otherwise by now; let the draft go on with it."""
    user, now = signed_in_user(), clock.now()
    act = Act.PREPARE if request.method == "POST" else Act.SEE
    case = queries.get_own_case(
        db.session, reference, user=user, now=now, act=act, lock=act is not Act.SEE
    )
    form = StartForm()
    if form.validate_on_submit():
        lost = moving.move(db.session, case, by=user, now=now)
        flash(_("Your draft goes on with the new version of this service."), "success")
        for label in lost:
            flash(spoken(say("Answer anew: “%(label)s”", label=label)), "info")
        return once.commit(redirect(url_for("cases.show", reference=reference), 303))
    until = versions.send_until(db.session, case)
    if case.status is not CaseStatus.DRAFT or until is None:
        return redirect(url_for("cases.show", reference=reference), 303)
    service = service_of(case.service_version)
    entry, _current = get_service(db.session, case.service_code)
    changed = revisions.changes(written(case.service_version), written(entry.current))
    return render_template(
        "cases/version.html",
        case=case,
        service=service,
        changes=revisions.grouped(changed),
        until=until,
        has_passed=now > until,
        form=form,
    )

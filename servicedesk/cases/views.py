"""An application as its applicant sees it: the list, the status, letters, papers, messages."""

from datetime import timedelta

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.accounts.queries import find_user_by_email
from servicedesk.cases import letter_pages, policy, presenting, queries
from servicedesk.cases.forms import InviteForm, MessageForm, WithdrawForm
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.operations import correspondence, drafts, submission
from servicedesk.catalogue.queries import service_of
from servicedesk.extensions import db
from servicedesk.files import views as files
from servicedesk.web import language, once

bp = Blueprint("cases", __name__)


@bp.get("/cases")
@requires(Permission.CASE_APPLY)
def index() -> ResponseReturnValue:
    """List this person's applications, those changed last first."""
    page = queries.own_cases(
        db.session,
        signed_in_user(),
        after=request.args.get("after"),
        before=request.args.get("before"),
    )
    rows = [presenting.row(case, service_of(case.service_version)) for case in page.items]
    return render_template("cases/index.html", page=page, rows=rows)


@bp.get("/cases/<string:reference>")
@requires(Permission.CASE_APPLY)
def show(reference: str) -> ResponseReturnValue:
    """Show the task list of a draft, or where a sent application stands."""
    case = queries.get_own_case(db.session, reference, user=signed_in_user())
    service = service_of(case.service_version)
    now = clock.now()
    kept = timedelta(days=current_app.config["DRAFT_KEPT_DAYS"])
    if case.status is CaseStatus.DRAFT:
        tasks = presenting.task_list(db.session, case, service, now=now, kept=kept)
        return render_template(
            "cases/tasks.html", case=case, service=service, tasks=tasks,
            is_owner=case.applicant_id == signed_in_user().id, invite=InviteForm(),
        )  # fmt: skip
    status = presenting.status_page(db.session, case, service, now=now, kept=kept)
    return render_template(
        "cases/show.html", case=case, service=service, status=status, form=MessageForm(),
        may_withdraw=policy.may_withdraw(case),
    )  # fmt: skip


@bp.get("/cases/<string:reference>/status")
@requires(Permission.CASE_APPLY)
def status(reference: str) -> ResponseReturnValue:
    """Return the part of the page that says where the application stands, if it changed."""
    case = queries.get_own_case(db.session, reference, user=signed_in_user())
    service = service_of(case.service_version)
    kept = timedelta(days=current_app.config["DRAFT_KEPT_DAYS"])
    shown = presenting.status_page(db.session, case, service, now=clock.now(), kept=kept)
    response = make_response(
        render_template("cases/status.html", case=case, service=service, status=shown)
    )
    response.set_etag(f"{case.id}-{case.last_seq}-{language.current()}")
    return response.make_conditional(request)


@bp.route("/cases/<string:reference>/withdraw", methods=["GET", "POST"])
@requires(Permission.CASE_APPLY)
def withdraw(reference: str) -> ResponseReturnValue:
    """Ask why, then withdraw."""
    user = signed_in_user()
    case = queries.get_own_case(db.session, reference, user=user, lock=request.method == "POST")
    service = service_of(case.service_version)
    form = WithdrawForm()
    if form.validate_on_submit():
        reason = form.reason.data or ""
        submission.withdraw(db.session, case, service, by=user, reason=reason, now=clock.now())
        db.session.commit()
        flash(_("Your application has been withdrawn."), "success")
        return redirect(url_for("cases.show", reference=reference), 303)
    page = render_template("cases/withdraw.html", case=case, service=service, form=form)
    return page, 422 if form.errors else 200


@bp.post("/cases/<string:reference>/messages")
@requires(Permission.CASE_APPLY)
def write(reference: str) -> ResponseReturnValue:
    """Write a line to the desk."""
    user = signed_in_user()
    answer = once.begin(db.session, user)
    case = queries.get_own_case(db.session, reference, user=user, lock=True)
    service = service_of(case.service_version)
    form = MessageForm()
    now = clock.now()
    if not form.validate():
        db.session.rollback()
        kept = timedelta(days=current_app.config["DRAFT_KEPT_DAYS"])
        case = queries.get_own_case(db.session, reference, user=user)
        status = presenting.status_page(db.session, case, service, now=now, kept=kept)
        return render_template(
            "cases/show.html", case=case, service=service, status=status, form=form,
            may_withdraw=policy.may_withdraw(case),
        ), 422  # fmt: skip
    correspondence.write_message(
        db.session, case, service, by=user, body=form.body.data or "", now=now
    )
    response = redirect(url_for("cases.show", reference=reference, _anchor="messages"), 303)
    answer.keep(response)
    db.session.commit()
    return response


@bp.post("/cases/<string:reference>/people")
@requires(Permission.CASE_APPLY)
def invite(reference: str) -> ResponseReturnValue:
    """Let another person work on the application; a stranger's address changes nothing."""
    user = signed_in_user()
    case = queries.get_own_case(db.session, reference, user=user, lock=True)
    form = InviteForm()
    if not form.validate():
        service = service_of(case.service_version)
        kept = timedelta(days=current_app.config["DRAFT_KEPT_DAYS"])
        tasks = presenting.task_list(db.session, case, service, now=clock.now(), kept=kept)
        return render_template(
            "cases/tasks.html", case=case, service=service, tasks=tasks, is_owner=True, invite=form
        ), 422
    person = find_user_by_email(db.session, form.email.data or "")
    if person is not None and person.confirmed_at is not None:
        drafts.invite(db.session, case, person, by=user, now=clock.now())
    db.session.commit()
    flash(_("If this person has an account here, they can now work on the application."), "success")
    return redirect(url_for("cases.show", reference=reference), 303)


@bp.get("/cases/<string:reference>/letters/<int:letter_id>")
@requires(Permission.CASE_APPLY)
def letter(reference: str, letter_id: int) -> ResponseReturnValue:
    """Show a letter, to read and to print, in both languages."""
    case = queries.get_own_case(db.session, reference, user=signed_in_user())
    issued = queries.get_letter(db.session, case, letter_id)
    return render_template(
        "cases/letter.html", case=case, letter=issued, texts=letter_pages.texts(issued),
        layout="layout.html", back=url_for("cases.show", reference=reference),
    )  # fmt: skip


@bp.get("/cases/<string:reference>/documents/<int:document_id>")
@requires(Permission.CASE_APPLY)
def document(reference: str, document_id: int) -> Response:
    """Send a paper back to whom it belongs."""
    case = queries.get_own_case(db.session, reference, user=signed_in_user())
    found = queries.get_document(db.session, case, document_id)
    return files.send(found.file, found.name)


@bp.get("/cases/<string:reference>/documents/<int:document_id>/<int:number>.png")
@requires(Permission.CASE_APPLY)
def preview(reference: str, document_id: int, number: int) -> Response:
    """Show one page of a paper as a picture."""
    case = queries.get_own_case(db.session, reference, user=signed_in_user())
    found = queries.get_document(db.session, case, document_id)
    return files.send_preview(found.file, number)

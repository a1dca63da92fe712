"""An application as its applicant sees it: the list, the status, letters, papers, messages."""

from collections.abc import Mapping
from datetime import timedelta

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts import tokens
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.models import TokenPurpose
from servicedesk.accounts.permissions import Permission
from servicedesk.accounts.throttle import throttle
from servicedesk.accounts.throttle_rules import mailbox, mailing
from servicedesk.cases import acting, gates, letter_pages, policy, presenting, queries, versions
from servicedesk.cases.commitment_showing import shown_to_applicant
from servicedesk.cases.forms import InviteForm, LeaveForm, MessageForm, StartForm, WithdrawForm
from servicedesk.cases.lifecycle import CaseAction, CaseStatus, TransitionNotAllowed
from servicedesk.cases.models import Case
from servicedesk.cases.operations import corrections, correspondence, drafts, parts, submission
from servicedesk.catalogue.queries import service_of
from servicedesk.enterprises.member_roles import Act
from servicedesk.extensions import db
from servicedesk.files import views as files
from servicedesk.web import once
from servicedesk.web.fragments import fragment

bp = Blueprint("cases", __name__)


@bp.get("/cases")
@requires(Permission.CASE_APPLY)
def index() -> ResponseReturnValue:
    """List this person's applications, those changed last first."""
    page = acting.own_cases(
        db.session,
        signed_in_user(),
        now=clock.now(),
        after=request.args.get("after"),
        before=request.args.get("before"),
    )
    rows = presenting.rows(db.session, page.items)
    return render_template("cases/index.html", page=page, rows=rows)


@bp.get("/cases/<string:reference>")
@requires(Permission.CASE_APPLY)
@finds(queries.get_own_case)
def show(reference: str) -> ResponseReturnValue:
    """Show the task list of a draft, or where a sent application stands."""
    user = signed_in_user()
    case = queries.get_own_case(db.session, reference, user=user, now=clock.now())
    if case.status is not CaseStatus.DRAFT:
        return _status_page(case, MessageForm(formdata=None))
    service, now = service_of(case.service_version), clock.now()
    send_until = versions.send_until(db.session, case)
    return render_template(
        "cases/tasks.html",
        case=case,
        service=service,
        tasks=presenting.task_list(db.session, case, service, now=now, kept=_kept()),
        gates=gates.standings(db.session, case, service),
        send_until=send_until,
        has_passed=send_until is not None and now > send_until,
        may_invite=may(case, Act.INVITE),
        may_withdraw=may(case, Act.WITHDRAW),
        invite=InviteForm(formdata=None),
    )


@bp.get("/cases/<string:reference>/status")
@requires(Permission.CASE_APPLY)
@finds(queries.get_own_case)
def status(reference: str) -> ResponseReturnValue:
    """Return the part of the page that says where the application stands, if it changed."""
    case = queries.get_own_case(db.session, reference, user=signed_in_user(), now=clock.now())
    service = service_of(case.service_version)
    shown = presenting.status_page(db.session, case, service, now=clock.now(), kept=_kept())
    state = (case.id, case.last_seq)
    return fragment("cases/status.html", state, case=case, service=service, status=shown)


@bp.route("/cases/<string:reference>/withdraw", methods=["GET", "POST"])
@requires(Permission.CASE_APPLY)
@finds(queries.get_own_case)
@once.for_each_key
def withdraw(reference: str) -> ResponseReturnValue:
    """Ask why, then withdraw."""
    user = signed_in_user()
    case = queries.get_own_case(
        db.session, reference, user=user, now=clock.now(), act=Act.WITHDRAW,
        lock=request.method == "POST",
    )  # fmt: skip
    service = service_of(case.service_version)
    parts.require_whole(case)
    if not policy.may_withdraw(case):
        raise TransitionNotAllowed(case.status, CaseAction.WITHDRAW)
    form = WithdrawForm()
    if form.validate_on_submit():
        reason = form.reason.data or ""
        submission.withdraw(db.session, case, service, by=user, reason=reason, now=clock.now())
        flash(_("Your application has been withdrawn."), "success")
        return once.commit(redirect(url_for("cases.show", reference=reference), 303))
    page = render_template("cases/withdraw.html", case=case, service=service, form=form)
    return page, 422 if form.errors else 200


@bp.post("/cases/<string:reference>/places/<int:item_id>/leave")
@requires(Permission.CASE_APPLY)
@finds(queries.get_own_case)
@once.for_each_key
def leave(reference: str, item_id: int) -> ResponseReturnValue:
    """Leave a place of the correction list as it is, with a word to the desk."""
    user, now = signed_in_user(), clock.now()
    case = queries.get_own_case(
        db.session, reference, user=user, now=now, act=Act.PREPARE, lock=True
    )
    service = service_of(case.service_version)
    form = LeaveForm()
    if not form.validate() and case.submitted_at is not None:
        return _status_page(case, MessageForm(formdata=None), leaves={item_id: form}), 422
    reason = form.reason.data or ""
    corrections.leave(db.session, case, service, item_id, by=user, reason=reason, now=now)
    return once.commit(redirect(url_for("cases.show", reference=reference), 303))


@bp.post("/cases/<string:reference>/messages")
@requires(Permission.CASE_APPLY)
@finds(queries.get_own_case)
@once.for_each_key
def write(reference: str) -> ResponseReturnValue:
    """Write a line to the desk."""
    user, now = signed_in_user(), clock.now()
    case = queries.get_own_case(
        db.session, reference, user=user, now=now, act=Act.PREPARE, lock=True
    )
    form = MessageForm()
    if not form.validate() and case.submitted_at is not None:
        return _status_page(case, form), 422
    correspondence.write_message(
        db.session,
        case,
        service_of(case.service_version),
        by=user,
        body=form.body.data or "",
        now=now,
    )
    return once.commit(
        redirect(url_for("cases.show", reference=reference, _anchor="messages"), 303)
    )


@bp.post("/cases/<string:reference>/people")
@requires(Permission.CASE_APPLY)
@finds(queries.get_own_case)
@once.for_each_key
def invite(reference: str) -> ResponseReturnValue:
    """Invite another person by mail; the answer is the same whoever reads that address."""
    user, now = signed_in_user(), clock.now()
    case = queries.get_own_case(db.session, reference, user=user, now=now, act=Act.INVITE)
    service = service_of(case.service_version)
    form = InviteForm()
    if not form.validate():
        flash(_("Enter an e-mail address such as name@example.com."), "error")
        return redirect(url_for("cases.show", reference=reference), 303)
    email = form.email.data or ""
    circles = [*mailing(email, request.remote_addr or "", None), *mailbox(email)]
    throttle().hit(circles, now=now)
    correspondence.invite(db.session, case, service, by=user, email=email, now=now)
    flash(_("We have sent an invitation to this address. It works for seven days."), "success")
    return once.commit(redirect(url_for("cases.show", reference=reference), 303))


@bp.post("/cases/<string:reference>/people/<int:user_id>/remove")
@requires(Permission.CASE_APPLY)
@finds(queries.get_own_case)
@once.for_each_key
def part_with(reference: str, user_id: int) -> ResponseReturnValue:
    """End somebody's part in the application."""
    user, now = signed_in_user(), clock.now()
    case = queries.get_own_case(
        db.session, reference, user=user, now=now, act=Act.INVITE, lock=True
    )
    drafts.part_with(db.session, case, user_id, by=user, now=now)
    return once.commit(redirect(url_for("cases.show", reference=reference), 303))


@bp.route("/join/<string:secret>", methods=["GET", "POST"])
@requires(Permission.CASE_APPLY)
@finds(tokens.subject_of, tokens.spend)
@once.for_each_key
def join(secret: str) -> ResponseReturnValue:
    """Take part in an application one was invited to; the link works once."""
    user, now = signed_in_user(), clock.now()
    form = StartForm()
    if form.validate_on_submit():
        subject = tokens.spend(db.session, TokenPurpose.JOIN_CASE, secret, now=now)
        reference = correspondence.invited_to(subject, user)
        case = queries.get_invited_case(db.session, reference)
        drafts.join(db.session, case, person=user, now=now)
        return once.commit(redirect(url_for("cases.show", reference=reference), 303))
    found = tokens.subject_of(db.session, TokenPurpose.JOIN_CASE, secret, now=now)
    if found is None:
        raise tokens.LinkSpent
    reference = correspondence.invited_to(found, user)
    return render_template("cases/join.html", form=form, reference=reference)


@bp.get("/cases/<string:reference>/letters/<int:letter_id>")
@requires(Permission.CASE_APPLY)
@finds(queries.get_own_case, queries.get_letter)
def letter(reference: str, letter_id: int) -> ResponseReturnValue:
    """Show a letter, to read and to print, in both languages."""
    case = queries.get_own_case(db.session, reference, user=signed_in_user(), now=clock.now())
    issued = queries.get_letter(db.session, case, letter_id)
    return render_template(
        "cases/letter.html", case=case, letter=issued, texts=letter_pages.texts(issued),
        layout="layout.html", back=url_for("cases.show", reference=reference),
    )  # fmt: skip


@bp.get("/cases/<string:reference>/documents/<int:document_id>")
@requires(Permission.CASE_APPLY)
@finds(queries.get_own_case, queries.get_document)
def document(reference: str, document_id: int) -> Response:
    """Send a paper back to whom it belongs."""
    case = queries.get_own_case(db.session, reference, user=signed_in_user(), now=clock.now())
    found = queries.get_document(db.session, case, document_id)
    return files.send(found.file, found.name)


@bp.get("/cases/<string:reference>/documents/<int:document_id>/<int:number>.png")
@requires(Permission.CASE_APPLY)
@finds(queries.get_own_case, queries.get_document)
def preview(reference: str, document_id: int, number: int) -> Response:
    """Show one page of a paper as a picture."""
    case = queries.get_own_case(db.session, reference, user=signed_in_user(), now=clock.now())
    found = queries.get_document(db.session, case, document_id)
    return files.send_preview(found.file, number)


def may(case: Case, act: Act) -> bool:
    """Whether the person calling may do ``act`` in this application of theirs."""
    return act in acting.acts_in(db.session, signed_in_user(), case, now=clock.now())


def may_change(case: Case) -> bool:
    """Whether the person calling may change answers and papers of it now."""
    return policy.may_edit(case) and may(case, Act.PREPARE)


def _status_page(
    case: Case, form: MessageForm, *, leaves: Mapping[int, LeaveForm] | None = None
) -> str:
    """Return the page of an application that was sent; ``leaves``: a form by its place's id."""
    service = service_of(case.service_version)
    status = presenting.status_page(db.session, case, service, now=clock.now(), kept=_kept())
    return render_template(
        "cases/show.html",
        case=case,
        service=service,
        status=status,
        commitments=shown_to_applicant(db.session, case, service, now=clock.now()),
        form=form,
        leaves={one.item.id: _leave(one.item.id, leaves or {}) for one in status.to_mend},
        may_withdraw=policy.may_withdraw(case) and may(case, Act.WITHDRAW),
        may_prepare=may(case, Act.PREPARE),
    )


def _leave(item_id: int, sent: Mapping[int, LeaveForm]) -> LeaveForm:
    """Return the form about one place, as it was sent or new; a page holds several."""
    form = sent[item_id] if item_id in sent else LeaveForm(formdata=None)
    form.reason.id = f"leave-{item_id}-reason"
    return form


def _kept() -> timedelta:
    """Return how long a draft is kept that nobody touches."""
    return timedelta(days=current_app.config["DRAFT_KEPT_DAYS"])

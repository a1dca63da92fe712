"""One case as the desk works on it: look, take, ask, decide, note, answer."""

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.cases import letter_pages, presenting_parts, queries, workflow
from servicedesk.cases.actions import ACTIONS
from servicedesk.cases.models import Case, CorrectionList, ListState, Task
from servicedesk.cases.operations import (
    corrections,
    correspondence,
    documents,
    revocation,
    tasks,
)
from servicedesk.catalogue.definition import Action, Service
from servicedesk.catalogue.queries import service_of
from servicedesk.confirmations.presenting import on_desk
from servicedesk.desk import places, presenting
from servicedesk.desk import queries as desk
from servicedesk.desk.beside import beside
from servicedesk.desk.clock_moves import clock_moves
from servicedesk.desk.commitment_panel import panel
from servicedesk.desk.examination_forms import Examining, do_form
from servicedesk.desk.forms import (
    CorrectForm,
    DoForm,
    NoteForm,
    ReplyForm,
    RevokeForm,
)
from servicedesk.desk.views import bp
from servicedesk.errors import NotFound, Overtaken
from servicedesk.extensions import db
from servicedesk.files import views as files
from servicedesk.park import park
from servicedesk.web import language, once
from servicedesk.web.forms import ActForm, ButtonForm
from servicedesk.words import say


@bp.get("/cases/<string:reference>")
@requires(Permission.CASE_WORK)
@finds(queries.get_readable_case)
def case(reference: str) -> ResponseReturnValue:
    """Show everything there is to a case, and what this person may do."""
    found, service = _readable(reference)
    return _page(found, service, note=NoteForm(), reply=ReplyForm())


@bp.post("/cases/<string:reference>/tasks/<int:task_id>/claim")
@requires(Permission.CASE_WORK)
@finds(queries.get_desk_case, queries.get_task)
@once.for_each_key
def claim(reference: str, task_id: int) -> ResponseReturnValue:
    """Take a task in hand."""
    found, service = _found(reference, lock=True)
    task = queries.get_task(db.session, found, task_id)
    tasks.claim(db.session, found, service, task, by=signed_in_user(), now=clock.now())
    return _back_to(found)


@bp.post("/cases/<string:reference>/tasks/<int:task_id>/release")
@requires(Permission.CASE_WORK)
@finds(queries.get_desk_case, queries.get_task)
@once.for_each_key
def release(reference: str, task_id: int) -> ResponseReturnValue:
    """Give a task back to its department."""
    found, _service = _found(reference, lock=True)
    task = queries.get_task(db.session, found, task_id)
    tasks.release(db.session, found, task, by=signed_in_user(), now=clock.now())
    flash(_("The task is back with the department."), "success")
    return once.commit(redirect(url_for("desk.inbox"), 303))


@bp.route("/cases/<string:reference>/tasks/<int:task_id>/do/<string:name>", methods=["GET", "POST"])
@requires(Permission.CASE_WORK)
@finds(queries.get_desk_case, queries.get_task)
@once.for_each_key
def do(reference: str, task_id: int, name: str) -> ResponseReturnValue:
    """Finish a task by an action of its definition; ask for what that takes.

    The reason of what is against, and what the task asks of the officer before what is in
    favour.  "Save for later" keeps what was found so far.
    """
    user, action = signed_in_user(), _action(name)
    is_sent = request.method == "POST"
    found, service = _found(reference, lock=is_sent)
    task = queries.get_task(db.session, found, task_id)
    tasks.require_offered(service, task, action)
    asked = _asked(found, service, task, action)
    form = asked.form
    is_overtaken = form.is_overtaken(desk.state_of(db.session, found, task))
    if not is_overtaken:
        tasks.require_workable(found, service, task, user)
    is_later = _is_for_later()
    needs_reason = ACTIONS[action].needs_reason and not is_later
    if is_sent and not is_overtaken and _is_whole(form, needs_reason=needs_reason):
        if is_later:
            tasks.keep(db.session, found, service, task, asked.found, by=user, now=clock.now())
            flash(_("What you found so far is kept."), "success")
        else:
            tasks.do(
                db.session, found, service, task, action,
                by=user, reason=form.reason.data or None, now=clock.now(), found=asked.found,
                turned_away=form.turned_away,
            )  # fmt: skip
            flash(_("Done: %(what)s.", what=_words(action)), "success")
        return once.commit(redirect(url_for("desk.case", reference=reference), 303))
    page = render_template(
        "desk/do.html", case=found, service=service, task=task, form=form, asked=asked,
        action=ACTIONS[action], plan=workflow.plan_of(service, task.stage, task.key),
        changed=_changed(found, service) if is_overtaken else None,
    )  # fmt: skip
    return page, _status(answered=is_sent, is_overtaken=is_overtaken)


@bp.route("/cases/<string:reference>/tasks/<int:task_id>/correct", methods=["GET", "POST"])
@requires(Permission.CASE_WORK)
@finds(queries.get_desk_case, queries.get_task)
@once.for_each_key
def correct(reference: str, task_id: int) -> ResponseReturnValue:
    """Write the correction list: everything at one time, place by place."""
    user = signed_in_user()
    is_sent = request.method == "POST"
    found, service = _found(reference, lock=is_sent)
    task = queries.get_task(db.session, found, task_id)
    is_another = corrections.needs_permission(db.session, found)
    form = CorrectForm(data={"place": dict.fromkeys(request.args.getlist("place"), "")})
    is_overtaken = form.is_overtaken(desk.state_of(db.session, found, task))
    if not is_overtaken:
        tasks.require_workable(found, service, task, user)
    if is_sent and not is_overtaken and _is_whole(form, needs_reason=is_another):
        asked = corrections.ask(
            db.session, found, service, task, list(form.place.data.items()),
            by=user, reason=form.reason.data or None, now=clock.now(),
        )  # fmt: skip
        flash(_asked_words(asked), "success")
        return once.commit(redirect(url_for("desk.case", reference=reference), 303))
    page = render_template(
        "desk/correct.html", case=found, service=service, task=task, form=form,
        places=places.places(
            db.session, found, service, language=language.current(), now=clock.now()
        ),
        is_second=is_another,
        changed=_changed(found, service) if is_overtaken else None,
    )  # fmt: skip
    return page, _status(answered=is_sent, is_overtaken=is_overtaken)


@bp.post("/cases/<string:reference>/lists/<int:list_id>/<any(allow, decline):verdict>")
@requires(Permission.CASE_OVERSEE)
@finds(queries.get_desk_case, queries.find_open_list)
@once.for_each_key
def judge_list(reference: str, list_id: int, verdict: str) -> ResponseReturnValue:
    """Let a second correction list go out, or not."""
    user = signed_in_user()
    found, service = _found(reference, lock=True)
    asked = queries.find_open_list(db.session, found)
    if asked is None or asked.id != list_id:
        raise NotFound(say("There is no such correction list."))
    if ActForm().is_overtaken(desk.state_of(db.session, found, asked.task)):
        raise Overtaken
    if verdict == "allow":
        corrections.allow(db.session, found, service, asked, by=user, now=clock.now())
    else:
        corrections.decline(db.session, found, asked, by=user, now=clock.now())
    return _back_to(found)


@bp.route("/cases/<string:reference>/revoke", methods=["GET", "POST"])
@requires(Permission.CASE_OVERSEE)
@finds(queries.get_desk_case)
@once.for_each_key
def revoke(reference: str) -> ResponseReturnValue:
    """Take the certificate of a case, or its approval, out of force, and say why."""
    user = signed_in_user()
    is_sent = request.method == "POST"
    found, service = _found(reference, lock=is_sent)
    revocation.require_may_revoke(found, service, user)
    certificate = revocation.find_revocable(db.session, found, service)
    form = RevokeForm()
    if is_sent and form.validate():
        reason = form.reason.data or ""
        revocation.revoke(db.session, found, service, by=user, reason=reason, now=clock.now())
        flash(
            _("The certificate is revoked. Whoever verifies it will read why.")
            if certificate
            else _("The approval is revoked. The applicant has been told."),
            "success",
        )
        return once.commit(redirect(url_for("desk.case", reference=reference), 303))
    page = render_template(
        "desk/revoke.html", case=found, service=service, form=form, certificate=certificate
    )
    return page, 422 if is_sent else 200


@bp.post("/cases/<string:reference>/notes")
@requires(Permission.CASE_WORK)
@finds(queries.get_desk_case)
@once.for_each_key
def note(reference: str) -> ResponseReturnValue:
    """Write a note that only staff read."""
    user = signed_in_user()
    found, service = _found(reference, lock=True)
    form = NoteForm()
    if not form.validate():
        return _page(found, service, note=form, reply=ReplyForm(formdata=None)), 422
    correspondence.write_note(
        db.session, found, by=user, body=form.body.data or "", now=clock.now()
    )
    return once.commit(redirect(url_for("desk.case", reference=reference, _anchor="notes"), 303))


@bp.post("/cases/<string:reference>/messages")
@requires(Permission.CASE_WORK)
@finds(queries.get_desk_case)
@once.for_each_key
def reply(reference: str) -> ResponseReturnValue:
    """Write a line to the applicant."""
    user = signed_in_user()
    found, service = _found(reference, lock=True)
    form = ReplyForm()
    if not form.validate():
        return _page(found, service, note=NoteForm(formdata=None), reply=form), 422
    correspondence.write_message(
        db.session, found, service, by=user, body=form.body.data or "", now=clock.now()
    )
    return once.commit(redirect(url_for("desk.case", reference=reference, _anchor="messages"), 303))


@bp.post("/cases/<string:reference>/messages/read")
@requires(Permission.CASE_WORK)
@finds(queries.get_desk_case)
@once.for_each_key
def messages_read(reference: str) -> ResponseReturnValue:
    """Say that the applicant's messages need no answer."""
    found, _service = _found(reference, lock=True)
    correspondence.need_no_answer(found)
    return _back_to(found)


@bp.post("/cases/<string:reference>/documents/<int:document_id>/in-order")
@requires(Permission.CASE_WORK)
@finds(queries.get_desk_case, queries.get_document)
@once.for_each_key
def mark_in_order(reference: str, document_id: int) -> ResponseReturnValue:
    """Say of a paper that it is in order."""
    found, _service = _found(reference, lock=True)
    paper = queries.get_document(db.session, found, document_id)
    documents.mark_in_order(db.session, found, paper, by=signed_in_user(), now=clock.now())
    return once.commit(
        redirect(url_for("desk.case", reference=reference, document=document_id), 303)
    )


@bp.get("/cases/<string:reference>/documents/<int:document_id>")
@requires(Permission.CASE_WORK)
@finds(queries.get_readable_case, queries.get_document)
def document(reference: str, document_id: int) -> Response:
    """Send a paper to a member of staff."""
    found, _service = _readable(reference)
    paper = queries.get_document(db.session, found, document_id)
    return files.send(paper.file, paper.name)


@bp.get("/cases/<string:reference>/documents/<int:document_id>/<int:number>.png")
@requires(Permission.CASE_WORK)
@finds(queries.get_readable_case, queries.get_document)
def preview(reference: str, document_id: int, number: int) -> Response:
    """Show one page of a paper as a picture."""
    found, _service = _readable(reference)
    paper = queries.get_document(db.session, found, document_id)
    return files.send_preview(paper.file, number)


@bp.get("/cases/<string:reference>/letters/<int:letter_id>")
@requires(Permission.CASE_WORK)
@finds(queries.get_readable_case, queries.get_letter)
def letter(reference: str, letter_id: int) -> ResponseReturnValue:
    """Show a letter as the applicant has it."""
    found, _service = _readable(reference)
    issued = queries.get_letter(db.session, found, letter_id)
    return render_template(
        "cases/letter.html", case=found, letter=issued, texts=letter_pages.texts(issued),
        layout="desk/layout.html", back=url_for("desk.case", reference=reference),
    )  # fmt: skip


def _found(reference: str, *, lock: bool = False) -> tuple[Case, Service]:
    found = queries.get_desk_case(db.session, reference, user=signed_in_user(), lock=lock)
    return found, service_of(found.service_version)


def _readable(reference: str) -> tuple[Case, Service]:
    found = queries.get_readable_case(db.session, reference, user=signed_in_user())
    return found, service_of(found.service_version)


def _page(found: Case, service: Service, *, note: NoteForm, reply: ReplyForm) -> str:
    page = presenting.case_page(
        db.session, found, service, user=signed_in_user(),
        language=language.current(), now=clock.now(),
        document_id=request.args.get("document", type=int),
    )  # fmt: skip
    commitments = panel(db.session, found, service, user=signed_in_user(), now=clock.now())
    return render_template(
        "desk/case.html", case=found, service=service, page=page, note=note, reply=reply,
        button=ButtonForm(formdata=None), commitments=commitments, basis=park().promises_by,
        keep_forms={
            row.commitment.id: ActForm(formdata=None, data={"seen": row.state})
            for row in commitments
        },
        moves=clock_moves(db.session, found, service, user=signed_in_user(), now=clock.now()),
        beside=beside(
            db.session, found, service, user=signed_in_user(),
            near=current_app.config["RENEWAL_WARNING_DAYS"], now=clock.now(),
        ),
        parts=presenting_parts.rows(db.session, found, service, now=clock.now()),
        confirmations=on_desk(db.session, found, service, now=clock.now()),
        departments=signed_in_user().departments,
        acts={
            work.task.id: ActForm(formdata=None, data={"seen": work.state}) for work in page.works
        },
    )  # fmt: skip


def _asked(found: Case, service: Service, task: Task, action: Action) -> Examining:
    """Return the form of the page; what is only saved for later need not be whole."""
    return do_form(
        db.session, found, service, task, action,
        is_whole=not _is_for_later(), language=language.current(), now=clock.now(),
    )  # fmt: skip


def _is_for_later() -> bool:
    return "later" in request.form


def _changed(found: Case, service: Service) -> presenting.Changed:
    """Return what the applicant changed last, for somebody who had not seen it."""
    return presenting.changed(
        db.session, found, service, language=language.current(), now=clock.now()
    )


def _is_whole(form: DoForm | CorrectForm, *, needs_reason: bool) -> bool:
    return form.validate() and (not needs_reason or form.require_reason())


def _status(*, answered: bool, is_overtaken: bool) -> int:
    """Return the status of a page with a form: shown first, to be put right, or overtaken."""
    if is_overtaken:
        return 409
    return 422 if answered else 200


def _asked_words(asked: CorrectionList) -> str:
    is_sent = asked.state is ListState.SENT
    return presenting.spoken(
        say("The correction list is on its way.")
        if is_sent
        else say("The list is proposed. A supervisor who did not write it has to allow it.")
    )


def _back_to(found: Case) -> ResponseReturnValue:
    return once.commit(redirect(url_for("desk.case", reference=found.reference), 303))


def _action(name: str) -> Action:
    if name not in set(Action):
        raise NotFound(say("There is no such task."))
    return Action(name)


def _words(action: Action) -> str:
    return presenting.spoken(ACTIONS[action].done)

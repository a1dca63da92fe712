"""Filling in an application: begin it, page by page, its papers, check, send."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from servicedesk import clock
from servicedesk.accounts.access import (
    current_user_or_none,
    finds,
    requires,
    signed_in_user,
)
from servicedesk.accounts.permissions import Permission
from servicedesk.cases import acting, advice, gates, policy, presenting, queries, readiness, sheets
from servicedesk.cases.for_register import register_changes
from servicedesk.cases.forms import AdviceForm, DeclareForm, MarksForm, StartForm, UploadForm
from servicedesk.cases.known import found
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.mending import FOLLOWS, PROMISES
from servicedesk.cases.models import Case
from servicedesk.cases.operations import correspondence, drafts, submission
from servicedesk.cases.operations import documents as papers
from servicedesk.cases.sheets import SEEN, Sheet
from servicedesk.cases.uploads import Place, Taken, taken_by, taken_for
from servicedesk.cases.views import bp, may, may_change
from servicedesk.catalogue import forms, showing
from servicedesk.catalogue.definition import Audience, Service
from servicedesk.catalogue.forms import PageForm
from servicedesk.catalogue.pick_lists import choices_of
from servicedesk.catalogue.queries import get_service, service_of
from servicedesk.catalogue.views import guide_page
from servicedesk.enterprises.member_roles import Act
from servicedesk.extensions import db
from servicedesk.web import groups, language, once
from servicedesk.web.words import spoken, today


@bp.route("/services/<string:code>/start", methods=["GET", "POST"])
@requires(Permission.CASE_APPLY)
@finds(get_service)
@once.for_each_key
def start(code: str) -> ResponseReturnValue:
    """Begin an application for the service ``code``, as the catalogue has it now.

    Answers that come along, as from an adviser, are put into the form where they fit.
    """
    user, now, form = signed_in_user(), clock.now(), AdviceForm()
    entry, service = get_service(db.session, code)
    if request.method == "GET":  # the guide in the other language, after it was given back
        return redirect(url_for("catalogue.show", code=code), 303)
    try:
        enterprise_id = acting.enterprise_for(
            db.session, user, service, form.enterprise_id.data, now=now
        )
    except acting.ChooseEnterprise as unanswered:
        form.complain(spoken(unanswered.words), form.enterprise_id)
        return guide_page(code, form), 422
    case = drafts.start(
        db.session, entry.current, service, by=user, enterprise_id=enterprise_id, now=now
    )
    if given := advice.read(form.answers.data or ""):
        drafts.bring_along(db.session, case, service, form.origin.data or "", given, now=now)
    return once.commit(redirect(url_for("cases.show", reference=case.reference), 303))


@bp.route("/cases/<string:reference>/<string:page_key>", methods=["GET", "POST"])
@requires(Permission.CASE_APPLY)
@finds(queries.get_own_case)
@once.for_each_key
def page(reference: str, page_key: str) -> ResponseReturnValue:
    """Ask one page of the form; whatever was typed is kept, in order or not."""
    user, now = signed_in_user(), clock.now()
    taken = _taken(reference, page_key) if request.method == "POST" else None
    act = Act.SEE if taken is None else Act.PREPARE
    case = queries.get_own_case(
        db.session, reference, user=user, now=now, act=act, lock=taken is not None
    )
    service = service_of(case.service_version)
    if taken is None and not may_change(case):
        return redirect(url_for("cases.check", reference=reference), 303)
    for words in taken.repeated if taken else ():
        flash(words, "info")
    sheet = sheets.open_sheet(
        db.session, case, service, page_key,
        language=language.current(), now=now, taken=taken, by=user,
    )  # fmt: skip
    form = sheet.form(found(db.session, case, sheet.page, user) if taken is None else {})
    if taken is None:
        return _ask(sheet, form)
    if not policy.may_edit(case):
        return _ask(sheet, form, state="closed"), 409
    if request.form.get(SEEN) != sheet.seen:
        return once.commit((_ask(sheet, form, state="overtaken"), 409))
    return _take(sheet, form)


@bp.route("/cases/<string:reference>/materials", methods=["GET", "POST"])
@requires(Permission.CASE_APPLY)
@finds(queries.get_own_case)
@once.for_each_key
def materials(reference: str) -> ResponseReturnValue:
    """Ask for the papers; each that is in order is kept as soon as it is sent."""
    user = signed_in_user()
    act = Act.SEE if request.method == "GET" else Act.PREPARE
    case = queries.get_own_case(db.session, reference, user=user, now=clock.now(), act=act)
    form = UploadForm()
    if not may_change(case):
        return redirect(url_for("cases.show", reference=reference), 303)
    service, key = service_of(case.service_version), form.material.data or ""
    if request.method == "GET":
        return _ask_papers(case, service, form)
    here = {one.sha256 for one in papers.present(db.session, case, key)}
    place = Place(papers.most_files(service, key), here)
    taken = taken_by(form, place) if form.validate() else Taken()  # slow, so before the lock
    case = queries.get_own_case(
        db.session, reference, user=user, now=clock.now(), act=Act.PREPARE, lock=True
    )
    for file, name in taken.files.get("file", ()):
        papers.add_document(
            db.session, case, service, key, file, name=name, by=user, now=clock.now()
        )
    for words in taken.repeated:
        flash(words, "info")
    if form.errors:
        return once.commit((_ask_papers(case, service, form), 422))
    return once.commit(redirect(url_for("cases.materials", reference=reference), 303))


@bp.post("/cases/<string:reference>/marks")
@requires(Permission.CASE_APPLY)
@finds(queries.get_own_case)
@once.for_each_key
def marks(reference: str) -> ResponseReturnValue:
    """Say which papers are promised, and which will follow."""
    user, now = signed_in_user(), clock.now()
    case = queries.get_own_case(
        db.session, reference, user=user, now=now, act=Act.PREPARE, lock=True
    )
    service = service_of(case.service_version)
    form = MarksForm()
    papers.set_marks(db.session, case, service, PROMISES, form.promised.data or [], now=now)
    papers.set_marks(db.session, case, service, FOLLOWS, form.follows.data or [], now=now)
    return once.commit(redirect(url_for("cases.show", reference=reference), 303))


@bp.post("/cases/<string:reference>/documents/<int:document_id>/remove")
@requires(Permission.CASE_APPLY)
@finds(queries.get_own_case, queries.get_document)
@once.for_each_key
def remove(reference: str, document_id: int) -> ResponseReturnValue:
    """Take a paper out again."""
    user, now = signed_in_user(), clock.now()
    case = queries.get_own_case(
        db.session, reference, user=user, now=now, act=Act.PREPARE, lock=True
    )
    service = service_of(case.service_version)
    document = queries.get_document(db.session, case, document_id)
    papers.remove_document(db.session, case, service, document, now=now)
    return once.commit(redirect(url_for("cases.materials", reference=reference), 303))


@bp.get("/cases/<string:reference>/check")
@requires(Permission.CASE_APPLY)
@finds(queries.get_own_case)
def check(reference: str) -> ResponseReturnValue:
    """Show all answers: before they are sent to check them, afterwards to read them."""
    case = queries.get_own_case(db.session, reference, user=signed_in_user(), now=clock.now())
    service = service_of(case.service_version)
    return _check(case, service, DeclareForm())


@bp.route("/cases/<string:reference>/submit", methods=["GET", "POST"])
@requires(Permission.CASE_APPLY)
@finds(queries.get_own_case)
@once.for_each_key
def submit(reference: str) -> ResponseReturnValue:
    """Send the application, once; after a correction, send it again."""
    if request.method == "GET":
        return redirect(url_for("cases.check", reference=reference), 303)
    user, now = signed_in_user(), clock.now()
    case = queries.get_own_case(db.session, reference, user=user, now=now, lock=True)
    service = service_of(case.service_version)
    form = DeclareForm()
    if not may(case, Act.SEND):
        return _check(case, service, DeclareForm(formdata=None)), 403
    if not form.validate():
        return _check(case, service, form), 422
    ready = readiness.readiness(db.session, case, service, now=now, sender_id=user.id)
    send = submission.resubmit if case.status is CaseStatus.CORRECTING else submission.submit
    send(db.session, case, service, ready, by=user, now=now)
    return once.commit(redirect(url_for("cases.sent", reference=reference), 303))


@bp.get("/cases/<string:reference>/sent")
@requires(Permission.CASE_APPLY)
@finds(queries.get_own_case)
def sent(reference: str) -> ResponseReturnValue:
    """Confirm that the application is with the desk, and say what happens next."""
    case = queries.get_own_case(db.session, reference, user=signed_in_user(), now=clock.now())
    if case.status is CaseStatus.DRAFT:
        return redirect(url_for("cases.show", reference=reference), 303)
    service = service_of(case.service_version)
    receipt = next(
        (one for one in queries.letters_of(db.session, case) if one.kind == "receipt"), None
    )
    return render_template("cases/sent.html", case=case, service=service, receipt=receipt)


def _taken(reference: str, page_key: str) -> Taken:
    """Store the files that came along: slow, so before the lock, and only for who may send them."""
    if not any(upload.filename for upload in request.files.values()):
        return Taken()
    case = queries.get_own_case(db.session, reference, user=signed_in_user(), now=clock.now())
    page = service_of(case.service_version).page(page_key)
    return taken_for(page) if page and may_change(case) else Taken()


def _take(sheet: Sheet, form: PageForm) -> ResponseReturnValue:
    """Save the page if it is in order; keep what was typed if it is not."""
    case, page, now = sheet.case, sheet.page, clock.now()
    typed = sheet.typed or request.form
    edit = request.form.get("edit")
    if edit:
        changed = forms.edited(typed, edit)
        drafts.keep_typed(db.session, case, page, sheets.raw(changed), now=now)
        return once.commit(redirect(_address(sheet, anchor=groups.place_of(edit)), 303))
    if form.validate() and _keeps_the_rules(sheet, form):
        answers = forms.read(form, page)
        title = sheets.title_of(sheet, {**case.answers, **answers})
        drafts.save_page(db.session, case, page, answers, title=title, now=now)
        return once.commit(redirect(_following(sheet), 303))
    if not form.csrf_token.errors:
        drafts.keep_typed(db.session, case, page, sheets.raw(typed), now=now)
    if "later" in request.form:
        flash(_("What you typed is kept. Some answers are still to be put right."), "info")
        return once.commit(redirect(url_for("cases.show", reference=case.reference), 303))
    return once.commit((_ask(sheet, form), 422))


def _keeps_the_rules(sheet: Sheet, form: PageForm) -> bool:
    """Whether the page's rules find nothing wrong; says what they find, wrong or doubtful."""
    answers = {**sheet.case.answers, **forms.read(form, sheet.page)}
    matter = readiness.matter_of(
        db.session, sheet.case, sheet.service, now=clock.now(), answers=answers
    )
    findings = readiness.run_checks(sheet.page, matter)
    wrong = [*readiness.wrong(findings), *sheets.beyond_list(db.session, sheet, answers)]
    sheets.place_findings(form, wrong)
    if not wrong:
        for point in readiness.to_look_at(findings):
            flash(sheets.sentence(point), "warning")
    return not wrong


def _ask(sheet: Sheet, form: PageForm, *, state: str = "open") -> str:
    case, service = sheet.case, sheet.service
    return render_template(
        "cases/page.html",
        case=case,
        service=service,
        page=sheet.page,
        form=form,
        seen=sheets.digest(case, sheet.page),
        state=state,
        stops=presenting.stops(db.session, case, service, sheet.page, now=clock.now()),
        to_mend=presenting.words_to_mend(db.session, case, sheet.page),
    )


def _following(sheet: Sheet) -> str:
    """Return where to go on: the next page that is not complete, or the list of sections."""
    case, reference = sheet.case, sheet.case.reference
    if "later" in request.form or case.status is CaseStatus.CORRECTING:
        return url_for("cases.show", reference=reference)
    ready = readiness.readiness(db.session, case, sheet.service, now=clock.now())
    keys = [one.page.key for one in ready.pages]
    rest = ready.pages[keys.index(sheet.page.key) + 1 :] if sheet.page.key in keys else ()
    for one in rest:
        if one.state is not readiness.PageState.COMPLETE:
            return url_for("cases.page", reference=reference, page_key=one.page.key)
    return url_for("cases.show", reference=reference)


def _address(sheet: Sheet, *, anchor: str | None) -> str:
    return url_for(
        "cases.page", reference=sheet.case.reference, page_key=sheet.page.key, _anchor=anchor
    )


def _ask_papers(case: Case, service: Service, form: UploadForm) -> str:
    return render_template(
        "cases/materials.html", case=case, service=service, form=form,
        papers=presenting.papers(db.session, case, service, now=clock.now()),
    )  # fmt: skip


def _check(case: Case, service: Service, form: DeclareForm) -> str:
    now = clock.now()
    sender_id = signed_in_user().id if may(case, Act.SEND) else None
    ready = readiness.readiness(db.session, case, service, now=now, sender_id=sender_id)
    choices = choices_of(service, readiness.matter_of(db.session, case, service, now=now))
    return render_template(
        "cases/check.html",
        case=case,
        service=service,
        form=form,
        ready=ready,
        sections=showing.rows(service, ready.answers, language.current(), choices),
        links=sheets.links(db.session, case, service),
        gates=gates.standings(db.session, case, service),
        may_edit=policy.may_edit(case),
        may_send=may(case, Act.SEND),
        may_prepare=may(case, Act.PREPARE),
        senders=acting.who_may_send(db.session, case),
        ask=StartForm(formdata=None),
        changeable=presenting.changeable(db.session, case, service) if may_change(case) else (),
        register_changes=register_changes(db.session, case, service, ready.answers, today())
        if ready.is_ready
        else (),
    )


@bp.post("/cases/<string:reference>/ask-to-send")
@requires(Permission.CASE_APPLY)
@finds(queries.get_own_case)
@once.for_each_key
def ask_to_send(reference: str) -> ResponseReturnValue:
    """Ask those who may send the application to look at it and send it."""
    user, now = signed_in_user(), clock.now()
    case = queries.get_own_case(
        db.session, reference, user=user, now=now, act=Act.PREPARE, lock=True
    )
    service = service_of(case.service_version)
    correspondence.ask_to_send(db.session, case, service, by=user, now=now)
    flash(_("We have asked those who may send it, by mail."), "success")
    return once.commit(redirect(url_for("cases.show", reference=reference), 303))


def start_choice(service: Service, errors: Sequence[str] | None = None) -> Markup:
    """Return the question for which enterprise a service is begun; empty if there is no choice.

    One that the address names, as the links of its page do, is chosen already.  Where this person
    may not begin the service for that one, they are asked although one answer is left: it would
    be taken for the other.
    """
    user = current_user_or_none()
    if user is None or not user.may(Permission.CASE_APPLY):
        return Markup()
    found = acting.choices(db.session, user, service, now=clock.now())
    for_nobody = acting.may_be_for_nobody(service)
    asked = request.values.get("enterprise_id", "")
    is_other = bool(asked) and asked not in {str(number) for number, _name in found}
    if not found or (len(found) + for_nobody == 1 and not is_other):
        return Markup()
    return Markup(  # noqa: S704 - our own template, which escapes
        render_template(
            "cases/start_choice.html",
            enterprises=found,
            nobody=acting.NOBODY if for_nobody else None,
            is_person=service.audience is not Audience.ENTERPRISE,
            asked=asked,
            is_other=is_other,
            errors=errors,
        )
    )

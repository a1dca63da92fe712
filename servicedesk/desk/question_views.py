"""Questions among staff: asked with a task in hand, answered from a list of one's own."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from servicedesk import clock
from servicedesk.accounts.absences import absences_on, staff
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Permission
from servicedesk.accounts.queries import get_user
from servicedesk.cases import policy, queries
from servicedesk.cases.models import Case, Task
from servicedesk.cases.operations import consulting, tasks
from servicedesk.cases.proceedings import QuestionKind
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.queries import service_of
from servicedesk.desk import queries as desk
from servicedesk.desk import waiting
from servicedesk.desk.clock_views import task_of
from servicedesk.desk.moves import move_page
from servicedesk.desk.question_forms import AnswerForm, AskDecisionForm, AskForm, DecideForm
from servicedesk.desk.views import bp, sidebar
from servicedesk.errors import Overtaken
from servicedesk.extensions import db
from servicedesk.park import local_day, park
from servicedesk.web import language, once
from servicedesk.web.fields import Option
from servicedesk.web.words import written
from servicedesk.words import say


@bp.get("/questions")
@requires(Permission.CASE_WORK)
def questions() -> ResponseReturnValue:
    """List what this person is asked, and what came back to them this week."""
    user, now = signed_in_user(), clock.now()
    return render_template(
        "desk/questions.html",
        to_answer=waiting.questions_to(db.session, user),
        asked=waiting.questions_of(db.session, user, now=now),
        departments=park().departments,
        **sidebar(user, now),
    )


@bp.route("/questions/<int:question_id>", methods=["GET", "POST"])
@requires(Permission.CASE_WORK)
@finds(queries.get_question)
@once.for_each_key
def answer(question_id: int) -> ResponseReturnValue:
    """Answer a question that was put to this person."""
    user, is_sent = signed_in_user(), request.method == "POST"
    question = queries.get_question(db.session, question_id, user=user, lock=is_sent)
    if question.answered_at is not None:
        raise Overtaken
    is_decision = question.kind is QuestionKind.DECISION
    form = DecideForm() if is_decision else AnswerForm()
    if is_sent and form.validate():
        consulting.answer(
            db.session, question.case, question, words=form.answer.data or "",
            verdict=form.verdict.data if isinstance(form, DecideForm) else None,
            by=user, now=clock.now(),
        )  # fmt: skip
        flash(_("Your answer is on its way to %(name)s.", name=question.asked_by.name), "success")
        return once.commit(redirect(url_for("desk.questions"), 303))
    page = render_template(
        "desk/answer.html", case=question.case, question=question, form=form,
        service=service_of(question.case.service_version),
    )  # fmt: skip
    return page, 422 if is_sent else 200


@bp.route("/cases/<string:reference>/tasks/<int:task_id>/ask", methods=["GET", "POST"])
@requires(Permission.CASE_WORK)
@finds(queries.get_desk_case, queries.get_task)
@once.for_each_key
def ask(reference: str, task_id: int) -> ResponseReturnValue:
    """Ask a colleague, or whoever of a department knows."""
    user, is_sent = signed_in_user(), request.method == "POST"
    found, service, task = task_of(reference, task_id, lock=is_sent)
    form = AskForm()
    form.offer(_whom(found, task, user))
    is_overtaken = form.is_overtaken(desk.state_of(db.session, found, task))
    if not is_overtaken:
        tasks.require_in_hand(found, service, task, user)
    if is_sent and not is_overtaken and form.validate():
        _ask(found, service, task, form, user)
        flash(_("Your question is on its way. The answer comes back as a note."), "success")
        return _back_to(found)
    action = say("Ask a colleague")
    return move_page(found, service, task, form, action=action, overtaken=is_overtaken)


@bp.route("/cases/<string:reference>/tasks/<int:task_id>/ask-decision", methods=["GET", "POST"])
@requires(Permission.CASE_WORK)
@finds(queries.get_desk_case, queries.get_task)
@once.for_each_key
def ask_decision(reference: str, task_id: int) -> ResponseReturnValue:
    """Put a question to the supervisors of the task's department."""
    user, is_sent = signed_in_user(), request.method == "POST"
    found, service, task = task_of(reference, task_id, lock=is_sent)
    form = AskDecisionForm()
    is_overtaken = form.is_overtaken(desk.state_of(db.session, found, task))
    if not is_overtaken:
        tasks.require_in_hand(found, service, task, user)
    if is_sent and not is_overtaken and form.validate():
        consulting.ask_decision(
            db.session, found, service, task, body=form.body.data or "", by=user, now=clock.now()
        )
        flash(_("Your question is on its way. The answer comes back as a note."), "success")
        return _back_to(found)
    action = say("Ask for a decision")
    return move_page(found, service, task, form, action=action, overtaken=is_overtaken)


def _ask(found: Case, service: Service, task: Task, form: AskForm, user: User) -> None:
    kind, _sep, key = (form.to.data or "").partition(":")
    body, now = form.body.data or "", clock.now()
    if kind == "department":
        consulting.ask_department(
            db.session, found, service, task, department=key, body=body, by=user, now=now
        )
        return
    to = get_user(db.session, int(key))
    consulting.ask_person(db.session, found, service, task, to=to, body=body, by=user, now=now)


def _whom(found: Case, task: Task, user: User) -> Sequence[Option]:
    """Return whom one may ask: the task's own department first, each with its people."""
    people = [
        one for one in staff(db.session) if one.id != user.id and not policy.is_own_case(one, found)
    ]
    away = absences_on(db.session, [one.id for one in people], local_day(clock.now()))
    keys = sorted({key for one in people for key in one.departments})
    keys.sort(key=lambda key: key != task.department)
    options: list[Option] = []
    listed: set[int] = set()
    for key in keys:
        group = park().departments[key].name.in_language(language.current())
        options.append(
            Option(f"department:{key}", _("Anybody at %(name)s", name=group), group=group)
        )
        for one in people:
            if key in one.departments and one.id not in listed:
                listed.add(one.id)
                note = _away_words(away[one.id].last_day) if one.id in away else ""
                options.append(Option(f"person:{one.id}", one.name, note, group))
    return options


def _away_words(last_day: object) -> str:
    return str(_("away until %(day)s", day=written(last_day)))


def _back_to(found: Case) -> ResponseReturnValue:
    return once.commit(redirect(url_for("desk.case", reference=found.reference), 303))

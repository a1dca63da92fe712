"""What the pages of the desk show, gathered in a fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Permission
from servicedesk.calendar.queries import load_calendar
from servicedesk.calendar.working_days import Calendar
from servicedesk.cases import examination_queries, mending, policy, queries, readiness, workflow
from servicedesk.cases.actions import ACTIONS, ActionWords, Leaning
from servicedesk.cases.chronicle import REVOCATIONS, STAFF_WORDS, EventKind
from servicedesk.cases.clock_account import ClockAccount, clock_account
from servicedesk.cases.for_register import register_changes
from servicedesk.cases.models import (
    Case,
    CaseEvent,
    CorrectionList,
    Document,
    IssuedLetter,
    ListState,
    Message,
    Submission,
    Task,
    TaskState,
)
from servicedesk.cases.operations import pledging, revocation
from servicedesk.cases.presenting import diagram, named_documents, titled_letters
from servicedesk.cases.route import route_of
from servicedesk.cases.time_limits import days_left
from servicedesk.catalogue import examining, showing
from servicedesk.catalogue.definition import Action, Service, TaskPlan
from servicedesk.catalogue.pick_lists import choices_of
from servicedesk.catalogue.queries import service_of
from servicedesk.catalogue.showing import Difference, ShownSection
from servicedesk.desk.examined import Finished, finished
from servicedesk.desk.queries import state_after
from servicedesk.enterprises.history import FactDifference
from servicedesk.park import park
from servicedesk.web.words import spoken as say_now
from servicedesk.web.words import today, written
from servicedesk.words import Text, Words, say, words_from_json

_BAR_WORDS: Final = {  # where the person's post would let them expect a button
    policy.Bar.FOUR_EYES: say("You examined this application, so somebody else decides it."),
    policy.Bar.OWN_CASE: say("This is your own application, so somebody else handles it."),
}


@dataclass(frozen=True)
class InboxRow:
    """A task in the inbox."""

    task: Task
    case: Case
    service: Text
    name: Text
    department: Text
    days: int | None  # working days left; below 0: over; None: stopped or no limit
    is_again: bool


@dataclass(frozen=True)
class Offer:
    """A button of the result bar."""

    action: Action
    words: ActionWords
    needs_page: bool  # a reason, a list or what was found has to be written first


@dataclass(frozen=True)
class Work:
    """An open task of the case, and what this person may do with it."""

    task: Task
    plan: TaskPlan
    days: int | None
    department: Text
    may_claim: bool
    is_mine: bool
    bar: Words | None  # why this person may not, where they might have expected to
    offers: tuple[Offer, ...]
    state: str  # ``queries.state_of``


@dataclass(frozen=True)
class Changed:
    """What the last submission changed against the one before."""

    answers: list[Difference]
    documents: tuple[tuple[Document, Text], ...]  # given since

    @property
    def document_ids(self) -> frozenset[int]:
        """The ids of the documents that are new."""
        return frozenset(one.id for one, _ in self.documents)


@dataclass(frozen=True)
class Noted:
    """A finding of the machine, as it was kept with the submission."""

    weight: str
    words: Words
    rule: Words | None


@dataclass(frozen=True)
class Happening:
    """An event of the record."""

    words: Words
    who: str | None
    at: datetime
    detail: str | None


@dataclass(frozen=True)
class CasePage:
    """Everything on the desk's page of a case."""

    works: tuple[Work, ...]
    way: list[list[dict[str, Any]]]  # as ``components/route_diagram.html`` draws it
    done: tuple[Finished, ...]
    clock: ClockAccount
    sections: list[ShownSection]
    changed: Changed
    register_changes: Sequence[FactDifference]  # that an approval would bring, or none
    findings: tuple[Noted, ...]
    documents: tuple[tuple[Document, Text], ...]
    shown: Document | None
    shown_at: str | None  # the place of it that a correction list names
    asked: CorrectionList | None
    may_judge: bool  # whether this person allows or declines the list that is proposed
    happenings: tuple[Happening, ...]
    messages: Sequence[Message]
    notes: Sequence[Message]
    letters: tuple[tuple[IssuedLetter, Words], ...]
    certificate: str | None  # the code of the one it brought
    is_revoked: bool  # the certificate, or the approval that brought none
    may_revoke: bool


def rows(session: Session, tasks: Sequence[Task], *, now: datetime) -> list[InboxRow]:
    """Return the tasks as the inbox shows them."""
    calendar = load_calendar(session)
    return [_row(task, service_of(task.case.service_version), calendar, now) for task in tasks]


def case_page(
    session: Session,
    case: Case,
    service: Service,
    *,
    user: User,
    language: str,
    now: datetime,
    document_id: int | None,
) -> CasePage:
    """Return what the desk's page of a case shows to ``user``."""
    calendar = load_calendar(session)
    tasks = queries.tasks_of(session, case)
    sent = queries.submissions_of(session, case)
    matter = readiness.matter_of(session, case, service, now=now)
    choices = choices_of(service, matter)
    documents = queries.documents_in_force(session, case)
    named = named_documents(service, documents, case.answers)
    shown = _shown(named, document_id)
    lists = queries.lists_of(session, case)
    events = queries.events_of(session, case)
    kept = examination_queries.examinations_of(session, case, service)
    open_lists = {ListState.PROPOSED, ListState.SENT}
    asked = next((one for one in lists if one.state in open_lists), None)
    certificate, is_revoked = _certificate(events)
    return CasePage(
        works=tuple(
            _work(task, case, service, user=user, calendar=calendar, sent=len(sent), now=now)
            for task in tasks
            if task.state is TaskState.OPEN
        ),
        way=diagram(route_of(case, service, tasks, for_desk=True)),
        done=finished(tasks, kept, service, language, choices),
        clock=clock_account(session, case, service, now=now),
        sections=showing.rows(service, case.answers, language, choices),
        changed=_changed(service, sent, case, named, language=language, choices=choices),
        register_changes=register_changes(session, case, service, case.answers, today())
        if sent
        else (),
        findings=tuple(map(_noted, sent[-1].findings)) if sent else (),
        documents=named,
        shown=shown,
        shown_at=_place_of(shown, service, case) if shown else None,
        asked=asked,
        may_judge=asked is not None and _may_judge(user, asked),
        happenings=tuple(_happening(one, service) for one in events),
        certificate=certificate,
        is_revoked=is_revoked,
        may_revoke=not is_revoked and _may_revoke(user, case, service),
        messages=queries.messages_of(session, case, internal=False),
        notes=queries.messages_of(session, case, internal=True),
        letters=titled_letters(queries.letters_of(session, case)),
    )


def changed(
    session: Session, case: Case, service: Service, *, language: str, now: datetime
) -> Changed:
    """Return what the last submission of the case changed."""
    choices = choices_of(service, readiness.matter_of(session, case, service, now=now))
    documents = queries.documents_in_force(session, case)
    named = named_documents(service, documents, case.answers)
    sent = queries.submissions_of(session, case)
    return _changed(service, sent, case, named, language=language, choices=choices)


def spoken(words: Words) -> str:
    """Return ``words`` in the language of the page."""
    return say_now(words)


def _row(task: Task, service: Service, calendar: Calendar, now: datetime) -> InboxRow:
    plan = workflow.plan_of(service, task.stage, task.key)
    return InboxRow(
        task=task,
        case=task.case,
        service=service.name.plain(),
        name=plan.name.plain(),
        department=park().departments[task.department].name,
        days=days_left(task.due_at, calendar, now),
        is_again=task.is_again,
    )


def _work(
    task: Task,
    case: Case,
    service: Service,
    *,
    user: User,
    calendar: Calendar,
    sent: int,
    now: datetime,
) -> Work:
    plan = workflow.plan_of(service, task.stage, task.key)
    bar = policy.bar(user, task, case, plan)
    is_mine = task.holder_id == user.id
    offers = tuple(
        Offer(action, ACTIONS[action], _needs_page(action) or examining.asks(plan, case.answers))
        for action in plan.actions
        if bar is None and is_mine and not task.with_applicant
    )
    return Work(
        task=task,
        plan=plan,
        days=days_left(task.due_at, calendar, now),
        department=park().departments[task.department].name,
        may_claim=bar is None and task.holder_id is None,
        is_mine=is_mine,
        bar=_BAR_WORDS.get(bar) if bar else None,
        offers=tuple(sorted(offers, key=lambda one: one.words.leaning is Leaning.FOR)),
        state=state_after(sent, task),
    )


def _may_judge(user: User, asked: CorrectionList) -> bool:
    return user.may(Permission.CASE_OVERSEE) and policy.bar_to_judge(user, asked) is None


def _may_revoke(user: User, case: Case, service: Service) -> bool:
    granted = revocation.granted_by(case, service)
    if not granted or not user.may(Permission.CASE_OVERSEE):
        return False
    return policy.bar_to_revoke(user, case, granted) is None


def _needs_page(action: Action) -> bool:
    return action is Action.CORRECT or ACTIONS[action].needs_reason


def _changed(
    service: Service,
    sent: Sequence[Submission],
    case: Case,
    named: Sequence[tuple[Document, Text]],
    *,
    language: str,
    choices: Any,  # noqa: ANN401 - as in showing
) -> Changed:
    if len(sent) < 2:  # noqa: PLR2004 - one before, one after
        return Changed([], ())
    before = sent[-2]
    return Changed(
        showing.differences(service, before.answers, case.answers, language, choices),
        tuple((one, name) for one, name in named if one.id not in before.document_ids),
    )


def _noted(kept: Mapping[str, Any]) -> Noted:
    rule = kept.get("rule")
    return Noted(
        str(kept["weight"]), words_from_json(kept["words"]), words_from_json(rule) if rule else None
    )


def _shown(named: Sequence[tuple[Document, Text]], document_id: int | None) -> Document | None:
    chosen = next((one for one, _ in named if one.id == document_id), None)
    return chosen or next((one for one, _ in named), None)


def _place_of(one: Document, service: Service, case: Case) -> str:
    return mending.place_of_document(service, case.answers, one.material, one.sha256)


def _task_names(service: Service) -> dict[str, Text]:
    return {task.key: task.name.plain() for stage in service.stages for task in stage.tasks}


def _happening(event: CaseEvent, service: Service) -> Happening:
    task, action, material = (event.details.get(key) for key in ("task", "action", "material"))
    detail = [
        written(_task_names(service).get(task or "", "")),
        written(pledging.name_of(service, material)) if material else "",
        say_now(ACTIONS[Action(action)].done) if action else "",
    ]
    who = event.actor.name if event.actor else None
    words = STAFF_WORDS[EventKind(event.kind)]
    return Happening(words, who, event.at, " · ".join(filter(None, detail)) or None)


def _certificate(events: Sequence[CaseEvent]) -> tuple[str | None, bool]:
    """Return the code of the certificate the case brought, and whether the approval is revoked."""
    kinds = {event.kind: event for event in reversed(events)}
    issued = kinds.get(EventKind.CERTIFICATE)
    code = issued.details["certificate"] if issued else None
    return code, not REVOCATIONS.isdisjoint(kinds)

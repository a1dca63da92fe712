"""What the pages of the desk show, gathered in a fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.calendar.queries import load_calendar
from servicedesk.calendar.working_days import Calendar
from servicedesk.cases import policy, queries, readiness, workflow
from servicedesk.cases.actions import ACTIONS, ActionWords, Leaning
from servicedesk.cases.chronicle import STAFF_WORDS, EventKind
from servicedesk.cases.models import (
    Case,
    CaseEvent,
    CorrectionList,
    Document,
    IssuedLetter,
    ListState,
    Message,
    Task,
    TaskState,
)
from servicedesk.cases.presenting import (
    ClockAccount,
    clock_account,
    named_documents,
    titled_letters,
)
from servicedesk.catalogue import showing
from servicedesk.catalogue.definition import Action, Service, TaskPlan
from servicedesk.catalogue.pick_lists import choices_of
from servicedesk.catalogue.queries import service_of
from servicedesk.catalogue.showing import Difference, ShownSection
from servicedesk.park import park
from servicedesk.web.words import spoken as say_now
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
    needs_page: bool  # a reason or a list has to be written first


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
    done: tuple[tuple[Task, TaskPlan], ...]
    clock: ClockAccount
    sections: list[ShownSection]
    changes: list[Difference]
    findings: tuple[Noted, ...]
    documents: tuple[tuple[Document, Text], ...]
    shown: Document | None
    asked: CorrectionList | None
    lists: Sequence[CorrectionList]
    happenings: tuple[Happening, ...]
    messages: Sequence[Message]
    notes: Sequence[Message]
    letters: tuple[tuple[IssuedLetter, Words], ...]
    certificate: str | None  # the code of the one it brought
    new_documents: frozenset[int]  # given since the last submission before this one


@dataclass(frozen=True)
class Place:
    """A place a correction list may name."""

    place: str
    label: str
    value: str
    words: str


def rows(session: Session, tasks: Sequence[Task], *, now: datetime) -> list[InboxRow]:
    """Return the tasks as the inbox shows them."""
    calendar = load_calendar(session)
    return [_row(task, service_of(task.case.service_version), calendar, now) for task in tasks]


def days_left(due: datetime | None, calendar: Calendar, now: datetime) -> int | None:
    """Return the working days until ``due``; 0 is today, below 0 it is over, None: no due."""
    if due is None:
        return None
    today, last = calendar.day_of(now), calendar.day_of(due)
    if now > due:
        return min(-1, -calendar.count(last, today))
    return calendar.count(today, last)


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
    named = named_documents(service, queries.documents_in_force(session, case))
    lists = queries.lists_of(session, case)
    events = queries.events_of(session, case)
    before = sent[-2] if len(sent) > 1 else None
    open_lists = {ListState.PROPOSED, ListState.SENT}
    return CasePage(
        works=tuple(
            _work(task, case, service, user=user, calendar=calendar, now=now)
            for task in tasks
            if task.state is TaskState.OPEN
        ),
        done=tuple(
            (task, workflow.plan_of(service, task.stage, task.key))
            for task in tasks
            if task.state is TaskState.DONE
        ),
        clock=clock_account(session, case, service, now=now),
        sections=showing.rows(service, case.answers, language, choices),
        changes=_changes(service, before.answers, case.answers, language, choices)
        if before
        else [],
        findings=tuple(map(_noted, sent[-1].findings)) if sent else (),
        documents=named,
        shown=_shown(named, document_id),
        asked=next((one for one in lists if one.state in open_lists), None),
        lists=lists,
        happenings=tuple(map(_happening, events)),
        certificate=_certificate(events),
        messages=queries.messages_of(session, case, internal=False),
        notes=queries.messages_of(session, case, internal=True),
        letters=titled_letters(queries.letters_of(session, case)),
        new_documents=_new(named, before.document_ids if before else None),
    )


def places(
    session: Session, case: Case, service: Service, *, language: str, now: datetime
) -> list[tuple[str, list[Place]]]:
    """Return every place a correction list may name, under headings, with its answer."""
    choices = choices_of(service, readiness.matter_of(session, case, service, now=now))
    found: list[tuple[str, list[Place]]] = []
    for section in showing.rows(service, case.answers, language, choices):
        for page in section.pages:
            listed = [
                Place(f"field:{row.place}", row.label, row.value, "")
                for row in page.rows
                if not row.entries
            ]
            for row in page.rows:
                listed += [
                    Place(f"field:{entry.place}", f"{row.label} {entry.number}", entry.title, "")
                    for entry in row.entries
                ]
            found.append((page.title, listed))
    materials = readiness.material_standings(session, case, service, case.answers)
    papers = [
        Place(
            f"material:{one.material.key}",
            one.material.name.in_language(language),
            " · ".join(document.name for document in one.documents),
            "",
        )
        for one in materials
    ]
    return [*found, (say_now(say("Papers")), papers)] if papers else found


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
    now: datetime,
) -> Work:
    plan = workflow.plan_of(service, task.stage, task.key)
    bar = policy.bar(user, task, case, plan)
    is_mine = task.holder_id == user.id
    offers = tuple(
        Offer(action, ACTIONS[action], _needs_page(action))
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
    )


def _needs_page(action: Action) -> bool:
    return action is Action.CORRECT or ACTIONS[action].needs_reason


def _changes(
    service: Service,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    language: str,
    choices: Any,  # noqa: ANN401 - as in showing
) -> list[Difference]:
    return showing.differences(service, before, after, language, choices)


def _noted(kept: Mapping[str, Any]) -> Noted:
    rule = kept.get("rule")
    return Noted(
        str(kept["weight"]), words_from_json(kept["words"]), words_from_json(rule) if rule else None
    )


def _shown(named: Sequence[tuple[Document, Text]], document_id: int | None) -> Document | None:
    chosen = next((one for one, _ in named if one.id == document_id), None)
    return chosen or next((one for one, _ in named), None)


def _new(named: Sequence[tuple[Document, Text]], before: Sequence[int] | None) -> frozenset[int]:
    if before is None:
        return frozenset()
    return frozenset(one.id for one, _ in named if one.id not in before)


def _happening(event: CaseEvent) -> Happening:
    kind = EventKind(event.kind)
    action = event.details.get("action")
    detail = say_now(ACTIONS[Action(action)].done) if action else None
    return Happening(STAFF_WORDS[kind], event.actor.name if event.actor else None, event.at, detail)


def _certificate(events: Sequence[CaseEvent]) -> str | None:
    found = [event for event in events if event.kind == EventKind.CERTIFICATE]
    return found[0].details["certificate"] if found else None

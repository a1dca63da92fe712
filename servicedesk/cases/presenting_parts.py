"""What pages show of the parts of an application: a list with offices, states and days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from servicedesk.calendar.queries import load_calendar
from servicedesk.calendar.working_days import Calendar
from servicedesk.cases import part_queries
from servicedesk.cases.actions import is_against
from servicedesk.cases.chronicle import PUBLIC_WORDS, EventKind
from servicedesk.cases.lifecycle import STATUS_WORDS, CaseStatus
from servicedesk.cases.models import Case, CaseEvent, CasePart
from servicedesk.cases.status_sentence import TONES
from servicedesk.cases.time_limits import days_left
from servicedesk.catalogue import bundles
from servicedesk.catalogue.definition import Action, Service, TaskPlan
from servicedesk.park import park
from servicedesk.words import Text, Words, say

_NOT_BEGUN = ("idle", "circle")


@dataclass(frozen=True)
class PartRow:
    """One part of an application, begun or to come."""

    name: Text
    department: str  # its key in park.yaml
    office: Text
    word: Words
    tone: str
    icon: str
    reference: str | None  # None: not begun
    days: int | None  # left, as ``days_left``; None: stopped, or see ``due``
    due: datetime | None  # None: not begun, decided, stopped, or nothing is promised
    closed_at: datetime | None
    note: Words | None  # what it waits for, or why it does not begin
    waits_for_reader: bool


def rows(session: Session, case: Case, service: Service, *, now: datetime) -> tuple[PartRow, ...]:
    """Return the parts of ``case`` in the order of its definition; none where it has none."""
    plans = bundles.part_tasks(service, case.answers)
    if not plans or case.submitted_at is None:
        return ()
    begun = {part.task.key: part for part in part_queries.parts_of(session, case)}
    names = {plan.key: plan.name.plain() for plan in plans}
    calendar = load_calendar(session)
    return tuple(
        _begun(plan, begun[plan.key], calendar, now)
        if plan.key in begun
        else _to_come(plan, case, begun, names)
        for plan in plans
    )


def named(letter_facts: Mapping[str, Any]) -> tuple[tuple[Text, Text, Words | None], ...]:
    """Return the parts that a letter lists: each with its office, and how it stood then."""
    return tuple(
        (
            Text(**one["name"]),
            Text(**one["office"]),
            STATUS_WORDS[CaseStatus(one["status"])] if one["status"] else None,
        )
        for one in letter_facts.get("parts") or ()
    )


def told(event: CaseEvent, service: Service) -> Words:
    """Return in words what happened, to the applicant; of a part, to which."""
    words = PUBLIC_WORDS[EventKind(event.kind)]
    key = event.details.get("task") if "part" in event.details else None
    plan = next((plan for _, plan in service.all_tasks() if plan.key == key), None)
    return say("%(what)s: %(which)s", what=words, which=plan.name.plain()) if plan else words


def _begun(plan: TaskPlan, part: CasePart, calendar: Calendar, now: datetime) -> PartRow:
    child = part.child
    due = None if child.is_closed else child.committed_due or child.legal_due
    tone, icon = TONES[child.status]
    return PartRow(
        name=plan.name.plain(),
        department=plan.department,
        office=park().departments[plan.department].name,
        word=STATUS_WORDS[child.status],
        tone=tone,
        icon=icon,
        reference=child.reference,
        days=days_left(due, calendar, now),
        due=due,
        closed_at=child.closed_at,
        note=None,
        waits_for_reader=child.status is CaseStatus.CORRECTING,
    )


def _to_come(
    plan: TaskPlan, case: Case, begun: Mapping[str, CasePart], names: Mapping[str, Text]
) -> PartRow:
    tone, icon = _NOT_BEGUN
    waits_for = [key for key in plan.after if key in names and not _is_done(begun.get(key))]
    is_barred = case.is_closed or any(_is_lost(begun.get(key)) for key in plan.after)
    return PartRow(
        name=plan.name.plain(),
        department=plan.department,
        office=park().departments[plan.department].name,
        word=say("Not begun") if is_barred else say("To come"),
        tone=tone,
        icon=icon,
        reference=None,
        days=None,
        due=None,
        closed_at=None,
        note=None if is_barred else _after([names[key] for key in waits_for]),
        waits_for_reader=False,
    )


def _after(names: Sequence[Text]) -> Words | None:
    if not names:
        return None
    joined = Text(
        " and ".join(f"“{name.en}”" for name in names), "、".join(f"“{name.zh}”" for name in names)
    )
    return say("begins after %(parts)s", parts=joined)


def _is_done(part: CasePart | None) -> bool:
    return part is not None and part.child.status is CaseStatus.APPROVED


def _is_lost(part: CasePart | None) -> bool:
    action = part.task.action if part else None
    return action is not None and is_against(Action(action))

"""What the counter shows of the application of whoever is there, and what may be done with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Permission
from servicedesk.cases import policy, readiness, workflow
from servicedesk.cases.commitment_queries import commitments_of
from servicedesk.cases.lifecycle import STATUS_WORDS
from servicedesk.cases.models import Case, Document, Task, TaskState
from servicedesk.cases.operations import documents
from servicedesk.cases.operations.pledging import IN_ORDER
from servicedesk.cases.readiness import MaterialStanding
from servicedesk.cases.status_sentence import TONES
from servicedesk.catalogue import examining
from servicedesk.catalogue.definition import Action, Service
from servicedesk.catalogue.queries import service_of
from servicedesk.desk.queries import state_of
from servicedesk.hall import their_cases
from servicedesk.hall.models import Ticket
from servicedesk.words import Text, Words, say

_MISSING = ("idle", say("Missing"))
_STANDS = {
    "in_order": ("ok", say("In order")),
    "given": ("info", say("Given")),
    "promised": ("ok", say("Promised")),
    "follows": ("warn", say("Will follow")),
}

_ORDER = ("idle", "warn", "info", "ok")  # of tones: what is wanted comes first


@dataclass(frozen=True)
class PaperShown:
    """One paper of the application, and how it stands."""

    key: str
    name: Text
    tone: str
    word: Words
    documents: Sequence[Document]
    may_give: bool  # whether it is taken at the counter now
    to_judge: Sequence[Document]  # which this clerk may find in order


@dataclass(frozen=True)
class Acceptance:
    """The task that accepts the application, if this clerk may do it now."""

    task: Task
    state: str
    needs_page: bool  # something has to be examined first


@dataclass(frozen=True)
class TheirCase:
    """The application of the person at the counter."""

    case: Case
    service: Text
    word: Words
    tone: tuple[str, str]  # and the icon
    papers: Sequence[PaperShown]
    may_open: bool  # whether this clerk may look at all of it
    acceptance: Acceptance | None
    is_draft: bool  # which its applicant still has to send

    @property
    def missing(self) -> Sequence[Text]:
        """The papers that are not there and were neither promised nor put off."""
        return [one.name for one in self.papers if one.tone == _MISSING[0]]


def their_case(session: Session, ticket: Ticket, clerk: User) -> TheirCase | None:
    """Return what is shown of the case of ``ticket``; None: it has none."""
    if ticket.case_id is None:
        return None
    case = their_cases.get_case_of(session, ticket)
    service = service_of(case.service_version)
    return TheirCase(
        case=case,
        service=service.name.plain(),
        word=STATUS_WORDS[case.status],
        tone=TONES[case.status],
        papers=[] if case.is_closed else _papers(session, case, service, clerk),
        may_open=clerk.may(Permission.CASE_WORK) and their_cases.is_readable(session, case, clerk),
        acceptance=_acceptance(session, case, service, clerk),
        is_draft=case.submitted_at is None,
    )


def _papers(session: Session, case: Case, service: Service, clerk: User) -> list[PaperShown]:
    standings = readiness.material_standings(session, case, service, case.answers)
    is_own = policy.is_own_case(clerk, case)
    taken = set() if is_own else _taken_now(session, case, service)
    opened = [task for task in case.tasks if task.state is TaskState.OPEN]
    judges = not is_own and any(policy.has_duty(clerk, t.department, t.duty) for t in opened)
    papers = [_paper(one, taken=one.material.key in taken, judges=judges) for one in standings]
    return sorted(papers, key=lambda one: _ORDER.index(one.tone))


def _paper(one: MaterialStanding, *, taken: bool, judges: bool) -> PaperShown:
    to_judge = [found for found in one.documents if found.verdict != IN_ORDER]
    tone, word = _STANDS.get(_standing(one, to_judge), _MISSING)
    return PaperShown(
        one.material.key, one.material.name.plain(), tone, word, one.documents, taken,
        to_judge if judges else [],
    )  # fmt: skip


def _standing(one: MaterialStanding, to_judge: Sequence[Document]) -> str:
    if one.documents:
        return "given" if to_judge else "in_order"
    if one.is_promised:
        return "promised"
    return "follows" if one.follows else "missing"


def _taken_now(session: Session, case: Case, service: Service) -> set[str]:
    """Return the keys of the papers that the application takes now."""
    if policy.may_edit(case):
        return documents.open_materials(session, case, service)
    return {one.material for one in commitments_of(session, case) if policy.may_give(case, one)}


def _acceptance(session: Session, case: Case, service: Service, clerk: User) -> Acceptance | None:
    for task in case.tasks:
        if task.state is not TaskState.OPEN or task.with_applicant:
            continue
        plan = workflow.plan_of(service, task.stage, task.key)
        is_free = task.holder_id in {None, clerk.id}
        if Action.ACCEPT in plan.actions and is_free and not policy.bar(clerk, task, case, plan):
            needs_page = examining.asks(plan, case.answers)
            return Acceptance(task, state_of(session, case, task), needs_page)
    return None

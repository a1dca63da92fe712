"""Finding cases, and only those the person may see."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from servicedesk.accounts.models import User
from servicedesk.cases import acting, mending, part_queries, policy, settled
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.mended import Sent
from servicedesk.cases.models import (
    Case,
    CaseEvent,
    ClockInterval,
    CorrectionList,
    Document,
    IssuedLetter,
    ListState,
    Message,
    Submission,
    Task,
    TaskState,
)
from servicedesk.cases.proceedings import ClockExtension, HandOut, Question
from servicedesk.catalogue.attached import FIELD
from servicedesk.catalogue.definition import Page, Service
from servicedesk.enterprises.member_roles import Act
from servicedesk.enterprises.models import Enterprise
from servicedesk.errors import NotFound
from servicedesk.park import local_day
from servicedesk.words import say


def get_own_case(
    session: Session,
    reference: str,
    *,
    user: User,
    now: datetime,
    act: Act = Act.SEE,
    lock: bool = False,
) -> Case:
    """Return a case that this person may see and do ``act`` in; ``lock`` it to change it.

    Raises:
        NotFound: no such case, or somebody else's.  The two look alike.
        NotPermitted: they may see it, and not do ``act`` in it.
    """
    case = _get(session, reference, policy.is_theirs(user, local_day(now)), lock=lock)
    if act is not Act.SEE:
        acting.require(session, user, case, act, now=now)
    return case


def get_desk_case(session: Session, reference: str, *, user: User, lock: bool = False) -> Case:
    """Return a case of this member of staff's departments.

    Raises:
        NotFound: no such case, not sent yet, or another department's.
    """
    return _get(session, reference, policy.is_on_their_desk(user), lock=lock)


def get_readable_case(session: Session, reference: str, *, user: User) -> Case:
    """Return a case that this member of staff may look at: their departments', or asked about.

    Raises:
        NotFound: no such case, not sent yet, or nothing of theirs.
    """
    return _get(session, reference, policy.may_read(user), lock=False)


def _get(session: Session, reference: str, allowed: sa.ColumnElement[bool], *, lock: bool) -> Case:
    query = (
        sa.select(Case)
        .where(Case.reference == reference, allowed)
        .options(
            joinedload(Case.service_version),
            joinedload(Case.applicant),
            joinedload(Case.part_of),
            joinedload(Case.enterprise),
        )
    )
    if lock:
        part_queries.lock_whole(session, Case.reference == reference)
        query = query.with_for_update(of=Case).execution_options(populate_existing=True)
    case = session.scalar(query)
    if case is None:
        raise NotFound(say("There is no application %(reference)s.", reference=reference))
    return case


def get_invited_case(session: Session, reference: str) -> Case:
    """Return the case that a spent invitation was for, locked.

    Raises:
        NotFound: it is gone.
    """
    return _get(session, reference, sa.true(), lock=True)


def find_case_by_reference(session: Session, reference: str) -> Case | None:
    """Return the case of a tracking number, whoever asks; for its status word only."""
    return session.scalar(sa.select(Case).where(Case.reference == reference))


def events_of(session: Session, case: Case) -> Sequence[CaseEvent]:
    """Return the case's events, the last first, with who did them."""
    query = (
        sa.select(CaseEvent)
        .where(CaseEvent.case_id == case.id)
        .options(joinedload(CaseEvent.actor))
        .order_by(CaseEvent.seq.desc())
    )
    return session.scalars(query).all()


def tasks_of(session: Session, case: Case) -> Sequence[Task]:
    """Return all the case's tasks in the order they were opened, with their people."""
    query = (
        sa.select(Task)
        .where(Task.case_id == case.id)
        .options(joinedload(Task.holder), joinedload(Task.done_by))
        .order_by(Task.id)
    )
    return session.scalars(query).all()


def standing_tasks(session: Session, case: Case) -> Sequence[Task]:
    """Return the tasks of the present stage, done and open; locked in their order."""
    query = (
        sa.select(Task)
        .where(
            Task.case_id == case.id,
            Task.entry == case.entry,
            Task.state != TaskState.CANCELLED,
        )
        .order_by(Task.id)
        .with_for_update()
    )
    return session.scalars(query).all()


def lock_tasks(session: Session, case: Case) -> None:
    """Lock the case, then its tasks, and read the tasks as they are now."""
    session.execute(sa.select(Case.id).where(Case.id == case.id).with_for_update())
    query = sa.select(Task).where(Task.case_id == case.id).order_by(Task.id).with_for_update()
    session.scalars(query.execution_options(populate_existing=True)).all()
    session.expire(case, ["tasks"])


def get_task(session: Session, case: Case, task_id: int) -> Task:
    """Return one task of the case, locked.

    Raises:
        NotFound: the case has no such task.
    """
    query = (
        sa.select(Task)
        .where(Task.case_id == case.id, Task.id == task_id)
        .options(selectinload(Task.holder))
        .with_for_update(of=Task)
        .execution_options(populate_existing=True)
    )
    task = session.scalar(query)
    if task is None:
        raise NotFound(say("There is no such task."))
    return task


def get_document(session: Session, case: Case, document_id: int) -> Document:
    """Return a document of the case, also one that was replaced.

    Raises:
        NotFound: the case has no such document.
    """
    query = sa.select(Document).where(Document.case_id == case.id, Document.id == document_id)
    document = session.scalar(query)
    if document is None:
        raise NotFound(say("There is no such document."))
    return document


def documents_in_force(session: Session, case: Case) -> Sequence[Document]:
    """Return what stands for the materials now, in the order it was given."""
    query = (
        sa.select(Document)
        .where(Document.case_id == case.id, Document.removed_at.is_(None))
        .order_by(Document.id)
    )
    return session.scalars(query).all()


def files_of_questions(session: Session, case: Case) -> Sequence[Document]:
    """Return what was given on pages of the form; what is in force comes last."""
    query = (
        sa.select(Document)
        .where(Document.case_id == case.id, Document.material.startswith(FIELD, autoescape=True))
        .order_by(Document.removed_at.is_(None), Document.id)
    )
    return session.scalars(query).all()


def lists_of(session: Session, case: Case) -> Sequence[CorrectionList]:
    """Return the case's correction lists with their items, the first first."""
    query = (
        sa.select(CorrectionList)
        .where(CorrectionList.case_id == case.id)
        .options(selectinload(CorrectionList.items), joinedload(CorrectionList.asked_by))
        .order_by(CorrectionList.number)
    )
    return session.scalars(query).all()


def find_open_list(session: Session, case: Case) -> CorrectionList | None:
    """Return the list that is proposed or sent, if there is one."""
    query = (
        sa.select(CorrectionList)
        .where(
            CorrectionList.case_id == case.id,
            CorrectionList.state.in_([ListState.PROPOSED, ListState.SENT]),
        )
        .options(selectinload(CorrectionList.items))
    )
    return session.scalar(query)


def submissions_of(session: Session, case: Case) -> Sequence[Submission]:
    """Return what was sent each time, the first first."""
    query = sa.select(Submission).where(Submission.case_id == case.id).order_by(Submission.number)
    return session.scalars(query).all()


def intervals_of(session: Session, case: Case) -> Sequence[ClockInterval]:
    """Return the stretches of the clock's ledger, in order."""
    query = sa.select(ClockInterval).where(ClockInterval.case_id == case.id)
    return session.scalars(query.order_by(ClockInterval.id)).all()


def sent_last(session: Session, case: Case) -> list[Any]:
    """Return what came in last: what was sent, its papers, and how the clock stands since."""
    sent = submissions_of(session, case)[-1:]
    return [*sent, *documents_in_force(session, case), *intervals_of(session, case)]


def messages_of(session: Session, case: Case, *, internal: bool) -> Sequence[Message]:
    """Return the thread with the applicant, or the notes among staff."""
    query = (
        sa.select(Message)
        .where(Message.case_id == case.id, Message.is_internal == internal)
        .options(joinedload(Message.author))
        .order_by(Message.id)
    )
    return session.scalars(query).all()


def letters_of(session: Session, case: Case) -> Sequence[IssuedLetter]:
    """Return the letters of the case, the last first."""
    query = (
        sa.select(IssuedLetter)
        .where(IssuedLetter.case_id == case.id)
        .order_by(IssuedLetter.id.desc())
    )
    return session.scalars(query).all()


def get_letter(session: Session, case: Case, letter_id: int) -> IssuedLetter:
    """Return one letter of the case.

    Raises:
        NotFound: the case has no such letter.
    """
    query = sa.select(IssuedLetter).where(
        IssuedLetter.case_id == case.id, IssuedLetter.id == letter_id
    )
    letter = session.scalar(query)
    if letter is None:
        raise NotFound(say("There is no such letter."))
    return letter


def get_extension(session: Session, case: Case, extension_id: int) -> ClockExtension:
    """Return one extension of the case, asked for or decided.

    Raises:
        NotFound: the case has no such extension.
    """
    query = sa.select(ClockExtension).where(
        ClockExtension.case_id == case.id, ClockExtension.id == extension_id
    )
    extension = session.scalar(query.execution_options(populate_existing=True))
    if extension is None:
        raise NotFound(say("There is no such extension."))
    return extension


def get_question(session: Session, question_id: int, *, user: User, lock: bool = False) -> Question:
    """Return a question that was put to this person, answered or not; ``lock`` its case.

    Raises:
        NotFound: no such question, or put to somebody else.
    """
    its_case = sa.select(Question.case_id).where(Question.id == question_id).scalar_subquery()
    if lock:
        session.scalar(sa.select(Case).where(Case.id == its_case).with_for_update())
    query = sa.select(Question).where(Question.id == question_id)
    question = session.scalar(query.execution_options(populate_existing=True))
    if question is None or not policy.may_answer(user, question):
        raise NotFound(say("There is no such question."))
    return question


def questions_about(session: Session, case: Case) -> Sequence[Question]:
    """Return what staff asked each other about the case, the last first."""
    query = (
        sa.select(Question)
        .where(Question.case_id == case.id)
        .options(
            joinedload(Question.asked_by),
            joinedload(Question.answered_by),
            joinedload(Question.to),
            joinedload(Question.task),
        )
        .order_by(Question.id.desc())
    )
    return session.scalars(query).all()


def find_hand_out(session: Session, case: Case) -> HandOut | None:
    """Return the duty to hand the result of the case out, done or not, if there is one."""
    return session.scalar(sa.select(HandOut).where(HandOut.case_id == case.id))


def get_hand_out(session: Session, case: Case) -> HandOut:
    """Return the duty to hand the result of the case out, done or not.

    Raises:
        NotFound: there is none.
    """
    query = sa.select(HandOut).where(HandOut.case_id == case.id)
    duty = session.scalar(query.execution_options(populate_existing=True))
    if duty is None:
        raise NotFound(say("There is nothing to hand over."))
    return duty


def dues_by_year(session: Session) -> dict[int, int]:
    """Return how many open cases are due in each year, as their last dues are now."""
    last = sa.func.greatest(Case.legal_due, Case.committed_due)
    year = sa.extract("year", last).label("year")
    query = sa.select(year, sa.func.count()).where(last.is_not(None)).group_by(year)
    return {int(number): count for number, count in session.execute(query)}


def open_pages(session: Session, case: Case, service: Service) -> dict[str, Page]:
    """Return the pages that may be filled in now, each with its open questions only."""
    if case.status is CaseStatus.CORRECTING:
        opened = mending.open_fields(service, open_places(session, case))
    elif case.for_enterprise and case.enterprise is not None:
        opened = settled.open_fields(session, service, case.answers, case.enterprise)
    else:
        return {page.key: page for page in service.pages}
    narrowed = {page.key: mending.narrowed(page, opened) for page in service.pages}
    return {key: page for key, page in narrowed.items() if page is not None}


def open_places(session: Session, case: Case) -> list[str]:
    """Return the places the sent correction list names."""
    asked = find_open_list(session, case)
    return [item.place for item in asked.items] if asked else []


def as_sent(session: Session, case: Case) -> Sent:
    """Return what the application said when it was sent last."""
    last = submissions_of(session, case)[-1]
    sent = set(last.document_ids)
    return Sent(last.answers, _papers(one for one in case.documents if one.id in sent))


def as_it_stands(session: Session, case: Case) -> Sent:
    """Return what the application would say if it were sent now."""
    return Sent(case.answers, _papers(documents_in_force(session, case)))


def _papers(documents: Iterable[Document]) -> dict[str, set[str]]:
    papers: dict[str, set[str]] = {}
    for one in documents:
        papers.setdefault(one.material, set()).add(one.sha256)
    return papers


def find_enterprise(session: Session, enterprise_id: int | None) -> Enterprise | None:
    """Return the enterprise a case is about, if it is about one."""
    return session.get(Enterprise, enterprise_id) if enterprise_id else None

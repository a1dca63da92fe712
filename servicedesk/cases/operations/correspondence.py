"""Words between the desk and the applicant: letters, mails, messages; and notes among staff."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from servicedesk.accounts import tokens
from servicedesk.accounts.models import TokenPurpose, User
from servicedesk.accounts.throttle_rules import digest
from servicedesk.calendar.queries import load_calendar
from servicedesk.cases import acting, clock_terms, letters, part_queries, policy, time_limits
from servicedesk.cases.chronicle import EventKind
from servicedesk.cases.letters import OwnKind
from servicedesk.cases.models import Case, IssuedLetter, Message, Task, TaskState
from servicedesk.cases.operations.records import record, tell_inbox
from servicedesk.catalogue import bundles
from servicedesk.catalogue.definition import Letter, LetterKind, Service
from servicedesk.enterprises.member_roles import Act
from servicedesk.errors import NotPermitted, RuleBroken
from servicedesk.notices import operations as notices
from servicedesk.words import Secret, Text, say

log = logging.getLogger(__name__)

MESSAGE_LENGTH = 4000  # characters
ASKED_AGAIN_AFTER = timedelta(days=1)  # OWN; until then nobody is asked again to send


def issue(
    session: Session,
    case: Case,
    service: Service,
    kind: LetterKind | OwnKind,
    *,
    now: datetime,
    facts: Mapping[str, object] | None = None,
    department: str | None = None,
) -> IssuedLetter | None:
    """Write a letter and mail it; None where the service has no letter of this kind.

    Args:
        session: the database.
        case: the case.
        service: the definition the case is pinned to.
        kind: which letter.
        now: the moment.
        facts: what this letter says besides.
        department: which acts; None: the one whose task was done last.
    """
    plan = letters.plan_of(service, kind)
    if plan is None:
        return None
    said = {
        "on": now.isoformat(),
        "reference": case.reference,
        "title": case.title,
        "service": {"en": service.name.en, "zh": service.name.zh},
        "note": plan.note.model_dump(include={"en", "zh"}) if plan.note else None,
        "remedies": list(plan.remedies),
        "office": _office(case, service, kind, department, plan),
        "legal_due": _iso(case.legal_due),
        "committed_due": _iso(case.committed_due),
        **_parts(session, case, service),
        **(_fee(case, service) if kind in letters.TELL_THE_FEE else {}),
        **(facts or {}),
    }
    if letters.tells_dues(kind, said):
        said["ruling_dues"] = _ruling_dues(session, case, service)
    said["unannounced"] = _unannounced(session, letters.dues(kind, said), now=now)
    letter = IssuedLetter(case_id=case.id, kind=kind, issued_at=now, facts=said)
    session.add(letter)
    record(session, case, EventKind.LETTER, by=None, at=now, letter=kind, of=[letter])
    words = said.get("variant") or kind
    _mail(session, case, "case_letter", {"letter": words, **_about(case, service)}, now=now)
    return letter


def write_message(
    session: Session, case: Case, service: Service, *, by: User, body: str, now: datetime
) -> Message:
    """Add a line to the thread between applicant and desk.

    The applicant gets a mail; the desk sees in its inbox that a message waits for an answer.

    Raises:
        RuleBroken: the application was not sent yet, is closed, or only its parts are at work:
            nobody here would read it.
    """
    from_desk = by.is_staff
    if case.submitted_at is None:
        raise RuleBroken(say("Send the application first. Until then nobody here reads along."))
    if case.is_closed and not from_desk:
        raise RuleBroken(
            say("This application is closed; nobody reads its messages any more. Call the desk.")
        )
    if not from_desk and not takes_messages(case.tasks):
        raise RuleBroken(
            say("Write to us in the part that it is about. Its office reads and answers it.")
        )
    message = Message(case_id=case.id, author=by, is_from_desk=from_desk, body=body, at=now)
    session.add(message)
    record(session, case, EventKind.MESSAGE, by=by, at=now, from_desk=from_desk, of=[message])
    if from_desk:
        case.message_since = None
        _mail(session, case, "case_message", _about(case, service), now=now)
    else:
        case.message_since = case.message_since or now
        for task in case.tasks:
            tell_inbox(session, task.department)
    log.info("message written", extra={"case": case.reference, "from_desk": from_desk})
    return message


def takes_messages(tasks: Iterable[Task]) -> bool:
    """Whether somebody has one of ``tasks``, and not only the parts of the application."""
    states = {task.state for task in tasks}
    return TaskState.WAITING not in states or TaskState.OPEN in states


def need_no_answer(case: Case) -> None:
    """Say that the applicant's messages so far are read and need no answer."""
    case.message_since = None
    log.info("messages need no answer", extra={"case": case.reference})


def write_note(session: Session, case: Case, *, by: User, body: str, now: datetime) -> Message:
    """Add a note that only staff see."""
    note = Message(
        case_id=case.id, author=by, is_from_desk=True, is_internal=True, body=body, at=now
    )
    session.add(note)
    record(session, case, EventKind.NOTED, by=by, at=now, of=[note])
    return note


def invite(
    session: Session, case: Case, service: Service, *, by: User, email: str, now: datetime
) -> None:
    """Mail a link by which the reader may join in; nobody learns whether there is an account.

    Raises:
        NotPermitted: it is not ``by`` who decides that: see ``acting``.
        RuleBroken: the application is closed.
    """
    acting.require(session, by, case, Act.INVITE, now=now)
    if case.is_closed:
        raise RuleBroken(say("This application is closed. There is nothing left to work on."))
    subject = f"{case.reference} {digest(email)}"
    secret = tokens.issue(session, TokenPurpose.JOIN_CASE, subject, now=now)
    facts = {"secret": Secret(secret), "inviter": by.name, **_about(case, service)}
    notices.send(
        session, email, "case_invitation", facts=facts,
        language=by.language, about=case.reference, now=now,
    )  # fmt: skip


def ask_to_send(session: Session, case: Case, service: Service, *, by: User, now: datetime) -> None:
    """Ask those who may send the application to do it; who asked today has asked.

    Raises:
        RuleBroken: there is nothing to send, or nobody who may.
    """
    if not policy.may_edit(case):
        raise RuleBroken(say("There is nothing to send now."))
    people = acting.who_may_send(session, case)
    if not people:
        raise RuleBroken(say("Nobody of this enterprise has an account that may send it."))
    asked = EventKind.SENDING_ASKED
    if any(one.kind == asked and now - one.at < ASKED_AGAIN_AFTER for one in case.events):
        return
    record(session, case, asked, by=by, at=now)
    for person in people:
        notices.send(
            session, person, "sending_asked", facts={"asker": by.name, **_about(case, service)},
            about=case.reference, now=now,
        )  # fmt: skip
    log.info("sending asked", extra={"case": case.reference})


def invited_to(subject: str, person: User) -> str:
    """Return the reference of the application that an invitation is about.

    Raises:
        NotPermitted: it was sent to another address: whoever was shown it is not invited.
    """
    reference, _, invited = subject.partition(" ")
    if invited != digest(person.email):
        raise NotPermitted(
            say(
                "This invitation was sent to another e-mail address. Sign in with the account "
                "of that address, or ask to be invited yourself."
            )
        )
    return reference


def mail_code(session: Session, case: Case, service: Service, *, code: str, now: datetime) -> None:
    """Mail the one-time code that opens the tracking page's details."""
    facts = {"code": Secret(code), **_about(case, service)}
    notices.send(
        session, case.applicant, "tracking_code", facts=facts,
        language=case.applicant.language, about=case.reference, now=now,
    )  # fmt: skip


def _parts(session: Session, case: Case, service: Service) -> dict[str, object]:
    """Return what letters say of the parts of a bundle: their offices, and how they stand."""
    plans = bundles.part_tasks(service, case.answers)
    if not plans:
        return {}
    status = {part.task.key: part.child.status for part in part_queries.parts_of(session, case)}
    offices = {plan.key: letters.office(service, plan.department) for plan in plans}
    return {
        "parts": [
            {
                "name": {"en": plan.name.en, "zh": plan.name.zh},
                "office": {"en": offices[plan.key].en, "zh": offices[plan.key].zh},
                "status": status.get(plan.key),
            }
            for plan in plans
        ]
    }


def _ruling_dues(session: Session, case: Case, service: Service) -> list[dict[str, object]]:
    """Return by when each of several authorities has to decide by law, as letters say it."""
    calendar = load_calendar(session)
    limits = [
        (name, time_limits.due_moment(case.intervals, terms, calendar))
        for name, terms in clock_terms.of_rulings(service)
    ]
    return [
        {"name": {"en": name.en, "zh": name.zh}, "due": due.isoformat()}
        for name, due in limits
        if due is not None
    ]


def _unannounced(session: Session, dues: Iterable[datetime], *, now: datetime) -> list[int]:
    """Return the years up to the dues whose holidays are not announced: the dues may move."""
    last = max(dues, default=now)
    if last <= now:
        return []
    calendar = load_calendar(session)
    return list(calendar.unannounced(calendar.day_of(now), calendar.day_of(last)))


def _fee(case: Case, service: Service) -> dict[str, object]:
    """Return what the application costs, as letters say it; nothing where it is free."""
    fee = service.fee
    if not fee.is_charged(case.answers):
        return {}
    lines = [
        {"name": {"en": one.name.en, "zh": one.name.zh}, "amount": str(one.amount)}
        for one in fee.due(case.answers)
    ]
    basis = {"en": fee.basis.en, "zh": fee.basis.zh} if fee.basis else None
    total = str(fee.total(case.answers))
    return {"fee": {"unit": fee.currency, "lines": lines, "total": total, "basis": basis}}


def remind(
    session: Session, case: Case, service: Service, *, paper: Text, due: datetime, now: datetime
) -> None:
    """Mail that a paper is due which the applicant is to give."""
    facts = {"paper": paper, "due": due, **_about(case, service)}
    _mail(session, case, "case_reminder", facts, now=now)


def _office(
    case: Case,
    service: Service,
    kind: LetterKind | OwnKind,
    department: str | None,
    plan: Letter,
) -> dict[str, str] | None:
    """Return the office that signs the letter; None: the desk itself."""
    if plan.signed_by is not None:
        return {"en": plan.signed_by.en, "zh": plan.signed_by.zh}
    if letters.LETTERS[kind].is_from_desk:
        return None
    if department is None:
        department = case.last_done.department if case.last_done else service.department
    office = letters.office(service, department)
    return {"en": office.en, "zh": office.zh}


def _mail(
    session: Session, case: Case, kind: str, facts: Mapping[str, object], *, now: datetime
) -> None:
    people = {one.user_id: one.user for one in case.helpers}
    if Act.SEE in acting.acts_in(session, case.applicant, case, now=now):
        people[case.applicant_id] = case.applicant
    else:  # who began it for the enterprise acts for it no more
        people |= {one.id: one for one in acting.who_may_send(session, case)}
    for person in people.values():
        notices.send(
            session, person, kind, facts=dict(facts),
            language=person.language, about=case.reference, now=now,
        )  # fmt: skip


def _about(case: Case, service: Service) -> dict[str, object]:
    return {
        "reference": case.reference,
        "title": case.title,
        "service": {"en": service.name.en, "zh": service.name.zh},
        "path": f"/cases/{case.reference}",
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None

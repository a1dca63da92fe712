"""Everything that is done so that people confirm what an application says of them.

Who changes something has locked the case's row before.  A confirmation counts for exactly what was
confirmed, so whatever changes, on whichever way, the confirmations that it touches count no more.
"""

import logging
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from servicedesk.accounts import tokens
from servicedesk.accounts.email_addresses import normalise
from servicedesk.accounts.models import TokenPurpose, User
from servicedesk.cases import queries as case_queries
from servicedesk.cases.chronicle import EventKind
from servicedesk.cases.models import Case
from servicedesk.cases.operations import drafts
from servicedesk.cases.operations.records import record
from servicedesk.catalogue.definition import Service
from servicedesk.confirmations import queries
from servicedesk.confirmations.marks import mark_of, new_salt
from servicedesk.confirmations.models import Confirmation, ConfirmationRequest
from servicedesk.confirmations.own_answers import corrected, is_same_person, saved_with
from servicedesk.confirmations.people import Line, Person, named
from servicedesk.confirmations.queries import Row, find_among, hash_of
from servicedesk.confirmations.texts import Confirmable, seal_of
from servicedesk.errors import Overtaken, RuleBroken
from servicedesk.notices import operations as notices
from servicedesk.words import Secret, say

log = logging.getLogger(__name__)

SECRET_BYTES: Final = 32
NAME_LENGTH: Final = 120  # characters of a representative's name


class AddressShared(RuleBroken):
    """Two people would confirm from one mailbox, so that one could do it for the other."""

    def __init__(self) -> None:
        super().__init__(
            say("Each person needs an e-mail address of their own. This one is another person's.")
        )


class SomebodyElse(RuleBroken):
    """By what they correct, a person would become another one whom the application names."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "Somebody else in this application has this name or number. Tell who invited you,"
                " so that the application is put right."
            )
        )


def ask(session: Session, case: Case, person: Person) -> ConfirmationRequest:
    """Return the request of ``person``, made if there is none yet; no link goes out by it."""
    asked = queries.requests_of(session, case)
    found = find_among(asked, person)
    if found is not None:
        return found
    salt = asked[0].sealed["salt"] if asked else new_salt()
    new = ConfirmationRequest(
        case=case,
        mark=mark_of(salt, person.key),
        sealed={"key": person.key, "name": person.name, "salt": salt, "corrected": []},
    )
    session.add(new)
    session.flush()
    return new


def invite(
    session: Session,
    case: Case,
    service: Service,
    person: Person,
    *,
    email: str,
    language: str,
    representative: str = "",
    by: User,
    now: datetime,
    kept: timedelta,
) -> ConfirmationRequest:
    """Send ``person`` their personal link; one that was sent before works no more.

    Args:
        session: the database.
        case: locked.
        service: the definition the case is pinned to.
        person: who is to confirm.
        email: where the link goes, and then the code.
        language: of the mails, "en" or "zh".
        representative: who confirms for an organisation.
        by: who invites.
        now: the moment.
        kept: how long the link works.

    Raises:
        Closed: the application is not open for changes.
        AddressShared: the address is that of another person of this application.
        RuleBroken: nobody is named who confirms for the organisation.
    """
    drafts.require_open(case)
    if person.is_organisation and not representative:
        raise RuleBroken(say("Say who confirms for the organisation."))
    address = normalise(email)
    whose = representative or person.name
    asked = ask(session, case, person)
    for other in queries.requests_of(session, case):
        shares = other.id != asked.id and other.sealed.get("email") == address
        if shares and _whose(other) != whose:
            raise AddressShared
    secret = secrets.token_urlsafe(SECRET_BYTES)
    asked.sealed = {
        **asked.sealed, "name": person.name, "email": address, "secret": secret,
        "representative": representative,
    }  # fmt: skip
    asked.language, asked.link_hash = language, hash_of(secret)
    asked.invited_at, asked.expires_at = now, now + kept
    asked.opened_at = asked.reminded_at = None
    _mail_link(session, asked, service, by=by, is_again=False, now=now)
    log.info("person invited to confirm", extra={"case": case.reference, "request": asked.id})
    return asked


def remind(
    session: Session,
    asked: ConfirmationRequest,
    service: Service,
    *,
    by: User,
    now: datetime,
    kept: timedelta,
) -> None:
    """Mail the link again; it works anew for as long as a new one.

    Raises:
        Closed: the application is not open for changes.
        RuleBroken: the person was never invited, or has confirmed all that is said now.
    """
    drafts.require_open(asked.case)
    row = queries.get_row(session, asked, service)
    if asked.link_hash is None or row.is_confirmed:
        raise RuleBroken(say("There is nothing to remind this person of."))
    asked.reminded_at, asked.expires_at = now, now + kept
    _mail_link(session, asked, service, by=by, is_again=True, now=now)
    log.info("person reminded", extra={"case": asked.case.reference, "request": asked.id})


def mail_code(
    session: Session, asked: ConfirmationRequest, here: str, *, language: str, now: datetime
) -> None:
    """Mail the person of a link the code that opens what it shows, in the browser ``here``."""
    code = tokens.issue_code(session, TokenPurpose.CONFIRM_DATA, here, now=now)
    facts = {"code": Secret(code), "reference": asked.case.reference}
    notices.send(
        session, asked.sealed["email"], "confirmation_code", facts=facts,
        language=language, about=asked.case.reference, now=now,
    )  # fmt: skip


def enter(
    session: Session, asked: ConfirmationRequest, here: str, code: str, *, now: datetime
) -> bool:
    """Take the code that was mailed; whether it was right.  Commit in either case."""
    if not tokens.spend_code(session, TokenPurpose.CONFIRM_DATA, here, code, now=now):
        return False
    asked.opened_at = asked.opened_at or now
    return True


def confirm(
    session: Session,
    case: Case,
    row: Row,
    shown: Confirmable,
    *,
    seen: str,
    now: datetime,
) -> Confirmation:
    """Keep that a person confirmed what they were shown; twice is the same as once.

    Args:
        session: the database.
        case: locked.
        row: the person, as the application names them now; they were asked.
        shown: what they were shown, in their language.
        seen: the digest of what they were shown.
        now: the moment.

    Raises:
        Closed: the application is not open for changes.
        Overtaken: something of it was changed since they looked.
    """
    drafts.require_open(case)
    if row.request is None or seen != row.person.digest:
        raise Overtaken
    if row.confirmation is not None:
        return row.confirmation
    salt = new_salt()
    kept = Confirmation(
        case_id=case.id,
        request=row.request,
        at=now,
        language=shown.language,
        sha256=seal_of(salt, shown.text),
        sealed={"salt": salt, "text": shown.text, "digest": seen, "name": row.person.name},
    )
    session.add(kept)
    record(session, case, EventKind.CONFIRMED, by=None, at=now, sha256=kept.sha256.hex())
    session.flush()
    log.info("data confirmed", extra={"case": case.reference, "confirmation": kept.id})
    return kept


def correct(
    session: Session,
    case: Case,
    service: Service,
    *,
    row: Row,
    line: Line,
    answers: Mapping[str, Any],
    seen: str,
    changes: list[dict[str, Any]],
    now: datetime,
) -> None:
    """Put into the application what a person says is right about themselves in one place.

    What they confirmed before counts no more, even if somebody changes it back.

    Args:
        session: the database.
        case: locked.
        service: the definition the case is pinned to.
        row: the person, as the application names them now.
        line: one of the places where they are named.
        answers: to all questions they may correct there; None for what is not asked or blank.
        seen: the digest of what they were shown.
        changes: what changed, for the board: label, before and after, in both languages.
        now: the moment.

    Raises:
        Closed: the application is not open for changes, or not at this place.
        SomebodyElse: they would become another person whom the application names.
        Overtaken: something was changed since they looked.
    """
    asked = row.request
    if asked is None or seen != row.person.digest:
        raise Overtaken
    whole, touched = corrected(case.answers, row.person, line, answers)
    if not is_same_person(service, whole, row.person):
        raise SomebodyElse
    for one in touched:
        _require_open_place(session, case, service, one)
    for one in touched:
        part = one.page.model_copy(update={"key": "own_line", "fields": saved_with(one)})
        said = {field.key: whole.get(field.key) for field in part.fields}
        drafts.save_page(session, case, part, said, now=now)
    for kept in asked.confirmations:
        kept.withdrawn_at = kept.withdrawn_at or now
    _follow(asked, service, case, line)
    told = [*asked.sealed["corrected"], *({**one, "at": now.isoformat()} for one in changes)]
    asked.sealed = {**asked.sealed, "corrected": told}
    record(session, case, EventKind.LINE_CORRECTED, by=None, at=now, place=line.place)
    for person in {one.id: one for one in (case.applicant, *_helpers(case))}.values():
        facts = {"person": row.person.name, "reference": case.reference, "title": case.title}
        notices.send(
            session, person, "confirmation_corrected",
            facts={**facts, "path": f"/cases/{case.reference}/confirmations"},
            language=person.language, about=case.reference, now=now,
        )  # fmt: skip
    log.info("own line corrected", extra={"case": case.reference, "request": asked.id})


def _require_open_place(session: Session, case: Case, service: Service, line: Line) -> None:
    """Make sure that the place may be changed now: after a sending, only what a list opens."""
    opened = case_queries.open_pages(session, case, service).get(line.page.key)
    keys = {one.key for one in opened.fields} if opened else set()
    if not keys.issuperset(one.key for one in saved_with(line)):
        raise drafts.Closed


def _follow(asked: ConfirmationRequest, service: Service, case: Case, line: Line) -> None:
    """Let the request go on standing for the person, whose name or number may be another now."""
    person = next(
        one
        for one in named(service, case.answers)
        if any(own.place == line.place for own in one.lines)
    )
    asked.sealed = {**asked.sealed, "key": person.key, "name": person.name}
    asked.mark = mark_of(asked.sealed["salt"], person.key)


def _helpers(case: Case) -> list[User]:
    return [one.user for one in case.helpers]


def _whose(asked: ConfirmationRequest) -> str:
    return asked.sealed.get("representative") or str(asked.sealed["name"])


def _mail_link(
    session: Session,
    asked: ConfirmationRequest,
    service: Service,
    *,
    by: User,
    is_again: bool,
    now: datetime,
) -> None:
    case = asked.case
    facts = {
        "secret": Secret(asked.sealed["secret"]),
        "inviter": by.name,
        "name": _whose(asked),
        "organisation": asked.sealed["name"] if asked.sealed.get("representative") else "",
        "is_again": is_again,
        "until": asked.expires_at,
        "title": case.title,
        "reference": case.reference,
        "service": {"en": service.name.en, "zh": service.name.zh},
    }
    notices.send(
        session, asked.sealed["email"], "confirmation_invitation", facts=facts,
        language=asked.language, about=case.reference, now=now,
    )  # fmt: skip

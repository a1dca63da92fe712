"""What happens to a case, one event after another, each sealed to the one before.

Pure rules: the kinds of event, which of them the applicant sees and in which words, and
the hash chain.  The hash of an event covers a salted hash of its details, so that
details may one day be erased by law while the chain still proves the order of events.
The end of a chain is sealed with a key of ours: who has the database alone can neither cut
it nor work it out anew.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, Protocol

from servicedesk.cases.lifecycle import FINAL_STATUSES, CaseStatus
from servicedesk.words import Words, say


class EventKind(StrEnum):
    """What happened.  The values are stored: add one, never rename one."""

    STARTED = "started"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    DEEMED_ACCEPTED = "deemed_accepted"
    CORRECTION_PROPOSED = "correction_proposed"
    CORRECTION_SENT = "correction_sent"
    CORRECTION_DECLINED = "correction_declined"
    RESUBMITTED = "resubmitted"
    TASK_CLAIMED = "task_claimed"
    TASK_RELEASED = "task_released"
    TASK_HANDED_OVER = "task_handed_over"
    TASK_DONE = "task_done"
    APPROVED = "approved"
    REFUSED = "refused"
    NOT_ACCEPTED = "not_accepted"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    NOTED = "noted"
    MESSAGE = "message"
    PERSON_ADDED = "person_added"
    PERSON_REMOVED = "person_removed"
    CERTIFICATE = "certificate"
    CERTIFICATE_REVOKED = "certificate_revoked"
    APPROVAL_REVOKED = "approval_revoked"  # one that brought no certificate
    PAPER_IN_ORDER = "paper_in_order"
    LETTER = "letter"
    STOCK_TAKEN = "stock_taken"
    VERSION_CHANGED = "version_changed"
    CLOCK_STOPPED = "clock_stopped"
    CLOCK_RESUMED = "clock_resumed"
    EXTENSION_ASKED = "extension_asked"
    EXTENSION_REFUSED = "extension_refused"
    EXTENDED = "extended"
    DEEMED_GRANTED = "deemed_granted"
    RULING_DEEMED = "ruling_deemed"  # of several decisions one, by silence; the case goes on
    RESULT_READY = "result_ready"
    DELIVERED = "delivered"
    QUESTION_ASKED = "question_asked"
    DECISION_ASKED = "decision_asked"
    QUESTION_ANSWERED = "question_answered"
    TASK_TAKEN_OVER = "task_taken_over"
    REOPENED = "reopened"
    PART_OPENED = "part_opened"  # these four: of an application that has parts
    PART_WAITS = "part_waits"
    PART_MENDED = "part_mended"
    PART_ENDED = "part_ended"
    ENDED = "ended"
    PAPERS_FOLLOW = "papers_follow"
    PROMISES_MADE = "promises_made"
    PAPER_GIVEN = "paper_given"
    PAPER_KEPT = "paper_kept"
    PAPER_NOT_KEPT = "paper_not_kept"
    PROMISE_KEPT = "promise_kept"
    PROMISE_NOT_KEPT = "promise_not_kept"
    PROMISE_FALSE = "promise_false"
    COMMITMENTS_DROPPED = "commitments_dropped"
    EXAMINED = "examined"
    CONFIRMED = "confirmed"  # somebody named in it confirmed their data
    LINE_CORRECTED = "line_corrected"  # somebody named in it corrected their own line
    SENDING_ASKED = "sending_asked"  # of those who may, by who may only prepare
    HANDED_ON = "handed_on"  # to another member of the enterprise


_K = EventKind

# What the applicant's timeline tells; the other kinds are for staff.
PUBLIC_WORDS: Final[dict[EventKind, Words]] = {
    _K.STARTED: say("Application begun"),
    _K.SUBMITTED: say("Received, complete"),
    _K.ACCEPTED: say("Accepted"),
    _K.DEEMED_ACCEPTED: say("Deemed accepted: we were silent for too long"),
    _K.CORRECTION_SENT: say("Correction notice sent to you"),
    _K.RESUBMITTED: say("Corrections received"),
    _K.APPROVED: say("Approved"),
    _K.REFUSED: say("Refused"),
    _K.NOT_ACCEPTED: say("Not accepted"),
    _K.WITHDRAWN: say("Withdrawn by you"),
    _K.LAPSED: say("Lapsed: it was not sent in time"),
    _K.VERSION_CHANGED: say("Goes on with the new version of the service"),
    _K.PART_OPENED: say("A part begun"),
    _K.PART_WAITS: say("A part needs corrections from you"),
    _K.PART_MENDED: say("Corrections to a part received"),
    _K.PART_ENDED: say("A part has ended"),
    _K.ENDED: say("Ended with the application that it is a part of"),
    _K.PERSON_ADDED: say("Another person may work on it"),
    _K.PERSON_REMOVED: say("A person does not work on it any more"),
    _K.SENDING_ASKED: say("Those who may send it were asked to"),
    _K.HANDED_ON: say("Handed on to another member of the enterprise"),
    _K.CERTIFICATE: say("Certificate issued"),
    _K.CERTIFICATE_REVOKED: say("Certificate revoked"),
    _K.APPROVAL_REVOKED: say("Approval revoked"),
    _K.CLOCK_STOPPED: say("Clock stopped for time that is not counted"),
    _K.CLOCK_RESUMED: say("Clock goes on"),
    _K.EXTENDED: say("Legal limit extended"),
    _K.DEEMED_GRANTED: say("Counts as granted: we did not decide in time"),
    _K.RULING_DEEMED: say("The renewal of a permit counts as granted: we did not decide in time"),
    _K.RESULT_READY: say("Result ready to be handed over"),
    _K.DELIVERED: say("Result handed over"),
    _K.REOPENED: say("Opened again"),
    _K.PAPERS_FOLLOW: say("A paper may come later"),
    _K.PROMISES_MADE: say("What you promised is checked from now on"),
    _K.PAPER_GIVEN: say("Paper received"),
    _K.PAPER_KEPT: say("Paper that came later found in order"),
    _K.PAPER_NOT_KEPT: say("Paper that came later not in order"),
    _K.PROMISE_KEPT: say("Promise found kept"),
    _K.PROMISE_NOT_KEPT: say("Promise found not kept: to be put right"),
    _K.PROMISE_FALSE: say("Promise found false"),
    _K.CONFIRMED: say("A person confirmed their data"),
    _K.LINE_CORRECTED: say("A person corrected their own data"),
}
REVOCATIONS: Final = frozenset({_K.CERTIFICATE_REVOKED, _K.APPROVAL_REVOKED})
# Of these, what a tracking number does not show: only the applicant reads it.
PRIVATE: Final = frozenset(
    {
        _K.SENDING_ASKED,
        _K.HANDED_ON,
        _K.PAPERS_FOLLOW,
        _K.PROMISES_MADE,
        _K.PAPER_GIVEN,
        _K.PAPER_KEPT,
        _K.PAPER_NOT_KEPT,
        _K.PROMISE_KEPT,
        _K.PROMISE_NOT_KEPT,
        _K.PROMISE_FALSE,
        _K.CONFIRMED,
        _K.LINE_CORRECTED,
    }
)
STAFF_WORDS: Final[dict[EventKind, Words]] = PUBLIC_WORDS | {
    _K.CORRECTION_SENT: say("Correction notice sent"),
    _K.CORRECTION_PROPOSED: say("Second correction list proposed"),
    _K.CORRECTION_DECLINED: say("Second correction list not allowed"),
    _K.TASK_CLAIMED: say("Task taken"),
    _K.TASK_RELEASED: say("Task given back"),
    _K.TASK_HANDED_OVER: say("Task handed over"),
    _K.TASK_DONE: say("Task done"),
    _K.EXAMINED: say("Findings kept"),
    _K.WITHDRAWN: say("Withdrawn by the applicant"),
    _K.NOTED: say("Internal note written"),
    _K.PAPER_IN_ORDER: say("Paper found in order"),
    _K.LETTER: say("Letter issued"),
    _K.STOCK_TAKEN: say("Stock taken of what there is"),
    _K.MESSAGE: say("Message written"),
    _K.QUESTION_ASKED: say("Colleague asked"),
    _K.DECISION_ASKED: say("Decision asked for"),
    _K.QUESTION_ANSWERED: say("Question answered"),
    _K.TASK_TAKEN_OVER: say("Task taken over by the deputy"),
    _K.EXTENSION_ASKED: say("Extension asked for"),
    _K.EXTENSION_REFUSED: say("Extension not granted"),
    _K.PART_WAITS: say("A part needs corrections from the applicant"),
    _K.DEEMED_ACCEPTED: say("Deemed accepted by lapse of time"),
    _K.DEEMED_GRANTED: say("Deemed granted by lapse of time"),
    _K.RULING_DEEMED: say("Renewal of a permit deemed granted by lapse of time"),
    _K.PROMISES_MADE: say("Promises to be checked"),
    _K.COMMITMENTS_DROPPED: say("Promises and papers not waited for any more"),
}


# Where a case stands after what happened; other kinds leave it where it is.
_STATUS_AFTER: Final[dict[EventKind, CaseStatus]] = {
    _K.STARTED: CaseStatus.DRAFT,
    _K.SUBMITTED: CaseStatus.SUBMITTED,
    _K.ACCEPTED: CaseStatus.IN_PROGRESS,
    _K.DEEMED_ACCEPTED: CaseStatus.IN_PROGRESS,
    _K.CORRECTION_SENT: CaseStatus.CORRECTING,
    _K.RESUBMITTED: CaseStatus.SUBMITTED,  # once accepted: in progress
    _K.APPROVED: CaseStatus.APPROVED,
    _K.DEEMED_GRANTED: CaseStatus.APPROVED,
    _K.REFUSED: CaseStatus.REFUSED,
    _K.NOT_ACCEPTED: CaseStatus.NOT_ACCEPTED,
    _K.WITHDRAWN: CaseStatus.WITHDRAWN,
    _K.LAPSED: CaseStatus.LAPSED,
    _K.ENDED: CaseStatus.ENDED,
}
_ACCEPTANCES: Final = frozenset({_K.ACCEPTED, _K.DEEMED_ACCEPTED})


@dataclass
class Standing:
    """Where a case stands, as its events tell."""

    status: CaseStatus | None = None
    submitted_at: datetime | None = None
    accepted_at: datetime | None = None
    closed_at: datetime | None = None


def standing(events: Iterable["Chained"]) -> Standing:
    """Return where a case stands by what happened to it, in the order of ``seq``."""
    told = Standing()
    for event in events:
        kind = EventKind(event.kind)
        told.status = _STATUS_AFTER.get(kind, told.status)
        if kind is _K.SUBMITTED:
            told.submitted_at = event.at
        elif kind is _K.REOPENED:
            told.status, told.closed_at = CaseStatus(event.details["status"]), None
        elif kind in _ACCEPTANCES:
            since = event.details.get("since")
            told.accepted_at = datetime.fromisoformat(since) if since else event.at
        elif kind is _K.RESUBMITTED and told.accepted_at:
            told.status = CaseStatus.IN_PROGRESS
        if told.status in FINAL_STATUSES and told.closed_at is None:
            told.closed_at = event.at
    return told


class Chained(Protocol):
    """An event as the chain sees it."""

    case_id: Any
    seq: Any
    kind: Any
    actor_id: Any
    at: Any
    details: Any
    details_hash: Any
    hash: Any


@dataclass(frozen=True)
class Break:
    """Where a chain does not hold, and why; for ``servicedesk check``."""

    case_id: int
    seq: int
    why: str


def salted(details: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``details`` with a fresh salt, so that their hash tells nothing of them."""
    return {**details, "salt": secrets.token_hex(8)}


def hash_details(details: Mapping[str, Any]) -> bytes:
    """Return the SHA-256 of salted ``details`` in canonical JSON."""
    return hashlib.sha256(_canonical(details)).digest()


def hash_event(
    previous: bytes,
    *,
    case_id: int,
    seq: int,
    kind: str,
    actor_id: int | None,
    at: datetime,
    details_hash: bytes,
) -> bytes:
    """Return the hash that seals an event to the one before (``b""`` before the first)."""
    facts = [case_id, seq, str(kind), actor_id, at.astimezone(UTC).isoformat(), details_hash.hex()]
    return hashlib.sha256(previous + _canonical(facts)).digest()


def sealed_end(case_id: int, last_seq: int, last_hash: bytes) -> bytes:
    """Return what the seal of a case is put under: whose chain it is, and where it ends."""
    return _canonical([case_id, last_seq, last_hash.hex()])


def breaks(case_id: int, last_seq: int, last_hash: bytes, events: Iterable[Chained]) -> list[Break]:
    """Return where the chain of a case is broken: edited, deleted, reordered or cut.

    Args:
        case_id: the case.
        last_seq: how many events the case says it has.
        last_hash: the hash of the last one, as the case says.
        events: the stored ones in the order of ``seq``.
    """
    found: list[Break] = []
    previous, expected = b"", 1
    for event in events:
        if event.seq != expected:
            found.append(Break(case_id, expected, "an event is missing"))
            expected = event.seq
        if hash_details(event.details) != event.details_hash:
            found.append(Break(case_id, event.seq, "its details were changed"))
        if event.hash != _expected_hash(previous, event):
            found.append(Break(case_id, event.seq, "it does not fit the one before"))
        previous, expected = event.hash, expected + 1
    if expected - 1 != last_seq or previous != last_hash:
        found.append(Break(case_id, last_seq, "the end of the chain was cut"))
    return found


def _expected_hash(previous: bytes, event: Chained) -> bytes:
    return hash_event(
        previous,
        case_id=event.case_id,
        seq=event.seq,
        kind=event.kind,
        actor_id=event.actor_id,
        at=event.at,
        details_hash=event.details_hash,
    )


def _canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

"""What the events of a case bear witness to, and how to tell whether it is still there.

An event names the rows that came about with it, each with a digest of what they said.  The
events are chained and their end is sealed, so whatever was witnessed cannot be altered, taken
away or made up afterwards without ``servicedesk check`` finding it (D2).
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from servicedesk.cases.chronicle import EventKind
from servicedesk.cases.models import (
    CaseEvent,
    CasePart,
    ClockInterval,
    Document,
    IssuedLetter,
    Message,
    Submission,
    Task,
    TaskState,
)
from servicedesk.cases.pledges import Commitment
from servicedesk.cases.proceedings import (
    ClockExtension,
    ClockStop,
    Examination,
    HandOut,
    Question,
)
from servicedesk.enterprises.models import Certificate

FACT: Final = "witness"  # in an event's details: {"letters 12": digest}

_CLOCK = ("runs", "kind", "round", "since", "until", "basis_en", "basis_zh")
_STOP = ("interval_id", "kind", "reason", "working_days", "expected_at", "by_id", "at")
_EXTENSION = ("round", "days", "state", "reason", "asked_by_id", "asked_at")
_HAND_OUT = ("department", "way", "ready_at", "due_at")
_QUESTION = ("task_id", "kind", "asked_by_id", "asked_at", "department", "to_id", "body")
_COMMITMENT = ("kind", "material", "department", "duty", "state", "opened_at", "due_at")
_CERTIFICATE = ("code", "template", "enterprise_id", "facts", "issued_at", "valid_until")
# What of a row its event vouches for.  The rest may change without a word.
SAID: Final[dict[type[Any], tuple[str, ...]]] = {
    CasePart: ("task_id", "child_id", "opened_at"),
    Submission: ("number", "by_id", "at", "answers", "document_ids", "findings"),
    Document: ("material", "sha256", "name", "given_by_id", "given_at"),
    Task: ("stage", "entry", "key", "department", "action", "done_by_id", "done_at", "reason"),
    ClockInterval: _CLOCK,
    Message: ("author_id", "is_from_desk", "is_internal", "body", "at"),
    IssuedLetter: ("kind", "facts", "issued_at"),
    Certificate: (*_CERTIFICATE, "revoked_at", "reason"),
    ClockStop: _STOP,
    Question: (*_QUESTION, "answered_by_id", "answered_at", "verdict", "answer"),
    HandOut: (*_HAND_OUT, "given_at", "given_by_id", "given_way", "given_to"),
    ClockExtension: (*_EXTENSION, "decided_by_id", "decided_at", "answer"),
    Examination: ("task_id", "number", "by_id", "at", "found"),
    Commitment: (*_COMMITMENT, "given_at", "checked_at", "checked_by_id", "reason", "ended_at"),
}


def _always(_row: Any) -> bool:  # noqa: ANN401 - any row
    return True


# Which rows must have been witnessed: a paper of a draft and an open task are not yet.
_MUST: Final[dict[type[Any], Callable[[Any], bool]]] = dict.fromkeys(SAID, _always) | {
    Document: lambda _document: False,
    Task: lambda task: task.state is TaskState.DONE,
}


def name_of(row: Any) -> str:  # noqa: ANN401 - any row of ``SAID``
    """Return what events call a row: its table and its number."""
    return f"{row.__tablename__} {row.id}"


def digest_of(row: Any) -> str:  # noqa: ANN401 - any row of ``SAID``
    """Return a digest of what a row says."""
    return digest(getattr(row, column) for column in SAID[type(row)])


def digest(values: Iterable[Any]) -> str:
    """Return a digest of what stands in the columns that an event vouches for."""
    said = [_plain(value) for value in values]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def witnessed(rows: Iterable[Any]) -> dict[str, str]:
    """Return what an event keeps of ``rows``; they need their numbers, so flush before."""
    return {name_of(row): digest_of(row) for row in rows}


def vouched_for(events: Iterable[CaseEvent]) -> dict[str, str]:
    """Return what a chain of events vouches for; taking stock counts anew."""
    known: dict[str, str] = {}
    for event in events:
        if event.kind == EventKind.STOCK_TAKEN:
            known.clear()
        known.update(event.details.get(FACT, {}))
    return known


def differences(known: Mapping[str, str], rows: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """Yield the name of each row that is not as the events say, and what is wrong with it."""
    there = {name_of(row): row for row in rows}
    for name, digest in known.items():
        if name not in there:
            yield name, "is gone"
        elif digest_of(there[name]) != digest:
            yield name, "was altered"
    for name, row in there.items():
        if name not in known and _MUST[type(row)](row):
            yield name, "was made up: no event tells of it"


def _plain(value: Any) -> Any:  # noqa: ANN401 - any column
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value

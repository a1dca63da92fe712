"""Writing what happened into the case's chain of events."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from servicedesk import live
from servicedesk.accounts.models import User
from servicedesk.cases import chronicle, witness
from servicedesk.cases.chronicle import EventKind
from servicedesk.cases.models import SEAL, Case, CaseEvent
from servicedesk.database import keyring


def tell_inbox(session: Session, department: str) -> None:
    """Tell open inboxes that a task of the department came, went or changed hands."""
    live.announce(session, f"inbox:{department}")


def record(
    session: Session,
    case: Case,
    kind: EventKind,
    *,
    by: User | None,
    at: datetime,
    of: Sequence[Any] = (),
    **details: object,
) -> CaseEvent:
    """Append an event; ``by`` is None for the desk itself, ``details`` are JSON.

    ``of`` are the rows that came about with it, as ``witness`` knows them.
    """
    if of:
        session.flush()
        details[witness.FACT] = witness.witnessed(of)
    salted = chronicle.salted(details)
    details_hash = chronicle.hash_details(salted)
    seq = case.last_seq + 1
    actor_id = by.id if by else None
    event = CaseEvent(
        case_id=case.id,
        seq=seq,
        kind=kind,
        actor_id=actor_id,
        at=at,
        details=salted,
        details_hash=details_hash,
        hash=chronicle.hash_event(
            case.last_hash,
            case_id=case.id,
            seq=seq,
            kind=kind,
            actor_id=actor_id,
            at=at,
            details_hash=details_hash,
        ),
    )
    session.add(event)
    live.announce(session, f"case:{case.id}")
    case.last_seq, case.last_hash = seq, event.hash
    case.seal = keyring.mark(SEAL, chronicle.sealed_end(case.id, seq, event.hash))
    return event

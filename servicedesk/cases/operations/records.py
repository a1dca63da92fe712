"""Writing what happened into the case's chain of events."""

from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk import live
from servicedesk.accounts.models import User
from servicedesk.cases import chronicle
from servicedesk.cases.chronicle import EventKind
from servicedesk.cases.models import Case, CaseEvent


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
    **details: object,
) -> CaseEvent:
    """Append an event; ``by`` is None for the desk itself, ``details`` are JSON."""
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
    return event

"""The end of a suspension: filed beforehand for the day after it, or earlier by the registrar."""

from sqlalchemy.orm import Session

from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.operations import register
from servicedesk.enterprises.operations.register import Decision

RESUME = "resume"


def withdraw_resumption(session: Session, enterprise: Enterprise, decision: Decision) -> None:
    """Withdraw the resumption that lies ahead: the time is extended, or over earlier."""
    for one in register.pending(enterprise, decision.day):
        if one.kind == RESUME:
            register.strike(session, enterprise, one.seq, decision=decision)

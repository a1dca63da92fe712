"""Applications about an enterprise: begun when they are sent, ended with their decision.

What a stranger sends begins once a clerk has accepted it: until then it bars nothing.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.enterprises.filing_words import kind_words
from servicedesk.enterprises.member_roles import Act
from servicedesk.enterprises.models import Enterprise, Proceeding
from servicedesk.enterprises.queries import members, proceedings
from servicedesk.enterprises.standing import REPORTS, bar
from servicedesk.errors import RuleBroken
from servicedesk.notices import operations as notices


def begin(
    session: Session, enterprise: Enterprise, kind: str, *, case_id: int, now: datetime
) -> bool:
    """Let an application run; sent again, it goes on.  The enterprise is locked by the caller.

    Reports only pass: each is on a time of its own, so several are under way side by side.
    Returns whether it runs only from now on.

    Raises:
        RuleBroken: the enterprise cannot have this now; the words say why.
    """
    require_allowed(session, enterprise, kind, case_id=case_id)
    if kind in REPORTS:
        return False
    running = session.scalar(
        sa.select(Proceeding).where(Proceeding.case_id == case_id, Proceeding.ended_at.is_(None))
    )
    if running is not None and running.enterprise_id == enterprise.id:
        return False
    end(session, case_id=case_id, now=now)
    session.add(Proceeding(enterprise_id=enterprise.id, case_id=case_id, kind=kind, since=now))
    session.flush()
    return True


def tell_owners(
    session: Session, enterprise: Enterprise, kind: str, *, reference: str, now: datetime
) -> None:
    """Tell the owners of an application about their enterprise that none of its people sent."""
    facts = {"enterprise": enterprise.name, "what": kind_words(kind)}
    for owner in members.who_may(session, enterprise.id, Act.MANAGE):
        notices.send(session, owner, "stranger_accepted", facts=facts, about=reference, now=now)


def require_allowed(session: Session, enterprise: Enterprise, kind: str, *, case_id: int) -> None:
    """Make sure that nothing bars this filing of an enterprise.

    Raises:
        RuleBroken: something does; the words say what.
    """
    reason = bar(kind, proceedings.standing_of(session, enterprise, besides=case_id))
    if reason is not None:
        raise RuleBroken(reason)


def hand_on(session: Session, *, case_id: int, to_case_id: int) -> None:
    """Let what runs for an application go on as another's: since the same day, without a gap."""
    session.execute(
        sa.update(Proceeding)
        .where(Proceeding.case_id == case_id, Proceeding.ended_at.is_(None))
        .values(case_id=to_case_id)
    )


def end(session: Session, *, case_id: int, now: datetime) -> None:
    """End the proceeding of an application, however it was decided.  Safe to repeat."""
    session.execute(
        sa.update(Proceeding)
        .where(Proceeding.case_id == case_id, Proceeding.ended_at.is_(None))
        .values(ended_at=now)
    )

"""Entering enterprises in the register, one filing at a time."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.database import keyring
from servicedesk.enterprises import credit_code, ledger, register_search
from servicedesk.enterprises.models import CodeCounter, Enterprise, Filing
from servicedesk.enterprises.operations import members
from servicedesk.park import local_day, park

log = logging.getLogger(__name__)

SET_UP = "set_up"


@dataclass(frozen=True)
class Decision:
    """Which application brings a filing, who decided it (None: the desk itself), and when."""

    case_id: int | None
    by: User | None
    now: datetime

    @property
    def day(self) -> date:
        """The day of the decision in the park."""
        return local_day(self.now)


def set_up(
    session: Session, facts: Mapping[str, Any], *, is_foreign: bool, decision: Decision
) -> Enterprise:
    """Enter a new enterprise with its credit code and its first filing."""
    enterprise = Enterprise(
        credit_code=next_code(session, park().division),
        name=facts["name"],
        name_pinyin=register_search.letters(facts["name"]),
        grams=register_search.grams(facts["name"]),
        org_form=facts["org_form"],
        is_foreign_invested=is_foreign,
        facts={},
        registered_on=decision.day,
        last_seq=0,
        last_hash=ledger.FIRST,
    )
    session.add(enterprise)
    session.flush()
    file(session, enterprise, SET_UP, facts, decision=decision)
    log.info("enterprise registered", extra={"credit_code": enterprise.credit_code})
    return enterprise


def file(
    session: Session,
    enterprise: Enterprise,
    kind: str,
    facts: Mapping[str, Any],
    *,
    decision: Decision,
) -> Filing:
    """Change an enterprise's facts by a filing, chained to the one before.

    The enterprise's row is locked by its version: of two filings at once, one fails.
    """
    entry = ledger.Entry(
        credit_code=enterprise.credit_code,
        seq=enterprise.last_seq + 1,
        kind=kind,
        case_id=decision.case_id,
        decided_by_id=decision.by.id if decision.by else None,
        at=decision.now,
        effective_on=decision.day,
        changes=ledger.changes(enterprise.facts, facts),
    )
    filing = Filing(
        enterprise_id=enterprise.id,
        seq=entry.seq,
        kind=kind,
        case_id=entry.case_id,
        decided_by_id=entry.decided_by_id,
        at=entry.at,
        effective_on=entry.effective_on,
        changes=dict(entry.changes),
        previous_hash=enterprise.last_hash,
        hash=ledger.chained(enterprise.last_hash, entry),
    )
    session.add(filing)
    enterprise.facts = {key: value for key, value in facts.items() if value is not None}
    enterprise.last_seq, enterprise.last_hash = filing.seq, filing.hash
    seal(enterprise)
    session.flush()
    return filing


def seal(enterprise: Enterprise) -> None:
    """Put our seal under the end of its chain of filings."""
    end = ledger.sealed_end(enterprise.credit_code, enterprise.last_seq, enterprise.last_hash)
    enterprise.seal = keyring.mark(ledger.SEAL, end)


def seal_old(session: Session) -> Iterator[tuple[str, bool]]:
    """Seal the enterprises that are from before there were seals.

    Yields each with whether its chain holds; one that does not is left as it is.
    """
    unsealed = sa.select(Enterprise).where(Enterprise.seal.is_(None)).order_by(Enterprise.id)
    for enterprise in session.scalars(unsealed).all():
        links = [link_of(enterprise, filing) for filing in enterprise.filings]
        found = ledger.problems(
            links, last_seq=enterprise.last_seq, last_hash=bytes(enterprise.last_hash)
        )
        holds = next(found, None) is None
        if holds:
            seal(enterprise)
        yield enterprise.credit_code, holds


def join(
    session: Session, enterprise: Enterprise, user_id: int, *, capacity: str, now: datetime
) -> None:
    """Let who set the enterprise up act for it: its ``owner``, or its ``agent`` for a time."""
    members.found(session, enterprise, user_id, as_agent=capacity == "agent", now=now)


def next_code(session: Session, division: str) -> str:
    """Return a credit code that no other enterprise has or will have.

    The counter's row stays locked until the caller commits, so numbers are handed out one
    after another and none is lost by a rollback.
    """
    first = insert(CodeCounter).values(division=division, last=1)
    number = session.execute(
        first.on_conflict_do_update(
            index_elements=[CodeCounter.division], set_={"last": CodeCounter.last + 1}
        ).returning(CodeCounter.last)
    ).scalar_one()
    return credit_code.make(division, number)


def link_of(enterprise: Enterprise, filing: Filing) -> ledger.Link:
    """Return a stored filing as the ledger's rules see it."""
    entry = ledger.Entry(
        credit_code=enterprise.credit_code,
        seq=filing.seq,
        kind=filing.kind,
        case_id=filing.case_id,
        decided_by_id=filing.decided_by_id,
        at=filing.at,
        effective_on=filing.effective_on,
        changes=filing.changes,
    )
    return ledger.Link(entry, bytes(filing.previous_hash), bytes(filing.hash))

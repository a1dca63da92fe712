"""Entering enterprises in the register, one filing at a time."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, selectinload

from servicedesk.accounts.models import User
from servicedesk.database import keyring
from servicedesk.enterprises import (
    chronology,
    credit_code,
    ledger,
    public_facts,
    register_search,
)
from servicedesk.enterprises.models import (
    CodeCounter,
    Enterprise,
    EnterpriseState,
    Filing,
    RegisterRow,
)
from servicedesk.enterprises.operations import certificates, entries
from servicedesk.errors import NotFound, RuleBroken
from servicedesk.park import local_day, park
from servicedesk.words import say

log = logging.getLogger(__name__)

Facts = Mapping[str, Any]

SET_UP: Final = "set_up"
IMPORT: Final = "import"  # of an enterprise that was there before this register
CORRECTION: Final = "correction"
ANNULMENT: Final = "annulment"
WITHDRAWAL: Final = "withdrawal"
SET_UP_SEQ: Final = 1  # the first filing of every enterprise
SUBJECT_LENGTH: Final = 200  # characters; the width of RegisterRow.subject


@dataclass(frozen=True)
class Decision:
    """Which application brings a filing, who decided it (None: the desk itself), and when."""

    case_id: int | None
    by: User | None
    now: datetime
    reason: str | None = None  # of the registrar's own filings

    @property
    def day(self) -> date:
        """The day of the decision in the park."""
        return local_day(self.now)


def set_up(session: Session, facts: Facts, *, decision: Decision) -> Enterprise:
    """Enter a new enterprise with its credit code and its first filing."""
    return enter(
        session,
        next_code(session, park().division),
        facts,
        registered_on=decision.day,
        kind=SET_UP,
        decision=decision,
    )


def enter(
    session: Session,
    code: str,
    facts: Facts,
    *,
    registered_on: date,
    kind: str,
    decision: Decision,
) -> Enterprise:
    """Enter an enterprise that has its credit code, with its first filing."""
    enterprise = Enterprise(
        credit_code=code,
        name="",
        name_pinyin="",
        org_form=facts["org_form"],
        facts={},
        registered_on=registered_on,
        last_seq=0,
        last_hash=ledger.FIRST,
        filings=[],
    )
    session.add(enterprise)
    session.flush()
    file(session, enterprise, kind, facts, decision=decision, on=registered_on)
    log.info("enterprise registered", extra={"credit_code": enterprise.credit_code})
    return enterprise


def file(
    session: Session,
    enterprise: Enterprise,
    kind: str,
    facts: Facts,
    *,
    decision: Decision,
    on: date | None = None,
) -> Filing:
    """Change what the register says of an enterprise by a filing, chained to the one before.

    Whoever files holds the enterprise's row until the end (``locked``), so of two filings at
    once the second sees the first.

    Args:
        session: the caller's.
        enterprise: whose; locked.
        kind: of the filing.
        facts: what the register says of it from then on, whole.
        decision: by which it is filed.
        on: the day on which it takes effect; None: that of the decision.
    """
    day = on or decision.day
    changes = ledger.changes(facts_on(enterprise, day), facts)
    return _append(session, enterprise, kind, changes, decision=decision, on=day)


def correct(
    session: Session, enterprise: Enterprise, seq: int, right: Facts, *, decision: Decision
) -> Filing:
    """Put what is right in the place of a filing that was entered wrongly.

    Args:
        session: the caller's.
        enterprise: whose; locked.
        seq: the number of the filing that is corrected; the new one takes effect on its day.
        right: what it should have said, by the keys of the facts; the rest of it stays.
        decision: of the registrar, with a reason.

    Raises:
        RuleBroken: another filing stands in its place already, or it says nothing of this.
    """
    _require_unreplaced(links_of(enterprise), seq)
    wrong = link_of(enterprise, get_filing(enterprise, seq)).entry
    if not wrong.changes.keys() & right.keys():
        raise RuleBroken(say("This filing does not say that. Correct the one that does."))
    right = {key: [wrong.changes.get(key, [None])[0], value] for key, value in right.items()}
    changes = {**wrong.changes, **right}
    return _append(
        session, enterprise, CORRECTION, changes,
        decision=decision, on=wrong.effective_on, replaces=seq,
    )  # fmt: skip


def strike(session: Session, enterprise: Enterprise, seq: int, *, decision: Decision) -> Filing:
    """Let a filing count no more, as if it had never been: what stood in its place stands again.

    That is the original where a correction is struck, and nothing where there was nothing.  One
    that has not taken effect is withdrawn, one that has is annulled.

    Raises:
        RuleBroken: another filing stands in its place already, or it is the set-up.
    """
    _require_unreplaced(links_of(enterprise), seq)
    if seq == SET_UP_SEQ:
        raise RuleBroken(
            say("All that follows rests on the set-up. Deregister the enterprise instead.")
        )
    struck = get_filing(enterprise, seq)
    was = get_filing(enterprise, struck.replaces_seq) if struck.replaces_seq else None
    return _append(
        session, enterprise, WITHDRAWAL if struck.effective_on > decision.day else ANNULMENT,
        was.changes if was else {},
        decision=decision, on=was.effective_on if was else decision.day, replaces=seq,
    )  # fmt: skip


def withdraw_pending(session: Session, enterprise: Enterprise, *, decision: Decision) -> None:
    """Withdraw all that takes effect later, because something comes that it would overwrite."""
    for one in chronology.pending(links_of(enterprise), decision.day):
        _append(
            session, enterprise, WITHDRAWAL, {},
            decision=decision, on=decision.day, replaces=one.seq,
        )  # fmt: skip


def facts_on(enterprise: Enterprise, day: date) -> Facts:
    """Return what the register says of an enterprise on a day, as far as is known now."""
    return chronology.facts(links_of(enterprise), on=day)


def get_filing(enterprise: Enterprise, seq: int) -> Filing:
    """Return a filing of an enterprise by its number.

    Raises:
        NotFound: the enterprise has no such filing.
    """
    found = next((filing for filing in enterprise.filings if filing.seq == seq), None)
    if found is None:
        raise NotFound(say("This enterprise has no such filing."))
    return found


def locked(session: Session, enterprise_id: int) -> Enterprise:
    """Return the enterprise with its filings, its row held until the transaction ends.

    Whatever was read of it before is read again: somebody else may have filed meanwhile.
    """
    return session.execute(
        sa.select(Enterprise)
        .where(Enterprise.id == enterprise_id)
        .options(selectinload(Enterprise.filings))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()


def take_effect(session: Session, *, now: datetime) -> int:
    """Let the filings take effect whose day has come; return of how many enterprises.

    Safe to run again, and on several machines at once.
    """
    due = session.scalars(
        sa.select(Enterprise.id)
        .where(Enterprise.next_effect_on <= local_day(now))
        .order_by(Enterprise.id)
    ).all()
    for enterprise_id in due:
        _project(session, locked(session, enterprise_id), now)
    if due:
        log.info("filings took effect", extra={"enterprises": len(due)})
    return len(due)


def links_of(enterprise: Enterprise) -> list[ledger.Link]:
    """Return the chain of an enterprise's filings as the ledger's rules see it."""
    return [link_of(enterprise, filing) for filing in enterprise.filings]


def _append(
    session: Session,
    enterprise: Enterprise,
    kind: str,
    changes: ledger.Changes,
    *,
    decision: Decision,
    on: date,
    replaces: int | None = None,
) -> Filing:
    entry = ledger.Entry(
        credit_code=enterprise.credit_code,
        seq=enterprise.last_seq + 1,
        kind=kind,
        case_id=decision.case_id,
        decided_by_id=decision.by.id if decision.by else None,
        at=decision.now,
        effective_on=on,
        changes=changes,
        replaces=replaces,
        reason=decision.reason,
    )
    filing = Filing(enterprise=enterprise, **filing_values(entry, enterprise.last_hash))
    session.add(filing)
    session.flush()
    session.add_all(RegisterRow(**values) for values in row_values(enterprise.id, entry))
    enterprise.last_seq, enterprise.last_hash = filing.seq, filing.hash
    seal(enterprise)
    _project(session, enterprise, decision.now)
    return filing


def filing_values(entry: ledger.Entry, previous_hash: bytes) -> dict[str, Any]:
    """Return the columns of a filing that follows what has ``previous_hash``."""
    return {
        "seq": entry.seq,
        "kind": entry.kind,
        "case_id": entry.case_id,
        "decided_by_id": entry.decided_by_id,
        "at": entry.at,
        "effective_on": entry.effective_on,
        "changes": dict(entry.changes),
        "replaces_seq": entry.replaces,
        "reason": entry.reason,
        "previous_hash": previous_hash,
        "hash": ledger.chained(previous_hash, entry),
    }


def row_values(enterprise_id: int, entry: ledger.Entry) -> Iterator[dict[str, Any]]:
    """Yield the columns of the rows that say what a filing says."""
    for row in chronology.rows(entry.changes):
        yield {
            "enterprise_id": enterprise_id,
            "seq": entry.seq,
            "topic": row.topic,
            "subject": row.subject[:SUBJECT_LENGTH],
            "value": row.value,
            "effective_on": entry.effective_on,
        }


def _project(session: Session, enterprise: Enterprise, now: datetime) -> None:
    """Lay the filings over each other as of today: what the register says now."""
    known, today, before = links_of(enterprise), local_day(now), enterprise.state
    facts = chronology.facts(known, on=today)
    enterprise.facts = facts
    enterprise.next_effect_on = chronology.next_day(known, today)
    for column, value in repeated(facts).items():
        setattr(enterprise, column, value)
    session.flush()
    entries.refresh(session, enterprise)
    if before != enterprise.state:
        _let_licence_follow(session, enterprise, now)


def repeated(facts: Facts) -> dict[str, Any]:
    """Return the columns of an enterprise that repeat its facts."""
    return {
        "name": facts["name"],
        "name_pinyin": register_search.letters(facts["name"]),
        "org_form": facts["org_form"],
        "parent_code": (facts.get("parent") or {}).get("credit_code"),
        "state": EnterpriseState(facts.get("state", EnterpriseState.REGISTERED)),
        "is_foreign_invested": public_facts.is_foreign(facts),
    }


def _let_licence_follow(session: Session, enterprise: Enterprise, now: datetime) -> None:
    """Let the licence say whether the business rests; how it ends says who ends it."""
    if enterprise.state is EnterpriseState.SUSPENDED:
        certificates.suspend(session, enterprise.id, now)
    elif enterprise.state is EnterpriseState.REGISTERED:
        certificates.resume(session, enterprise.id, now)


def _require_unreplaced(known: Sequence[ledger.Link], seq: int) -> None:
    if chronology.is_replaced(known, seq):
        raise RuleBroken(say("Another filing stands in the place of this one already."))


def seal(enterprise: Enterprise) -> None:
    """Put our seal under the end of its chain of filings."""
    enterprise.seal = seal_of(enterprise.credit_code, enterprise.last_seq, enterprise.last_hash)


def seal_of(credit_code: str, last_seq: int, last_hash: bytes) -> bytes:
    """Return our seal under the end of a chain of filings."""
    return keyring.mark(ledger.SEAL, ledger.sealed_end(credit_code, last_seq, last_hash))


def seal_old(session: Session) -> Iterator[tuple[str, bool]]:
    """Seal the enterprises that are from before there were seals.

    Yields each with whether its chain holds; one that does not is left as it is.
    """
    unsealed = sa.select(Enterprise).where(Enterprise.seal.is_(None)).order_by(Enterprise.id)
    for enterprise in session.scalars(unsealed).all():
        found = ledger.problems(
            links_of(enterprise),
            last_seq=enterprise.last_seq,
            last_hash=bytes(enterprise.last_hash),
        )
        holds = next(found, None) is None
        if holds:
            seal(enterprise)
        yield enterprise.credit_code, holds


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
        replaces=filing.replaces_seq,
        reason=filing.reason,
    )
    return ledger.Link(entry, bytes(filing.previous_hash), bytes(filing.hash))

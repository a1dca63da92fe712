"""What the registrar files of their own accord, each with a reason."""

import logging
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.enterprises import chronology
from servicedesk.enterprises.models import Enterprise, Filing
from servicedesk.enterprises.operations import ending, register, reverting
from servicedesk.enterprises.operations.register import Decision
from servicedesk.enterprises.orders import ANNUL, ORDERS, Facts
from servicedesk.enterprises.policy import REGISTRAR
from servicedesk.enterprises.queries import register as queries
from servicedesk.enterprises.register_changes import RESUME
from servicedesk.errors import NotPermitted, RuleBroken
from servicedesk.words import say

log = logging.getLogger(__name__)

_HALVES: Final = {"suspend": RESUME, RESUME: "suspend"}  # what one decision files together


def order(
    session: Session,
    enterprise: Enterprise,
    kind: str,
    *,
    by: User,
    reason: str,
    notice_days: int,
    now: datetime,
) -> Filing:
    """Give an order of the table ``ORDERS``; the enterprise is locked by the caller.

    Raises:
        NotPermitted: ``by`` has no post at the registrar.
        RuleBroken: the order cannot be given now; the words say why.
    """
    return _order(session, enterprise, kind, _decision(by, reason, now), notice_days)


def _order(
    session: Session, enterprise: Enterprise, kind: str, decision: Decision, notice_days: int
) -> Filing:
    rule = ORDERS[kind]
    bar = rule.bar(enterprise.facts, decision.day)
    if bar is not None:
        raise RuleBroken(bar)
    register.withdraw_pending(session, enterprise, decision=decision)
    facts = rule.change(enterprise.facts, decision.day, notice_days)
    filing = register.file(session, enterprise, kind, facts, decision=decision)
    ending.after_order(session, enterprise, kind, decision)
    log.info("order given", extra={"credit_code": enterprise.credit_code, "kind": kind})
    return filing


def strike(
    session: Session, enterprise: Enterprise, seq: int, *, by: User, reason: str, now: datetime
) -> Filing:
    """Annul a filing that has taken effect, or withdraw one that has not.

    Raises:
        NotPermitted: ``by`` has no post at the registrar.
        RuleBroken: another filing stands in its place already, it is the set-up, or what was
            before cannot be given back any more.
        NotFound: there is no such filing.
    """
    return _strike(session, enterprise, seq, _decision(by, reason, now))


def strike_all_of(
    session: Session, case_id: int, *, by: User, reason: str, now: datetime
) -> Sequence[Filing]:
    """Annul what an application brought into the register, because its approval is revoked.

    The filing of a set-up stays, for all that follows rests on it: the registration is annulled,
    and the enterprise ends with it, if it has not yet.  Safe to repeat.

    Raises:
        RuleBroken: what was before cannot be given back any more; the words say why.
    """
    filings = queries.filings_of_case(session, case_id)
    if not filings:
        return ()
    enterprise = register.locked(session, filings[0].enterprise_id)
    decision = Decision(case_id, by, now, reason)
    if filings[0].seq == register.SET_UP_SEQ:
        has_ended = ORDERS[ANNUL].bar(enterprise.facts, decision.day) is not None
        return [] if has_ended else [_order(session, enterprise, ANNUL, decision, 0)]
    struck = []
    for filing in reversed(filings):
        replaced = {one.replaces_seq for one in enterprise.filings}
        if filing.seq not in replaced and filing.replaces_seq is None:
            struck.append(_strike(session, enterprise, filing.seq, decision))
    return struck


def _strike(session: Session, enterprise: Enterprise, seq: int, decision: Decision) -> Filing:
    before, struck = dict(enterprise.facts), register.get_filing(enterprise, seq)
    along = _along(enterprise, struck)
    filing = register.strike(session, enterprise, seq, decision=decision)
    for number in along:
        register.strike(session, enterprise, number, decision=decision)
    reverting.follow(session, enterprise, struck, before, decision)
    return filing


def without(enterprise: Enterprise, seq: int, *, today: date) -> tuple[Facts, Facts]:
    """Return what the register says with a filing, and what it would say if that were struck.

    As of today; of a filing that takes effect later, as of its day.

    Raises:
        NotFound: there is no such filing.
    """
    filing, links = register.get_filing(enterprise, seq), register.links_of(enterprise)
    day = max(today, filing.effective_on)
    left = chronology.without(links, [seq, *_along(enterprise, filing)], today=today)
    return chronology.facts(links, on=day), chronology.facts(left, on=day)


def _along(enterprise: Enterprise, filing: Filing) -> Sequence[int]:
    """Return the numbers of the filings that are struck with a filing."""
    along = [*_withdrawn_for(enterprise, filing), *_other_half(enterprise, filing)]
    return list(dict.fromkeys(one.seq for one in along))


def _withdrawn_for(enterprise: Enterprise, filing: Filing) -> Sequence[Filing]:
    """Return the withdrawals that made room for a filing, of the same decision as it."""
    replaced = {one.replaces_seq for one in enterprise.filings}
    return [
        one
        for one in enterprise.filings[: filing.seq - 1]
        if (one.kind, one.at, one.case_id) == (register.WITHDRAWAL, filing.at, filing.case_id)
        and one.seq not in replaced
    ]


def _other_half(enterprise: Enterprise, filing: Filing) -> Sequence[Filing]:
    """Return what stands for the resumption that was filed with a suspension, or the reverse.

    One without the other would let a business rest for ever, or resume that never rested.  Where
    ``filing`` struck one of the two, that which struck the other is meant.
    """
    by_seq = {one.seq: one for one in enterprise.filings}
    first = filing
    while first.replaces_seq is not None:
        first = by_seq[first.replaces_seq]
    if first.kind not in _HALVES or first.case_id is None:
        return ()
    sought = (_HALVES[first.kind], first.at, first.case_id)
    other = next(
        (one for one in by_seq.values() if (one.kind, one.at, one.case_id) == sought), None
    )
    if other is None:
        return ()
    instead = {one.replaces_seq: one for one in enterprise.filings}
    while other.seq in instead:
        other = instead[other.seq]
    is_of_same_decision = (other.at, other.case_id) == (filing.at, filing.case_id)
    return [other] if is_of_same_decision else ()


def correct(
    session: Session,
    enterprise: Enterprise,
    seq: int,
    right: Facts,
    *,
    by: User,
    reason: str,
    now: datetime,
) -> Filing:
    """Put what was entered wrongly right, in the place of the filing that has it.

    Raises:
        NotPermitted: ``by`` has no post at the registrar.
        RuleBroken: the filing does not say this fact, or another stands in its place already.
        NotFound: there is no such filing.
    """
    decision = _decision(by, reason, now)
    before = dict(enterprise.facts)
    corrected = register.correct(session, enterprise, seq, right, decision=decision)
    reverting.print_again(session, enterprise, before, decision)
    return corrected


def is_registrar(user: User) -> bool:
    """Whether a person has a post at the department that keeps the register."""
    return REGISTRAR in user.departments


def require_registrar(user: User) -> None:
    """See that a person may file of their own accord.

    Raises:
        NotPermitted: they have no post at the department that keeps the register.
    """
    if not is_registrar(user):
        raise NotPermitted(say("Only the registrar does this."))


def _decision(by: User, reason: str, now: datetime) -> Decision:
    require_registrar(by)
    return Decision(None, by, now, reason)

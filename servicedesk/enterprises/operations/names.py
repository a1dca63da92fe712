"""Holding, using, registering and giving up names."""

import logging
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from servicedesk.enterprises import name_parts, reference
from servicedesk.enterprises.days import end_of
from servicedesk.enterprises.holdings import why_taken, why_unusable
from servicedesk.enterprises.models import Enterprise, EnterpriseName, NameState
from servicedesk.enterprises.name_likeness import NameKeys, keys
from servicedesk.enterprises.name_parts import NameParts
from servicedesk.enterprises.queries import names
from servicedesk.errors import RuleBroken
from servicedesk.park import local_day, park
from servicedesk.words import say

log = logging.getLogger(__name__)

_AT_ONCE: Final = 500  # names read at a time
_HELD_ONCE: Final = "uq_enterprise_names_held"  # the index that has the last word


class NameTaken(RuleBroken):
    """Somebody holds the same trade name in the same industry."""


class NameNotYours(RuleBroken):
    """The reserved name is not this person's, has lapsed, or serves another application."""


def hold(
    session: Session, parts: NameParts, *, holder_id: int, case_id: int, now: datetime
) -> EnterpriseName:
    """Hold a new name for an application; the one it held before is let go if it is another.

    Raises:
        NameTaken: somebody has it; of two who ask at once, one gets it.
    """
    compared = keys(parts.trade_name, parts.industry)
    _one_at_a_time(session, compared)
    before = names.find_held_by_case(session, case_id)
    if before is not None and before.full_name == parts.full:
        return before
    let_go(session, case_id=case_id, now=now)
    _free_lapsed(session, compared, now)
    same = names.find_same(session, compared, case_id=case_id, now=now)
    if same is not None:
        raise NameTaken(why_taken(same, holder_id))
    name = _new(parts, compared, parts.full, holder_id=holder_id, case_id=case_id, now=now)
    _insert(session, name)
    log.info("name held", extra={"name_id": name.id, "case_id": case_id})
    return name


def reserve(
    name: EnterpriseName, *, needs_approval: bool, days: int | None, now: datetime
) -> datetime:
    """Turn what an application holds into a reservation that lapses (art. 18); return when.

    Args:
        name: held by the application that is approved now.
        needs_approval: an approval is needed before the registration.
        days: how long, as set for the service; by default 60, or 365 with an approval.
        now: the reservation begins on this day, which does not count; the last day counts
            to its end (Civil Code, art. 201 and 203).
    """
    words = reference.name_words()
    default = words.days_needs_approval if needs_approval else words.days_normal
    until = end_of(local_day(now) + timedelta(days=days or default))
    name.since, name.until = now, until
    log.info("name reserved", extra={"name_id": name.id, "until": until.isoformat()})
    return until


def use(
    session: Session, name_id: int, *, holder_id: int, case_id: int, now: datetime
) -> EnterpriseName:
    """Use a reserved name for a set-up application; while that runs it does not lapse.

    Raises:
        NameNotYours: it is not this person's, has lapsed, or serves another application.
    """
    name = names.find_own(session, name_id, holder_id=holder_id)
    if name is None:
        raise NameNotYours(say("This reserved name is not yours any more. Choose another."))
    session.refresh(name, with_for_update=True)
    if name.used_by_case_id == case_id:
        return name
    problem = why_unusable(name, case_id=case_id, now=now)
    if problem is not None:
        raise NameNotYours(problem)
    let_go(session, case_id=case_id, now=now)
    name.used_by_case_id = case_id
    return name


def register(session: Session, *, case_id: int, enterprise: Enterprise) -> EnterpriseName:
    """Make the name that an application holds the enterprise's own.

    Raises:
        NotFound: the application holds no name.
    """
    name = names.get_held_by_case(session, case_id)
    name.state = NameState.REGISTERED
    name.enterprise_id = enterprise.id
    name.until = None
    return name


def change(
    session: Session, enterprise: Enterprise, full_name: str, *, case_id: int, now: datetime
) -> EnterpriseName:
    """Give an enterprise its new name; the old one is barred to others for a year (art. 17).

    The new one is what the application holds, or, written out and examined by an officer, the
    old one told differently.

    Raises:
        NameTaken: somebody has it.
    """
    held = names.find_held_by_case(session, case_id)
    old = names.find_registered(session, enterprise.id)
    give_up(session, enterprise_id=enterprise.id, day=local_day(now))
    if held is not None and held.full_name == full_name:
        return register(session, case_id=case_id, enterprise=enterprise)
    name = _as_written(old, full_name, case_id=case_id, now=now)
    name.state, name.enterprise_id = NameState.REGISTERED, enterprise.id
    _insert(session, name)
    return name


def give_up(session: Session, *, enterprise_id: int, day: date) -> None:
    """End the name of an enterprise; it is barred to others for a year.  Safe to repeat."""
    session.execute(
        sa.update(EnterpriseName)
        .where(
            EnterpriseName.enterprise_id == enterprise_id,
            EnterpriseName.state == NameState.REGISTERED,
        )
        .values(state=NameState.FORMER, ended_on=day)
    )


def _as_written(
    old: EnterpriseName | None, full_name: str, *, case_id: int, now: datetime
) -> EnterpriseName:
    """Return a name that nobody took apart: by its trade name it is like the old one."""
    parts = name_parts.split(full_name, park().division_names)
    if old is not None and old.trade_name in full_name:
        parts = replace(parts, trade_name=old.trade_name, industry=old.industry)
    compared = keys(parts.trade_name, parts.industry)
    return _new(parts, compared, full_name, holder_id=None, case_id=case_id, now=now)


def let_go(session: Session, *, case_id: int, now: datetime) -> None:
    """Let go what an application holds; a reservation of its own goes on.  Safe to repeat."""
    name = EnterpriseName
    today = local_day(now)
    session.execute(
        sa.update(name)
        .where(name.case_id == case_id, name.state == NameState.RESERVED, name.until.is_(None))
        .values(state=NameState.RELEASED, ended_on=today, used_by_case_id=None)
    )
    session.execute(
        sa.update(name)
        .where(name.used_by_case_id == case_id, name.state == NameState.RESERVED)
        .values(used_by_case_id=None)
    )


def lapse(session: Session, *, now: datetime) -> int:
    """Release the reservations that are over; return how many.  Safe to run again."""
    ended = session.scalars(_lapsed(now).returning(EnterpriseName.id)).all()
    if ended:
        log.info("names lapsed", extra={"count": len(ended)})
    return len(ended)


def renew_keys(session: Session) -> int:
    """Compare names by what the data files say now; return for how many that was news.

    Safe to run again, and while others hold names.
    """
    renewed = 0
    everyone = sa.select(EnterpriseName).where(EnterpriseName.state != NameState.RELEASED)
    for name in session.scalars(everyone.execution_options(yield_per=_AT_ONCE)):
        now = keys(name.trade_name, name.industry)
        if list(now.near_keys) != name.near_keys:
            name.near_keys = list(now.near_keys)
            name.sound_key, name.tone_key = now.sound_key, now.tone_key
            name.shape_key = now.shape_key
            renewed += 1
    log.info("name keys renewed", extra={"count": renewed})
    return renewed


def _one_at_a_time(session: Session, compared: NameKeys) -> None:
    """Wait for whoever is asking for the same trade name, until they have committed.

    The unique index stops two equal names; this stops a name that states no industry, or
    another of the same class, from slipping past one that does, which no index can see.
    """
    key = f"enterprise name {compared.trade_key}"
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(key, 0))))


def _insert(session: Session, name: EnterpriseName) -> None:
    try:
        with session.begin_nested():
            session.add(name)
    except IntegrityError as error:
        if _HELD_ONCE not in str(error.orig):
            raise
        raise NameTaken(
            say("Somebody else has just taken “%(name)s”. Choose another.", name=name.full_name)
        ) from error


def _free_lapsed(session: Session, compared: NameKeys, now: datetime) -> None:
    session.execute(_lapsed(now).where(EnterpriseName.trade_key == compared.trade_key))


def _lapsed(now: datetime) -> sa.Update:
    name = EnterpriseName
    return (
        sa.update(name)
        .where(
            name.state == NameState.RESERVED,
            name.until <= now,
            name.used_by_case_id.is_(None),
        )
        .values(state=NameState.RELEASED, ended_on=local_day(now))
    )


def _new(
    parts: NameParts,
    compared: NameKeys,
    full_name: str,
    *,
    holder_id: int | None,
    case_id: int | None,
    now: datetime,
) -> EnterpriseName:
    return EnterpriseName(
        state=NameState.RESERVED,
        full_name=full_name,
        division=parts.division,
        trade_name=parts.trade_name,
        industry=parts.industry,
        form=parts.form,
        trade_key=compared.trade_key,
        industry_key=compared.industry_key,
        sound_key=compared.sound_key,
        tone_key=compared.tone_key,
        shape_key=compared.shape_key,
        near_keys=list(compared.near_keys),
        holder_id=holder_id,
        case_id=case_id,
        since=now,
        until=None,
    )

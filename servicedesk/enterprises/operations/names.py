"""Holding, using, registering and giving up names."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from servicedesk.database import copy_rows
from servicedesk.enterprises import name_index, name_parts, reference
from servicedesk.enterprises.days import end_of
from servicedesk.enterprises.holdings import why_not_again, why_taken, why_unusable
from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.name_likeness import NameKeys, keys
from servicedesk.enterprises.name_models import (
    EnterpriseName,
    NameEnd,
    NameKey,
    NameState,
    is_whole,
)
from servicedesk.enterprises.name_parts import NameParts
from servicedesk.enterprises.queries import names
from servicedesk.enterprises.queries.locks import lock_enterprise
from servicedesk.enterprises.queries.names import Own
from servicedesk.errors import RuleBroken
from servicedesk.park import local_day, park
from servicedesk.words import say

log = logging.getLogger(__name__)

_AT_ONCE: Final = 500  # names read at a time
# The indexes that have the last word.
_HELD_ONCE: Final = ("uq_enterprise_names_held", "uq_enterprise_names_whole")


class NameTaken(RuleBroken):
    """Somebody holds the same whole name, or the same trade name in the same industry."""


class NameNotYours(RuleBroken):
    """The reserved name is not this person's, has lapsed, or serves another application."""


def hold(
    session: Session,
    parts: NameParts,
    *,
    holder_id: int,
    case_id: int,
    now: datetime,
    enterprise_id: int | None = None,
) -> EnterpriseName:
    """Hold a new name for an application; the one it held before is let go if it is another.

    With ``enterprise_id``: for an enterprise that changes its name; its own do not stand in the
    way, so that it may change the form or the words of its industry only.

    Raises:
        NameTaken: somebody has it; of two who ask at once, one gets it.
    """
    compared = keys(parts.trade_name, parts.industry)
    _one_at_a_time(session, compared, parts.full)
    before = names.find_held_by_case(session, case_id)
    if before is not None and before.full_name == parts.full:
        return before
    let_go(session, case_id=case_id, now=now)
    _free_lapsed(session, compared, parts.full, now)
    own = Own(case_id=case_id, enterprise_id=enterprise_id)
    same = names.find_same(session, compared, parts.full, own=own, now=now)
    if same is not None:
        raise NameTaken(why_taken(same, holder_id, parts))
    name = _new(
        parts, compared,
        holder_id=holder_id, case_id=case_id, enterprise_id=enterprise_id, now=now,
    )  # fmt: skip
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
        NameTaken: somebody was entered with it meanwhile.
    """
    name = names.get_held_by_case(session, case_id)
    with _held_once(session, name.full_name):
        name.state = NameState.REGISTERED
        name.enterprise_id = enterprise.id
        name.until = None
    return name


def enter(session: Session, held: Mapping[int, str], *, now: datetime) -> None:
    """Note that enterprises, by their ids, have had these names; their rows are written together.

    Raises:
        IntegrityError: somebody holds the same name, or the same trade name in the same industry.
    """
    split = {one: name_parts.split(full, park().division_names) for one, full in held.items()}
    rows = [
        {
            **_columns(parts, keys(parts.trade_name, parts.industry)),
            "full_name": held[enterprise_id],
            "state": NameState.REGISTERED,
            "enterprise_id": enterprise_id,
            "since": now,
        }
        for enterprise_id, parts in split.items()
    ]
    ids = session.scalars(
        sa.insert(EnterpriseName).returning(EnterpriseName.id, sort_by_parameter_order=True), rows
    ).all()
    found_by = (
        {"key": key, "shelf": shelf, "name_id": name_id}
        for name_id, parts in zip(ids, split.values(), strict=True)
        for key, shelf in sorted(_index_keys(keys(parts.trade_name, parts.industry)))
    )
    copy_rows(session, NameKey, found_by)


def change(
    session: Session, *, case_id: int, enterprise: Enterprise, now: datetime
) -> EnterpriseName:
    """Give the enterprise the name that its application holds; its old one is barred for a year.

    Safe to repeat: done once, the name that it has got comes back.

    Raises:
        NotFound: the application holds no name.
        NameTaken: somebody was entered with it meanwhile.
    """
    lock_enterprise(session, enterprise.id)
    old = names.find_registered(session, enterprise.id)
    held = names.find_held_by_case(session, case_id)
    if held is None and old is not None and case_id in {old.case_id, old.used_by_case_id}:
        return old
    if old is not None and held is not None:
        _end(old, local_day(now), NameEnd.CHANGED)
        session.flush()  # two names of one industry: the old one goes first
    return register(session, case_id=case_id, enterprise=enterprise)


def give_up(
    session: Session,
    *,
    enterprise_id: int,
    day: date,
    end: NameEnd = NameEnd.DEREGISTERED,
) -> EnterpriseName | None:
    """Bar the name that an enterprise has for a year from ``day``; return it (art. 17).

    Safe to repeat: None, there is none any more.
    """
    lock_enterprise(session, enterprise_id)
    name = names.find_registered(session, enterprise_id)
    if name is not None:
        _end(name, day, end)
        session.flush()
        log.info("name given up", extra={"name_id": name.id, "end": end.value})
    return name


def give_again(session: Session, enterprise: Enterprise, *, now: datetime) -> None:
    """Make the name that the register says its own again, after what changed it was annulled.

    Raises:
        NameTaken: somebody else has it meanwhile, or one that is the same in its industry.
    """
    lock_enterprise(session, enterprise.id)
    has = names.find_registered(session, enterprise.id)
    if has is not None and has.full_name == enterprise.name:
        return
    former = names.find_former(session, enterprise)
    if former is None:
        return  # from before names were held
    compared = keys(former.trade_name, former.industry)
    _one_at_a_time(session, compared, former.full_name)
    _free_lapsed(session, compared, former.full_name, now)
    own = Own(enterprise_id=enterprise.id)
    same = names.find_same(session, compared, former.full_name, own=own, now=now)
    if same is not None:
        raise NameTaken(why_not_again(former, same))
    if has is not None:
        _end(has, local_day(now), NameEnd.ANNULLED)
        session.flush()  # two names of one industry: the other goes first
    with _held_once(session, former.full_name):
        former.state, former.ended_on, former.ended_by = NameState.REGISTERED, None, None
        former.keys = _name_keys(_index_keys(compared))


def _end(name: EnterpriseName, day: date, end: NameEnd) -> None:
    name.state, name.ended_on, name.ended_by = NameState.FORMER, day, end


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


def renew_keys(session: Session, *, now: datetime) -> int:
    """Find names by what the data files say now; return for how many that was news.

    What stands in nobody's way any more is found no more.  Safe to run again, and while others
    hold names.
    """
    in_nobodys_way = sa.select(EnterpriseName.id).where(sa.not_(names.stands_in_the_way(now)))
    session.execute(sa.delete(NameKey).where(NameKey.name_id.in_(in_nobodys_way)))
    renewed = 0
    everyone = (
        sa.select(EnterpriseName)
        .where(names.stands_in_the_way(now))
        .options(selectinload(EnterpriseName.keys))
        .execution_options(yield_per=_AT_ONCE)
    )
    for name in session.scalars(everyone):
        wanted = _index_keys(keys(name.trade_name, name.industry))
        if wanted != {(one.key, one.shelf) for one in name.keys}:
            name.keys = _name_keys(wanted)
            renewed += 1
    log.info("name keys renewed", extra={"count": renewed})
    return renewed


def _index_keys(compared: NameKeys) -> set[tuple[str, str]]:
    return {(key, compared.shelf) for key in name_index.kept(compared)}


def _name_keys(found_by: set[tuple[str, str]]) -> list[NameKey]:
    return [NameKey(key=key, shelf=shelf) for key, shelf in sorted(found_by)]


def _one_at_a_time(session: Session, compared: NameKeys, full_name: str) -> None:
    """Wait for whoever is asking for the same trade name or whole name, until they have committed.

    The unique indexes stop two equal names; this stops a name that states no industry, or
    another of the same class, from slipping past one that does, which no index can see, and two
    enterprises from changing to one name.  The trade name always goes first, so that nobody waits
    in a circle.
    """
    for key in (
        f"enterprise name {compared.trade_key}",
        f"enterprise whole name {name_parts.tidy(full_name)}",
    ):
        lock = sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(key, 0))
        session.execute(sa.select(lock))


def _insert(session: Session, name: EnterpriseName) -> None:
    with _held_once(session, name.full_name):
        session.add(name)


@contextmanager
def _held_once(session: Session, full_name: str) -> Iterator[None]:
    """Let the database say whether a name may be held."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError as error:
        if not any(index in str(error.orig) for index in _HELD_ONCE):
            raise
        raise NameTaken(
            say("Somebody else has just taken “%(name)s”. Choose another.", name=full_name)
        ) from error


def _free_lapsed(session: Session, compared: NameKeys, full_name: str, now: datetime) -> None:
    is_same = sa.or_(EnterpriseName.trade_key == compared.trade_key, is_whole(full_name))
    session.execute(_lapsed(now).where(is_same))


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
    *,
    holder_id: int,
    case_id: int,
    enterprise_id: int | None,
    now: datetime,
) -> EnterpriseName:
    return EnterpriseName(
        **_columns(parts, compared),
        state=NameState.RESERVED,
        keys=_name_keys(_index_keys(compared)),
        holder_id=holder_id,
        enterprise_id=enterprise_id,
        case_id=case_id,
        since=now,
        until=None,
    )


def _columns(parts: NameParts, compared: NameKeys) -> dict[str, Any]:
    """Return what a name consists of and is compared by, as stored."""
    return {
        "full_name": parts.full,
        "division": parts.division,
        "trade_name": parts.trade_name,
        "industry": parts.industry,
        "form": parts.form,
        "trade_key": compared.trade_key,
        "industry_key": compared.industry_key,
    }

"""Mandates of outside agents: given, extended, revoked at once, and told of before they end."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases.operations import handing_on
from servicedesk.catalogue.queries import listed
from servicedesk.enterprises.member_models import MemberEventKind
from servicedesk.enterprises.member_roles import TELL_DAYS, Act, days_left, latest_end
from servicedesk.enterprises.models import Enterprise, Mandate, Member
from servicedesk.enterprises.operations.members import mandate, record
from servicedesk.enterprises.queries import members
from servicedesk.errors import Overtaken, RuleBroken
from servicedesk.notices import operations as notices
from servicedesk.park import local_day
from servicedesk.words import Text, say

log = logging.getLogger(__name__)

AFTER_THE_END: Final = -1  # ``Mandate.told_days`` once nothing is left to do about its end


@dataclass(frozen=True)
class Terms:
    """What a mandate is for, and on which days; no services: all that are for enterprises."""

    services: tuple[str, ...]
    may_send: bool
    first_day: date
    last_day: date


class AlreadyMandated(RuleBroken):
    """The agent has a mandate of this enterprise on one of these days."""

    def __init__(self) -> None:
        super().__init__(
            say("This agent already has a mandate for some of these days. Extend or revoke it.")
        )


class OutOfLimits(RuleBroken):
    """The mandate would begin too early, end too late, or before it begins."""

    def __init__(self, latest: date) -> None:
        super().__init__(
            say("A mandate begins today or later and ends by %(day)s at the latest.", day=latest)
        )


class Revoked(RuleBroken):
    """The mandate was revoked."""

    def __init__(self) -> None:
        super().__init__(say("This mandate was revoked. Give a new one."))


def require_limits(terms: Terms, *, longest_days: int, today: date) -> None:
    """Make sure that a new mandate may have these days.

    Raises:
        OutOfLimits: it may not.
    """
    latest = latest_end(terms.first_day, longest_days)
    if not today <= terms.first_day <= terms.last_day <= latest:
        raise OutOfLimits(latest)


def grant(
    session: Session,
    enterprise: Enterprise,
    agent: User | Enterprise,
    terms: Terms,
    *,
    by: User,
    now: datetime,
) -> Mandate:
    """Let an agent, a person or an enterprise with its members, act on ``terms``.

    Raises:
        AlreadyMandated: they have one for some of these days.
        RuleBroken: an enterprise cannot be its own agent.
    """
    if agent is enterprise:
        raise RuleBroken(say("An enterprise needs no mandate to act for itself."))
    is_person = isinstance(agent, User)
    given = Mandate(
        enterprise_id=enterprise.id,
        user_id=agent.id if is_person else None,
        agency_id=None if is_person else agent.id,
        services=list(terms.services),
        may_send=terms.may_send,
        first_day=terms.first_day,
        last_day=terms.last_day,
        granted_at=now,
    )
    _require_free(session, given)
    mandate(session, given, by=by)
    session.flush()
    _tell(session, given, "mandate_granted", _agents(session, given), now=now)
    log.info("mandate given", extra={"enterprise": enterprise.id, "mandate": given.id})
    return given


def extend(
    session: Session,
    given: Mandate,
    last_day: date,
    *,
    version: int,
    longest_days: int,
    by: User,
    now: datetime,
) -> None:
    """Let a mandate end on another day, counted from today at most as long as a new one.

    Raises:
        Overtaken: somebody else changed it since ``version``.
        Revoked: it was revoked.
        OutOfLimits: it cannot end then.
        AlreadyMandated: the agent has another one for some of these days.
    """
    _require_current(given, version)
    today = local_day(now)
    latest = latest_end(today, longest_days)
    if not max(today, given.first_day) <= last_day <= latest:
        raise OutOfLimits(latest)
    before, given.last_day, given.told_days = given.last_day, last_day, None
    _require_free(session, given)
    record(
        session, given.enterprise_id, MemberEventKind.MANDATE_EXTENDED, by=by, now=now,
        person_id=given.user_id, agency_id=given.agency_id,
        before=before.isoformat(), last_day=last_day.isoformat(),
    )  # fmt: skip
    _tell(session, given, "mandate_granted", _agents(session, given), now=now)
    log.info("mandate extended", extra={"mandate": given.id})


def revoke(session: Session, given: Mandate, *, version: int, by: User, now: datetime) -> None:
    """End a mandate at once; it stays on record.

    Raises:
        Overtaken: somebody else changed it since ``version``.
        Revoked: it was revoked before.
    """
    _end(session, given, MemberEventKind.MANDATE_REVOKED, version=version, by=by, now=now)
    _tell(session, given, "mandate_revoked", _agents(session, given), now=now)


def give_up(session: Session, given: Mandate, *, version: int, by: User, now: datetime) -> None:
    """End a mandate at once for the agent, who does not want it any more; the owners are told.

    What the agent has begun stays with the enterprise.

    Raises:
        Overtaken: somebody else changed it since ``version``.
        Revoked: it was ended before.
    """
    _end(session, given, MemberEventKind.MANDATE_GIVEN_UP, version=version, by=by, now=now)
    owners = members.who_may(session, given.enterprise_id, Act.MANAGE)
    _tell(session, given, "mandate_given_up", owners, now=now)


def tell_of_ends(session: Session, *, now: datetime) -> int:
    """Mail agents and owners whose mandate ends in ``TELL_DAYS``, each once; return how many."""
    today = local_day(now)
    query = (
        sa.select(Mandate)
        .where(
            Mandate.revoked_at.is_(None),
            Mandate.last_day.between(today, today + timedelta(days=max(TELL_DAYS))),
        )
        .order_by(Mandate.id)
        .with_for_update(of=Mandate, skip_locked=True)
    )
    told = 0
    for given in session.scalars(query).all():
        left = days_left(given.last_day, today)
        due = min(days for days in TELL_DAYS if left <= days)
        if given.told_days is not None and given.told_days <= due:
            continue
        given.told_days = due
        owners = members.who_may(session, given.enterprise_id, Act.MANAGE)
        _tell(session, given, "mandate_ending", [*_agents(session, given), *owners], now=now)
        told += 1
    return told


def end_help(session: Session, *, now: datetime) -> int:
    """Take agents out of applications once their mandate has ended by its day; return how many.

    Each mandate once; not who was mandated anew, or is a member.
    """
    today = local_day(now)
    query = (
        sa.select(Mandate)
        .where(
            Mandate.revoked_at.is_(None),
            Mandate.last_day < today,
            Mandate.told_days.is_distinct_from(AFTER_THE_END),
        )
        .order_by(Mandate.id)
        .with_for_update(of=Mandate, skip_locked=True)
    )
    ended = session.scalars(query).all()
    for given in ended:
        given.told_days = AFTER_THE_END
        if not _is_renewed(session, given, today):
            _help_no_more(session, given, by=None, now=now)
    return len(ended)


def service_names(session: Session, services: Sequence[str]) -> list[Text]:
    """Return what the services of a mandate are called, in the order of their codes."""
    found = listed(session, services) if services else {}
    return [found[code].name for code in sorted(found)]


def _end(
    session: Session,
    given: Mandate,
    kind: MemberEventKind,
    *,
    version: int,
    by: User,
    now: datetime,
) -> None:
    _require_current(given, version)
    given.revoked_at = now
    _help_no_more(session, given, by=by, now=now)
    record(
        session, given.enterprise_id, kind, by=by, now=now,
        person_id=given.user_id, agency_id=given.agency_id,
    )  # fmt: skip
    log.info("mandate ended", extra={"mandate": given.id, "kind": kind})


def _help_no_more(session: Session, given: Mandate, *, by: User | None, now: datetime) -> None:
    """Take the agent, or the people of it, out of the enterprise's applications they help in.

    Who is a member of the enterprise as well stays.
    """
    own = sa.select(Member.user_id).where(Member.enterprise_id == given.enterprise_id)
    theirs = sa.select(Member.user_id).where(Member.enterprise_id == given.agency_id)
    query = sa.select(User).where(
        sa.or_(User.id == given.user_id, User.id.in_(theirs)), User.id.not_in(own)
    )
    for person in session.scalars(query.order_by(User.id)).unique().all():
        handing_on.hand_on(session, given.enterprise_id, person, None, by=by, now=now)


def _require_current(given: Mandate, version: int) -> None:
    if given.version != version:
        raise Overtaken
    if given.revoked_at is not None:
        raise Revoked


def _require_free(session: Session, given: Mandate) -> None:
    """See that the agent has no other mandate on one of its days; the table refuses it, too."""
    with session.no_autoflush:
        others = _of_this_agent(given).where(
            Mandate.revoked_at.is_(None),
            Mandate.first_day <= given.last_day,
            Mandate.last_day >= given.first_day,
        )
        if given.id is not None:
            others = others.where(Mandate.id != given.id)
        if session.scalar(others.limit(1)) is not None:
            raise AlreadyMandated


def _is_renewed(session: Session, given: Mandate, today: date) -> bool:
    others = _of_this_agent(given).where(members.is_in_force(today))
    return session.scalar(others.limit(1)) is not None


def _of_this_agent(given: Mandate) -> sa.Select[int]:
    """Return what selects the mandates that the enterprise gave to the same agent."""
    return sa.select(Mandate.id).where(
        Mandate.enterprise_id == given.enterprise_id,
        Mandate.user_id.is_not_distinct_from(given.user_id),
        Mandate.agency_id.is_not_distinct_from(given.agency_id),
    )


def _agents(session: Session, given: Mandate) -> list[User]:
    """Return whom to tell on the agent's side: the person, or the owners of the enterprise."""
    if given.user_id is not None:
        return [session.get_one(User, given.user_id)]
    return members.who_may(session, given.agency_id or 0, Act.MANAGE)


def _tell(
    session: Session, given: Mandate, kind: str, people: Sequence[User], *, now: datetime
) -> None:
    enterprise = session.get_one(Enterprise, given.enterprise_id)
    agency = session.get(Enterprise, given.agency_id) if given.agency_id else None
    facts = {
        "enterprise": enterprise.name,
        "agency": agency.name if agency else "",
        "agent": agency.name if agency else session.get_one(User, given.user_id).name,
        "services": service_names(session, given.services),
        "may_send": given.may_send,
        "first_day": given.first_day,
        "last_day": given.last_day,
    }
    for person in people:
        notices.send(session, person, kind, facts=facts, about=enterprise.credit_code, now=now)

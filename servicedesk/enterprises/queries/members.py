"""Who acts for an enterprise, and in what: members by their role, agents by their mandate.

What a person may do is looked up when they do it: a mandate ends by its date, without anybody
having to end it.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload, object_session

from servicedesk.accounts.models import User
from servicedesk.catalogue.definition import Audience
from servicedesk.catalogue.models import CatalogueEntry
from servicedesk.enterprises.member_roles import (
    ACTS,
    OF_AGENTS,
    OF_SENDING_AGENTS,
    Act,
    MemberRole,
    acts_of_mandate,
)
from servicedesk.enterprises.models import Enterprise, EnterpriseState, Mandate, Member


def roles_with(act: Act) -> list[MemberRole]:
    """Return the roles that include ``act``."""
    return [role for role in MemberRole if act in ACTS[role]]


def is_in_force(today: date) -> sa.ColumnElement[bool]:
    """Return the condition that a mandate counts on ``today``."""
    return sa.and_(
        Mandate.revoked_at.is_(None), Mandate.first_day <= today, Mandate.last_day >= today
    )


def covers(code: "sa.SQLColumnExpression[str] | sa.ColumnElement[str]") -> sa.ColumnElement[bool]:
    """Return the condition that a mandate is for the service ``code``."""
    for_enterprises = sa.select(CatalogueEntry.code).where(
        CatalogueEntry.audience.in_([Audience.ENTERPRISE, Audience.BOTH])
    )
    is_for_all = sa.and_(sa.func.cardinality(Mandate.services) == 0, code.in_(for_enterprises))
    return sa.or_(code == sa.any_(Mandate.services), is_for_all)


def held_by(user: User, act: Act = Act.SEE) -> sa.ColumnElement[bool]:
    """Return the condition that a mandate lets this person do ``act``.

    It was given to them, or to an enterprise of which they are a member and that has not ended.
    """
    if act not in OF_SENDING_AGENTS:
        return sa.false()
    through = own(user, act).join(
        Enterprise,
        sa.and_(
            Enterprise.id == Member.enterprise_id,
            Enterprise.state != EnterpriseState.DEREGISTERED,
        ),
    )
    held = sa.or_(Mandate.user_id == user.id, Mandate.agency_id.in_(through))
    return held if act in OF_AGENTS else sa.and_(held, Mandate.may_send)


def own(user: User, act: Act = Act.SEE) -> sa.Select[Any]:
    """Return the query for the enterprises of which this person is a member who may do ``act``."""
    return sa.select(Member.enterprise_id).where(
        Member.user_id == user.id, Member.role.in_(roles_with(act))
    )


def clients(user: User, today: date, act: Act = Act.SEE) -> sa.Select[Any]:
    """Return the query for the enterprises that have mandated this person to do ``act``."""
    return sa.select(Mandate.enterprise_id).where(held_by(user, act), is_in_force(today))


def acts_in(
    session: Session, user: User, enterprise_id: int, service: str | None, *, today: date
) -> frozenset[Act]:
    """Return what this person may do for an enterprise in a service.

    ``service`` None: in whatever service a mandate is for.  Two statements.
    """
    role = session.scalar(
        sa.select(Member.role).where(
            Member.enterprise_id == enterprise_id, Member.user_id == user.id
        )
    )
    through = aliased(Member)  # in the enterprise that was mandated
    query = (
        sa.select(Mandate.may_send, through.role)
        .outerjoin(
            through,
            sa.and_(through.enterprise_id == Mandate.agency_id, through.user_id == user.id),
        )
        .where(Mandate.enterprise_id == enterprise_id, held_by(user), is_in_force(today))
    )
    if service is not None:
        query = query.where(covers(sa.literal(service)))
    acts = set(ACTS[role]) if role else set()
    for may_send, as_role in session.execute(query):
        acts |= acts_of_mandate(may_send=may_send, through=as_role)
    return frozenset(acts)


def startable(session: Session, user: User, service: str, *, today: date) -> list[tuple[int, str]]:
    """Return the enterprises for which this person may begin ``service``: (id, name), by name.

    For one that has ended nothing can be begun.
    """
    mandated = clients(user, today, Act.PREPARE).where(covers(sa.literal(service)))
    query = (
        sa.select(Enterprise.id, Enterprise.name)
        .where(
            Enterprise.id.in_(own(user, Act.PREPARE).union(mandated)),
            Enterprise.state != EnterpriseState.DEREGISTERED,
        )
        .order_by(Enterprise.name_pinyin, Enterprise.id)
    )
    return [(number, name) for number, name in session.execute(query)]


def who_may(
    session: Session, enterprise_id: int, act: Act, *, besides: Collection[int] = ()
) -> list[User]:
    """Return the members whose role includes ``act``, the first to join first."""
    query = (
        sa.select(User)
        .join(Member, Member.user_id == User.id)
        .where(
            Member.enterprise_id == enterprise_id,
            Member.role.in_(roles_with(act)),
            User.id.not_in(list(besides)),
            User.is_active,
        )
        .order_by(Member.since, User.id)
    )
    return list(session.scalars(query).unique())


def who_prepares(
    session: Session, enterprise_id: int, *, today: date, services: Collection[str] | None = None
) -> Sequence[User]:
    """Return who may prepare something for an enterprise: its members, agents, and theirs.

    ``services``: of the agents only those whose mandate covers one of them; None: of any.
    """
    mandated = sa.select(Mandate.user_id, Mandate.agency_id).where(
        Mandate.enterprise_id == enterprise_id, is_in_force(today)
    )
    if services is not None:
        covered = [covers(sa.literal(code)) for code in services]
        mandated = mandated.where(sa.or_(sa.false(), *covered))
    agents = mandated.subquery()
    agencies = (
        sa.select(Enterprise.id)
        .join(agents, agents.c.agency_id == Enterprise.id)
        .where(Enterprise.state != EnterpriseState.DEREGISTERED)
    )
    may = Member.role.in_(roles_with(Act.PREPARE))
    through = sa.or_(Member.enterprise_id == enterprise_id, Member.enterprise_id.in_(agencies))
    query = (
        sa.select(User)
        .where(
            User.is_active,
            sa.or_(
                User.id.in_(sa.select(Member.user_id).where(may, through)),
                User.id.in_(sa.select(agents.c.user_id)),
            ),
        )
        .order_by(User.id)
    )
    return session.scalars(query).unique().all()


def is_agent_or_member(user_id: int, enterprise: Enterprise) -> bool:
    """Whether a person acts, or has ever been mandated to act, for an enterprise.

    For staff: nobody decides about those whose agent they were.  Lists of colleagues ask it of
    each, so that all who act are loaded at once, the first time, however many agencies there are.
    """
    _load_all_who_act(enterprise)
    members = {one.user_id for one in enterprise.members}
    for mandate in enterprise.mandates:
        members |= {mandate.user_id} if mandate.user_id else set()
        members |= {one.user_id for one in mandate.agency.members} if mandate.agency else set()
    return user_id in members


def _load_all_who_act(enterprise: Enterprise) -> None:
    session, state = object_session(enterprise), sa.inspect(enterprise)
    if session is None or state.unloaded.isdisjoint({"members", "mandates"}):
        return
    agencies = joinedload(Enterprise.mandates).joinedload(Mandate.agency)
    query = (
        sa.select(Enterprise)
        .where(Enterprise.id == enterprise.id)
        .options(joinedload(Enterprise.members), agencies.joinedload(Enterprise.members))
    )
    session.scalars(query).unique().one()

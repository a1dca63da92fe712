"""The people of an enterprise as one of them may see them, and the enterprises of a person."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from servicedesk.accounts.models import User
from servicedesk.cases.chronicle import EventKind
from servicedesk.cases.lifecycle import FINAL_STATUSES
from servicedesk.cases.models import Case, CaseEvent, CasePart
from servicedesk.cases.policy import is_theirs
from servicedesk.catalogue.numbers import compact
from servicedesk.enterprises.member_models import Invitation, MemberEvent
from servicedesk.enterprises.member_roles import (
    ACTS,
    ENDS_SOON_DAYS,
    INVITES,
    NOT_ALLOWED,
    Act,
    MemberRole,
)
from servicedesk.enterprises.models import Enterprise, Mandate, Member
from servicedesk.enterprises.queries import members
from servicedesk.enterprises.queries.locks import lock_enterprise
from servicedesk.errors import NotFound, NotPermitted
from servicedesk.park import local_day
from servicedesk.web.paging import Key, Page, page_of
from servicedesk.words import say

MOST_EVENTS: Final = 20  # of applications, the last ones
_TOLD: Final = (  # of the life of an application, what its people did
    EventKind.STARTED,
    EventKind.SUBMITTED,
    EventKind.RESUBMITTED,
    EventKind.WITHDRAWN,
    EventKind.SENDING_ASKED,
    EventKind.HANDED_ON,
)


@dataclass(frozen=True)
class Team:
    """An enterprise as one of its people sees it, and what they may do about the others."""

    enterprise: Enterprise
    role: MemberRole | None  # None: its agent, while it has no member yet
    may_invite: tuple[MemberRole, ...]

    @property
    def is_managed(self) -> bool:
        """Whether this person decides about members and mandates."""
        return self.role is not None and Act.MANAGE in ACTS[self.role]

    def may_let_in(self, wanted: MemberRole | None) -> bool:
        """Whether this person lets others in as ``wanted``, or takes that back; None: agents."""
        return self.is_managed if wanted is None else wanted in self.may_invite


@dataclass(frozen=True)
class Client:
    """An enterprise in the list of somebody who acts for it."""

    enterprise: Enterprise
    role: MemberRole | None
    mandates: tuple[Mandate, ...]  # in force
    open_cases: int


def get_team(
    session: Session,
    enterprise_id: int,
    *,
    user: User,
    now: datetime,
    act: Act = Act.SEE,
    lock: bool = False,
) -> Team:
    """Return the enterprise's people, if this person is one of them and may do ``act``.

    ``lock`` before its people are changed: then one change waits for the other.  While there is
    no member at all, the agent who set the enterprise up may invite the first owner.

    Raises:
        NotFound: no such enterprise, or they are not of its people.  The two look alike.
        NotPermitted: they may see it, and not do ``act``.
    """
    if lock:
        lock_enterprise(session, enterprise_id)
    found = session.execute(
        sa.select(Enterprise, Member.role)
        .outerjoin(
            Member, sa.and_(Member.enterprise_id == Enterprise.id, Member.user_id == user.id)
        )
        .where(Enterprise.id == enterprise_id)
    ).first()
    if found is None or (found.role is None and not _founds(session, found[0], user, now)):
        raise NotFound(say("There is no such enterprise."))
    enterprise, role = found
    acts = ACTS[role] if role else frozenset({Act.SEE, Act.INVITE})
    if act not in acts:
        raise NotPermitted(NOT_ALLOWED[act])
    return Team(enterprise, role, INVITES[role] if role else (MemberRole.OWNER,))


def has_owner(session: Session, enterprise_id: int) -> bool:
    """Whether anybody decides about the people of an enterprise."""
    owners = sa.select(Member.user_id).where(
        Member.enterprise_id == enterprise_id, Member.role == MemberRole.OWNER
    )
    return session.scalar(owners.limit(1)) is not None


def get_member(session: Session, team: Team, user_id: int) -> Member:
    """Return a member of the enterprise, as they are now.

    Raises:
        NotFound: nobody of that number belongs to it.
    """
    query = sa.select(Member).where(
        Member.enterprise_id == team.enterprise.id, Member.user_id == user_id
    )
    query = query.options(joinedload(Member.user)).execution_options(populate_existing=True)
    member = session.scalar(query)
    if member is None:
        raise NotFound(say("There is no such member."))
    return member


def get_mandate(session: Session, team: Team, mandate_id: int) -> Mandate:
    """Return a mandate that the enterprise gave, as it is now.

    Raises:
        NotFound: it gave no such mandate.
    """
    query = sa.select(Mandate).where(
        Mandate.enterprise_id == team.enterprise.id, Mandate.id == mandate_id
    )
    mandate = session.scalar(query.execution_options(populate_existing=True))
    if mandate is None:
        raise NotFound(say("There is no such mandate."))
    return mandate


def get_held_mandate(
    session: Session, enterprise_id: int, mandate_id: int, *, user: User
) -> Mandate:
    """Return a mandate that this person may give up: their own, or of an enterprise they own.

    Raises:
        NotFound: there is none.
    """
    agencies = members.own(user, Act.MANAGE)
    query = sa.select(Mandate).where(
        Mandate.enterprise_id == enterprise_id,
        Mandate.id == mandate_id,
        sa.or_(Mandate.user_id == user.id, Mandate.agency_id.in_(agencies)),
    )
    mandate = session.scalar(query.execution_options(populate_existing=True))
    if mandate is None:
        raise NotFound(say("There is no such mandate."))
    return mandate


def managed_agencies(session: Session, user: User, given: Iterable[Mandate]) -> set[int]:
    """Return the enterprises that hold these mandates and of which this person is an owner."""
    agencies = {one.agency_id for one in given if one.agency_id is not None}
    if not agencies:
        return set()
    return set(
        session.scalars(members.own(user, Act.MANAGE).where(Member.enterprise_id.in_(agencies)))
    )


def get_invitation(session: Session, team: Team, invitation_id: int) -> Invitation:
    """Return an invitation of the enterprise.

    Raises:
        NotFound: there is none.
    """
    query = sa.select(Invitation).where(
        Invitation.enterprise_id == team.enterprise.id, Invitation.id == invitation_id
    )
    invitation = session.scalar(query.execution_options(populate_existing=True))
    if invitation is None:
        raise NotFound(say("There is no such invitation."))
    return invitation


def mandates_given(session: Session, enterprise_id: int) -> Sequence[Mandate]:
    """Return the mandates that an enterprise gave, those that end last first; revoked ones too."""
    query = (
        sa.select(Mandate)
        .where(Mandate.enterprise_id == enterprise_id)
        .options(joinedload(Mandate.user), joinedload(Mandate.agency))
        .order_by(Mandate.revoked_at.is_not(None), Mandate.last_day.desc(), Mandate.id.desc())
    )
    return session.scalars(query).all()


def open_invitations(
    session: Session, enterprise_id: int, *, now: datetime
) -> Sequence[Invitation]:
    """Return the invitations that still can be accepted, the last first."""
    query = (
        sa.select(Invitation)
        .where(
            Invitation.enterprise_id == enterprise_id,
            Invitation.ended_at.is_(None),
            Invitation.expires_at > now,
        )
        .options(joinedload(Invitation.invited_by))
        .order_by(Invitation.id.desc())
    )
    return session.scalars(query).all()


def member_events(
    session: Session, enterprise_id: int, *, after: str | None = None, before: str | None = None
) -> Page[MemberEvent]:
    """Return a page of what was done about the people of an enterprise, the last first."""
    query = (
        sa.select(MemberEvent)
        .where(MemberEvent.enterprise_id == enterprise_id)
        .options(
            joinedload(MemberEvent.actor),
            joinedload(MemberEvent.person),
            joinedload(MemberEvent.agency),
        )
    )
    return page_of(
        session, query, [Key(MemberEvent.id, descending=True)], after=after, before=before
    )


def case_events(session: Session, enterprise_id: int) -> Sequence[tuple[CaseEvent, str]]:
    """Return what people did last with the enterprise's applications: events and references."""
    query = (
        sa.select(CaseEvent, Case.reference)
        .join(Case, Case.id == CaseEvent.case_id)
        .where(
            Case.enterprise_id == enterprise_id,
            Case.for_enterprise,
            CaseEvent.kind.in_(_TOLD),
            CaseEvent.actor_id.is_not(None),
        )
        .options(joinedload(CaseEvent.actor))
        .order_by(CaseEvent.at.desc(), CaseEvent.case_id.desc(), CaseEvent.seq.desc())
        .limit(MOST_EVENTS)
    )
    return [(event, reference) for event, reference in session.execute(query)]


def heirs(session: Session, team: Team, leaving: int) -> list[User]:
    """Return the members who can go on with the applications of one who leaves."""
    return members.who_may(session, team.enterprise.id, Act.PREPARE, besides=[leaving])


def count_handed_on(session: Session, enterprise_id: int, user_id: int) -> int:
    """Return how many open applications of the enterprise a person began."""
    query = sa.select(sa.func.count()).where(
        Case.enterprise_id == enterprise_id,
        Case.for_enterprise,
        Case.applicant_id == user_id,
        Case.status.not_in(sorted(FINAL_STATUSES)),
    )
    return session.scalar(query) or 0


def page_of_clients(
    session: Session,
    user: User,
    *,
    today: date,
    text: str = "",
    ends_soon: bool = False,
    after: str | None = None,
    before: str | None = None,
) -> tuple[Page[Enterprise], list[Client]]:
    """Return a page of the enterprises this person acts for, by name, with what they may do.

    ``text`` is part of a name, its pinyin, or the beginning of a code.  Four statements, however
    many enterprises there are.
    """
    mandated = members.clients(user, today)
    soon = mandated.where(Mandate.last_day <= today + timedelta(days=ENDS_SOON_DAYS))
    theirs = soon if ends_soon else members.own(user).union(mandated)
    query = sa.select(Enterprise).where(Enterprise.id.in_(theirs))
    if text:
        query = query.where(
            sa.or_(
                Enterprise.name.icontains(text, autoescape=True),
                Enterprise.name_pinyin.icontains(text.replace(" ", ""), autoescape=True),
                Enterprise.credit_code.startswith(compact(text), autoescape=True),
            )
        )
    keys = [Key(Enterprise.name_pinyin), Key(Enterprise.id)]
    page = page_of(session, query, keys, after=after, before=before)
    return page, _clients(session, user, page.items, today)


def service_codes(mandates: Iterable[Mandate]) -> set[str]:
    """Return the codes of the services that the mandates name."""
    return {code for one in mandates for code in one.services}


def _founds(session: Session, enterprise: Enterprise, user: User, now: datetime) -> bool:
    """Whether this person acts, as its agent, for an enterprise that has no member yet."""
    acts = members.acts_in(session, user, enterprise.id, None, today=local_day(now))
    if Act.SEND not in acts:
        return False
    anybody = sa.select(Member.user_id).where(Member.enterprise_id == enterprise.id).limit(1)
    return session.scalar(anybody) is None


def _clients(
    session: Session, user: User, enterprises: Sequence[Enterprise], today: date
) -> list[Client]:
    ids = [one.id for one in enterprises]
    own_roles = sa.select(Member.enterprise_id, Member.role).where(
        Member.user_id == user.id, Member.enterprise_id.in_(ids)
    )
    roles = {row.enterprise_id: row.role for row in session.execute(own_roles)}
    mandates: dict[int, list[Mandate]] = {}
    query = (
        sa.select(Mandate)
        .where(Mandate.enterprise_id.in_(ids), members.held_by(user), members.is_in_force(today))
        .options(joinedload(Mandate.agency))
        .order_by(Mandate.last_day, Mandate.id)
    )
    for one in session.scalars(query):
        mandates.setdefault(one.enterprise_id, []).append(one)
    counts = _open_cases(session, user, ids, today)
    return [
        Client(one, roles.get(one.id), tuple(mandates.get(one.id, ())), counts.get(one.id, 0))
        for one in enterprises
    ]


def _open_cases(
    session: Session, user: User, ids: Collection[int], today: date
) -> Mapping[int, int]:
    query = (
        sa.select(Case.enterprise_id, sa.func.count())
        .where(
            Case.enterprise_id.in_(ids),
            Case.for_enterprise,
            Case.status.not_in(sorted(FINAL_STATUSES)),
            ~sa.exists().where(CasePart.child_id == Case.id),
            is_theirs(user, today),
        )
        .group_by(Case.enterprise_id)
    )
    return {number: count for number, count in session.execute(query) if number is not None}

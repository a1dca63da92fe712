"""Invitations by mail: a link for one address, that works once and not for long."""

import logging
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts import tokens
from servicedesk.accounts.email_addresses import normalise
from servicedesk.accounts.models import TokenPurpose, User
from servicedesk.enterprises.member_models import Invitation, MemberEventKind
from servicedesk.enterprises.member_roles import (
    NOT_ALLOWED,
    ROLE_WORDS,
    Act,
    MemberRole,
    may_let_in,
)
from servicedesk.enterprises.models import Enterprise, EnterpriseState, Member
from servicedesk.enterprises.operations.members import admit, record
from servicedesk.enterprises.operations.orders import is_registrar
from servicedesk.enterprises.queries.locks import lock_enterprise
from servicedesk.errors import NotPermitted, RuleBroken
from servicedesk.members import queries
from servicedesk.members.operations import mandates
from servicedesk.members.operations.mandates import Terms
from servicedesk.members.queries import Team
from servicedesk.notices import operations as notices
from servicedesk.words import Secret, say

log = logging.getLogger(__name__)

_LINK = TokenPurpose.JOIN_ENTERPRISE


class AlreadyInvited(RuleBroken):
    """The address has an invitation that is still open."""

    def __init__(self) -> None:
        super().__init__(say("This address is invited already. Take that invitation back first."))


class HasOwner(RuleBroken):
    """Somebody decides for the enterprise already."""

    def __init__(self) -> None:
        super().__init__(say("The enterprise has an owner, who lets others in."))


def invite(
    session: Session,
    team: Team,
    email: str,
    wanted: MemberRole | Terms,
    *,
    by: User,
    now: datetime,
    reason: str | None = None,
) -> Invitation:
    """Mail a link by which its reader becomes a member in a role, or an agent on terms.

    ``reason`` is the registrar's, kept with what was done.

    Raises:
        NotPermitted: ``by`` may not let in anybody as that.
        AlreadyInvited: the address has an invitation that is open.
        NotAnAddress: ``email`` is none.
    """
    terms = wanted if isinstance(wanted, Terms) else None
    role = wanted if isinstance(wanted, MemberRole) else None
    if not team.may_let_in(role):
        raise NotPermitted(NOT_ALLOWED[Act.MANAGE])
    address = normalise(email)
    _make_room(session, team.enterprise.id, address, now)
    invitation = Invitation(
        enterprise=team.enterprise,
        email=address,
        role=role,
        services=list(terms.services) if terms else [],
        may_send=terms.may_send if terms else False,
        first_day=terms.first_day if terms else None,
        last_day=terms.last_day if terms else None,
        invited_by=by,
        invited_at=now,
        expires_at=now + tokens.LIFETIMES[_LINK],
    )
    session.add(invitation)
    session.flush()
    record(
        session, team.enterprise.id, MemberEventKind.INVITED, by=by, now=now,
        invitation=invitation.id, role=role, reason=reason,
    )  # fmt: skip
    _mail(session, invitation, by=by, now=now)
    log.info("member invited", extra={"enterprise": team.enterprise.id, "as": role or "agent"})
    return invitation


def invite_first_owner(
    session: Session, enterprise: Enterprise, email: str, *, reason: str, by: User, now: datetime
) -> Invitation:
    """Mail a link to the first owner of an enterprise that has none, as its registrar.

    It takes the place of one that the registrar mailed before.

    Raises:
        NotPermitted: ``by`` is not a registrar.
        HasOwner: somebody decides for the enterprise already.
        RuleBroken: it has ended.
        NotAnAddress: ``email`` is none.
    """
    if not is_registrar(by):
        raise NotPermitted(say("Only the registrar does this."))
    lock_enterprise(session, enterprise.id)
    if queries.has_owner(session, enterprise.id):
        raise HasOwner
    if enterprise.state is EnterpriseState.DEREGISTERED:
        raise RuleBroken(say("The enterprise is deregistered. Nothing can be changed any more."))
    for old in queries.open_invitations(session, enterprise.id, now=now):
        if old.invited_by.is_staff or old.email == normalise(email):
            withdraw(session, old, by=by, now=now)
    team = Team(enterprise, None, (MemberRole.OWNER,))
    return invite(session, team, email, MemberRole.OWNER, by=by, now=now, reason=reason)


def invited_to(session: Session, subject: str, person: User, *, now: datetime) -> Invitation:
    """Return the invitation that a link stands for, if it was mailed to this person.

    Raises:
        LinkSpent: it was taken back or is over, or who sent it may not let anybody in as that
            any more.
        NotPermitted: it was sent to another address, or staff cannot accept it.
    """
    query = sa.select(Invitation).where(
        Invitation.id == int(subject), Invitation.ended_at.is_(None), Invitation.expires_at > now
    )
    invitation = session.scalar(query.execution_options(populate_existing=True))
    if invitation is None or not _still_counts(session, invitation):
        raise tokens.LinkSpent
    if person.is_staff:
        raise NotPermitted(say("Staff of the desk cannot act for an enterprise."))
    if invitation.email != person.email:
        raise NotPermitted(
            say(
                "This invitation was sent to another e-mail address. Sign in with the account "
                "of that address, or ask to be invited yourself."
            )
        )
    return invitation


def accept(session: Session, secret: str, person: User, *, now: datetime) -> Invitation:
    """Use the link up and let its reader act for the enterprise.

    Raises:
        LinkSpent: it was used, taken back, or is too old.
        NotPermitted: it was sent to somebody else.
        RuleBroken: they are a member already, or have a mandate for some of the days.
    """
    subject = tokens.spend(session, _LINK, secret, now=now)
    invitation = invited_to(session, subject, person, now=now)
    lock_enterprise(session, invitation.enterprise_id)
    invitation = invited_to(session, subject, person, now=now)
    invitation.ended_at = now
    if invitation.role is None:
        mandates.grant(
            session, invitation.enterprise, person, terms_of(invitation),
            by=invitation.invited_by, now=now,
        )  # fmt: skip
    else:
        if session.get(Member, (invitation.enterprise_id, person.id)) is not None:
            raise RuleBroken(say("You are a member of this enterprise already."))
        admit(session, invitation.enterprise_id, person.id, invitation.role, by=person, now=now)
    log.info("invitation accepted", extra={"enterprise": invitation.enterprise_id})
    return invitation


def take_back(
    session: Session, team: Team, invitation: Invitation, *, by: User, now: datetime
) -> None:
    """Take an invitation back, as one of the people of the enterprise who could have sent it.

    Raises:
        NotPermitted: ``by`` may not let in anybody as that.
        RuleBroken: it was accepted or taken back before.
    """
    if not team.may_let_in(invitation.role):
        raise NotPermitted(NOT_ALLOWED[Act.MANAGE])
    withdraw(session, invitation, by=by, now=now)


def withdraw(session: Session, invitation: Invitation, *, by: User, now: datetime) -> None:
    """Take an invitation back; its link no longer works.

    Raises:
        RuleBroken: it was accepted or taken back before.
    """
    if invitation.ended_at is not None:
        raise RuleBroken(say("This invitation was accepted or taken back before."))
    invitation.ended_at = now
    tokens.revoke(session, _LINK, str(invitation.id))
    record(
        session, invitation.enterprise_id, MemberEventKind.INVITATION_WITHDRAWN, by=by, now=now,
        invitation=invitation.id, role=invitation.role,
    )  # fmt: skip


def terms_of(invitation: Invitation) -> Terms:
    """Return the terms of an invitation to an agent."""
    if invitation.first_day is None or invitation.last_day is None:
        raise ValueError("an invitation to a member has no terms")
    return Terms(
        tuple(invitation.services), invitation.may_send, invitation.first_day, invitation.last_day
    )


def _still_counts(session: Session, invitation: Invitation) -> bool:
    """Whether who sent it may still let in anybody as that.

    Who is no member sent it to a first owner: the registrar, or the agent who set it up.
    """
    sender = session.get(
        Member, (invitation.enterprise_id, invitation.invited_by_id), populate_existing=True
    )
    if sender is not None:
        return may_let_in(sender.role, invitation.role)
    is_first = invitation.role is MemberRole.OWNER
    return is_first and not queries.has_owner(session, invitation.enterprise_id)


def _make_room(session: Session, enterprise_id: int, address: str, now: datetime) -> None:
    """End an invitation of the address that is over; one that is not stands in the way."""
    query = sa.select(Invitation).where(
        Invitation.enterprise_id == enterprise_id,
        Invitation.email == address,
        Invitation.ended_at.is_(None),
    )
    old = session.scalar(query)
    if old is None:
        return
    if old.expires_at > now:
        raise AlreadyInvited
    old.ended_at = now
    session.flush()


def _mail(session: Session, invitation: Invitation, *, by: User, now: datetime) -> None:
    subject = str(invitation.id)
    facts = {
        "secret": Secret(tokens.issue(session, _LINK, subject, now=now)),
        "inviter": by.name,
        "enterprise": invitation.enterprise.name,
        "role": ROLE_WORDS[invitation.role] if invitation.role else None,
        "services": mandates.service_names(session, invitation.services),
        "may_send": invitation.may_send,
        "first_day": invitation.first_day,
        "last_day": invitation.last_day,
    }
    notices.send(
        session, invitation.email, "member_invitation", facts=facts,
        language=by.language, about=invitation.enterprise.credit_code, now=now,
    )  # fmt: skip

"""What a person may do in one application: whoever applies, helps, or acts for the enterprise.

An application that was begun for an enterprise is the enterprise's: who may act for it now works
on it, not who began it.  Any other is its applicant's, as before there were enterprises.
"""

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from servicedesk.accounts.models import User
from servicedesk.cases import policy
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case, CasePart
from servicedesk.catalogue.definition import Audience, Service
from servicedesk.enterprises.member_roles import NOT_ALLOWED, Act
from servicedesk.enterprises.queries import members
from servicedesk.errors import NotFound, NotPermitted, RuleBroken
from servicedesk.park import local_day
from servicedesk.web import paging
from servicedesk.web.paging import Key
from servicedesk.words import say

OF_HELPERS: Final = frozenset({Act.SEE, Act.PREPARE, Act.SEND})
NOBODY: Final = "-"  # sent by a form that asks for whom: for no enterprise
_SET_UP: Final = "set_up_company"  # the topic of services for what is not in the register yet


class ChooseEnterprise(RuleBroken):
    """The service is for an enterprise, and several may be meant."""

    def __init__(self) -> None:
        super().__init__(say("Choose for which enterprise you begin this."))


def acts_in(session: Session, user: User, case: Case, *, now: datetime) -> frozenset[Act]:
    """Return what this person may do in the application; a part goes with its whole."""
    whole = case.part_of.whole if case.part_of else case
    if not whole.for_enterprise and case.applicant_id == user.id:
        return frozenset(Act)
    helps = any(one.user_id == user.id for one in case.helpers)
    acts = OF_HELPERS if helps else frozenset[Act]()
    if whole.for_enterprise and whole.enterprise_id is not None:
        acts |= members.acts_in(
            session, user, whole.enterprise_id, whole.service_code, today=local_day(now)
        )
        if case.status is CaseStatus.DRAFT and Act.PREPARE in acts:
            acts |= {Act.WITHDRAW}  # whoever prepares it may drop what was never sent
    return acts


def require(session: Session, user: User, case: Case, act: Act, *, now: datetime) -> None:
    """Make sure that this person may do ``act`` in the application.

    Raises:
        NotPermitted: they may not, though they may see it.
    """
    if act in acts_in(session, user, case, now=now):
        return
    if not case.for_enterprise:
        raise NotPermitted(say("Only the applicant can do this. You may fill in and send."))
    raise NotPermitted(NOT_ALLOWED[act])


def own_cases(
    session: Session,
    user: User,
    *,
    now: datetime,
    after: str | None = None,
    before: str | None = None,
) -> paging.Page[Case]:
    """Return a page of this person's cases, those changed last first."""
    is_part = sa.exists().where(CasePart.child_id == Case.id)  # shown with the whole
    query = sa.select(Case).where(policy.is_theirs(user, local_day(now)), ~is_part)
    query = query.options(joinedload(Case.service_version), joinedload(Case.enterprise))
    keys = [Key(Case.changed_at, descending=True), Key(Case.id, descending=True)]
    return paging.page_of(session, query, keys, after=after, before=before)


def who_may_send(session: Session, case: Case) -> list[User]:
    """Return the members who may send an application of their enterprise."""
    if not case.for_enterprise or case.enterprise_id is None:
        return []
    return members.who_may(session, case.enterprise_id, Act.SEND)


def may_be_for_nobody(service: Service) -> bool:
    """Whether the service is also for a person, or for an enterprise that is to be set up."""
    return service.audience is not Audience.ENTERPRISE or _SET_UP in service.topics


def choices(
    session: Session, user: User, service: Service, *, now: datetime
) -> list[tuple[int, str]]:
    """Return for which enterprises this person may begin the service: (id, name)."""
    if service.audience is Audience.PERSON:
        return []
    return members.startable(session, user, service.code, today=local_day(now))


def enterprise_for(
    session: Session, user: User, service: Service, asked: str | None, *, now: datetime
) -> int | None:
    """Return for which enterprise an application is begun; None: for none.

    Args:
        session: the database.
        user: who begins it.
        service: what is begun.
        asked: the choice of the form; None where it did not ask.  Then it is the one enterprise
            that this person may begin it for, unless the service is for setting one up.
        now: the moment.

    Raises:
        ChooseEnterprise: the form asked, and there was no answer that the service can do with.
        NotFound: they do not act for the enterprise that was chosen.
        NotPermitted: they do, but may not begin this service for it.
    """
    allowed = [number for number, _ in choices(session, user, service, now=now)]
    if asked is None:
        is_plain = len(allowed) == 1 and _SET_UP not in service.topics
        return allowed[0] if is_plain else None
    if asked in {"", NOBODY}:
        if allowed and not (asked == NOBODY and may_be_for_nobody(service)):
            raise ChooseEnterprise
        return None
    number = int(asked) if asked.isdecimal() and len(asked) < 10 else 0  # noqa: PLR2004 - an id
    if number in allowed:
        return number
    if members.acts_in(session, user, number, None, today=local_day(now)):
        raise NotPermitted(say("You may not begin this service for this enterprise."))
    raise NotFound(say("There is no such enterprise."))

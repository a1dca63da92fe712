"""Of two owners who leave at once one stays; one link lets one person in."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.enterprises.member_roles import Act, MemberRole
from servicedesk.enterprises.models import Enterprise, Member
from servicedesk.errors import RuleBroken
from servicedesk.members import queries
from servicedesk.members.operations import invitations, memberships
from servicedesk.members.operations.memberships import LastOwner
from tests.enterprises.members import add_member, make_enterprise
from tests.enterprises.together import at_once
from tests.factories import make_user
from tests.members.test_members import link_in_last_mail


@pytest.fixture
def enterprise(session: Session) -> Enterprise:
    return make_enterprise(session)


def owners(session: Session, enterprise: Enterprise) -> int:
    query = sa.select(sa.func.count()).where(
        Member.enterprise_id == enterprise.id, Member.role == MemberRole.OWNER
    )
    return session.scalar(query) or 0


def test_of_owners_who_leave_at_once_one_stays(
    engine_url: str, session: Session, enterprise: Enterprise
) -> None:
    leaving = [add_member(session, enterprise.id, role=MemberRole.OWNER).id for _ in range(4)]
    number = enterprise.id

    def leave(user_id: int) -> Callable[[Session], None]:
        def work(session: Session) -> None:
            user, now = session.get_one(User, user_id), clock.now()
            team = queries.get_team(session, number, user=user, now=now, lock=True)
            member = queries.get_member(session, team, user_id)
            memberships.end(session, team, member, None, version=1, by=user, now=now)

        return work

    results = at_once(engine_url, [leave(one) for one in leaving])

    assert sorted(str(type(one)) for one in results if one is not None) == [str(LastOwner)]
    assert owners(session, enterprise) == 1


def test_the_table_keeps_an_owner_where_nobody_takes_the_lock(
    engine_url: str, session: Session, enterprise: Enterprise
) -> None:
    leaving = [add_member(session, enterprise.id, role=MemberRole.OWNER).id for _ in range(4)]

    def leave(user_id: int) -> Callable[[Session], None]:
        def work(session: Session) -> None:
            gone = sa.text("DELETE FROM enterprise_members WHERE user_id = :user")
            session.execute(gone, {"user": user_id})

        return work

    results = at_once(engine_url, [leave(one) for one in leaving])

    refused = [one for one in results if isinstance(one, sa.exc.IntegrityError)]
    assert len(refused) == 1
    assert "keeps at least one owner" in str(refused[0])
    assert owners(session, enterprise) == 1


def test_a_link_lets_its_reader_in_once_however_often_it_is_pressed(
    engine_url: str, session: Session, enterprise: Enterprise
) -> None:
    owner, invited = add_member(session, enterprise.id, role=MemberRole.OWNER), make_user(session)
    team = queries.get_team(
        session, enterprise.id, user=owner, now=clock.now(), act=Act.INVITE, lock=True
    )
    invitations.invite(session, team, invited.email, MemberRole.VIEWER, by=owner, now=clock.now())
    session.commit()
    secret = link_in_last_mail(session).rpartition("/")[2]
    number = invited.id

    def accept(session: Session) -> None:
        invitations.accept(session, secret, session.get_one(User, number), now=clock.now())

    results = at_once(engine_url, [accept] * 4)

    assert sum(one is None for one in results) == 1
    assert all(isinstance(one, RuleBroken) for one in results if one is not None)

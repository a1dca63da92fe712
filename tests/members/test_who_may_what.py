"""Every role and mandate against every act, in one's own and in other enterprises."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.cases import acting, queries
from servicedesk.cases.models import Case
from servicedesk.cases.operations import drafts
from servicedesk.enterprises.member_roles import ACTS, Act, MemberRole, acts_of_mandate
from servicedesk.enterprises.models import Enterprise, EnterpriseState
from servicedesk.errors import NotFound, NotPermitted
from tests.cases.factories import published
from tests.enterprises.members import add_member, give_mandate, make_enterprise
from tests.factories import make_user

SERVICE, OTHER = "E_CHG_NAME", "E_CHG_SCOPE"
Who = Callable[[Session, int, Enterprise], User]


def member(role: MemberRole) -> Who:
    return lambda session, number, _other: add_member(session, number, role=role)


def agent(**terms: object) -> Who:
    def make(session: Session, number: int, _other: Enterprise) -> User:
        person = make_user(session)
        give_mandate(session, number, person, **terms)  # type: ignore[arg-type]
        return person

    return make


def through_agency(role: MemberRole, **terms: object) -> Who:
    def make(session: Session, number: int, other: Enterprise) -> User:
        give_mandate(session, number, agency_id=other.id, **terms)  # type: ignore[arg-type]
        return add_member(session, other.id, role=role)

    return make


def elsewhere(session: Session, _number: int, other: Enterprise) -> User:
    return add_member(session, other.id, role=MemberRole.OWNER)


def revoked(session: Session, number: int, _other: Enterprise) -> User:
    person = make_user(session)
    give_mandate(session, number, person, may_send=True).revoked_at = clock.now()
    session.commit()
    return person


NOTHING = frozenset[Act]()
PREPARES, SENDS = acts_of_mandate(may_send=False), acts_of_mandate(may_send=True)
TABLE: dict[str, tuple[Who, frozenset[Act]]] = {
    **{role: (member(role), ACTS[role]) for role in MemberRole},
    "owner of another": (elsewhere, NOTHING),
    "agent for all": (agent(), PREPARES),
    "agent for this": (agent(services=(SERVICE,), may_send=True), SENDS),
    "agent for another": (agent(services=(OTHER,), may_send=True), NOTHING),
    "agent until today": (agent(days=0, may_send=True), SENDS),
    "agent until yesterday": (agent(days=-1, may_send=True), NOTHING),
    "agent from tomorrow": (agent(began=-1, may_send=True), NOTHING),
    "agent revoked": (revoked, NOTHING),
    "officer of an agency": (through_agency(MemberRole.OFFICER, may_send=True), SENDS),
    "preparer of an agency": (through_agency(MemberRole.PREPARER, may_send=True), PREPARES),
    "viewer of an agency": (through_agency(MemberRole.VIEWER), frozenset({Act.SEE})),
    "agency that ended": (through_agency(MemberRole.OWNER, days=-1), NOTHING),
}


@pytest.fixture
def draft(session: Session) -> Case:
    enterprise = make_enterprise(session)
    owner = add_member(session, enterprise.id, role=MemberRole.OWNER)
    version, service = published(session, SERVICE)
    case = drafts.start(
        session, version, service, by=owner, enterprise_id=enterprise.id, now=clock.now()
    )
    case.submitted_at = None
    session.commit()
    return case


@pytest.mark.parametrize("name", TABLE)
def test_each_may_what_the_table_says(session: Session, draft: Case, name: str) -> None:
    make, expected = TABLE[name]
    assert draft.enterprise_id is not None
    person = make(session, draft.enterprise_id, make_enterprise(session, "Another Ltd"))
    if Act.PREPARE in expected:  # it is a draft
        expected |= {Act.WITHDRAW}

    assert acting.acts_in(session, person, draft, now=clock.now()) == expected
    for act in Act:
        assert found(session, draft, person, act) == answer(act, expected)


def found(session: Session, case: Case, person: User, act: Act) -> int:
    try:
        queries.get_own_case(session, case.reference, user=person, now=clock.now(), act=act)
    except NotFound:
        return 404
    except NotPermitted:
        return 403
    return 200


def answer(act: Act, acts: frozenset[Act]) -> int:
    if Act.SEE not in acts:
        return 404
    return 200 if act in acts else 403


def test_who_began_it_and_left_sees_it_no_more(session: Session, draft: Case) -> None:
    assert draft.enterprise_id is not None
    beginner = make_user(session)
    draft.applicant = beginner
    session.commit()

    assert found(session, draft, beginner, Act.SEE) == 404


def test_a_personal_case_is_its_applicants_alone(session: Session, draft: Case) -> None:
    assert draft.enterprise_id is not None
    person = add_member(session, draft.enterprise_id, role=MemberRole.PREPARER)
    boss = add_member(session, draft.enterprise_id, role=MemberRole.OWNER)
    version, service = published(session, SERVICE)
    own = drafts.start(session, version, service, by=person, enterprise_id=None, now=clock.now())
    session.commit()

    assert [found(session, own, person, act) for act in Act] == [200] * len(Act)
    assert found(session, own, boss, Act.SEE) == 404


def test_for_an_enterprise_that_has_ended_nothing_is_begun(session: Session) -> None:
    enterprise = make_enterprise(session)
    owner = add_member(session, enterprise.id, role=MemberRole.OWNER)
    _, service = published(session, SERVICE)
    assert acting.choices(session, owner, service, now=clock.now())

    enterprise.state = EnterpriseState.DEREGISTERED
    session.commit()

    assert not acting.choices(session, owner, service, now=clock.now())
    with pytest.raises(NotPermitted):
        acting.enterprise_for(session, owner, service, str(enterprise.id), now=clock.now())

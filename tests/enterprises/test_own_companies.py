"""Whose company an application names: those who act for it pass, others are looked at."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.catalogue.registry import Matter, Weight
from servicedesk.enterprises.member_roles import MemberRole
from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.own_companies import own_company, own_file
from tests.cases.factories import published
from tests.enterprises.factories import branch_of, make_enterprise
from tests.enterprises.matters import make_matter
from tests.enterprises.members import add_member, give_mandate
from tests.factories import make_user


def test_whoever_acts_for_the_company_passes(session: Session) -> None:
    founder = make_user(session)
    enterprise = make_enterprise(session, founder)
    given = {"credit_code": enterprise.credit_code, "company_name": enterprise.name}

    found = own_company(make_matter(session, "E_ANNUAL", given, applicant_id=founder.id))

    assert [one.weight for one in found] == [Weight.IN_ORDER]


@pytest.mark.parametrize(("is_examined", "weight"), [(True, Weight.LOOK), (False, Weight.WRONG)])
def test_somebody_else_is_looked_at_and_no_machine_lets_them_through(
    session: Session, *, is_examined: bool, weight: Weight
) -> None:
    enterprise = make_enterprise(session)
    matter = make_matter(session, "E_ANNUAL", {"credit_code": enterprise.credit_code})

    found = own_company(replace(matter, is_examined=is_examined))

    assert [(one.weight, one.place) for one in found] == [(weight, "credit_code")]


def test_another_name_for_the_code_is_looked_at(session: Session) -> None:
    founder = make_user(session)
    enterprise = make_enterprise(session, founder)
    given = {"credit_code": enterprise.credit_code, "company_name": "北京别家样例有限公司"}

    first, _ = own_company(make_matter(session, "E_ANNUAL", given, applicant_id=founder.id))

    assert (first.weight, first.place) == (Weight.LOOK, "company_name")
    assert first.words.facts == {"name": enterprise.name}


def test_a_company_of_another_register_is_not_judged(session: Session) -> None:
    assert (
        own_company(make_matter(session, "E_ANNUAL", {"credit_code": "91110114MAEXAMPKXN"})) == []
    )
    assert own_company(make_matter(session, "E_ANNUAL", {})) == []


def annual(session: Session, enterprise: Enterprise, person_id: int) -> Matter:
    given = {"credit_code": enterprise.credit_code}
    matter = make_matter(session, "E_ANNUAL", given, applicant_id=person_id)
    return replace(matter, now=clock.now(), is_examined=False)


@pytest.mark.parametrize(
    ("role", "prepares", "sends"),
    [
        (MemberRole.OWNER, Weight.IN_ORDER, Weight.IN_ORDER),
        (MemberRole.OFFICER, Weight.IN_ORDER, Weight.IN_ORDER),
        (MemberRole.PREPARER, Weight.IN_ORDER, Weight.WRONG),
        (MemberRole.VIEWER, Weight.WRONG, Weight.WRONG),
    ],
)
def test_what_a_member_may_do_counts_and_of_the_sender(
    session: Session, *, role: MemberRole, prepares: Weight, sends: Weight
) -> None:
    enterprise = make_enterprise(session)
    person = add_member(session, enterprise.id, role=role)
    begun = annual(session, enterprise, person.id)

    assert [one.weight for one in own_company(begun)] == [prepares]
    sent = replace(begun, sender_id=person.id)
    assert [one.weight for one in own_company(sent)] == [sends]


@pytest.mark.parametrize(
    ("services", "may_send", "weight"),
    [
        ((), True, Weight.IN_ORDER),
        (("E_ANNUAL",), True, Weight.IN_ORDER),
        (("E_ANNUAL",), False, Weight.WRONG),
        (("E_CHG_NAME",), True, Weight.WRONG),
    ],
)
def test_an_agent_sends_by_a_mandate_for_sending_in_this_service(
    session: Session, *, services: tuple[str, ...], may_send: bool, weight: Weight
) -> None:
    published(session, "E_ANNUAL")
    enterprise, agent = make_enterprise(session), make_user(session)
    give_mandate(session, enterprise.id, agent, services=services, may_send=may_send)
    preparer = add_member(session, enterprise.id, role=MemberRole.PREPARER)
    matter = replace(annual(session, enterprise, preparer.id), sender_id=agent.id)

    assert [one.weight for one in own_company(matter)] == [weight]


def dereg(session: Session, parent_code: str, branch: Enterprise, person_id: int) -> Matter:
    given = {"credit_code": parent_code, "branch_code": branch.credit_code}
    matter = make_matter(session, "E_DEREG_BR", given, applicant_id=person_id)
    return replace(matter, effect="deregister_branch")


def test_only_a_branch_of_the_parent_that_is_named_can_be_ended(session: Session) -> None:
    founder = make_user(session)
    own = make_enterprise(session, founder)
    another = make_enterprise(session, trade_name="远岫", industry="软件")
    branch = branch_of(session, own, "北京澄野生物科技有限公司昌平分公司")
    its = branch_of(session, another, "北京远岫软件有限公司昌平分公司")

    def found(branch: Enterprise) -> list[tuple[Weight, str | None]]:
        matter = dereg(session, own.credit_code, branch, founder.id)
        return [(one.weight, one.place) for one in own_company(matter)]

    assert found(branch) == [(Weight.IN_ORDER, "credit_code")]
    assert found(its) == [(Weight.WRONG, "branch_code")]
    assert found(another) == [(Weight.WRONG, "branch_code")]
    assert found(own) == [(Weight.WRONG, "branch_code")]


def test_a_branch_of_a_parent_registered_elsewhere_is_judged_itself(session: Session) -> None:
    founder, elsewhere = make_user(session), "91110114MAEXAMPKXN"
    own = make_enterprise(session, founder)
    branch = branch_of(session, own, "北京澄野生物科技有限公司昌平分公司")
    branch.parent_code = elsewhere
    session.commit()
    officer = add_member(session, branch.id)

    def found(person_id: int) -> list[Weight]:
        return [one.weight for one in own_company(dereg(session, elsewhere, branch, person_id))]

    assert found(officer.id) == [Weight.IN_ORDER]
    assert found(founder.id) == [Weight.LOOK]
    strange = dereg(session, elsewhere, own, founder.id)
    assert [one.weight for one in own_company(strange)] == [Weight.WRONG]


@pytest.mark.parametrize(
    ("searcher", "weights"), [("own", [Weight.LOOK]), ("lawyer", []), ("organ", [])]
)
def test_only_who_asks_for_a_file_as_the_enterprise_itself_is_judged(
    session: Session, searcher: str, weights: list[Weight]
) -> None:
    enterprise = make_enterprise(session)
    given = {"credit_code": enterprise.credit_code, "searcher_kind": searcher}

    found = own_file(make_matter(session, "E_ARCH", given))

    assert [one.weight for one in found] == weights
    assert {one.place for one in found} <= {"searcher_kind"}

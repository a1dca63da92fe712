"""Whose company an application names: those who act for it pass, others are looked at."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from servicedesk.catalogue.registry import Weight
from servicedesk.enterprises.own_companies import own_company
from tests.enterprises.factories import make_enterprise
from tests.enterprises.matters import make_matter
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

"""Who invests in others cannot be deregistered simply, whatever it is called by now (art. 48)."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.queries.proceedings import standing_of
from servicedesk.errors import RuleBroken
from tests.enterprises.approving import applied, approved
from tests.enterprises.factories import LIN, make_enterprise

OTHER = "91110114MA7XCP003J"


def owned(session: Session, name: str, **other: Any) -> Enterprise:  # noqa: ANN401 - any JSON
    """Enter a company that an organisation of this name owns together with a person."""
    owner = LIN | {"full_name": name, "party": "organisation"} | other
    return make_enterprise(session, trade_name="听松", shareholders=[LIN, owner])


@pytest.mark.parametrize("is_told", [True, False])
def test_a_new_name_does_not_end_what_a_company_owns(session: Session, *, is_told: bool) -> None:
    enterprise = make_enterprise(session)
    code = {"credit_code": enterprise.credit_code} if is_told else {}
    owned(session, enterprise.name, **code)

    approved(
        session, enterprise, "change_name",
        name_source="new", division="北京", trade_name="听澜", industry="生物科技",
        name_form="有限公司",
    )  # fmt: skip

    assert standing_of(session, enterprise).invests_in == 1
    with pytest.raises(RuleBroken, match="of which it is an owner: 1"):
        applied(session, enterprise, "deregister_simply", {})


def test_a_company_of_the_same_name_elsewhere_is_another(session: Session) -> None:
    enterprise = make_enterprise(session)
    owned(session, enterprise.name, credit_code=OTHER)

    assert standing_of(session, enterprise).invests_in == 0


def test_who_sold_its_part_owns_nothing_any_more(session: Session) -> None:
    enterprise = make_enterprise(session)
    company = owned(session, enterprise.name, credit_code=enterprise.credit_code)
    part = LIN["contribution"]
    transfer = {"seller": enterprise.name, "buyer": "林乔", "contribution": part}

    facts = approved(session, company, "change_shareholders", transfers=[transfer])

    assert [one["name"] for one in facts["shareholders"]] == ["林乔"]
    assert standing_of(session, enterprise).invests_in == 0

"""A company takes another type: by the rules of the set-up of that type, and by what it was."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from servicedesk.catalogue.registry import Weight
from servicedesk.enterprises import checks
from tests.enterprises.factories import make_enterprise
from tests.enterprises.matters import make_matter, wrong_places

CODE = "E_CHG_TYPE"


def owner(name: str, amount: int, **other: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    said = {"party": "person", "full_name": name, "country": "CN", "is_new": False}
    return said | {"contribution": {"currency": "CNY", "amount": f"{amount}.00"}} | other


LIN, ZHOU = owner("林乔", 3000000), owner("周若谷", 2000000)
ADA = owner("Ada Example", 1000000, country="DE", is_new=True)
HERE = {"domiciled": True}


def wrong(session: Session, check: str, given: dict[str, Any]) -> set[str | None]:
    enterprise = make_enterprise(session)
    matter = make_matter(session, CODE, {"credit_code": enterprise.credit_code} | given)
    found = checks.CHECKS[check](replace(matter, effect="change_type"))
    return {one.place for one in found if one.weight is Weight.WRONG}


@pytest.mark.parametrize(
    ("form", "amount", "owners", "places"),
    [
        ("jsc", 5000000, [LIN | HERE, ZHOU | HERE], set()),
        ("jsc", 5000000, [LIN | HERE, ZHOU], set()),
        ("jsc", 6000000, [LIN | HERE, ZHOU | HERE], {"capital"}),
        ("jsc", 3000000, [LIN | HERE], {"capital", "shareholders"}),
        ("llc_sole", 5000000, [LIN, ZHOU], {"shareholders"}),
        ("llc_fie", 5000000, [LIN, ZHOU], {"shareholders"}),
        ("llc_fie", 6000000, [LIN, ZHOU, ADA], set()),
        ("llc_sole", 6000000, [LIN, ZHOU, ADA], {"shareholders", "shareholders[2].country"}),
        ("llc_fie", 5000000, [LIN, owner("Mallory", 1000000), ADA],
         {"shareholders", "shareholders[1].full_name"}),
        ("llc_fie", 5000000, [owner("林乔", 2000000), ZHOU, ADA],
         {"shareholders[0].contribution"}),
    ],
)  # fmt: skip
def test_owners_and_capital_fit_the_new_type_and_follow_from_the_register(
    session: Session,
    form: str,
    amount: int,
    owners: list[dict[str, Any]],
    places: set[str | None],
) -> None:
    capital = {"currency": "CNY", "amount": f"{amount}.00"}
    given = {"type_new": form, "capital": capital, "shareholders": owners}

    assert wrong(session, "new_type", given) == places


@pytest.mark.parametrize(
    ("form", "name", "is_right"),
    [
        ("jsc", "北京澄野生物科技股份有限公司", True),
        ("jsc", "北京澄野生物科技有限公司", False),
        ("llc_fie", "北京澄野生物科技有限公司", True),
        ("jsc", "北京国家澄野生物科技股份有限公司", False),
    ],
)
def test_the_name_ends_as_the_new_type_asks_and_keeps_to_the_rules(
    session: Session, form: str, name: str, *, is_right: bool
) -> None:
    places = wrong(session, "retyped_name", {"type_new": form, "new_name": name})

    assert places == (set() if is_right else {"new_name"})


def test_the_name_of_somebody_else_is_refused(session: Session) -> None:
    make_enterprise(session, trade_name="听澜")
    given = {"type_new": "jsc", "new_name": "北京听澜生物科技股份有限公司"}

    assert wrong(session, "retyped_name", given) == {"new_name"}


@pytest.mark.parametrize(("said", "places"), [("jsc", {"type_now"}), ("llc", set())])
def test_the_present_type_is_the_registered_one(
    session: Session, said: str, places: set[str | None]
) -> None:
    assert wrong(session, "registered_type", {"type_now": said}) == places


@pytest.mark.parametrize(("assets", "places"), [(5000000, set()), (4999999, {"capital"})])
def test_shares_are_worth_no_more_than_the_net_assets(
    session: Session, assets: int, places: set[str | None]
) -> None:
    amounts = {"capital": 5000000, "net_assets": assets}
    given = {key: {"currency": "CNY", "amount": f"{one}.00"} for key, one in amounts.items()}
    owners = {"type_new": "jsc", "shareholders": [LIN | HERE, ZHOU | HERE]}

    assert wrong(session, "new_type", given | owners) == places


def test_a_company_does_not_change_into_what_it_is(session: Session) -> None:
    code = make_enterprise(session).credit_code
    found = {
        new: wrong_places("registered_type", make_matter(session, CODE, given))
        for new in ("llc", "jsc")
        if (given := {"credit_code": code, "type_now": "llc", "type_new": new})
    }

    assert found == {"llc": {"type_new"}, "jsc": set()}

"""What an application says of capital, owners and representative, set against the register."""

from datetime import date
from typing import Any, Final

import pytest
from sqlalchemy.orm import Session

from servicedesk.catalogue.registry import Finding, Weight
from servicedesk.enterprises import change_wishes, checks
from servicedesk.enterprises.models import Enterprise
from tests.enterprises.approving import approved
from tests.enterprises.factories import LIN, ZHOU, make_enterprise
from tests.enterprises.matters import make_matter

INC, DEC, FILED, SH = "E_CHG_CAP_INC", "E_CHG_CAP_DEC", "E_FILE", "E_CHG_SH"
SIMPLY = "E_DEREG_S"
TODAY: Final = date(2026, 5, 6)


def money(amount: int, currency: str = "CNY") -> dict[str, str]:
    return {"currency": currency, "amount": f"{amount}.00"}


def owner(name: str, amount: int, **other: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    said = {"full_name": name, "contribution": money(amount), "method": "cash"}
    return said | {"pay_by": "2030-12-31"} | other


def capital(amount: int, *owners: dict[str, Any], currency: str = "CNY") -> dict[str, Any]:
    return {"capital": money(amount, currency), "shareholders": list(owners)}


def sale(seller: str, buyer: str, amount: int, **other: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"seller": seller, "buyer": buyer, "contribution": money(amount)} | other


def found(
    session: Session, check: str, service: str, enterprise: Enterprise, given: dict[str, Any]
) -> list[Finding]:
    answers = {"credit_code": enterprise.credit_code} | given
    return list(checks.CHECKS[check](make_matter(session, service, answers)))


def wrong(*args: Any) -> set[str | None]:  # noqa: ANN401
    return {one.place for one in found(*args) if one.weight is Weight.WRONG}


BOTH = (owner("林乔", 3000000), owner("周若谷", 2000000))
JOINS = {"is_new": True, "party": "person", "country": "CN"}


@pytest.mark.parametrize(
    ("check", "given", "places"),
    [
        ("capital_raised", capital(10, owner("林乔", 10)),
         {"capital", "shareholders", "shareholders[0].contribution"}),
        ("capital_raised", capital(5000000, *BOTH), {"capital"}),
        ("capital_raised", capital(6000000, *BOTH, currency="USD"), {"capital"}),
        ("capital_raised", capital(6000000, *BOTH, owner("Mallory", 1000000)),
         {"shareholders[2].full_name"}),
        ("capital_raised", capital(6000000, *BOTH, owner("陈一禾", 1000000, **JOINS)), set()),
        ("capital_raised", capital(9000000, owner("林乔", 9000000)), {"shareholders"}),
        ("capital_lowered", capital(6000000, *BOTH), {"capital"}),
        ("capital_lowered", capital(4000000, owner("林乔", 3500000), owner("周若谷", 500000)),
         {"shareholders[0].contribution"}),
        ("capital_lowered", capital(4000000, *BOTH[:1], owner("Mallory", 1000000)),
         {"shareholders[1].full_name"}),
        ("capital_kept", capital(10, owner("Mallory", 10)),
         {"capital", "shareholders", "shareholders[0].full_name"}),
        ("capital_kept", capital(5000000, owner("林乔", 4000000), owner("周若谷", 1000000)),
         {"shareholders[0].contribution", "shareholders[1].contribution"}),
        ("capital_kept", capital(5000000, *BOTH), set()),
    ],
)  # fmt: skip
def test_capital_and_owners_change_as_the_service_says_and_no_other_way(
    session: Session, check: str, given: dict[str, Any], places: set[str | None]
) -> None:
    assert wrong(session, check, INC, make_enterprise(session), given) == places


def test_who_leaves_with_a_reduction_is_looked_at(session: Session) -> None:
    given = capital(3000000, BOTH[0])

    weights = [
        (one.weight, one.place)
        for one in found(session, "capital_lowered", DEC, make_enterprise(session), given)
    ]

    assert weights == [(Weight.IN_ORDER, "capital"), (Weight.LOOK, "shareholders")]


@pytest.mark.parametrize(
    ("names", "places"),
    [
        (["林乔", "周若谷"], set()),
        (["林乔"], {"investors"}),
        (["林乔", "周若谷", "Mallory"], {"investors[2].full_name"}),
    ],
)
def test_all_investors_end_an_enterprise_simply(
    session: Session, names: list[str], places: set[str | None]
) -> None:
    given = {"investors": [{"full_name": name, "party": "person"} for name in names]}

    assert wrong(session, "all_investors", SIMPLY, make_enterprise(session), given) == places


def test_of_a_joint_stock_company_the_register_does_not_have_all(session: Session) -> None:
    enterprise = make_enterprise(session)
    enterprise.facts = enterprise.facts | {"org_form": "jsc"}

    assert found(session, "all_investors", SIMPLY, enterprise, {"investors": []}) == []


def test_a_company_of_another_register_is_not_judged(session: Session) -> None:
    given = capital(10, owner("Mallory", 10)) | {"transfers": [sale("A", "B", 1)]}
    matter = make_matter(session, INC, given | {"credit_code": "91110114MAEXAMPKXN"})

    for check in (
        "capital_raised", "capital_lowered", "capital_kept", "equity_transfers", "all_investors",
    ):  # fmt: skip
        assert list(checks.CHECKS[check](matter)) == []


def test_a_filing_moves_neither_capital_nor_owners_nor_representative(session: Session) -> None:
    enterprise = make_enterprise(session)
    before = dict(enterprise.facts)
    mallory = {"full_name": "Mallory", "posts": ["director", "legal_representative"]}
    given = capital(10, owner("Mallory", 10), owner("周若谷", 1, pay_by="2029-01-31")) | {
        "filing_kinds": ["contributions", "people"],
        "directors": [mallory],
        "supervisors": [{"full_name": "沈听澜"}],
    }

    assert wrong(session, "representative_kept", FILED, enterprise, given) == {"directors"}
    after = approved(session, enterprise, "file_particulars", **given)

    assert (after["capital"], after["legal_representative"]) == (before["capital"], "林乔")
    assert [(one["name"], one["percent"], one["pay_by"]) for one in after["shareholders"]] == [
        ("林乔", "60.00", "2031-03-31"),
        ("周若谷", "40.00", "2029-01-31"),
    ]
    assert after["officers"] == [
        {"name": "Mallory", "posts": ["director"]},
        {"name": "林乔", "posts": ["legal_representative"]},
    ]
    assert after["supervisors"] == ["沈听澜"]


def test_the_representative_who_stays_is_in_order(session: Session) -> None:
    stays = {"directors": [{"full_name": "林 乔", "posts": ["legal_representative"]}]}

    (one,) = found(session, "representative_kept", FILED, make_enterprise(session), stays)

    assert one.weight is Weight.IN_ORDER


NEW = {"full_name": "Ada Example", "party": "person", "country": "CN"}


@pytest.mark.parametrize(
    ("given", "places"),
    [
        ({"transfers": [sale("Mallory", "林乔", 1000000)]}, {"transfers[0].seller"}),
        ({"transfers": [sale("周若谷", "林乔", 9000000)]}, {"transfers[0].contribution"}),
        ({"transfers": [sale("周若谷", "林乔", 1) | {"contribution": money(1, "USD")}]},
         {"transfers[0].contribution"}),
        ({"transfers": [sale("周若谷", "林乔", 1, seller_party="organisation")]},
         {"transfers[0].seller_party"}),
        ({"transfers": [sale("周若谷", "林乔", 1, buyer_party="organisation")]},
         {"transfers[0].buyer_party"}),
        ({"transfers": [sale("周若谷", "林乔", 1, seller_party="person", buyer_party="person")]},
         set()),
        ({"transfers": [sale("周若谷", "林乔", 2000000)], "licence_changes": False},
         {"licence_changes"}),
        ({"transfers": [sale("周若谷", "Ada Example", 1)], "new_shareholders": []},
         {"new_shareholders"}),
        ({"transfers": [sale("周若谷", "林乔", 1)], "new_shareholders": [NEW]},
         {"new_shareholders[0].full_name"}),
        ({"transfers": [sale("周若谷", "Ada Example", 1, buyer_kind="new")],
          "new_shareholders": [NEW], "licence_changes": False}, set()),
    ],
)  # fmt: skip
def test_a_transfer_is_set_against_who_holds_what(
    session: Session, given: dict[str, Any], places: set[str | None]
) -> None:
    assert wrong(session, "equity_transfers", SH, make_enterprise(session), given) == places


@pytest.mark.parametrize(("part", "told"), [(2000000, ["Company Law, art. 60"]), (1, [])])
def test_that_one_shareholder_is_left_is_told(session: Session, part: int, told: list[str]) -> None:
    given = {"transfers": [sale("周若谷", "林乔", part)]}

    findings = found(session, "equity_transfers", SH, make_enterprise(session), given)

    assert [str(one.rule) for one in findings if one.weight is Weight.LOOK] == told


def test_there_are_others_to_ask_where_the_register_has_several_shareholders(
    session: Session,
) -> None:
    several = make_enterprise(session)
    alone = make_enterprise(session, trade_name="岚谷", shareholders=[LIN])

    assert wrong(session, "first_refusal", SH, several, {"waiver": "alone"}) == {"waiver"}
    assert wrong(session, "first_refusal", SH, several, {"waiver": "all"}) == set()
    assert wrong(session, "first_refusal", SH, alone, {"waiver": "alone"}) == set()


def test_one_person_companies_have_one_shareholder_until_their_type_changes(
    session: Session,
) -> None:
    enterprise = make_enterprise(session, org_form="llc_sole", shareholders=[LIN])
    given = {"transfers": [sale("林乔", "Ada Example", 1)]}
    joins = capital(6000000, owner("林乔", 3000000), owner("陈一禾", 3000000, **JOINS))

    assert wrong(session, "equity_transfers", SH, enterprise, given) == {"transfers"}
    assert "shareholders" in wrong(session, "capital_raised", INC, enterprise, joins)


@pytest.mark.parametrize(
    ("ground", "places"), [("pilot", set()), ("none", {"cell_ground"}), (None, set())]
)
def test_who_comes_from_abroad_makes_it_foreign_invested_with_the_bars_of_that(
    session: Session, ground: str | None, places: set[str | None]
) -> None:
    enterprise = make_enterprise(session, scope=["BS001", "BS007"], main_scope="BS001")
    given: dict[str, Any] = {
        "transfers": [sale("周若谷", "Ada Example", 1000000)],
        "new_shareholders": [NEW | {"country": "DE"}],
    }
    given |= {"cell_ground": ground} if ground else {}

    findings = found(session, "equity_transfers", SH, enterprise, given)

    assert {one.place for one in findings if one.weight is Weight.WRONG} == places
    assert "new_shareholders[0].country" in {one.place for one in findings}
    after = approved(session, enterprise, "change_shareholders", **given)
    assert (after["org_form"], after["type"]["zh"]) == ("llc_fie", "有限责任公司（中外合资）")


def test_the_difference_is_shown_without_what_cannot_be_carried_out(session: Session) -> None:
    enterprise = make_enterprise(session)
    given = {
        "credit_code": enterprise.credit_code,
        "transfers": [sale("周若谷", "林乔", 1) | {"contribution": money(1, "USD")}],
    }

    assert change_wishes.asked_difference(session, "change_shareholders", given, TODAY) == []


def test_two_shareholders_of_one_name_stay_two(session: Session) -> None:
    other = ZHOU | {"full_name": "林乔"}
    third = ZHOU | {
        "full_name": "陈一禾", "id_number": "11011419910905226X", "contribution": money(1000000)
    }  # fmt: skip
    enterprise = make_enterprise(session, capital=money(6000000), shareholders=[LIN, other, third])

    unclear = {"transfers": [sale("林乔", "陈一禾", 1000000)]}
    assert wrong(session, "equity_transfers", SH, enterprise, unclear) == {"transfers[0].seller"}

    approved(session, enterprise, "change_shareholders", transfers=[sale("陈一禾", "Ada", 500000)])
    approved(
        session, enterprise, "increase_capital",
        **capital(7000000, owner("林乔", 4000000), owner("林乔", 2000000),
                  owner("陈一禾", 500000), owner("Ada", 500000)),
    )  # fmt: skip

    assert [
        (one["name"], one["contribution"]["amount"]) for one in enterprise.facts["shareholders"]
    ] == [("林乔", "4000000.00"), ("林乔", "2000000.00"), ("陈一禾", "500000.00"),
          ("Ada", "500000.00")]  # fmt: skip

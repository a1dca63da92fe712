"""Points, pay, age and the period of a contract, against the settings of a service."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from servicedesk.catalogue import thresholds
from servicedesk.catalogue.bounds import years_later
from servicedesk.catalogue.registry import Check, Matter, Weight
from tests.factories import MONDAY_MORNING

SETTINGS = {
    "points_a": 85,
    "points_b": 60,
    "pay_times_b": 4,
    "average_pay": 100_000,
    "age_least": 18,
    "age_most_b": 60,
    "period_least_days": 90,
    "period_most_years_a": 5,
    "period_most_years_b": 2,
}
WRONG, LOOK, IN_ORDER = Weight.WRONG, Weight.LOOK, Weight.IN_ORDER


def _matter(answers: dict[str, Any], **settings: object) -> Matter:
    return Matter(
        session=Session(),
        answers=answers,
        applicant_id=1,
        case_id=None,
        now=MONDAY_MORNING,  # 2 March 2026
        service="T_SMALL",
        settings={**SETTINGS, **settings},
    )


def _points(category: str, points: int) -> dict[str, Any]:
    return {"category": category, f"basis_{category.lower()}": "points", "points": points}


def _pay(amount: int, currency: str = "CNY") -> dict[str, Any]:
    money = {"currency": currency, "amount": f"{amount}.00"}
    return {"category": "B", "basis_b": "pay", "salary_year": money}


def _contract(since: str, until: str, category: str | None = None) -> dict[str, Any]:
    return {"contract_from": since, "contract_to": until, "category": category}


JUDGED: list[tuple[Check, dict[str, Any], Weight | None]] = [
    (thresholds.points, _points("A", 85), IN_ORDER),
    (thresholds.points, _points("A", 84), WRONG),
    (thresholds.points, _points("B", 60), IN_ORDER),
    (thresholds.points, _points("B", 59), WRONG),
    (thresholds.points, {**_points("A", 12), "basis_a": "programme"}, None),
    (thresholds.points, {}, None),
    (thresholds.pay, _pay(400_000), IN_ORDER),
    (thresholds.pay, _pay(399_999), WRONG),
    (thresholds.pay, _pay(1, "USD"), LOOK),
    (thresholds.pay, {**_pay(1), "basis_b": "employed"}, None),
    (thresholds.age, {"birth_date": "2008-03-02"}, IN_ORDER),
    (thresholds.age, {"birth_date": "2008-03-03"}, WRONG),
    (thresholds.age, {"birth_date": "1936-01-01", "category": "A"}, IN_ORDER),
    (thresholds.age, {"birth_date": "1936-01-01", "category": "B"}, LOOK),
    (thresholds.age, {"birth_date": "1965-03-03", "category": "B"}, IN_ORDER),
    (thresholds.age, {}, None),
    (thresholds.period, _contract("2026-07-01", "2026-06-30"), WRONG),
    (thresholds.period, _contract("2026-07-01", "2026-07-10"), WRONG),
    (thresholds.period, _contract("2026-07-01", "2026-09-28"), WRONG),  # 90 days
    (thresholds.period, _contract("2026-07-01", "2026-09-29"), IN_ORDER),  # 91 days
    (thresholds.period, _contract("2026-07-01", "2028-06-30", "B"), IN_ORDER),
    (thresholds.period, _contract("2026-07-01", "2028-07-01", "B"), LOOK),
    (thresholds.period, _contract("2026-07-01", "2056-06-30", "A"), LOOK),
    (thresholds.period, _contract("2026-07-01", "2056-06-30", "C"), IN_ORDER),  # nothing is known
    (thresholds.period, {"contract_from": "2026-07-01"}, None),
]


@pytest.mark.parametrize(("check", "answers", "weight"), JUDGED)
def test_a_threshold_is_judged_to_the_day_and_the_point(
    check: Check, answers: dict[str, Any], weight: Weight | None
) -> None:
    found = check(_matter(answers))

    assert [one.weight for one in found] == ([weight] if weight else [])


def test_a_threshold_that_is_not_set_is_not_judged() -> None:
    matter = _matter(_points("A", 12), points_a=None)

    assert thresholds.points(matter) == []


def test_pay_without_a_known_average_is_for_somebody_to_look_at() -> None:
    found = thresholds.pay(_matter(_pay(1), average_pay=None))

    assert [one.weight for one in found] == [LOOK]


def test_a_leap_day_comes_back_as_the_first_of_march() -> None:
    assert years_later(date(2028, 2, 29), 4) == date(2032, 2, 29)
    assert years_later(date(2028, 2, 29), 2) == date(2030, 3, 1)

"""Checks against thresholds that are settings: points, pay, age, and how long a contract runs.

Any definition may name them.  They read the questions ``category``, ``points``, ``salary_year``,
``birth_date``, ``contract_from``, ``contract_to`` and ``basis_<category>`` (whose options
``points`` and ``pay`` say that these count), and the settings in ``SETTINGS``, which end in the
category in small letters where it matters.  What is not asked or not set is not judged.

What the law leaves to the office ("generally", "may be relaxed") is to be looked at, never wrong.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from servicedesk.catalogue.bounds import years_later
from servicedesk.catalogue.registry import Check, Finding, Matter, Weight
from servicedesk.park import local_day
from servicedesk.words import Words, say

CATEGORIES: Final = ("a", "b", "c")
SETTINGS: Final = frozenset({"age_least", "average_pay", "period_least_days"}).union(
    f"{name}_{category}"
    for name in ("points", "pay_times", "age_most", "period_most_years")
    for category in CATEGORIES
)


def points(matter: Matter) -> Sequence[Finding]:
    """Judge whether the points reach the category that is asked for by them."""
    given, least = matter.answers.get("points"), _of_category(matter, "points")
    if _basis(matter) != "points" or given is None or least is None:
        return []
    if Decimal(str(given)) >= least:
        return [_in_order(say("The points reach category %(category)s.", **_category(matter)))]
    words = say(
        "Category %(category)s by points needs %(least)s. You have %(points)s: choose another "
        "criterion or category.",
        least=least,
        points=str(given),
        **_category(matter),
    )
    return [Finding(Weight.WRONG, words, "points")]


def pay(matter: Matter) -> Sequence[Finding]:
    """Judge whether the pay is so many times the average as the category asks for."""
    money, times = matter.answers.get("salary_year"), _of_category(matter, "pay_times")
    if _basis(matter) != "pay" or not isinstance(money, Mapping) or times is None:
        return []
    average = _number(matter, "average_pay")
    if average is None or money.get("currency") != "CNY":
        words = say("Compare the pay with %(times)s times the average pay by hand.", times=times)
        return [Finding(Weight.LOOK, words, "salary_year")]
    least = times * average
    if Decimal(str(money["amount"])) >= least:
        return [_in_order(say("The pay reaches category %(category)s.", **_category(matter)))]
    words = say(
        "Category %(category)s by pay needs CNY %(least)s a year: %(times)s times the average.",
        least=f"{least:,}",
        times=times,
        **_category(matter),
    )
    return [Finding(Weight.WRONG, words, "salary_year")]


def age(matter: Matter) -> Sequence[Finding]:
    """Judge the age in completed years on the day of the application."""
    birth = _day(matter.answers, "birth_date")
    if birth is None:
        return []
    years = completed_years(birth, local_day(matter.now))
    least, most = _number(matter, "age_least"), _of_category(matter, "age_most")
    if least is not None and years < least:
        words = say(
            "This person is %(years)s years old and must be at least %(least)s.",
            years=years,
            least=least,
        )
        return [Finding(Weight.WRONG, words, "birth_date")]
    if most is not None and years > most:
        words = say(
            "This person is %(years)s years old. In category %(category)s people are generally "
            "not older than %(most)s; the office decides.",
            years=years,
            most=most,
            **_category(matter),
        )
        return [Finding(Weight.LOOK, words, "birth_date")]
    return [_in_order(say("This person is %(years)s years old.", years=years))]


def period(matter: Matter) -> Sequence[Finding]:
    """Judge how long the contract runs, first and last day counted."""
    first = _day(matter.answers, "contract_from")
    last = _day(matter.answers, "contract_to")
    if first is None or last is None:
        return []
    if last < first:
        return [Finding(Weight.WRONG, say("The contract ends before it begins."), "contract_to")]
    days, least = (last - first).days + 1, _number(matter, "period_least_days")
    if least is not None and days <= least:
        words = say(
            "The contract runs for %(days)s days. It must run for more than %(least)s.",
            days=days,
            least=least,
        )
        return [Finding(Weight.WRONG, words, "contract_to")]
    most = _of_category(matter, "period_most_years")
    if most is not None and last >= years_later(first, most):
        words = say(
            "The contract runs longer than what can be granted in category %(category)s: "
            "%(most)s years at most.",
            most=most,
            **_category(matter),
        )
        return [Finding(Weight.LOOK, words, "contract_to")]
    return [_in_order(say("The contract runs for %(days)s days.", days=days))]


def completed_years(since: date, on: date) -> int:
    """Return how many whole years have passed.

    >>> completed_years(date(2008, 3, 2), date(2026, 3, 1))
    17
    >>> completed_years(date(2008, 3, 2), date(2026, 3, 2))
    18
    """
    return on.year - since.year - ((on.month, on.day) < (since.month, since.day))


def _basis(matter: Matter) -> str | None:
    category = str(matter.answers.get("category") or "").lower()
    basis = matter.answers.get(f"basis_{category}")
    return basis if isinstance(basis, str) else None


def _category(matter: Matter) -> dict[str, str]:
    return {"category": str(matter.answers.get("category"))}


def _of_category(matter: Matter, name: str) -> int | None:
    category = str(matter.answers.get("category") or "").lower()
    return _number(matter, f"{name}_{category}") if category in CATEGORIES else None


def _number(matter: Matter, key: str) -> int | None:
    value = matter.settings.get(key)
    return value if isinstance(value, int) else None


def _day(answers: Mapping[str, Any], key: str) -> date | None:
    given = answers.get(key)
    return date.fromisoformat(given) if isinstance(given, str) else None


def _in_order(words: Words) -> Finding:
    return Finding(Weight.IN_ORDER, words)


CHECKS: Final[dict[str, Check]] = {"age": age, "pay": pay, "period": period, "points": points}

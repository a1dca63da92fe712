"""The table of what is owed, row by row, on and around the day itself."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from servicedesk.obligations.duties import (
    RULES,
    Change,
    Draft,
    Enterprise,
    Permit,
    Stay,
    owed,
    prefill,
)
from servicedesk.obligations.duty_kinds import Kind, book
from servicedesk.words import Text

TODAY = date(2026, 5, 6)
FILED = {"beneficial_owners_filed": {"on": "2025-01-02", "by": "list"}}


def make(facts: Mapping[str, Any] | None = None, **other: Any) -> Enterprise:  # noqa: ANN401
    """Return a limited company of 2023 that has told everything, but for what a test says."""
    reports = {f"annual_report_{year}": {"year": year} for year in (2024, 2025, 2026)}
    said: dict[str, Any] = {
        "facts": reports | FILED | dict(facts or {}),
        "state": "registered",
        "org_form": "llc",
        "registered_on": date(2023, 3, 1),
    }
    return Enterprise(**(said | other))


def due(one: Enterprise, today: date = TODAY) -> list[tuple[str, str, date]]:
    return [(str(each.kind), each.subject, each.due_on) for each in owed(one, today)]


def owner(
    name: str = "甲",
    percent: str = "100.00",
    pay_by: str = "2028-01-31",
    **other: Any,  # noqa: ANN401
) -> dict[str, Any]:
    contribution = {"amount": "1000000.00", "currency": "CNY"}
    return {
        "name": name,
        "percent": percent,
        "pay_by": pay_by,
        "contribution": contribution,
    } | other


def test_who_has_told_everything_owes_nothing() -> None:
    assert due(make()) == []


def test_every_kind_has_its_rule_and_both_languages() -> None:
    assert set(RULES) == set(Kind) == set(book().kinds)
    assert {one.source for one in book().kinds.values()} <= {
        "L_MERR", "L_MER", "L_CL", "L_CAP", "E_BO", "L_ALL", "L_EEL", "OWN",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("registered_on", "today", "expected"),
    [
        (date(2026, 1, 1), date(2026, 12, 31), [("2026", date(2027, 6, 30))]),
        (date(2025, 12, 31), date(2026, 1, 1), [("2025", date(2026, 6, 30)), ("2026", None)]),
        (date(2025, 12, 31), date(2026, 7, 1), [("2025", date(2026, 6, 30)), ("2026", None)]),
        (date(2020, 2, 29), date(2028, 2, 29), [("2026", None), ("2027", None), ("2028", None)]),
    ],
)
def test_a_report_is_due_on_30_june_of_the_year_after(
    registered_on: date, today: date, expected: list[tuple[str, date | None]]
) -> None:
    one = make(registered_on=registered_on, facts={})
    bare = Enterprise(FILED, "registered", "llc", one.registered_on)

    found = [(subject, day) for _, subject, day in due(bare, today)]

    assert [subject for subject, _ in found] == [subject for subject, _ in expected]
    assert all(day is None or (subject, day) in found for subject, day in expected)


@pytest.mark.parametrize(
    ("today", "left"),
    [(date(2026, 1, 1), 180), (date(2026, 6, 30), 0), (date(2026, 7, 1), -1)],
)
def test_the_last_day_itself_is_not_late(today: date, left: int) -> None:
    one = Enterprise(FILED, "registered", "llc", date(2025, 3, 1))

    assert owed(one, today)[0].left(today) == left


def test_a_report_can_be_sent_from_1_january() -> None:
    one = Enterprise(FILED, "registered", "llc", date(2025, 3, 1))

    assert owed(one, date(2025, 12, 31))[0].opens_on == date(2026, 1, 1)
    assert owed(one, date(2026, 1, 1))[0].opens_on is None


@pytest.mark.parametrize(
    ("state", "owes"), [("registered", 2), ("suspended", 2), ("revoked", 0), ("deregistered", 0)]
)
def test_who_rests_reports_and_who_has_ended_does_not(state: str, owes: int) -> None:
    one = Enterprise(FILED, state, "llc", date(2025, 3, 1))

    assert len(owed(one, TODAY)) == owes


@pytest.mark.parametrize("form", ["branch", "sole", "gp"])
def test_branches_and_partnerships_report_too(form: str) -> None:
    one = Enterprise(FILED, "registered", form, date(2025, 3, 1))

    assert [each.kind for each in owed(one, TODAY)] == [Kind.ANNUAL_REPORT] * 2


def test_what_is_not_paid_is_one_sum_for_each_day() -> None:
    owners = [owner(), owner("乙"), owner("丙", pay_by="2027-12-31")]

    found = owed(make({"shareholders": owners}), TODAY)

    assert [(each.subject, each.name.en) for each in found] == [
        ("2027-12-31", "Contributions to pay: CNY 1,000,000"),
        ("2028-01-31", "Contributions to pay: CNY 2,000,000"),
    ]


@pytest.mark.parametrize(
    ("paid", "reported", "left"),
    [
        (None, None, "1,000,000"),
        ("400000.00", None, "600,000"),
        ("400000.00", "999999.50", "0.50"),
        (None, "1000000.00", None),
        ("1000000.00", "0", None),
    ],
)
def test_what_register_or_report_knows_as_paid_is_not_owed(
    paid: str | None, reported: str | None, left: str | None
) -> None:
    one = owner(paid={"amount": paid, "currency": "CNY"} if paid else None)
    said = {"name": "甲", "paid": {"amount": reported, "currency": "CNY"}} if reported else {}
    facts = {
        "shareholders": [one],
        "annual_report_2025": {"year": 2025, "contributions": [said]},
        "annual_report_2026": {"year": 2026, "contributions": [said]},
    }

    names = [each.name.en for each in owed(make(facts), TODAY)]

    assert names == ([f"Contributions to pay: CNY {left}"] if left else [])


def test_promoters_of_a_joint_stock_company_have_paid_before() -> None:
    assert due(make({"shareholders": [owner()]}, org_form="jsc")) == []


@pytest.mark.parametrize(
    ("registered_on", "pay_by", "owes"),
    [
        (date(2024, 6, 30), "2032-07-01", True),
        (date(2024, 6, 30), "2032-06-30", False),
        (date(2024, 7, 1), "2032-07-01", False),
    ],
)
def test_old_companies_shorten_the_time_to_pay(
    registered_on: date,
    pay_by: str,
    owes: bool,  # noqa: FBT001
) -> None:
    one = make({"shareholders": [owner(pay_by=pay_by)]}, registered_on=registered_on)

    assert (("shorter_terms", "", date(2027, 6, 30)) in due(one)) is owes


@pytest.mark.parametrize(
    ("registered_on", "facts", "expected"),
    [
        (date(2024, 10, 31), {}, [("", date(2025, 11, 1))]),
        (date(2024, 11, 1), {}, []),  # filed with the set-up
        (date(2024, 10, 31), FILED, []),
    ],
)
def test_beneficial_owners_of_old_companies_were_due_on_1_november_2025(
    registered_on: date, facts: dict[str, Any], expected: list[tuple[str, date]]
) -> None:
    reports: dict[str, Any] = {f"annual_report_{year}": {} for year in (2024, 2025, 2026)}
    one = Enterprise(reports | facts, "registered", "llc", registered_on)

    assert [(subject, day) for _, subject, day in due(one)] == expected


@pytest.mark.parametrize(
    ("after", "owes"),
    [
        ([owner("乙")], True),
        ([owner("甲", "75.00"), owner("乙", "25.00")], True),
        ([owner("甲", "100.00", pay_by="2027-01-31")], False),  # another day to pay
    ],
)
def test_a_change_of_large_owners_is_filed_within_thirty_days(
    after: list[dict[str, Any]],
    owes: bool,  # noqa: FBT001
) -> None:
    change = Change(date(2028, 1, 30), [owner()], after)
    one = make(changes=[change])

    found = [each for each in owed(one, date(2026, 5, 6)) if each.kind is Kind.BENEFICIAL_OWNERS]

    assert [each.due_on for each in found] == ([date(2028, 2, 29)] if owes else [])
    assert all(prefill(each) == {"filing": "change", "happened_on": "2028-01-30"} for each in found)


def test_small_owners_are_no_beneficial_owners() -> None:
    before = [owner("甲", "80.00"), owner("乙", "20.00")]
    after = [owner("甲", "80.00"), owner("丙", "20.00")]

    assert due(make(changes=[Change(date(2026, 4, 1), before, after)])) == []


def test_a_filing_since_the_change_fulfils_it() -> None:
    change = Change(date(2025, 1, 2), [owner()], [owner("乙")])

    assert due(make(changes=[change])) == []


@pytest.mark.parametrize(
    ("state", "until", "expected"),
    [
        ("suspended", "2028-02-29", [("suspension", "", date(2028, 2, 29))]),
        ("registered", "2028-02-29", []),  # resumed
    ],
)
def test_a_suspension_ends_on_its_day(
    state: str, until: str, expected: list[tuple[str, str, date]]
) -> None:
    assert (
        due(make({"suspension": {"since": "2026-01-01", "until": until}}, state=state)) == expected
    )


def test_an_extension_can_be_filed_thirty_days_before_the_end() -> None:
    said = make({"suspension": {"since": "2026-01-01", "until": "2026-07-01"}}, state="suspended")

    assert owed(said, date(2026, 5, 31))[0].opens_on == date(2026, 6, 1)
    assert owed(said, date(2026, 6, 1))[0].opens_on is None


PERMIT = Permit(
    "W26-1", "X", date(2026, 8, 15), {"full_name": "Ada Example", "birth_date": "1990-02-03"}
)


def test_the_business_term_the_lease_a_draft_and_a_permit_have_their_days() -> None:
    draft = Draft("F26-1", "X", Text("Change of name", "名称变更"), date(2026, 4, 30), 30)
    one = make(
        {"term": {"kind": "years", "years": 20, "until": "2046-02-28"}},
        stays=[Stay("4-207", date(2026, 12, 31))],
        drafts=[draft],
        permits={Kind.WORK_PERMIT: [PERMIT]},
    )

    assert due(one) == [
        ("change", "F26-1", date(2026, 5, 30)),
        ("work_permit", "W26-1", date(2026, 7, 16)),
        ("lease", "4-207", date(2026, 12, 31)),
        ("term", "", date(2046, 2, 28)),
    ]
    assert owed(one, TODAY)[0].name == Text(
        "Change of name: F26-1 is not sent yet", "名称变更：F26-1 尚未提交"
    )


@pytest.mark.parametrize(
    ("today", "owes", "is_closed"),
    [
        (date(2026, 8, 15), 1, False),
        (date(2026, 8, 16), 1, True),
        (date(2027, 8, 15), 1, True),
        (date(2027, 8, 16), 0, True),
    ],
)
def test_a_permit_that_has_ended_stands_as_overdue_and_cannot_be_extended(
    today: date, owes: int, *, is_closed: bool
) -> None:
    one = make(permits={Kind.WORK_PERMIT: [PERMIT]})
    found = [each for each in owed(one, today) if each.kind is Kind.WORK_PERMIT]

    assert [one.is_closed(today) for one in found] == [is_closed] * owes


@pytest.mark.parametrize("kind", [Kind.WORK_PERMIT, Kind.RESIDENCE_PERMIT])
def test_whose_permit_it_is_goes_into_the_application_and_nowhere_else(kind: Kind) -> None:
    (found,) = owed(make(permits={kind: [PERMIT]}), TODAY)

    assert prefill(found).items() >= {
        "full_name": "Ada Example", "birth_date": "1990-02-03", "expires_on": "2026-08-15",
    }.items()  # fmt: skip
    assert "Ada" not in f"{found} {found.facts}"


def test_a_setting_of_the_service_gives_the_days() -> None:
    code = book().kinds[Kind.WORK_PERMIT].service
    one = make(permits={Kind.WORK_PERMIT: [PERMIT]}, settings={code: {"window_to_days": 10}})

    assert owed(one, TODAY)[0].due_on == date(2026, 8, 5)
    assert "10 days" in owed(one, TODAY)[0].rule.en


def test_the_year_is_brought_along_into_the_report() -> None:
    one = Enterprise(FILED, "registered", "llc", date(2025, 3, 1))

    assert prefill(owed(one, TODAY)[0]) == {"report_year": "2025"}

"""A report is on a time that is over, and not from before the enterprise."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from servicedesk.catalogue.registry import Weight
from servicedesk.enterprises import report_periods
from tests.enterprises.factories import make_enterprise
from tests.enterprises.matters import make_matter, wrong_places

TODAY = date(2026, 10, 15)


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, None),
        ({"report_year": "2025"}, None),
        ({"report_year": "2026"}, "report_year"),
        ({"report_year": "2099"}, "report_year"),
        ({"report_year": "20x5"}, "report_year"),
        ({"report_year": "9999"}, "report_year"),
        ({"report_year": "2023"}, "report_year"),  # it was set up in 2024
        ({"report_year": "2024"}, None),
        ({"report_year": "2026", "quarter": "q3"}, None),
        ({"report_year": "2026", "quarter": "q4"}, "quarter"),
        ({"report_year": "2024", "quarter": "q1"}, "quarter"),
        ({"report_year": "20a6", "quarter": "q1"}, "report_year"),
    ],
)
def test_a_time_is_a_year_that_is_over_and_saw_the_enterprise(
    given: dict[str, Any], wrong: str | None
) -> None:
    found = report_periods.findings(given, today=TODAY, since=date(2024, 5, 6))

    assert [one.place for one in found if one.weight is Weight.WRONG] == [wrong] * bool(wrong)


def test_the_register_knows_since_when_there_is_an_enterprise(session: Session) -> None:
    enterprise = make_enterprise(session)  # in May 2026; the example is sent in June
    given = {"credit_code": enterprise.credit_code, "report_year": "2025"}

    matter = make_matter(session, "E_ANNUAL", given)

    assert wrong_places("report_period", matter) == {"report_year"}

"""Too early, too late, soon enough: each check on both sides of its last day."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from servicedesk.catalogue import timings
from servicedesk.catalogue.registry import Matter, Weight

WAITING = {"waiting_days": 20, "file_within_days": 20}
WINDOW = {"window_from_days": 120, "window_to_days": 30}


def _matter(session: Session, today: str, answers: dict[str, Any], settings: Any) -> Matter:  # noqa: ANN401
    return Matter(
        session=session,
        answers=answers,
        applicant_id=1,
        case_id=None,
        now=datetime.combine(date.fromisoformat(today), datetime.min.time(), UTC),
        service="T_SMALL",
        settings=settings,
    )


WITHIN = {"report_within_days": 30}
WORKING = {"report_within_working_days": 10}
MONTHS = {"passport_months": 6}
CASES: list[tuple[str, str, str, dict[str, int], Weight | None]] = [
    ("waited", "2026-03-22", "2026-03-02", WAITING, Weight.WRONG),
    ("waited", "2026-03-23", "2026-03-02", WAITING, Weight.IN_ORDER),
    ("waited", "2026-04-11", "2026-03-02", WAITING, Weight.IN_ORDER),
    ("waited", "2026-04-12", "2026-03-02", WAITING, Weight.WRONG),
    ("waited", "2026-04-12", "2026-03-02", {}, None),
    ("window", "2026-03-02", "2026-07-01", WINDOW, Weight.WRONG),
    ("window", "2026-03-03", "2026-07-01", WINDOW, Weight.IN_ORDER),
    ("window", "2026-06-01", "2026-07-01", WINDOW, Weight.IN_ORDER),
    ("window", "2026-06-02", "2026-07-01", WINDOW, Weight.LOOK),
    ("window", "2026-07-02", "2026-07-01", WINDOW, Weight.WRONG),
    ("reported", "2026-04-01", "2026-03-02", WITHIN, Weight.IN_ORDER),
    ("reported", "2026-04-02", "2026-03-02", WITHIN, Weight.LOOK),
    ("reported", "2026-03-01", "2026-03-02", WITHIN, Weight.WRONG),
    ("reported", "2026-03-16", "2026-03-02", WORKING, Weight.IN_ORDER),
    ("reported", "2026-03-17", "2026-03-02", WORKING, Weight.LOOK),
    ("passport", "2026-08-31", "2027-02-28", MONTHS, Weight.IN_ORDER),
    ("passport", "2026-08-31", "2027-02-27", MONTHS, Weight.WRONG),
    ("passport", "2026-08-31", "2027-02-27", {}, None),
]
READS = {
    "waited": "announced_on",
    "window": "expires_on",
    "reported": "happened_on",
    "passport": "passport_until",
}


@pytest.mark.parametrize("case", CASES)
def test_a_day_is_judged_on_both_sides_of_the_last_one(
    session: Session, case: tuple[str, str, str, dict[str, int], Weight | None]
) -> None:
    check, today, answer, settings, weight = case
    matter = _matter(session, today, {READS[check]: answer}, settings)
    found = timings.CHECKS[check](matter)
    assert [one.weight for one in found] == ([weight] if weight else [])
    assert all(one.place == READS[check] for one in found if one.weight is not Weight.IN_ORDER)

"""For which time an enterprise reports: a year, or a quarter of one, that is over.

Pure.  An annual report is on the year before (L_MERR, art. 63; E_FI_REP likewise); figures of a
quarter are told once it is over (the park's own rule).
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from servicedesk.catalogue.registry import Finding
from servicedesk.enterprises import answers
from servicedesk.enterprises.findings import in_order, wrong
from servicedesk.words import say

_YEAR, _QUARTER = "report_year", "quarter"
_MONTHS: Final = 3  # of a quarter
_LAST_QUARTER: Final = 4


def year_of(given: Mapping[str, Any]) -> int | None:
    """Return the year that is reported on; None: what was answered is no year.

    >>> year_of({"report_year": "2026"}), year_of({"report_year": "20a6"})
    (2026, None)
    """
    said = answers.text(given, _YEAR)
    return int(said) if re.fullmatch("[12][0-9]{3}", said) else None


def quarter_of(given: Mapping[str, Any]) -> int | None:
    """Return which quarter of the year is reported on; None: no single one."""
    said = re.fullmatch(f"q([1-{_LAST_QUARTER}])", answers.text(given, _QUARTER))
    return int(said[1]) if said else None


def findings(
    given: Mapping[str, Any], *, today: date, since: date | None = None
) -> Sequence[Finding]:
    """Return whether an enterprise can report on the time that was answered.

    Args:
        given: the answers.
        today: the day of the report.
        since: when the enterprise was set up; None: the register here does not know it.
    """
    if not answers.text(given, _YEAR):
        return []
    year, quarter = year_of(given), quarter_of(given)
    if year is None:
        return [wrong(say("Enter the year in four figures, such as %(year)s.",
                          year=str(today.year - 1)), _YEAR)]  # fmt: skip
    place = _YEAR if quarter is None else _QUARTER
    over = _day_after(year, quarter or _LAST_QUARTER)
    if today < over:
        words = say("This time is not over yet. It can be reported on from %(day)s.", day=over)
        return [wrong(words, place)]
    if since is not None and over <= since:
        words = say(
            "The enterprise was set up on %(day)s, after this time. There is nothing to report.",
            day=since,
        )
        return [wrong(words, place)]
    return [in_order(say("The time that is reported on is over."), place)]


def _day_after(year: int, quarter: int) -> date:
    """Return the first day after a quarter.

    >>> _day_after(2025, 4), _day_after(2026, 1)
    (datetime.date(2026, 1, 1), datetime.date(2026, 4, 1))
    """
    is_last = quarter == _LAST_QUARTER
    return date(year + 1, 1, 1) if is_last else date(year, _MONTHS * quarter + 1, 1)

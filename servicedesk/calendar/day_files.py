"""Calendar days as files list them, and the calendar that is delivered with the program.

Pure: no database.  ``operations`` brings such days into the calendar of a desk; definitions are
checked by the delivered ones.
"""

import csv
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from servicedesk.calendar.working_days import Calendar, SpecialDay
from servicedesk.errors import RuleBroken
from servicedesk.words import Text, say

CHINA: Final = Path(__file__).parent / "holidays_cn.csv"  # 2025 to 2027, with sources
_IS_OFFICIAL: Final = {"official": True, "provisional": False}


class DayKind(StrEnum):
    """How a day differs.  The values are stored: add one, never rename one."""

    HOLIDAY = "holiday"
    MAKEUP_WORKDAY = "makeup_workday"


class CalendarFileUnreadable(RuleBroken):
    """A line of a calendar file says nothing we know."""

    def __init__(self, path: Path, line: int) -> None:
        super().__init__(
            say("Line %(line)s of %(file)s is not a calendar day.", line=line, file=path.name)
        )


@dataclass(frozen=True)
class ListedDay:
    """A line of a calendar file."""

    day: date
    kind: DayKind
    name: Text
    is_official: bool  # False: expected, not yet announced
    source: str

    def as_special(self) -> SpecialDay:
        """Return the day as a calendar has it."""
        works = self.kind is DayKind.MAKEUP_WORKDAY
        return SpecialDay(self.day, works, self.name, self.is_official)


def read_days(path: Path = CHINA) -> list[ListedDay]:
    """Return the days that a file lists, by default the one delivered.

    Columns: date, kind (holiday, makeup_workday), name_zh, name_en, status (official,
    provisional), source.

    Raises:
        CalendarFileUnreadable: a line is incomplete or says something else.
    """
    days = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            try:
                days.append(_day(row))
            except (KeyError, ValueError, TypeError):
                raise CalendarFileUnreadable(path, reader.line_num) from None
    return days


@cache
def delivered() -> Calendar:
    """Return the calendar of a new desk, without a database; read once a process."""
    return Calendar.of(one.as_special() for one in read_days())


def _day(row: dict[str, str]) -> ListedDay:
    return ListedDay(
        day=date.fromisoformat(row["date"]),
        kind=DayKind(row["kind"]),
        name=Text(row["name_en"], row["name_zh"]),
        is_official=_IS_OFFICIAL[row["status"]],
        source=row["source"],
    )

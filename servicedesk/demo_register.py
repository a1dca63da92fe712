"""The enterprises of the demo park that are older than this desk, with what they have reported.

Entered as an import enters them; each report is a filing of its own, as an application brings it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from servicedesk.enterprises import register_changes
from servicedesk.enterprises.import_columns import BY_KEY
from servicedesk.enterprises.import_drafts import facts_of
from servicedesk.enterprises.operations import bulk_entries, register
from servicedesk.enterprises.operations.bulk_entries import Step
from servicedesk.enterprises.operations.register import Decision
from servicedesk.enterprises.public_facts import Facts
from servicedesk.enterprises.register_changes import Wish
from servicedesk.park import park

Row = Mapping[str, Any]

_YEARS: Final = 4  # with three rates of growth between them
_YEAR_REPORTED: Final = (5, 20)  # month and day of the year after
_OWNERS_TOLD: Final = date(2025, 10, 20)  # those of old companies were to be told by November
_QUARTER_REPORTED: Final = timedelta(days=15)  # after its end
_PARTS: Final = (Decimal("0.22"), Decimal("0.24"), Decimal("0.25"), Decimal("0.29"))  # of a year
_OUTPUT: Final = Decimal("0.96")  # of the revenue
_WAN: Final = 10_000


def enter(session: Session, rows: Sequence[Row], decision: Decision) -> int:
    """Enter enterprises with their reports; return how many they are."""
    histories = [
        bulk_entries.history(
            register.next_code(session, park().division),
            list(_steps(row, _facts(row), decision)),
            decision,
        )
        for row in rows
    ]
    return len(bulk_entries.write(session, histories, now=decision.now))


def _facts(row: Row) -> Facts:
    cells = {key: _cell(value) for key, value in row.items() if key in BY_KEY}
    return facts_of({key: BY_KEY[key].read(cell) for key, cell in cells.items()})


def _cell(value: Any) -> str:  # noqa: ANN401 - any YAML
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return "yes" if value is True else str(value)


def _steps(row: Row, facts: Facts, decision: Decision) -> Iterator[Step]:
    """Yield that it is there, and its reports in the order of their days."""
    yield Step(register.IMPORT, decision.by, date.fromisoformat(facts["established"]), facts)
    for day, kind, given in sorted(_reports(row, decision.day), key=lambda report: report[0]):
        change = register_changes.CHANGES[kind]
        facts = change(facts, Wish(given, day))
        yield Step(kind, decision.by, day, facts)


def _reports(row: Row, today: date) -> Iterator[tuple[date, str, Row]]:
    """Yield what was reported, on which day and how, until ``today``."""
    if today >= _OWNERS_TOLD:
        yield _OWNERS_TOLD, "file_beneficial_owners", {}
    last = today.year - (1 if (today.month, today.day) >= _YEAR_REPORTED else 2)
    revenues = {
        year: Decimal(row["revenue"]) * (1 + Decimal(row["growth"]) / 100) ** (year - last)
        for year in range(last - _YEARS + 1, today.year + 1)
    }
    for year, revenue in revenues.items():
        if year <= last:
            given = {"report_year": str(year), "revenue": _amount(revenue), "state": "open"}
            yield date(year + 1, *_YEAR_REPORTED), "report_year", given
        for quarter, part in enumerate(_PARTS, 1):
            day = date(year + quarter // len(_PARTS), 3 * quarter % 12 + 1, 1) + _QUARTER_REPORTED
            if day <= today:
                yield day, "report_quarter", {
                    "report_year": str(year), "quarter": f"q{quarter}",
                    "revenue": _amount(revenue * part), "output": _amount(revenue * part * _OUTPUT),
                }  # fmt: skip


def _amount(wan: Decimal) -> dict[str, str]:
    return {"currency": "CNY", "amount": f"{round(wan) * _WAN}.00"}

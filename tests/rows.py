"""Rows for tables of which only the database knows what they look like.

Migrations are tried on data with these: the models know today's tables alone.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

ROWS = (1, 2)  # in each table
_BEGAN = datetime(2026, 3, 2, 9, tzinfo=UTC)
_VALUES: Mapping[type, Any] = {
    int: lambda number: number,
    bool: lambda number: number % 2 == 0,
    str: str,
    bytes: lambda number: bytes([number]),
    object: lambda number: {"number": number},  # JSON
    list: lambda number: [str(number)],
    Decimal: Decimal,
    float: float,
    date: lambda number: _BEGAN.date() + timedelta(days=number),
    datetime: lambda number: _BEGAN + timedelta(days=number),
    time: lambda number: time(9, number),
}
# What the CHECKs of a table ask for.
_INSTEAD: Mapping[str, dict[str, Any]] = {
    "access_tokens": {"hall_id": None},
    "signing_keys": {"private_sealed": None},
    "enterprise_invitations": {"last_day": None},
    "mandates": {"agency_id": None},
}


def fill(engine: sa.Engine) -> None:
    """Put rows into every table of ours that has none."""
    with engine.begin() as connection:
        for table in _tables(connection):
            if connection.scalar(sa.select(sa.func.count()).select_from(table)) == 0:
                connection.execute(sa.insert(table), [_row(table, number) for number in ROWS])


def contents(engine: sa.Engine) -> dict[str, list[dict[str, Any]]]:
    """Return all that is in our tables, table by table."""
    with engine.connect() as connection:
        return {
            table.name: list(
                connection.scalars(
                    sa.text(f'SELECT to_jsonb(t) AS row FROM "{table.name}" t ORDER BY 1')  # noqa: S608
                )
            )
            for table in _tables(connection)
        }


def without_more(
    found: dict[str, list[dict[str, Any]]], before: dict[str, list[dict[str, Any]]]
) -> dict[str, list[dict[str, Any]]]:
    """Return ``found``, where an array that holds what it held ``before``, and more, is that."""
    return {
        table: [_without_more(row, old) for row, old in zip(rows, before[table], strict=True)]
        for table, rows in found.items()
    }


def _without_more(row: dict[str, Any], old: dict[str, Any]) -> dict[str, Any]:
    return {
        name: old[name]
        if isinstance(value, list) and all(one in value for one in old.get(name) or ())
        else value
        for name, value in row.items()
    }


def _tables(connection: sa.Connection) -> Iterator[sa.Table]:
    """Yield our tables, those that others refer to first."""
    found = sa.MetaData()
    found.reflect(connection)
    for table in found.sorted_tables:
        if not table.name.startswith(("alembic_", "procrastinate_")):
            yield table


def _value(kind: sa.types.TypeEngine[Any], number: int) -> Any:  # noqa: ANN401 - any value
    if isinstance(kind, sa.ARRAY):
        return [_value(kind.item_type, number)]
    return _VALUES[kind.python_type](number)


def _row(table: sa.Table, number: int) -> dict[str, Any]:
    row = {
        column.name: _value(column.type, number) for column in table.columns if not column.computed
    }
    return {**row, **_INSTEAD.get(table.name, {})}

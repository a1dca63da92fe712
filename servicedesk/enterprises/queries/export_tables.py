"""What an export lists beside what filings say: certificates, the stock of places, names.

A table is a SELECT: its columns, by their names, are those of the file.  People are in none:
who holds an account, a mandate or a reservation stays here.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.enterprises.models import AddressHolding, AddressUnit, Certificate, Enterprise
from servicedesk.enterprises.name_models import EnterpriseName
from servicedesk.park import local
from servicedesk.web.table_cells import Cell

_AT_ONCE: Final = 1000  # rows
_CODE: Final = Enterprise.credit_code

_CERTIFICATES: Final = (
    sa.select(
        Certificate.code,
        Certificate.template.label("kind"),
        Certificate.state,
        Certificate.issued_at,
        Certificate.valid_until,
        _CODE,
        Enterprise.name,
    )
    .join(Enterprise, Enterprise.id == Certificate.enterprise_id)  # else it is a person's
    .order_by(Certificate.id)
)
_STOCK: Final = sa.select(
    AddressUnit.code.label("place"),
    AddressUnit.kind,
    AddressUnit.building,
    AddressUnit.floor,
    AddressUnit.area,
    AddressUnit.address_zh,
    AddressUnit.address_en,
    AddressUnit.capacity,
    AddressUnit.taken,
    AddressUnit.lease_zh,
    AddressUnit.lease_en,
    AddressUnit.out_of_use_at,
).order_by(AddressUnit.code)
_STAYS: Final = (
    sa.select(
        AddressUnit.code.label("place"),
        AddressHolding.state,
        _CODE,
        sa.func.coalesce(Enterprise.name, EnterpriseName.full_name, AddressHolding.occupant).label(
            "who"
        ),
        AddressHolding.since,
        AddressHolding.until,
        AddressHolding.ended_at,
    )
    .join(AddressUnit, AddressUnit.id == AddressHolding.unit_id)
    .outerjoin(Enterprise, Enterprise.id == AddressHolding.enterprise_id)
    .outerjoin(EnterpriseName, EnterpriseName.id == AddressHolding.name_id)
    .order_by(AddressUnit.code, AddressHolding.since, AddressHolding.id)
)
_NAMES: Final = (
    sa.select(
        EnterpriseName.full_name.label("name"),
        EnterpriseName.state,
        _CODE,
        EnterpriseName.since,
        EnterpriseName.until,
        EnterpriseName.ended_on,
        EnterpriseName.ended_by,
    )
    .outerjoin(Enterprise, Enterprise.id == EnterpriseName.enterprise_id)
    .order_by(EnterpriseName.id)
)

# By the name of the file; features above this one add theirs.
LISTS: Final[dict[str, sa.Select[*tuple[Any, ...]]]] = {
    "certificates.csv": _CERTIFICATES,
    "address-stock.csv": _STOCK,
    "stays.csv": _STAYS,
    "held-names.csv": _NAMES,
}


def headings(file: str) -> Sequence[str]:
    """Return the columns of one of the files."""
    return [str(column.name) for column in LISTS[file].selected_columns]


def rows(session: Session, file: str) -> Iterator[list[Cell]]:
    """Yield the rows of one of the files; times are those of the park."""
    found = session.execute(LISTS[file], execution_options={"yield_per": _AT_ONCE})
    for row in found:
        yield [_cell(value) for value in row]


def _cell(value: object) -> Cell:
    if isinstance(value, datetime):
        return local(value).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, int) else str(value)

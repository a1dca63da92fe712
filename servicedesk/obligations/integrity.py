"""Whether the list of what is owed agrees with the register; run by ``servicedesk check``."""

from collections.abc import Iterator
from datetime import date
from typing import Final

import sqlalchemy as sa

from servicedesk.enterprises.models import Enterprise
from servicedesk.integrity import Place, check
from servicedesk.obligations import queries
from servicedesk.obligations.duty_kinds import Kind
from servicedesk.obligations.models import Reckoning
from servicedesk.obligations.operations import reckoning

# These follow from what is not in the enterprise's row, and may be a day or some minutes behind.
_ELSEWHERE: Final = frozenset([Kind.LEASE, Kind.CHANGE, Kind.WORK_PERMIT, Kind.RESIDENCE_PERMIT])


@check("obligations.list")
def as_the_register_says(place: Place) -> Iterator[tuple[str, str]]:
    """What is kept of enterprises unchanged since is what their facts come to, as of that day."""
    query = (
        sa.select(Enterprise, Reckoning.day)
        .join(Reckoning, Reckoning.enterprise_id == Enterprise.id)
        .where(Reckoning.version == Enterprise.version)
        .order_by(Enterprise.id)
        .execution_options(yield_per=reckoning.BATCH)
    )
    for batch in place.session.execute(query).partitions():
        for day in sorted({day for _, day in batch}):
            of_day = [enterprise for enterprise, its_day in batch if its_day == day]
            yield from _of_day(place, of_day, day)


def _of_day(place: Place, enterprises: list[Enterprise], day: date) -> Iterator[tuple[str, str]]:
    codes = {one.id: one.credit_code for one in enterprises}
    wanted = reckoning.rows_of(queries.owed_by(place.session, enterprises, today=day))
    kept = reckoning.kept_of(place.session, list(codes))
    for number, kind, _ in sorted(_differences(wanted, kept)):
        what = f"its obligations ({kind}) of {day} are not what the register says"
        yield f"enterprise {codes[number]}", what


def _differences(
    wanted: dict[tuple[int, str, str], tuple[object, ...]],
    kept: dict[tuple[int, str, str], tuple[object, ...]],
) -> set[tuple[int, str, str]]:
    keys = wanted.keys() | kept.keys()
    return {key for key in keys if key[1] not in _ELSEWHERE and wanted.get(key) != kept.get(key)}

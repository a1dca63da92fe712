"""What the register has already of what a file would bring; files that were brought."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer, joinedload

from servicedesk.accounts.models import User
from servicedesk.batches import batches
from servicedesk.enterprises.import_models import ImportState, RegisterExport, RegisterImport
from servicedesk.enterprises.models import AddressUnit, Enterprise
from servicedesk.enterprises.name_models import EnterpriseName, is_whole
from servicedesk.enterprises.name_parts import tidy
from servicedesk.enterprises.queries.names import stands_held
from servicedesk.errors import NotFound
from servicedesk.words import say

_AT_ONCE: Final = 1000  # asked about in one statement
_SHOWN: Final = 10

NameKeyPair = tuple[str, str]  # trade name and class of the industry, as they are compared


def taken_codes(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """Return those of these credit codes that are registered, with the names they have."""
    found: dict[str, str] = {}
    for some in batches(codes, _AT_ONCE):
        rows = sa.select(Enterprise.credit_code, Enterprise.name)
        found |= _pairs(session, rows.where(Enterprise.credit_code.in_(some)))
    return found


def taken_names(
    session: Session, wanted: Iterable[NameKeyPair], now: datetime
) -> dict[NameKeyPair, str]:
    """Return those of these names that are held, as the index of held names compares them."""
    name, asked = EnterpriseName, set(wanted)
    found: dict[NameKeyPair, str] = {}
    for some in batches(sorted({trade for trade, _ in asked}), _AT_ONCE):
        rows = sa.select(name.trade_key, name.industry_key, name.full_name)
        for trade, industry, full in session.execute(
            rows.where(name.trade_key.in_(some), stands_held(now))
        ):
            found[trade, industry] = full
    return {pair: full for pair, full in found.items() if pair in asked}


def taken_whole_names(session: Session, wanted: Iterable[str], now: datetime) -> dict[str, str]:
    """Return those of these names, written out and tidied, that are held, and how."""
    found: dict[str, str] = {}
    for some in batches(wanted, _AT_ONCE):
        held = sa.select(EnterpriseName.full_name).where(is_whole(*some), stands_held(now))
        found |= {tidy(full): full for full in session.scalars(held)}
    return found


def free_places(session: Session, codes: Iterable[str]) -> Mapping[str, int]:
    """Return how many may still come to each of these places that the park has."""
    unit = AddressUnit
    is_open = unit.out_of_use_at.is_(None)
    free = sa.case((is_open, unit.capacity - unit.taken), else_=0)
    found: dict[str, int] = {}
    for some in batches(codes, _AT_ONCE):
        found |= _pairs(session, sa.select(unit.code, free).where(unit.code.in_(some)))
    return found


def places(session: Session, codes: Iterable[str]) -> dict[str, AddressUnit]:
    """Return the places of the park with these codes."""
    found: dict[str, AddressUnit] = {}
    for some in batches(codes, _AT_ONCE):
        units = session.scalars(sa.select(AddressUnit).where(AddressUnit.code.in_(some)))
        found |= {unit.code: unit for unit in units}
    return found


def get_import(session: Session, number: int, *, by: User) -> RegisterImport:
    """Return a file that this person brought.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    found = session.scalar(
        sa.select(RegisterImport)
        .where(RegisterImport.id == number, RegisterImport.by_id == by.id)
        .options(defer(RegisterImport.content))
    )
    if found is None:
        raise NotFound(say("There is no such import."))
    return found


def latest_imports(session: Session) -> Sequence[RegisterImport]:
    """Return what was entered last, and by whom."""
    return session.scalars(
        sa.select(RegisterImport)
        .where(RegisterImport.state == ImportState.DONE)
        .options(
            joinedload(RegisterImport.by),
            defer(RegisterImport.content),
            defer(RegisterImport.faults),
        )
        .order_by(RegisterImport.at.desc(), RegisterImport.id.desc())
        .limit(_SHOWN)
    ).all()


def get_export(session: Session, number: int, *, by: User, since: datetime) -> RegisterExport:
    """Return an export that this person asked for, not before ``since``.

    Raises:
        NotFound: there is none, it is somebody else's, or too long ago.
    """
    found = session.scalar(
        sa.select(RegisterExport).where(
            RegisterExport.id == number,
            RegisterExport.by_id == by.id,
            RegisterExport.at >= since,
        )
    )
    if found is None:
        raise NotFound(say("There is no such export any more. Ask for a new one."))
    return found


def latest_exports(session: Session) -> Sequence[RegisterExport]:
    """Return the last exports, and who asked for them."""
    return session.scalars(
        sa.select(RegisterExport)
        .options(joinedload(RegisterExport.by))
        .order_by(RegisterExport.at.desc(), RegisterExport.id.desc())
        .limit(_SHOWN)
    ).all()


def _pairs(session: Session, query: sa.Select[Any, Any]) -> dict[Any, Any]:
    return {key: value for key, value in session.execute(query)}  # noqa: C416 - rows are pairs

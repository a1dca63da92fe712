"""Pages of a list that stay right while the list changes.

A page is asked for by the place where it begins (the keys of a row), not by a number of rows
to skip: it costs the same on page 1 and on page 1000, and a row that comes or goes in between
neither hides nor repeats another.
"""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

T = TypeVar("T")
PAGE_SIZE: Final = 25  # rows
_LONGEST: Final = 4000  # characters of a cursor; ours are far shorter
_LARGEST: Final[dict[type[Any], int]] = {sa.SmallInteger: 2**15 - 1, sa.BigInteger: 2**63 - 1}
_LARGEST_INTEGER: Final = 2**31 - 1  # of a plain integer column


@dataclass(frozen=True)
class Key:
    """One column of the order.  The last key must be unique; none may be NULL (coalesce)."""

    column: sa.ColumnElement[Any] | Any
    descending: bool = False


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows, and where the pages around them begin (None: there is none)."""

    items: Sequence[T]
    following: str | None  # value of ?after=
    preceding: str | None  # value of ?before=

    def __bool__(self) -> bool:
        return bool(self.items)


def page_of(
    session: Session,
    query: "sa.Select[T]",
    keys: Sequence[Key],
    *,
    after: str | None = None,
    before: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[T]:
    """Return one page of ``query``, which selects one entity and sets no order.

    A cursor that cannot be read means the first page.  One SELECT.
    """
    place = _read(before or after, keys)
    backwards = place is not None and before is not None
    ordered = _ordered(query, keys, place, backwards=backwards)
    rows = list(session.execute(ordered.limit(size + 1)).unique())
    return _page(rows, size, backwards=backwards, is_first=place is None)


def sieved_page(
    session: Session,
    query: "sa.Select[T]",
    keys: Sequence[Key],
    sieve: Callable[[sa.FromClause], Sequence[sa.ColumnElement[bool]]],
    *,
    window: int,
    after: str | None = None,
    before: str | None = None,
) -> Page[T] | None:
    """Return a page of those of the next ``window`` rows of ``query`` that pass ``sieve``.

    None: they do not fill a page, so the rest may lie beyond.  What many rows pass is found
    here after a few, in the order of an index; what only few pass an index finds better.

    ``query`` selects one column, then all that ``sieve`` asks of, and an index has its order;
    ``sieve`` gets the rows of the window and returns the conditions.
    """
    place = _read(before or after, keys)
    backwards = place is not None and before is not None
    near = _ordered(query, keys, place, backwards=backwards).limit(window).subquery()
    places = [near.c[f"key_{number}"] for number in range(len(keys))]
    sieved = (
        sa.select(next(iter(near.c)), *places)
        .where(*sieve(near))
        .order_by(
            *(
                place.desc() if key.descending ^ backwards else place.asc()
                for place, key in zip(places, keys, strict=True)
            )
        )
    )
    rows = list(session.execute(sieved.limit(PAGE_SIZE + 1)))
    if len(rows) <= PAGE_SIZE:
        return None
    return _page(rows, PAGE_SIZE, backwards=backwards, is_first=place is None)


def stepped_page(
    session: Session,
    steps: "sa.Select[Any]",
    query: Callable[[sa.ColumnElement[Any]], "sa.Select[T]"],
    keys: Sequence[Key],
    *,
    after: str | None = None,
    before: str | None = None,
) -> Page[T]:
    """Return a page of all rows, looked for step by step until it is full.  One SELECT.

    ``steps`` selects the values that cut the order of the first key into pieces; ``query`` gets
    one and selects one column of the rows of its piece.  What many rows fulfil, but none for a
    long way, is found without sorting all of them.
    """
    place = _read(before or after, keys)
    backwards = place is not None and before is not None
    downwards = keys[0].descending ^ backwards
    values = steps.order_by(
        sa.desc(sa.literal_column("1")) if downwards else sa.literal_column("1")
    )
    pieces = values.subquery("pieces")
    at = next(iter(pieces.c))
    piece = _ordered(query(at), keys, place, backwards=backwards).limit(PAGE_SIZE + 1).lateral()
    order = [Key(at, keys[0].descending)]
    order += [Key(piece.c[f"key_{n}"], key.descending) for n, key in enumerate(keys)]
    ordered = (
        sa.select(*piece.c)
        .select_from(pieces.join(piece, sa.true()))
        .order_by(
            *(
                key.column.desc() if key.descending ^ backwards else key.column.asc()
                for key in order
            )
        )
    )
    rows = list(session.execute(ordered.limit(PAGE_SIZE + 1)))
    return _page(rows, PAGE_SIZE, backwards=backwards, is_first=place is None)


def _ordered(
    query: "sa.Select[Any]", keys: Sequence[Key], place: Sequence[Any] | None, *, backwards: bool
) -> "sa.Select[Any]":
    """Return ``query`` from ``place`` on, in the order of ``keys``, the keys among its columns."""
    order = [Key(key.column, key.descending ^ backwards) for key in keys]
    if place is not None:
        query = query.where(_beyond(order, place))
    columns = [key.column.label(f"key_{number}") for number, key in enumerate(keys)]
    return query.add_columns(*columns).order_by(
        *(key.column.desc() if key.descending else key.column.asc() for key in order)
    )


def _page(rows: Sequence[sa.Row[Any]], size: int, *, backwards: bool, is_first: bool) -> Page[Any]:
    has_more = len(rows) > size
    rows = rows[:size][::-1] if backwards else rows[:size]
    if not rows:
        return Page((), None, None)
    has_following = backwards or has_more
    has_preceding = has_more if backwards else not is_first
    return Page(
        [row[0] for row in rows],
        _written(rows[-1][1:]) if has_following else None,
        _written(rows[0][1:]) if has_preceding else None,
    )


def one_of(asked: str | None, allowed: Mapping[str, T], default: str) -> tuple[str, T]:
    """Return the allowed choice that was asked for, or the default (S12)."""
    name = asked if asked is not None and asked in allowed else default
    return name, allowed[name]


def _beyond(order: Sequence[Key], place: Sequence[Any]) -> sa.ColumnElement[bool]:
    """Return the condition "comes after ``place``"; as one row comparison where that can be."""
    if len({key.descending for key in order}) == 1:
        row, value = sa.tuple_(*(key.column for key in order)), sa.tuple_(*_bound(order, place))
        return row < value if order[0].descending else row > value
    steps = []
    for last, (key, value) in enumerate(zip(order, place, strict=True)):
        same = [k.column == v for k, v in zip(order[:last], place[:last], strict=True)]
        steps.append(sa.and_(*same, key.column < value if key.descending else key.column > value))
    return sa.or_(*steps)


def _bound(order: Sequence[Key], place: Sequence[Any]) -> list[sa.ColumnElement[Any]]:
    return [
        sa.bindparam(None, value, type_=key.column.type)
        for key, value in zip(order, place, strict=True)
    ]


def _written(values: Sequence[Any]) -> str:
    data = json.dumps([_tagged(value) for value in values], ensure_ascii=False)
    return base64.urlsafe_b64encode(data.encode()).decode().rstrip("=")


def _tagged(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    return {"day": value.isoformat()} if isinstance(value, date) else value


def _read(cursor: str | None, keys: Sequence[Key]) -> list[Any] | None:
    if not cursor or len(cursor) > _LONGEST:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        place = [_untagged(value) for value in values]
    except (binascii.Error, KeyError, RecursionError, TypeError, ValueError):
        return None
    fits = len(place) == len(keys) and all(map(_fits, place, keys))
    return place if fits else None


def _fits(value: Any, key: Key) -> bool:  # noqa: ANN401 - any JSON
    """Whether the database can compare ``value`` with the key; a cursor may be made up."""
    kind = key.column.type
    if isinstance(kind, sa.TypeDecorator):
        kind = kind.impl_instance
    if isinstance(value, int) and abs(value) > _LARGEST.get(type(kind), _LARGEST_INTEGER):
        return False
    return isinstance(value, kind.python_type) and _is_text(str(value))


def _is_text(value: str) -> bool:
    """Whether the database can hold ``value``: no NUL, no half of a character."""
    return "\0" not in value and not any("\ud800" <= one <= "\udfff" for one in value)


def _untagged(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        if "moment" in value:
            moment = datetime.fromisoformat(value["moment"])
            if moment.tzinfo is None:
                raise ValueError("naive moment")
            return moment
        return date.fromisoformat(value["day"])
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        return value
    raise ValueError("no key of ours")

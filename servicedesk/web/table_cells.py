"""Cells of tables that we hand out and take back: none runs as a formula (S8).  Pure."""

import csv
import io
from collections.abc import Iterable
from typing import Final

Cell = str | int | None

_RISKY: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")  # begin a formula


def safe(cell: Cell) -> Cell:
    """Return a cell that no table program takes for a formula; figures stay figures.

    >>> safe("=1+1"), safe("-3.5"), safe("北京"), safe(None)
    ("'=1+1", '-3.5', '北京', '')
    """
    if cell is None:
        return ""
    if isinstance(cell, int) or not cell.startswith(_RISKY) or _is_figure(cell):
        return cell
    return f"'{cell}"


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """Return rows as a table; no cell of it runs as a formula where it is opened.

    >>> csv_text([["a", 1], ["=1+1", None]]).splitlines()
    ['a,1', "'=1+1,"]
    """
    text = io.StringIO(newline="")
    csv.writer(text).writerows(
        [safe(cell) if isinstance(cell, str) else cell for cell in row] for row in rows
    )
    return text.getvalue()


def plain(cell: str) -> str:
    """Return what ``safe`` was given, or what a person typed behind the same sign.

    >>> plain("'=1+1"), plain("'s-Hertogenbosch BV")
    ('=1+1', "'s-Hertogenbosch BV")
    """
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_RISKY) else cell


def _is_figure(cell: str) -> bool:
    return cell.removeprefix("-").replace(".", "", 1).isdecimal() and cell.isascii()

"""Rows of the first sheet of an XLSX workbook, which anybody may have made, and workbooks of rows.

Pure.  What a workbook may cost is looked at before it is opened: its parts, and what each unpacks
to.  Macros are refused; entities too, by defusedxml; links to other files are never looked at.  A
formula is a fault of its row: what it would come to is not in the file for sure.  What is written
is text: a credit code stays as it is, and nothing runs as a formula (S8).
"""

import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import IO, Any, Final
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import WINDOWS_EPOCH
from openpyxl.utils.exceptions import InvalidFileException

from servicedesk.enterprises.table_files import LONGEST_CELL, MOST_COLUMNS, Line, SheetRefused
from servicedesk.words import Words, say

ZIP: Final = b"PK\x03\x04"
OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"  # of .xls, and of what is locked with a password
MOST_UNPACKED: Final = 96 * 1024 * 1024  # bytes of all parts; OWN
MOST_SHARED: Final = 32 * 1024 * 1024  # bytes of the texts that are kept while reading; OWN
_MOST_PARTS: Final = 1000  # of the archive
_SHARED: Final = "xl/sharedStrings.xml"
_EXACT: Final = 10**15  # Excel keeps fifteen figures of a number
_WIDTH: Final = 24  # characters of a column
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, ParseError, InvalidFileException, AttributeError, LookupError,
    EOFError, NotImplementedError, RuntimeError, OSError, TypeError, ValueError,
)  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """A sheet to be written: its name, headings, rows."""

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[str]]


def read(file: IO[bytes]) -> Iterator[Line]:
    """Yield the rows of the first sheet that is not hidden.

    Raises:
        SheetRefused: it is no workbook, or one that we do not take.
    """
    try:
        _require_harmless(file)
        book = load_workbook(file, read_only=True, keep_links=False)
        yield from _rows(book)
    except SheetRefused:
        raise
    except _BROKEN:
        raise _refused(
            say("The workbook is damaged or not one of Excel. Open it, and save it again as .xlsx.")
        ) from None


def write(file: IO[bytes], sheets: Sequence[Sheet]) -> None:
    """Write a workbook of these sheets; the rows are taken one after another."""
    book = Workbook(write_only=True)
    for one in sheets:
        sheet = book.create_sheet(one.name)
        sheet.freeze_panes = "A2"
        for number in range(1, len(one.headings) + 1):
            sheet.column_dimensions[get_column_letter(number)].width = _WIDTH
        sheet.append([_cell(sheet, heading, is_heading=True) for heading in one.headings])
        for row in one.rows:
            sheet.append([_cell(sheet, value) for value in row])
    book.save(file)


def _require_harmless(file: IO[bytes]) -> None:
    """Refuse what would cost too much; no part unpacks to more than the archive says of it."""
    with zipfile.ZipFile(file) as archive:
        parts = {one.filename: one.file_size for one in archive.infolist()}
    if len(parts) > _MOST_PARTS:
        raise _refused(say("The workbook has too many parts. Save its first sheet alone."))
    if any(name.lower().endswith("vbaproject.bin") for name in parts):
        raise _refused(
            say("The workbook has macros. Save it as “Excel workbook (.xlsx)”, without them.")
        )
    if sum(parts.values()) > MOST_UNPACKED or parts.get(_SHARED, 0) > MOST_SHARED:
        raise _refused(say("The workbook is too large when it is unpacked. Save its sheet as CSV."))


def _rows(book: Any) -> Iterator[Line]:  # noqa: ANN401 - a Workbook; its sheets are of many kinds
    sheet = next((one for one in book.worksheets if one.sheet_state == "visible"), None)
    if sheet is None:
        raise _refused(say("The workbook has no sheet that can be seen."))
    if book.epoch != WINDOWS_EPOCH:
        raise _refused(
            say("The workbook counts days from 1904. Save it with Excel for Windows as CSV.")
        )
    sheet.reset_dimensions()  # a sheet may say that it is wide, and be empty
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1), start=1):
        texts = [_text(cell.value)[: LONGEST_CELL + 1] for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        fault = next((why for cell in cells if (why := _fault(cell))), None)
        yield Line(number, tuple(texts), fault)


def _text(value: object) -> str:
    """Return what stands in a cell as a table program would write it into a CSV file.

    >>> _text(5000000.0), _text(datetime(2026, 3, 2)), _text(True), _text(None)
    ('5000000', '2026-03-02', 'true', '')
    >>> _text(9.1110114e17)  # a code of which Excel made a number, and lost its end
    '9.1110114e+17'
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _fault(cell: Any) -> Words | None:  # noqa: ANN401 - cells are of many kinds
    if cell.data_type == "f":
        return say("A cell holds a formula. Copy the column and paste it as values.")
    if cell.data_type == "e":
        return say("A cell holds an error (%(error)s). Mend it in the table.", error=cell.value)
    return None


def _cell(sheet: Any, value: str, *, is_heading: bool = False) -> Any:  # noqa: ANN401
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST_CELL])
    cell.data_type, cell.number_format = "s", "@"
    if is_heading:
        cell.font = Font(bold=True)
    return cell


def _refused(words: Words) -> SheetRefused:
    return SheetRefused(words)

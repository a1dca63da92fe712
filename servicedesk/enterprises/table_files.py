"""Tables of rows that somebody made with a table program: CSV as it is written in China, XLSX.

Pure.  A cell is text here, as its file has it: which day "43832" is decides who reads the column.
Rows are yielded one by one; what a file may cost is bounded by ``MOST_BYTES``, ``MOST_ROWS``,
``MOST_COLUMNS`` and ``LONGEST_CELL``.
"""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO, Final

from servicedesk.errors import RuleBroken
from servicedesk.words import Words, say

MOST_BYTES: Final = 8 * 1024 * 1024  # of a file; OWN
MOST_ROWS: Final = 5_000  # beside the headings; OWN
MOST_COLUMNS: Final = 120
LONGEST_CELL: Final = 32_767  # characters, as many as one of Excel can hold

_PIECE: Final = 64 * 1024
_DELIMITERS: Final = (",", ";", "\t", "，", "；")
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GUESSES: Final = ("utf-8", "gb18030")  # the first that fits all of it


class SheetRefused(RuleBroken):
    """The file cannot be read as a table; the words say why and what to do."""


@dataclass(frozen=True)
class Line:
    """A row of a table with its number as the table program shows it, from 1."""

    number: int
    cells: tuple[str, ...]
    fault: Words | None = None  # why what stands there cannot be believed

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in it."""
        return self.fault is None and not any(cell.strip() for cell in self.cells)


def bounded(lines: Iterator[Line]) -> Iterator[Line]:
    """Yield the rows in which something stands.

    Raises:
        SheetRefused: there are more of them than we take, or one is larger.
    """
    filled = (line for line in lines if not line.is_blank)
    for count, line in enumerate(filled):
        if count > MOST_ROWS:
            raise SheetRefused(
                say("The file has more than %(rows)s rows. Divide it.", rows=MOST_ROWS)
            )
        _look_at(line)
        yield line


def read_csv(file: IO[bytes]) -> Iterator[Line]:
    """Yield the rows of a CSV file: UTF-8, UTF-16 or GB18030; comma, semicolon or tab.

    Raises:
        SheetRefused: it is no such file.
    """
    encoding = _encoding(file)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        delimiter = _delimiter(list(islice(text, 1)))
        text.seek(0)
        rows = csv.reader(text, delimiter=delimiter, strict=True)
        number = 1
        for row in rows:
            yield Line(number, tuple(row))
            number += 1
    except (csv.Error, UnicodeError):
        raise SheetRefused(
            say(
                "The file cannot be read as CSV: a quotation mark is not closed, or a cell is too "
                "long. Save the table again as CSV or as XLSX."
            )
        ) from None
    finally:
        if not file.closed:
            text.detach()


def _look_at(line: Line) -> None:
    if len(line.cells) > MOST_COLUMNS:
        raise SheetRefused(
            say(
                "Row %(row)s has more than %(most)s columns. Remove those that are not needed.",
                row=line.number,
                most=MOST_COLUMNS,
            )
        )
    if any(len(cell) > LONGEST_CELL for cell in line.cells):
        raise SheetRefused(
            say(
                "A cell of row %(row)s has more than %(most)s characters.",
                row=line.number,
                most=LONGEST_CELL,
            )
        )


def _encoding(file: IO[bytes]) -> str:
    """Return how a file is written: as its first bytes say, else the first guess that fits."""
    file.seek(0)
    beginning = file.read(4)
    for mark, encoding in _MARKS:
        if beginning.startswith(mark):
            return encoding
    found = next((guess for guess in _GUESSES if _fits(file, guess)), None)
    if found is None or b"\0" in beginning:
        raise SheetRefused(
            say(
                "This is neither a CSV nor an XLSX file. Save the table as “Excel workbook "
                "(.xlsx)” or as CSV."
            )
        )
    return found


def _fits(file: IO[bytes], encoding: str) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while piece := file.read(_PIECE):
            if "\0" in decoder.decode(piece):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(first: Sequence[str]) -> str:
    """Return what stands between the headings most often; a comma where nothing does."""
    heading = first[0] if first else ""
    return max(_DELIMITERS, key=heading.count)

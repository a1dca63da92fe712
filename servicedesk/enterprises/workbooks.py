"""Rows of the first sheet of an XLSX workbook, read from a file that anybody may have made.

Pure.  Of the archive only four parts are ever opened: the workbook, its relations, the shared
texts and one sheet.  Each is read piece by piece and no further than ``MOST_UNPACKED``; a
document type (entities) is refused, links to other files and pictures are never looked at.
Macros are refused, and a formula is a fault of its row: what it would come to is not in the file
for sure.

Source: ECMA-376 part 1, SpreadsheetML (18.3 worksheets, 18.4 shared strings, 18.17.4 dates).
"""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any, Final
from xml.parsers import expat

from servicedesk.enterprises.table_files import LONGEST_CELL, MOST_COLUMNS, Line, SheetRefused
from servicedesk.words import Words, say

ZIP: Final = b"PK\x03\x04"
OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"  # of .xls, and of what is locked with a password
MOST_UNPACKED: Final = 96 * 1024 * 1024  # bytes of a part; OWN
MOST_SHARED: Final = 32 * 1024 * 1024  # characters of texts that are kept while reading; OWN
_MOST_PARTS: Final = 1000  # of the archive
_PIECE: Final = 64 * 1024
_WORKBOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_SHARED: Final = "xl/sharedStrings.xml"
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, LookupError, EOFError, NotImplementedError,
    RuntimeError, OSError, ValueError,
)  # fmt: skip


def read(file: IO[bytes]) -> Iterator[Line]:
    """Yield the rows of the first sheet that is not hidden.

    Raises:
        SheetRefused: it is no workbook, or one that we do not take.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            names = _names(archive)
            sheet = _first_sheet(archive)
            shared = list(_shared(archive)) if _SHARED in names else []
            yield from _rows(archive, sheet, shared)
    except SheetRefused:
        raise
    except _BROKEN:
        raise _refused(
            say("The workbook is damaged or not one of Excel. Open it, and save it again as .xlsx.")
        ) from None


def _names(archive: zipfile.ZipFile) -> set[str]:
    names = {one.filename for one in archive.infolist()}
    if len(names) > _MOST_PARTS:
        raise _refused(say("The workbook has too many parts. Save its first sheet alone."))
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise _refused(
            say("The workbook has macros. Save it as “Excel workbook (.xlsx)”, without them.")
        )
    return names


@dataclass
class _Listener:
    """What happens at the elements of a part; names come without their namespaces."""

    begin: Callable[[str, dict[str, str]], None]
    end: Callable[[str], None] = lambda _name: None
    text: Callable[[str], None] = lambda _text: None


def _parse(archive: zipfile.ZipFile, part: str, listener: _Listener) -> Iterator[None]:
    """Read a part piece by piece; yield after each, so that the caller takes what there is."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _no_document_type
    parser.StartElementHandler = lambda name, found: listener.begin(_local(name), found)
    parser.EndElementHandler = lambda name: listener.end(_local(name))
    parser.CharacterDataHandler = listener.text
    size = 0
    with archive.open(part) as packed:
        while piece := packed.read(_PIECE):
            size += len(piece)
            if size > MOST_UNPACKED:
                raise _too_large()
            parser.Parse(piece, False)  # noqa: FBT003 - as expat asks
            yield
    parser.Parse(b"", True)  # noqa: FBT003
    yield


def _no_document_type(*_declared: object) -> None:
    raise _refused(say("The workbook holds what no workbook of Excel holds. Save it again."))


def _first_sheet(archive: zipfile.ZipFile) -> str:
    """Return the part of the first sheet that is not hidden."""
    found = _Sheets()
    for part, begin in ((_WORKBOOK, found.workbook), (_RELATIONS, found.relations)):
        for _ in _parse(archive, part, _Listener(begin)):
            pass
    if not found.visible:
        raise _refused(say("The workbook has no sheet that can be seen."))
    target = found.targets[found.visible[0]]
    return posixpath.normpath(target.lstrip("/") if target.startswith("/") else f"xl/{target}")


@dataclass
class _Sheets:
    """Which sheets a workbook has, and where they are."""

    visible: list[str] = field(default_factory=list)  # by what their relations are called
    targets: dict[str, str] = field(default_factory=dict)

    def workbook(self, name: str, found: dict[str, str]) -> None:
        """Note a sheet, unless it is hidden."""
        if name == "sheet" and found.get("state", "visible") == "visible":
            self.visible += [value for key, value in found.items() if _local(key) == "id"]
        if name == "workbookPr" and found.get("date1904") in {"1", "true"}:
            raise _refused(
                say("The workbook counts days from 1904. Save it with Excel for Windows as CSV.")
            )

    def relations(self, name: str, found: dict[str, str]) -> None:
        """Note where a part is; one of another file is none."""
        if name == "Relationship" and found.get("TargetMode") != "External":
            self.targets[found["Id"]] = found["Target"]


def _shared(archive: zipfile.ZipFile) -> Iterator[str]:
    """Yield the texts that the cells of a workbook share."""
    reading = _Texts()
    size = 0
    for _ in _parse(archive, _SHARED, reading.listener):
        size += sum(map(len, reading.done))
        if size > MOST_SHARED:
            raise _too_large()
        yield from reading.done
        reading.done.clear()


@dataclass
class _Texts:
    """The shared texts as they come by: runs are joined, readings above them left out."""

    done: list[str] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)
    is_text: bool = False
    is_reading: bool = False

    @property
    def listener(self) -> _Listener:
        return _Listener(self._begin, self._end, self._text)

    def _begin(self, name: str, _found: dict[str, str]) -> None:
        self.is_reading = self.is_reading or name == "rPh"
        self.is_text = name == "t" and not self.is_reading

    def _text(self, text: str) -> None:
        if self.is_text:
            self.runs.append(text)

    def _end(self, name: str) -> None:
        self.is_text = False
        if name == "rPh":
            self.is_reading = False
        if name == "si":
            self.done.append("".join(self.runs))
            self.runs.clear()


def _rows(archive: zipfile.ZipFile, sheet: str, shared: list[str]) -> Iterator[Line]:
    reading = _Sheet(shared)
    for _ in _parse(archive, sheet, _Listener(reading.begin, reading.end, reading.text)):
        yield from reading.done
        reading.done.clear()


@dataclass
class _Sheet:
    """The rows of a sheet as they come by."""

    shared: list[str]
    done: list[Line] = field(default_factory=list)
    number: int = 0
    cells: dict[int, str] = field(default_factory=dict)
    fault: Words | None = None
    column: int = -1
    kind: str = "n"
    kept: list[str] = field(default_factory=list)
    size: int = 0
    is_value: bool = False

    def begin(self, name: str, found: dict[str, str]) -> None:
        """Note where one is."""
        if name == "row":
            self.number = int(found.get("r", self.number + 1))
            self.cells, self.fault, self.column = {}, None, -1
        elif name == "c":
            self.column = _column(found.get("r"), self.column + 1)
            self.kind = found.get("t", "n")
            self.kept, self.size = [], 0
        elif name == "f":
            self.fault = say("A cell holds a formula. Copy the column and paste it as values.")
        self.is_value = name in {"v", "t"}

    def text(self, text: str) -> None:
        """Keep what stands in a cell, as far as a cell may be."""
        if self.is_value and self.size <= LONGEST_CELL:
            self.kept.append(text)
            self.size += len(text)

    def end(self, name: str) -> None:
        """Keep a cell or a row that is over."""
        self.is_value = False
        if name == "c":
            value = self._value("".join(self.kept))
            if value:  # a sheet may be wide and empty
                self.cells[min(self.column, MOST_COLUMNS)] = value
        elif name == "row":
            width = max(self.cells, default=-1) + 1
            cells = tuple(self.cells.get(at, "") for at in range(width))
            self.done.append(Line(self.number, cells, self.fault))

    def _value(self, kept: str) -> str:
        if self.kind == "s":
            return self.shared[int(kept)] if kept else ""
        if self.kind == "b":
            return {"1": "true", "0": "false"}.get(kept, kept)
        if self.kind == "e":
            self.fault = say("A cell holds an error (%(error)s). Mend it in the table.", error=kept)
        return kept


def _column(reference: str | None, following: int) -> int:
    """Return the column of a cell from 0: as it says, else the following one.

    >>> _column("AB7", 0), _column(None, 3)
    (27, 3)
    """
    found = _REFERENCE.fullmatch(reference or "")
    if found is None:
        return following
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _local(name: Any) -> str:  # noqa: ANN401 - as expat gives it
    return str(name).rpartition(" ")[2]


def _too_large() -> SheetRefused:
    return _refused(say("The workbook is too large when it is unpacked. Save its sheet as CSV."))


def _refused(words: Words) -> SheetRefused:
    return SheetRefused(words)

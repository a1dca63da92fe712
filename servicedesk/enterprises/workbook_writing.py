"""Writing an XLSX workbook row by row, with constant memory.

Pure.  Every cell is text: a credit code stays as it is, and nothing runs as a formula (S8).
"""

import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO, Final
from xml.sax.saxutils import escape, quoteattr  # only writes

_DECLARED: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# What XML 1.0 cannot hold, not even escaped.
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONGEST: Final = 32_767  # characters of a cell, by Excel
_WIDTH: Final = 24  # characters of a column
# Style 0: text; 1: text of a heading.
_STYLES: Final = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill>'
    '<patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="49" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" '
    'applyNumberFormat="1" applyFont="1" applyAlignment="1"><alignment wrapText="1" '
    'vertical="top"/></xf></cellXfs></styleSheet>'
)


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, headings, rows."""

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[str]]


def write(file: IO[bytes], sheets: Sequence[Sheet]) -> None:
    """Write a workbook of these sheets; the rows are taken one after another."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _types(len(sheets)))
        archive.writestr("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        archive.writestr("xl/workbook.xml", _workbook(sheets))
        archive.writestr("xl/styles.xml", _DECLARED + _STYLES)
        parts = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)]
        archive.writestr(
            "xl/_rels/workbook.xml.rels", _relations([*parts, ("styles", "styles.xml")])
        )
        for number, sheet in enumerate(sheets, 1):
            with archive.open(f"xl/worksheets/sheet{number}.xml", "w") as part:
                _write_sheet(part, sheet)


def _write_sheet(part: IO[bytes], sheet: Sheet) -> None:
    part.write(
        f'{_DECLARED}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView>'
        f'</sheetViews><cols><col min="1" max="{len(sheet.headings)}" width="{_WIDTH}" style="0" '
        'customWidth="1"/></cols><sheetData>'.encode()
    )
    part.write(_row(sheet.headings, style=1))
    for row in sheet.rows:
        part.write(_row(row, style=0))
    part.write(b"</sheetData></worksheet>")


def _row(cells: Sequence[str], *, style: int) -> bytes:
    written = "".join(_cell(cell, style) for cell in cells)
    return f"<row>{written}</row>".encode()


def _cell(cell: str, style: int) -> str:
    if not cell:
        return f'<c s="{style}"/>'
    text = escape(_NOT_XML.sub("", cell[:_LONGEST])).replace("\r", "&#13;")
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _types(count: int) -> str:
    sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for n in range(1, count + 1)
    )
    return (
        f'{_DECLARED}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>{sheets}</Types>'
    )


def _relations(parts: Sequence[tuple[str, str]]) -> str:
    said = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(parts, 1)
    )
    return f'{_DECLARED}<Relationships xmlns="{_PACKAGE}/relationships">{said}</Relationships>'


def _workbook(sheets: Sequence[Sheet]) -> str:
    said = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{n}" r:id="rId{n}"/>'
        for n, sheet in enumerate(sheets, 1)
    )
    return (
        f'{_DECLARED}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{said}</sheets>'
        "</workbook>"
    )

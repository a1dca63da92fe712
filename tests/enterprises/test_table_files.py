"""Files that table programs make, and files made to harm: read, or refused in words."""

import io
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook, load_workbook

from servicedesk.enterprises import import_people, table_files, workbooks
from servicedesk.enterprises.import_files import open_table, tally
from servicedesk.enterprises.table_files import SheetRefused
from tests.enterprises import tables
from tests.enterprises.test_import_rows import TODAY

SHEET = "xl/worksheets/sheet1.xml"
Change = Callable[[bytes], bytes]


def workbook(table: list[list[str]]) -> io.BytesIO:
    file = io.BytesIO()
    workbooks.write(file, [workbooks.Sheet("企业", table[0], table[1:])])
    return file


def changed(part: str, change: Change, **more: bytes) -> io.BytesIO:
    """Return a good workbook with one part changed and others added."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(workbook(tables.cells(tables.rows(2)))) as before,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, change(content) if name == part else content)
        for name, content in more.items():
            after.writestr(name.replace("__", "/"), content)
    return file


def refusal(file: io.BytesIO) -> str:
    with pytest.raises(SheetRefused) as refused:
        tally(file, TODAY)
    return str(refused.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "，"])
def test_a_csv_file_is_read_however_it_was_saved(encoding: str, delimiter: str) -> None:
    rows = tables.rows(3)
    file = io.BytesIO(tables.as_csv(tables.cells(rows), encoding, delimiter))

    found = tally(file, TODAY)

    assert found.is_good, [str(one.words) for one in found.faults]
    assert list(found.codes) == [one["统一社会信用代码"] for one in rows]


def test_a_workbook_is_read_with_its_row_numbers() -> None:
    rows = [*tables.rows(2), {"名称": ""}, tables.row(成立日期="x")]

    found = tally(workbook(tables.cells(rows)), TODAY)

    assert (found.rows, [one.row for one in found.faults]) == (3, [5])


def by_excel(table: list[list[str]]) -> io.BytesIO:
    """Return a workbook that shares its texts, and says a formula where a text begins with =."""
    book = Workbook()
    assert book.active is not None
    for row in table:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file


def test_a_workbook_may_share_its_texts() -> None:
    assert tally(by_excel(tables.cells(tables.rows(1))), TODAY).is_good


@pytest.mark.parametrize(
    ("part", "change", "said"),
    [
        (SHEET,
         lambda one: one.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet', 1),
         "damaged"),
        (SHEET, lambda one: one[:-40], "damaged"),
        (SHEET, lambda _: b"", "damaged"),
        ("xl/workbook.xml", lambda one: one.replace(b'state="visible"', b'state="hidden"'),
         "no sheet that can be seen"),
        ("xl/workbook.xml",
         lambda one: one.replace(b"<workbookPr ", b'<workbookPr date1904="1" '),
         "from 1904"),
        ("xl/_rels/workbook.xml.rels",
         lambda one: one.replace(b"/xl/worksheets/sheet1.xml", b"../../etc/passwd"),
         "no sheet that can be seen"),
        ("xl/_rels/workbook.xml.rels",
         lambda one: one.replace(b'Target="/xl/worksheets/sheet1.xml"',
                                 b'Target="http://127.0.0.1/" TargetMode="External"'),
         "no sheet that can be seen"),
    ],
)  # fmt: skip
def test_a_hostile_workbook_is_refused_in_words(part: str, change: Change, said: str) -> None:
    assert said in refusal(changed(part, change))


def test_macros_are_refused_whatever_the_file_is_called() -> None:
    assert "macros" in refusal(changed("", bytes, **{"xl__vbaProject.bin": b"x"}))


def test_links_to_other_files_are_never_looked_at() -> None:
    file = changed("", bytes, **{"xl__externalLinks__externalLink1.xml": b"<!DOCTYPE x>"})

    assert tally(file, TODAY).is_good


def test_a_formula_is_a_fault_of_its_row() -> None:
    table = tables.cells(tables.rows(1))
    table[1][0] = "=1+1"

    found = tally(by_excel(table), TODAY)

    assert [(one.row, one.column) for one in found.faults] == [(2, None)]
    assert "formula" in str(found.faults[0].words)


def test_a_code_of_which_excel_made_a_number_is_told_to_be_one() -> None:
    book = load_workbook(by_excel(tables.cells(tables.rows(1))))
    assert book.active is not None
    book.active["A2"] = 9.1110114e17
    file = io.BytesIO()
    book.save(file)

    (fault,) = tally(file, TODAY).faults

    assert fault.column == "credit_code"
    assert "made a number of this code" in str(fault.words)


def test_what_is_written_is_text_that_no_program_runs() -> None:
    table = tables.cells(tables.rows(1))
    table[1][0] = "=1+1"

    found = tally(workbook(table), TODAY)

    assert not any("formula" in str(one.words) for one in found.faults)


def test_a_bomb_is_not_unpacked_to_its_end() -> None:
    blanks = b" " * (workbooks.MOST_UNPACKED + 1024)
    file = changed(SHEET, lambda one: one.replace(b"<sheetData>", b"<sheetData>" + blanks))
    assert len(file.getvalue()) < 1024 * 1024

    assert "too large" in refusal(file)


def test_texts_that_are_shared_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_SHARED", 1000)
    many = b"<sst>" + b"<si><t>xxxxxxxxxx</t></si>" * 500 + b"</sst>"

    assert "too large" in refusal(changed("", bytes, **{"xl__sharedStrings.xml": many}))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n\n,,,\n", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel, or one with a password"),
        (b"PK\x03\x04 not a zip", "damaged"),
        (b"%PDF-1.7\n\xff\xff\xff\xff", "neither a CSV nor an XLSX"),
        (b"a\0b", "neither a CSV nor an XLSX"),
        (b'"a,b\nc', "cannot be read as CSV"),
        (b"a," * 200, "more than 120 columns"),
        (b"x" * 32_768, "more than 32767 characters"),
    ],
)
def test_what_is_no_table_is_refused_in_words(content: bytes, said: str) -> None:
    assert said in refusal(io.BytesIO(content))


def test_a_table_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_files, "MOST_ROWS", 2)
    assert tally(tables.file_of(*tables.rows(2)), TODAY).is_good

    assert "more than 2 rows" in refusal(tables.file_of(*tables.rows(3)))


def test_a_table_without_rows_is_refused() -> None:
    headings = tables.cells(tables.rows(1))[:1]

    assert "nothing below the headings" in refusal(io.BytesIO(tables.as_csv(headings)))
    assert list(open_table(io.BytesIO(tables.as_csv(headings)))[1]) == []


def test_as_many_owners_as_a_joint_stock_company_has_come_back_as_they_were_exported() -> None:
    said = {"country": "CN", "percent": "0.50", "method": "cash", "pay_by": "2031-03-31"}
    money = {"currency": "CNY", "amount": "1000000.00"}
    owners = [
        {"name": f"北京沐岚岭样例投资有限公司{number}", "kind": "organisation"}
        | said
        | {"contribution": money}
        for number in range(200)
    ]
    cell = import_people.owners_cell(owners)
    assert len(cell) > 10_000

    lines = list(table_files.bounded(workbooks.read(workbook([["股东"], [cell]]))))

    assert lines[1].cells == (cell,)
    assert len(import_people.owners(cell)) == 200

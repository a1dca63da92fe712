"""Certificates in print: same bytes, real text, nothing read as markup."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pypdfium2
import pytest

from servicedesk.enterprises import certificate_facts, printing, public_facts
from servicedesk.enterprises.certificate_facts import Filed, Issue
from servicedesk.enterprises.name_parts import NameParts
from servicedesk.enterprises.printing import Sheet
from servicedesk.enterprises.public_facts import SetUp
from servicedesk.words import Text
from tests.enterprises.factories import LIN, NOW, set_up_answers

CODE = "ABCD-EFGH-JKMN-PQRS-TVWX-YZ01-2041"
REGISTRAR = Text("Example Registrar", "示例登记机关")
ISSUE = Issue(REGISTRAR, date(2026, 5, 6), "R26-00001")
NAME = "北京澄野生物科技有限公司"
HOSTILE = '#image("/etc/passwd") $x$ *b* <a> \\ " #{1+1}'


def make_sheet(template: str = "licence", **answers: object) -> Sheet:
    facts = public_facts.of_set_up(
        set_up_answers(**answers),
        SetUp(
            org_form="llc",
            name="北京澄野生物科技有限公司",
            address=Text("Room 9-207", "北京市昌平区 9-207 室"),
            registrar=REGISTRAR,
            today=date(2026, 5, 6),
        ),
    )
    printed = {
        "licence": certificate_facts.licence(facts, "91110114MAY000017G", ISSUE),
        "name_notice": certificate_facts.name_notice(
            NameParts("北京", "澄野", "生物科技", "有限公司"), "林乔", date(2026, 7, 5), ISSUE
        ),
        "address_proof": certificate_facts.address_proof(
            "北京澄野有限公司", ("9-H01", REGISTRAR), (date(2026, 6, 1), None), ISSUE
        ),
        "change_notice": certificate_facts.change_notice(
            "北京澄野生物科技有限公司",
            "91110114MAY000017G",
            Text("Notice of a registered change", "准予变更登记通知书"),
            [
                (Text("Name", "名称"), "北京听松生物科技有限公司", "北京澄野生物科技有限公司"),
                (Text("Address", "住所"), "", Text("Room 9-207", "北京市昌平区 9-207 室")),
                (Text("Scope", "经营范围"), HOSTILE, HOSTILE * 4),
            ],
            ISSUE,
        ),
        "archive_extract": certificate_facts.extract(
            (NAME, "91110114MAY000017G"),
            [
                (
                    Text("Name", "名称"),
                    [Text("北京澄野生物科技有限公司", "北京澄野生物科技有限公司")],
                )
            ],
            [
                Filed(
                    seq=2,
                    kind=Text("Change of name", "名称变更"),
                    effective_on=date(2026, 5, 6),
                    counts=False,
                    changes=[
                        (Text("Name", "名称"), [Text(HOSTILE, HOSTILE)], [REGISTRAR, REGISTRAR])
                    ],
                )
            ],
            "2 · 00ff",
            ISSUE,
        ),
        "deregistration_notice": certificate_facts.deregistration_notice(
            "北京澄野生物科技有限公司",
            "91110114MAY000017G",
            date(2024, 3, 1),
            date(2026, 5, 6),
            ISSUE,
        ),
    }
    notice = certificate_facts.notice(Text("Work permit", "工作许可"), HOSTILE, ISSUE)
    return Sheet(
        template=template,
        code=CODE,
        url=f"http://localhost/verify/{CODE}",
        park={"en": "Example Park", "zh": "示例园区"},
        facts=printed.get(template, notice),
        issued_at=NOW,
    )


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()
    return "\n".join(pages)


@pytest.mark.parametrize("template", printing.templates())
def test_the_same_certificate_has_the_same_bytes(template: str) -> None:
    sheet = make_sheet(template)

    assert printing.pdf(sheet) == printing.pdf(sheet)


@pytest.mark.parametrize("template", printing.templates())
def test_every_line_can_be_read_out_in_both_languages(template: str) -> None:
    sheet = make_sheet(template)
    text = "".join(text_of(printing.pdf(sheet)).split())

    for row in sheet.facts["rows"]:
        for words in (*row["label"].values(), row["value"]["zh"]):
            assert "".join(words.split()) in text
    assert CODE in text


def test_it_is_tagged_pdf_a() -> None:
    """The printer itself refuses to make what is not PDF/A-2a and PDF/UA-1."""
    pdf = printing.pdf(make_sheet())

    assert b"/MarkInfo" in pdf
    for said in (b"pdfaid:part>2<", b"pdfaid:conformance>A<", b"pdfuaid:part>1<"):
        assert said in pdf


def test_what_people_type_is_shown_and_never_read_as_markup() -> None:
    text = text_of(printing.pdf(make_sheet("notice")))

    assert '#image("/etc/passwd")' in text
    assert "#{1+1}" in text


def test_a_long_scope_still_fits_one_sheet() -> None:
    scope = [f"BS{number:03}" for number in range(1, 61)]
    document = pypdfium2.PdfDocument(printing.pdf(make_sheet(scope=scope)))
    pages = len(document)
    document.close()

    assert pages == 1


def test_what_changed_stands_beside_what_was_there() -> None:
    sheet = make_sheet("change_notice")
    text = "".join(text_of(printing.pdf(sheet)).split())

    for row in sheet.facts["changes"][:2]:
        for words in (*row["label"].values(), row["before"]["zh"], *row["after"].values()):
            assert "".join(words.split()) in text


def test_a_notice_of_many_changes_runs_on_and_ends_with_its_code() -> None:
    rows = [(Text(f"Shareholder {n}", f"股东 {n}"), "", f"示例投资 {n}") for n in range(60)]
    facts = certificate_facts.change_notice("北京澄野有限公司", "9111", REGISTRAR, rows, ISSUE)
    pdf = printing.pdf(replace(make_sheet("change_notice"), facts=facts))
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_range() for page in document]

    assert len(pages) > 1
    assert all("Before" in page for page in pages[:-1])
    assert CODE in pages[-1]
    assert "示例投资 59" in "".join(pages)


def print_once(sheet: Sheet, directory: Path, *, is_good: bool = True) -> bytes:
    return printing.print_once(
        sheet, directory, sign=lambda printed: printed + b"!", is_good=lambda _kept: is_good
    )


def test_a_print_is_kept_and_another_fact_makes_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = make_sheet()
    first = print_once(sheet, tmp_path)
    print_once(replace(sheet, code=CODE[::-1]), tmp_path)
    monkeypatch.setattr(printing, "pdf", None)  # nothing is printed any more

    assert print_once(sheet, tmp_path) == first
    assert first.endswith(b"!")
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".pdf", ".pdf"]


def test_a_kept_print_that_is_not_good_is_printed_anew(tmp_path: Path) -> None:
    sheet = make_sheet()
    first = print_once(sheet, tmp_path)
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(b"%PDF something else")

    assert print_once(sheet, tmp_path, is_good=False) == first
    assert kept.read_bytes() == first


def test_what_cannot_be_kept_is_printed_all_the_same(tmp_path: Path) -> None:
    in_the_way = tmp_path / "certificates"
    in_the_way.write_text("a file where the directory should be")

    with pytest.raises(NotADirectoryError):
        (in_the_way / "x").read_bytes()
    assert print_once(make_sheet(), in_the_way).startswith(b"%PDF")


def test_the_fonts_come_from_the_wheels_own_packages() -> None:
    places = printing.font_places()

    assert all("site-packages" in str(place) for place in places)
    assert printing.font_places("/fonts") == [Path("/fonts")]


def test_no_identity_number_is_printed() -> None:
    assert str(LIN["id_number"]) not in text_of(printing.pdf(make_sheet()))

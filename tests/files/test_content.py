"""What a file is, and whether we take it: decided by its content alone."""

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from servicedesk.files import content
from servicedesk.files.content import Content, inspect
from servicedesk.files.formats import PDF
from servicedesk.files.refusals import MOST_PAGES, FileRefused
from tests.files import factories as make

SCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"
LAUNCH = b"<</S/Launch/F(cmd.exe)>>"
SUBMIT = b"<</S/SubmitForm/F(https://evil.example)>>"
SHARE = b"<</S/GoToR/F(\\\\\\\\evil\\\\x.pdf)/D[0/Fit]>>"
SITE = b"<</Type/Action/S/URI/URI(https://evil.example)>>"
LINK = b"/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A %s>>]"
CARRIED = (
    b"<</Type/Filespec/F(a.exe)/EF<</F 6 0 R>>>>",
    b"<</Type/EmbeddedFile/Length 2>>\nstream\nMZ\nendstream",
)


def look_at(tmp_path: Path, data: bytes) -> Content:
    path = tmp_path / "given"
    path.write_bytes(data)
    return inspect(path)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (make.pdf(3), Content(PDF, 3)),
        (make.written_pdf(), Content(PDF, 1)),
        (make.pdf_with_hidden_catalog(b""), Content(PDF, 1)),
        (make.written_pdf(page=LINK % SITE), Content(PDF, 1)),
        (
            make.written_pdf(catalog=b"/OpenAction[3 0 R/Fit]", page=LINK % SITE),
            Content(PDF, 1),
        ),
        (
            make.written_pdf(
                catalog=b"/OpenAction 5 0 R",
                page=LINK % SITE,
                more=(b"<</S/GoTo/D[3 0 R/Fit]>>",),
            ),
            Content(PDF, 1),
        ),
        (make.picture("JPEG"), Content("image/jpeg", None)),
        (make.picture("PNG"), Content("image/png", None)),
        (make.picture("WEBP"), Content("image/webp", None)),
        (make.moving_picture("MPO"), Content("image/jpeg", None)),  # a telephone's double view
        (
            make.picture("JPEG") + b"a video clip that telephones append",
            Content("image/jpeg", None),
        ),
    ],
)
def test_whole_files_of_our_kinds_are_taken(tmp_path: Path, data: bytes, expected: Content) -> None:
    assert look_at(tmp_path, data) == expected


REFUSED = {
    "nothing at all": (b"", "empty"),
    "a page for browsers": (b"<html><script>alert(1)</script></html>", "kind"),
    "a page behind an empty line": (b"\n%PDF-1.7<html>", "kind"),
    "a drawing that can hold scripts": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "kind"),
    "an office document": (make.archive(), "kind"),
    "a GIF": (make.picture("GIF"), "kind"),
    "a program": (b"MZ" + bytes(100), "kind"),
    "a PDF by its first bytes only": (b"%PDF-1.7\n<html><script>alert(1)</script>", "damaged"),
    "a PDF cut short": (make.pdf(3)[:-300], "damaged"),
    "a PDF with nothing in it": (b"%PDF-1.7\n%%EOF", "damaged"),
    "a PNG by its first bytes only": (b"\x89PNG\r\n\x1a\n" + bytes(200), "damaged"),
    "a PNG cut short": (make.picture("PNG", size=(400, 300))[:-200], "damaged"),
    "a JPEG cut short": (make.picture("JPEG", size=(400, 300))[:-300], "damaged"),
    "a WebP cut short": (make.picture("WEBP", size=(400, 300))[:-30], "damaged"),
    "a PDF with a password": (make.locked_pdf(b"secret"), "locked"),
    "a PDF locked against changes": (make.locked_pdf(), "locked"),
    "a very long PDF": (make.pdf(MOST_PAGES + 1), "pages"),
    "a script on opening": (make.written_pdf(catalog=b"/OpenAction" + SCRIPT), "script"),
    "a script by another spelling": (
        make.written_pdf(catalog=b"/OpenAction<</S/J#61v#61Script/JS(1)>>"),
        "script",
    ),
    "a script in a compressed object": (
        make.pdf_with_hidden_catalog(b"/OpenAction" + SCRIPT),
        "script",
    ),
    "a script behind a bracket in a string": (
        make.written_pdf(catalog=b"/Lang(\\() /X((endobj)stream) /OpenAction" + SCRIPT),
        "script",
    ),
    "a script of the document": (
        make.written_pdf(catalog=b"/Names<</JavaScript<</Names[(a) " + SCRIPT + b"]>>>>"),
        "script",
    ),
    "a script on a link": (make.written_pdf(page=LINK % SCRIPT), "script"),
    "a script when the page is shown": (
        make.written_pdf(page=b"/AA<</O" + SCRIPT + b">>"),
        "script",
    ),
    "a program to start": (make.written_pdf(page=LINK % LAUNCH), "script"),
    "a film with a player": (
        make.written_pdf(page=b"/Annots[<</Type/Annot/Subtype/RichMedia/Rect[0 0 9 9]>>]"),
        "script",
    ),
    "a form with a program of its own": (
        make.written_pdf(
            catalog=b"/AcroForm<</Fields[]/XFA 5 0 R>>",
            more=(b"<</Length 6>>\nstream\n<xdp/>\nendstream",),
        ),
        "script",
    ),
    "a form sent on opening": (make.written_pdf(catalog=b"/OpenAction" + SUBMIT), "script"),
    "a file of another machine on opening": (
        make.written_pdf(catalog=b"/OpenAction 5 0 R", more=(SHARE,)),
        "script",
    ),
    "a site opened with the page, second in line": (
        make.written_pdf(page=b"/AA<</O<</S/GoTo/D[3 0 R/Fit]/Next[5 0 R]>>>>", more=(SITE,)),
        "script",
    ),
    "an attached file": (
        make.written_pdf(catalog=b"/Names<</EmbeddedFiles<</Names[(a) 5 0 R]>>>>", more=CARRIED),
        "carries",
    ),
    "a file pinned to a page": (
        make.written_pdf(
            page=b"/Annots[<</Type/Annot/Subtype/FileAttachment/Rect[0 0 9 9]/FS 5 0 R>>]",
            more=CARRIED,
        ),
        "carries",
    ),
    "a PDF that is also an archive": (make.pdf() + make.archive(), "carries"),
    "a picture that is also an archive": (make.picture("PNG") + make.archive(), "carries"),
    "a picture that is also a PDF": (
        make.picture("JPEG", comment=b"%PDF-1.7") + make.pdf(),
        "carries",
    ),
    "a small file that unpacks to a huge picture": (make.huge_picture(), "pixels"),
    "a moving PNG": (make.moving_picture("PNG"), "moving"),
    "a moving WebP": (make.moving_picture("WEBP"), "moving"),
}


@pytest.mark.parametrize(("data", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_in_order_is_refused_with_its_reason(
    tmp_path: Path, data: bytes, code: str
) -> None:
    with pytest.raises(FileRefused) as refusal:
        look_at(tmp_path, data)

    assert refusal.value.code == code
    assert str(refusal.value).endswith(".")


def test_the_word_itself_is_no_script(tmp_path: Path) -> None:
    data = make.written_pdf(
        catalog=b"/Lang(/JavaScript)", content=b"BT (How /JavaScript and /Launch work) Tj ET"
    )

    assert look_at(tmp_path, data).pages == 1


def test_a_link_to_a_web_page_is_no_script(tmp_path: Path) -> None:
    data = make.written_pdf(page=LINK % b"<</S/URI/URI(https://example.org/)>>")

    assert look_at(tmp_path, data).pages == 1


def test_a_reader_that_takes_too_long_ends_and_the_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content, "_SECONDS", 0.001)

    with pytest.raises(FileRefused) as refusal:
        look_at(tmp_path, make.pdf())

    assert refusal.value.code == "damaged"


def test_while_all_readers_are_at_work_a_file_is_refused_for_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content, "_PATIENCE", 0.01)
    with content._readers, content._readers, pytest.raises(FileRefused) as refusal:  # noqa: SLF001
        look_at(tmp_path, make.pdf())

    assert refusal.value.code == "busy"


@settings(max_examples=25)
@given(st.data())
def test_altered_bytes_never_break_the_desk(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    whole = data.draw(st.sampled_from([make.written_pdf(), make.pdf(2), make.picture("PNG")]))
    altered = bytearray(whole)
    for place in data.draw(st.lists(st.integers(8, len(whole) - 1), min_size=1, max_size=8)):
        altered[place] = data.draw(st.integers(0, 255))

    try:
        found = look_at(tmp_path_factory.mktemp("altered"), bytes(altered))
    except FileRefused:
        return
    assert found.media_type in {PDF, "image/png"}


def test_sixteen_bit_grey_and_palettes_are_pictures_too(tmp_path: Path) -> None:
    for mode in ("I;16", "P", "LA", "1", "CMYK"):
        kind = "JPEG" if mode == "CMYK" else "PNG"
        file = io.BytesIO()
        Image.new(mode, (8, 8)).save(file, kind)
        assert look_at(tmp_path, file.getvalue()).pages is None

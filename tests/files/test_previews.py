"""Pictures of pages: drawn anew, upright, of a bounded size, made once."""

import io
from contextlib import suppress
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy.orm import Session

from servicedesk.files import content, previews
from servicedesk.files.models import StoredFile
from servicedesk.files.operations import store
from servicedesk.files.previews import LONG_SIDE, NoPreview, page_png
from servicedesk.files.store import place
from tests.factories import MONDAY_MORNING
from tests.files import factories as make


def stored(session: Session, data: bytes) -> StoredFile:
    return store(session, io.BytesIO(data), now=MONDAY_MORNING)


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png), formats=["PNG"])


def test_a_page_of_a_pdf_is_drawn(session: Session) -> None:
    picture = opened(page_png(stored(session, make.pdf(2)), 2))

    assert picture.height == LONG_SIDE
    assert abs(picture.width / picture.height - 595 / 842) < 0.01


@pytest.mark.parametrize(("width", "height"), [(14_400, 14_400), (3, 14_400), (1, 1)])
def test_pages_of_any_size_become_pictures_of_a_bearable_one(
    session: Session, width: int, height: int
) -> None:
    picture = opened(page_png(stored(session, make.pdf(width=width, height=height))))

    assert max(picture.size) <= LONG_SIDE + 1


def test_a_photograph_is_turned_upright(session: Session) -> None:
    picture = opened(page_png(stored(session, make.turned_picture())))

    assert picture.size == (300, 400)
    red, green, blue = picture.getpixel((150, 20))  # type: ignore[misc]
    assert red - max(green, blue) > 100  # its left half has become the upper one


def test_a_large_picture_is_made_smaller_and_a_small_one_is_left(session: Session) -> None:
    large = opened(page_png(stored(session, make.picture("JPEG", size=(4000, 1000)))))
    small = opened(page_png(stored(session, make.picture("WEBP"))))

    assert (large.size, small.size) == ((LONG_SIDE, LONG_SIDE // 4), (40, 30))


def test_nothing_of_the_original_is_in_the_picture_but_what_one_sees(session: Session) -> None:
    exif = Image.Exif()
    exif[0x010F] = "<script>alert(1)</script>"
    data = make.picture("JPEG", exif=exif, comment=b"<script>")

    png = page_png(stored(session, data))

    assert b"script" not in png
    assert opened(png).info == {}


def test_what_is_clear_is_drawn_on_white(session: Session) -> None:
    file = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(file, "PNG")

    assert opened(page_png(stored(session, file.getvalue()))).getpixel((0, 0)) == (255, 255, 255)


def test_a_picture_is_drawn_once(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = stored(session, make.pdf())
    first = page_png(file)
    monkeypatch.setattr(content, "read", None)  # a second drawing would fail

    assert page_png(file) == first
    kept = [path for path in Path(app.config["DATA_DIR"], "previews").rglob("*") if path.is_file()]
    assert [path.name for path in kept] == ["1.png"]


def test_without_room_for_it_the_picture_is_shown_all_the_same(
    app: Flask, session: Session
) -> None:
    file = stored(session, make.pdf())
    Path(app.config["DATA_DIR"], "previews").write_text("in the way", encoding="utf-8")

    assert opened(page_png(file)).height == LONG_SIDE


@pytest.mark.parametrize("page", [0, -1, 3])
def test_there_are_only_the_pages_there_are(session: Session, page: int) -> None:
    with pytest.raises(NoPreview):
        page_png(stored(session, make.pdf(2)), page)


def test_a_file_that_is_gone_has_no_preview(session: Session) -> None:
    file = stored(session, make.pdf())
    place.shelf().remove(file.sha256)

    with pytest.raises(NoPreview):
        page_png(file)


def test_a_page_that_cannot_be_drawn_can_still_be_downloaded_and_says_so(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = stored(session, make.pdf())
    monkeypatch.setattr(content, "_SECONDS", 0.001)

    with pytest.raises(NoPreview, match="Download"):
        page_png(file)


def test_a_page_that_could_not_be_drawn_is_not_tried_again(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = stored(session, make.pdf())
    with monkeypatch.context() as patched, suppress(NoPreview):
        patched.setattr(content, "_SECONDS", 0.001)
        page_png(file)
    monkeypatch.setattr(content, "read", None)  # a second try would fail otherwise

    with pytest.raises(NoPreview):
        page_png(file)


def test_pictures_of_a_swept_file_go_with_it(app: Flask, session: Session) -> None:
    file = stored(session, make.pdf())
    page_png(file)

    previews.forget(file.sha256)

    kept = Path(app.config["DATA_DIR"], "previews").rglob("*.png")
    assert list(kept) == []

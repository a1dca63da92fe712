"""Opens files that strangers gave.  A program of its own, run apart from the desk.

    python reader.py examine MEDIA_TYPE PATH MOST_PAGES MOST_PIXELS   ->  JSON
    python reader.py picture MEDIA_TYPE PATH PAGE LONG_SIDE           ->  PNG

What reads PDFs and pictures is large and written in C, and is not safe to call from
several threads.  Here it has a process to itself, with little time and memory; when a
hostile file breaks it, only this process breaks.  It writes no file, and imports nothing
of the desk, so that it starts quickly.
"""

import io
import json
import os
import re
import resource
import sys
import warnings
from collections.abc import Iterator
from typing import Final

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image, ImageOps

SECONDS: Final = 10  # of computing; ordinary files take less than one
MEMORY: Final = 2 * 1024**3  # bytes of address space
_FORMATS: Final = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_RESTS: Final = 1024  # bytes; a whole PDF says so in its last ones
_ENDS_WITH: Final = b"%%EOF"
_PASSWORD: Final = 4  # PDFium's error codes
_SCRIPTS: Final = frozenset({b"JavaScript", b"Launch", b"Rendition", b"RichMedia", b"ImportData"})
# What acts when somebody opens the document, a page or a field; and what may then not happen.
_OPENERS: Final = frozenset({b"OpenAction", b"AA"})
_LEADS_OUT: Final = frozenset({b"SubmitForm", b"GoToR", b"GoToE", b"URI", b"Thread", b"Movie"})
_CARRIED: Final = frozenset({b"EmbeddedFile", b"EmbeddedFiles", b"FileAttachment"})
_TOKEN: Final = re.compile(
    rb"\(|<[0-9A-Fa-f\s]*>|%[^\r\n]*|/([^\x00\t\n\f\r ()<>\[\]{}/%]*)|\b(stream|endobj)\b"
)
_OBJECT: Final = re.compile(rb"\s*(\d+) \d+ obj\b")
_PART: Final = re.compile(
    rb"(\d+)\s+\d+\s+R\b|<<|>>|[\[\](]|<[0-9A-Fa-f\s]*>|%[^\r\n]*"
    rb"|/[^\x00\t\n\f\r ()<>\[\]{}/%]*|[^\x00\t\n\f\r ()<>\[\]{}/%]+"
)
_PAREN: Final = re.compile(rb"\\.|[()]", re.DOTALL)
_XREF: Final = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*$")
_ENTRY: Final = re.compile(rb"(\d{10}) \d{5} n")


class Refused(Exception):
    """The file is not in order; the text is a code of ``refusals``."""


def examine_pdf(path: str, most_pages: int) -> int:
    """Return how many pages the PDF has, after finding it whole, open and without tricks.

    Raises:
        Refused: it is not.
    """
    with open(path, "rb") as file:  # noqa: PTH123 - pathlib would be one more import
        file.seek(-min(_RESTS, file.seek(0, io.SEEK_END)), io.SEEK_END)
        if _ENDS_WITH not in file.read():
            raise Refused("damaged")
    document = _open_pdf(path)
    pages = len(document)
    if pages == 0:
        raise Refused("damaged")
    if pages > most_pages:
        raise Refused("pages")
    if pdfium_c.FPDFDoc_GetAttachmentCount(document.raw) > 0:
        raise Refused("carries")
    if pdfium_c.FPDF_GetFormType(document.raw) in {
        pdfium_c.FORMTYPE_XFA_FULL,
        pdfium_c.FORMTYPE_XFA_FOREGROUND,
    }:
        raise Refused("script")
    _look_for_actions(document)
    for number in range(pages):
        document.get_page_size(number)
    document[0].get_textpage()
    return pages


def _open_pdf(path: str) -> pdfium.PdfDocument:
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        raise Refused("locked" if error.err_code == _PASSWORD else "damaged") from None
    if pdfium_c.FPDF_GetSecurityHandlerRevision(document.raw) != -1:
        raise Refused("locked")
    return document


def _look_for_actions(document: pdfium.PdfDocument) -> None:
    """Refuse what runs or carries something.

    PDFium writes the document anew, every object plain and at a known place, every name
    spelt one way; hiding places of the original (object streams, ``/J#61vaScript``) end there.
    """
    copy = io.BytesIO()
    document.save(copy)
    pdf = copy.getvalue()
    places = _places(pdf)
    for position in places.values():
        names = set(_names_of_object(pdf, position))
        if names & _SCRIPTS:
            raise Refused("script")
        if names & _CARRIED:
            raise Refused("carries")
        if names & _OPENERS and _opens_something(pdf, places, position):
            raise Refused("script")


def _places(pdf: bytes) -> dict[bytes, int]:
    """Return where each object of a PDF that PDFium wrote begins, by how it is named."""
    found = _XREF.search(pdf)
    if found is None:
        raise Refused("damaged")
    places = {}
    for entry in _ENTRY.finditer(pdf, int(found[1])):
        begins = _OBJECT.match(pdf, int(entry[1]))
        if begins is None:
            raise Refused("damaged")
        places[begins[1] + b" R"] = begins.end()
    return places


def _opens_something(pdf: bytes, places: dict[bytes, int], position: int) -> bool:
    """Whether what an object does by itself (OpenAction, AA) leads out of the document.

    A link in the text, which only acts when somebody follows it, is not looked at.
    """
    tokens = _tokens(pdf, position)
    begun = [_value(tokens) for token in tokens if token.removeprefix(b"/") in _OPENERS]
    waiting = [value for value in begun if not _is_destination(pdf, places, value)]
    known: set[bytes] = set()
    while waiting:
        for token in _without_destinations(waiting.pop()):
            if token.removeprefix(b"/") in _LEADS_OUT:
                return True
            if token in places and token not in known:
                known.add(token)
                waiting.append(_value(_tokens(pdf, places[token])))
    return False


def _is_destination(pdf: bytes, places: dict[bytes, int], value: list[bytes]) -> bool:
    """Whether a document opens at a place in itself: ``[3 0 R /Fit]``, here or elsewhere."""
    if value and value[0] in places:
        value = _value(_tokens(pdf, places[value[0]]))
    return value[:1] == [b"["]


def _without_destinations(value: list[bytes]) -> Iterator[bytes]:
    """Yield the tokens of an action but those that say where it goes (D): pages, whole."""
    tokens = iter(value)
    for token in tokens:
        if token == b"/D":
            _value(tokens)
        else:
            yield token


def _value(tokens: Iterator[bytes]) -> list[bytes]:
    """Return the next value: one token, or all between an opening one and its end."""
    value, depth = [], 0
    for token in tokens:
        value.append(token)
        depth += {b"<<": 1, b"[": 1, b">>": -1, b"]": -1}.get(token, 0)
        if depth == 0:
            break
    return value


def _tokens(pdf: bytes, position: int) -> Iterator[bytes]:
    """Yield names (``/S``), references (``7 R``), brackets and words of one object."""
    while token := _PART.search(pdf, position):
        position = token.end()
        if token[0] in {b"stream", b"endobj"}:
            return
        if token[0] == b"(":
            position = _end_of_string(pdf, position)
            yield b"()"
        elif token[1] is not None:
            yield token[1] + b" R"
        elif token[0][:1] != b"%":
            yield token[0]


def _names_of_object(pdf: bytes, position: int) -> Iterator[bytes]:
    while token := _TOKEN.search(pdf, position):
        position = token.end()
        if token[2]:
            return
        if token[1] is not None:
            yield token[1]
        elif token[0] == b"(":
            position = _end_of_string(pdf, position)


def _end_of_string(pdf: bytes, position: int) -> int:
    depth = 1
    while depth:
        paren = _PAREN.search(pdf, position)
        if paren is None:
            raise Refused("damaged")
        position = paren.end()
        depth += {b"(": 1, b")": -1}.get(paren[0], 0)
    return position


def examine_picture(path: str, media_type: str, most_pixels: int) -> None:
    """See that the picture is whole, still and of a bearable size.

    Raises:
        Refused: it is not.
    """
    wanted = _FORMATS[media_type]
    with Image.open(path, formats=[wanted]) as picture:
        if picture.width * picture.height > most_pixels:
            raise Refused("pixels")
        # A telephone's JPEG may carry a second view of the scene (MPO); nothing moves there.
        if wanted != "JPEG" and getattr(picture, "n_frames", 1) > 1:
            raise Refused("moving")
        picture.verify()
    with Image.open(path, formats=[wanted]) as picture:
        picture.load()


def page_of_pdf(path: str, page: int, long_side: int) -> Image.Image:
    """Return one page, drawn with what was filled in, ``long_side`` pixels long."""
    document = _open_pdf(path)
    document.init_forms()
    drawn = document[page - 1]
    scale = long_side / max(*drawn.get_size(), 1)
    picture: Image.Image = drawn.render(scale=scale, may_draw_forms=True).to_pil()
    return picture


def upright_picture(path: str, media_type: str, long_side: int) -> Image.Image:
    """Return the picture the right way up, at most ``long_side`` pixels long."""
    with Image.open(path, formats=[_FORMATS[media_type]]) as picture:
        picture.draft("RGB", (long_side, long_side))
        upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((long_side, long_side))
    return upright


def as_png(picture: Image.Image) -> bytes:
    """Return the picture as PNG, with nothing but its pixels, on white where it is clear."""
    colours = picture.convert("RGBA")
    plain = Image.new("RGB", colours.size, "white")
    plain.paste(colours, mask=colours)
    file = io.BytesIO()
    plain.save(file, "PNG")
    return file.getvalue()


def examine(media_type: str, path: str, most_pages: int, most_pixels: int) -> dict[str, object]:
    """Return ``{"pages": n}`` (None for pictures), or ``{"refused": code}``."""
    try:
        if media_type in _FORMATS:
            examine_picture(path, media_type, most_pixels)
            return {"pages": None}
        return {"pages": examine_pdf(path, most_pages)}
    except Refused as error:
        return {"refused": str(error)}
    except Image.DecompressionBombError:
        return {"refused": "pixels"}
    except (OSError, SyntaxError, ValueError, ArithmeticError, pdfium.PdfiumError):
        return {"refused": "damaged"}


def _keep_within_limits() -> None:
    os.nice(5)  # people who wait for a page go first
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    Image.MAX_IMAGE_PIXELS = None  # we ask for the size ourselves, before anything is unpacked
    warnings.simplefilter("ignore")


def main(arguments: list[str]) -> None:
    """Do what the arguments say; see the top of this file."""
    _keep_within_limits()
    task, media_type, path, first, second = arguments
    if task == "examine":
        found = examine(media_type, path, int(first), int(second))
        sys.stdout.buffer.write(json.dumps(found).encode())
    elif media_type in _FORMATS:
        sys.stdout.buffer.write(as_png(upright_picture(path, media_type, int(second))))
    else:
        sys.stdout.buffer.write(as_png(page_of_pdf(path, int(first), int(second))))
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])

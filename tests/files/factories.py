"""Ready-made contents: whole ones, and such as people should not be able to give us."""

import hashlib
import io
import struct
import zipfile
from functools import cache

import pypdfium2 as pdfium
from PIL import Image

_PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


@cache  # PDFium gives each PDF it writes another ID
def pdf(pages: int = 1, *, width: int = 595, height: int = 842) -> bytes:
    """Return a plain PDF of empty pages."""
    document = pdfium.PdfDocument.new()
    for _ in range(pages):
        document.new_page(width, height)
    file = io.BytesIO()
    document.save(file)
    document.close()
    return file.getvalue()


def written_pdf(
    *,
    catalog: bytes = b"",
    page: bytes = b"",
    more: tuple[bytes, ...] = (),
    content: bytes = b"",
    trailer: bytes = b"",
) -> bytes:
    """Return a PDF of one page with entries of one's own in its objects; ``more`` begin at 5."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R " + catalog + b">>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R " + page + b">>",
        b"<</Length %d>>\nstream\n" % len(content) + content + b"\nendstream",
        *more,
    ]
    file = b"%PDF-1.7\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    table += b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(file)
    return (
        file
        + table
        + b"trailer\n<</Root 1 0 R/Size %d " % (len(objects) + 1)
        + trailer
        + b">>\nstartxref\n%d\n%%%%EOF\n" % start
    )


def pdf_with_hidden_catalog(catalog: bytes) -> bytes:
    """Return a PDF whose catalog lies in a compressed object stream."""
    inside = [
        b"<</Type/Catalog/Pages 2 0 R " + catalog + b">>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>",
    ]
    index, bodies = b"", b""
    for number, body in enumerate(inside, 1):
        index += b"%d %d " % (number, len(bodies))
        bodies += body + b" "
    data = (index + bodies).hex().encode() + b">"
    file = b"%PDF-1.7\n"
    at_stream = len(file)
    file += b"4 0 obj\n<</Type/ObjStm/N 3/First %d/Filter/ASCIIHexDecode/Length %d>>\nstream\n" % (
        len(index),
        len(data),
    )
    file += data + b"\nendstream\nendobj\n"
    start = len(file)
    entries = [(0, 0, 255), (2, 4, 0), (2, 4, 1), (2, 4, 2), (1, at_stream, 0), (1, start, 0)]
    table = b"".join(struct.pack("!BHB", *entry) for entry in entries)
    file += b"5 0 obj\n<</Type/XRef/Size 6/W[1 2 1]/Root 1 0 R/Length %d>>\nstream\n" % len(table)
    return file + table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start


def locked_pdf(password: bytes = b"") -> bytes:
    """Return an encrypted PDF; without a password anybody can open it, but not change it."""
    identity, owner, allowed = b"0123456789abcdef", b"o" * 32, -4
    padded = (password + _PAD)[:32]
    digest = hashlib.md5(padded + owner + struct.pack("<i", allowed) + identity)  # noqa: S324
    user = _rc4(digest.digest()[:5], _PAD)
    encrypt = b"<</Filter/Standard/V 1/R 2/O<%s>/U<%s>/P %d>>" % (
        owner.hex().encode(),
        user.hex().encode(),
        allowed,
    )
    ids = identity.hex().encode()
    return written_pdf(more=(encrypt,), trailer=b"/Encrypt 5 0 R/ID[<%s><%s>]" % (ids, ids))


def _rc4(key: bytes, data: bytes) -> bytes:
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    i = j = 0
    out = bytearray()
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def picture(kind: str = "PNG", *, size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    """Return a picture, red on its left half and blue on its right."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def turned_picture() -> bytes:
    """Return a JPEG that a telephone held upright would take: it lies, and says so."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter to the right to see it upright
    return picture("JPEG", size=(400, 300), exif=exif, quality=95)


def moving_picture(kind: str) -> bytes:
    """Return a picture of two frames."""
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    file = io.BytesIO()
    frames[0].save(file, kind, save_all=True, append_images=frames[1:])
    return file.getvalue()


def huge_picture() -> bytes:
    """Return a PNG of a few kilobytes that unpacks to 900 million pixels."""
    file = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(file, "PNG")
    return file.getvalue()


def archive() -> bytes:
    """Return a ZIP archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as members:
        members.writestr("word/document.xml", "<w:document/>")
    return file.getvalue()

"""A signed PDF: genuine as it is, and nothing else is; no network, no database."""

import base64
import json
import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

import pypdfium2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.enterprises import certificate_seals, printing, sealed_pdf, signatures
from servicedesk.enterprises.certificate_seals import Statement, Verdict
from servicedesk.enterprises.signatures import KeyState, NotSigned, PublicKey
from tests.enterprises.test_printing import CODE, make_sheet

ISSUED = datetime(2026, 5, 6, 7, 0, tzinfo=UTC)
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Pair:
    """A key with its private half."""

    private: bytes
    key: PublicKey


def make_pair(seed: int = 1) -> Pair:
    private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    public = private.public_key().public_bytes_raw()
    return Pair(private.private_bytes_raw(), PublicKey(public, BEGINNING, None, KeyState.ACTIVE))


OURS, OTHERS = make_pair(1), make_pair(2)


@cache
def printed(template: str = "licence") -> bytes:
    return printing.pdf(make_sheet(template))


def statement(template: str = "licence", code: str = CODE) -> Statement:
    return Statement(code, template, make_sheet(template).facts, ISSUED, date(2026, 12, 31))


def signed(
    pdf: bytes | None = None, *, by: Pair = OURS, template: str = "licence", code: str = CODE
) -> bytes:
    """Return a print with the signature that belongs to it."""
    pdf = printed(template) if pdf is None else pdf
    said = certificate_seals.printed_said(
        statement(template, code), pdf, url=f"http://localhost/verify/{code}", signed_at=ISSUED
    )
    return sealed_pdf.with_token(pdf, signatures.sign(said, by.private, kind="servicedesk-print"))


def verdict(data: bytes, keys: Sequence[PublicKey] = (OURS.key,)) -> Verdict:
    return certificate_seals.read(data, keys).verdict


@pytest.mark.parametrize("template", printing.templates())
def test_what_we_signed_is_genuine_and_says_what_was_certified(template: str) -> None:
    reading = certificate_seals.read(signed(template=template), [OTHERS.key, OURS.key])

    assert reading.verdict is Verdict.GENUINE
    assert reading.said is not None
    assert reading.said["facts"] == make_sheet(template).facts
    assert reading.code == CODE


def test_a_signed_file_is_the_same_document_and_still_ends_where_a_pdf_ends() -> None:
    data, plain = signed(), printed()
    with pypdfium2.PdfDocument(data) as one, pypdfium2.PdfDocument(plain) as other:
        texts = [pdf[0].get_textpage().get_text_range() for pdf in (one, other)]
    offset = int(re.findall(rb"startxref\n(\d+)\n", data)[-1])

    assert texts[0] == texts[1]
    assert data.endswith(b"%%EOF")  # PDF/A: nothing behind it
    assert data[offset:].startswith(b"xref\n")
    assert data[: plain.rindex(b"xref\n0 ")] == plain[: plain.rindex(b"xref\n0 ")]
    block = data[data.index(b"%servicedesk-signature") : offset]
    assert all(line.startswith(b"%") and len(line) < 256 for line in block.splitlines())


def test_signing_the_same_print_again_gives_the_same_bytes() -> None:
    assert signed() == signed()


def test_any_library_can_verify_it_as_a_jws() -> None:
    _, token = sealed_pdf.taken_apart(signed())
    header, payload, signature = token.split(".")

    def plain(part: str) -> bytes:
        return base64.urlsafe_b64decode(part + "==")

    Ed25519PublicKey.from_public_bytes(OURS.key.public).verify(
        plain(signature), f"{header}.{payload}".encode()
    )
    assert json.loads(plain(header)) == {
        "alg": "EdDSA",
        "kid": OURS.key.kid,
        "typ": "servicedesk-print",
    }


# forgeries


def with_other_text(data: bytes) -> bytes:
    """Change what is seen: a glyph in a content stream, which is compressed anew."""
    for found in re.finditer(rb"/Length (\d+)[^>]*>>\s*stream\n", data):
        size = int(found[1])
        body = data[found.end() : found.end() + size]
        try:
            content = zlib.decompress(body)
        except zlib.error:
            continue
        shown = re.search(rb"\((\\?[^\\()]{2,})\) ?Tj|\[\(", content)
        if b"BT" not in content or shown is None:
            continue
        forged = content[: shown.start() + 2] + b"!" + content[shown.start() + 3 :]
        again = zlib.compress(forged)
        length = found[0].replace(found[1], str(len(again)).encode())
        return data[: found.start()] + length + again + data[found.end() + size :]
    raise AssertionError("no content stream to forge")


def with_other_title(data: bytes) -> bytes:
    assert b"/Title" in data
    return data.replace(b"<rdf:li", b"<rdf:lj", 1)


def without_signature(data: bytes) -> bytes:
    pdf, _ = sealed_pdf.taken_apart(data)
    return pdf


def roughly_cut(data: bytes) -> bytes:
    begin, end = data.index(b"%servicedesk-sig"), data.index(b"%end of")
    return data[:begin] + data[end + len(b"%end of servicedesk-signature\n") :]


def with_anothers_signature(data: bytes) -> bytes:
    """Paste the signature of a good certificate into another print."""
    _, token = sealed_pdf.taken_apart(data)
    return sealed_pdf.with_token(printed("name_notice"), token)


def with_more_behind(data: bytes) -> bytes:
    """Append an incremental update, as editors of PDFs do."""
    return data + b"\n1 0 obj\n<<>>\nendobj\nxref\n0 0\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n"


def with_signature_moved(data: bytes) -> bytes:
    """Move the comment: what is outside of it stays the same."""
    begin, end = data.index(b"%servicedesk-sig"), int(re.findall(rb"startxref\n(\d+)", data)[-1])
    block, rest = data[begin:end], data[:begin] + data[end:]
    return rest[:20] + block + rest[20:]


def with_a_list_for_a_signature(data: bytes) -> bytes:
    pdf, _ = sealed_pdf.taken_apart(data)
    said = certificate_seals.printed_said(statement(), pdf, url="", signed_at=ISSUED)
    return sealed_pdf.with_token(pdf, signatures.sign(said, OURS.private, kind="servicedesk-list"))


def with_our_key_named(_data: bytes) -> bytes:
    """Print something else, hash it rightly, name our key, and sign with one's own."""
    pdf = printed("name_notice")
    said = certificate_seals.printed_said(statement(), pdf, url="", signed_at=ISSUED)
    own = signatures.sign(said, OTHERS.private, kind="servicedesk-print")
    header = signatures.sign(said, OURS.private, kind="servicedesk-print").partition(".")[0]
    return sealed_pdf.with_token(pdf, f"{header}.{own.partition('.')[2]}")


@pytest.mark.parametrize(
    ("forge", "expected"),
    [
        (with_other_text, Verdict.ALTERED),
        (with_other_title, Verdict.ALTERED),
        (with_anothers_signature, Verdict.ALTERED),
        (with_our_key_named, Verdict.ALTERED),
        (with_more_behind, Verdict.ALTERED),
        (with_signature_moved, Verdict.ALTERED),
        (with_a_list_for_a_signature, Verdict.ALTERED),
        (lambda data: data + b"\n\n", Verdict.ALTERED),
        (lambda data: data + data, Verdict.ALTERED),
        (without_signature, Verdict.UNSIGNED),
        (roughly_cut, Verdict.UNSIGNED),
        (lambda _data: b"%PDF-1.7 nothing", Verdict.UNSIGNED),
        (lambda _data: b"", Verdict.UNSIGNED),
    ],
)
def test_forgeries_are_told(forge: Callable[[bytes], bytes], expected: Verdict) -> None:
    forged = forge(signed())

    assert verdict(forged) is expected


def test_the_forged_text_would_have_been_seen() -> None:
    """The forger above really changes what a reader sees, in a file that opens."""
    pictures = []
    for data in (printed(), with_other_text(printed())):
        with pypdfium2.PdfDocument(data) as pdf:
            pictures.append(pdf[0].render(scale=1).to_pil().tobytes())

    assert len(pictures[0]) == len(pictures[1])
    assert pictures[0] != pictures[1]


def test_an_altered_file_says_which_certificate_its_signature_was_made_for() -> None:
    reading = certificate_seals.read(with_anothers_signature(signed()), [OURS.key])

    assert reading.code == CODE
    assert certificate_seals.read(signed(by=OTHERS), [OURS.key]).code is None


@given(st.data())
def test_any_single_changed_byte_is_found(data: st.DataObject) -> None:
    genuine = signed()
    at = data.draw(st.integers(0, len(genuine) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != genuine[at]))

    assert verdict(genuine[:at] + bytes([byte]) + genuine[at + 1 :]) is not Verdict.GENUINE


def test_every_changed_byte_around_the_signature_is_found() -> None:
    genuine = signed()
    begin = genuine.index(b"%servicedesk-sig") - 2
    for at in (*range(begin, begin + 400), *range(len(genuine) - 60, len(genuine))):
        for flip in (1, 32, 128):
            changed = bytearray(genuine)
            changed[at] ^= flip
            assert verdict(bytes(changed)) is not Verdict.GENUINE, at


@given(st.data())
def test_what_is_cut_out_or_put_in_is_found(data: st.DataObject) -> None:
    genuine = signed()
    at = data.draw(st.integers(0, len(genuine)))
    size = data.draw(st.integers(0, 40))
    put = data.draw(st.binary(max_size=8))
    changed = genuine[:at] + put + genuine[at + size :]

    assert (changed == genuine) == (verdict(changed) is Verdict.GENUINE)


@given(st.binary(max_size=400))
def test_no_file_breaks_the_reader(data: bytes) -> None:
    block = b"%servicedesk-signature\n%" + data + b"\n%end of servicedesk-signature\n"
    tail = b"\nstartxref\n%d\n%%%%EOF" % len(block)

    for file in (data, block + b"xref\n" + tail, b"%PDF-1.7\n" + block + data + tail):
        assert verdict(file) is not Verdict.GENUINE


# keys


def test_another_key_is_not_ours() -> None:
    assert verdict(signed(by=OTHERS)) is Verdict.OTHER_KEY


@pytest.mark.parametrize(
    ("since", "until", "state", "expected"),
    [
        (BEGINNING, ISSUED, KeyState.RETIRED, Verdict.GENUINE),
        (ISSUED, ISSUED + DAY, KeyState.RETIRED, Verdict.GENUINE),
        (BEGINNING, ISSUED - DAY, KeyState.RETIRED, Verdict.OUT_OF_TIME),
        (ISSUED + DAY, None, KeyState.ACTIVE, Verdict.OUT_OF_TIME),
        (BEGINNING, ISSUED + DAY, KeyState.COMPROMISED, Verdict.WITHDRAWN_KEY),
    ],
)
def test_a_key_vouches_for_its_own_time_only(
    since: datetime, until: datetime | None, state: KeyState, expected: Verdict
) -> None:
    key = replace(OURS.key, since=since, until=until, state=state)

    assert verdict(signed(), [key]) is expected


def test_keys_are_published_and_read_again() -> None:
    retired = replace(OTHERS.key, until=ISSUED, state=KeyState.RETIRED)
    published = json.loads(json.dumps(signatures.key_set([OURS.key, retired])))

    assert signatures.read_key_set(published) == [OURS.key, retired]
    assert published["keys"][0]["crv"] == "Ed25519"


@pytest.mark.parametrize(
    "published",
    [None, [], {}, {"keys": 1}, {"keys": [{}]}, {"keys": [{"kty": "OKP", "x": "AA"}]}],
)
def test_what_is_no_key_set_is_refused(published: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        signatures.read_key_set(published)


def test_a_key_cannot_take_anothers_name() -> None:
    published = signatures.key_set([OTHERS.key])
    published["keys"][0]["kid"] = OURS.key.kid

    with pytest.raises(ValueError, match="not what its name says"):
        signatures.read_key_set(published)


# tokens


def test_a_token_has_one_spelling_and_one_header() -> None:
    token = signatures.sign({"a": 1}, OURS.private, kind="k")
    header, payload, signature = token.split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    deep = base64.urlsafe_b64encode(b"[" * 30_000).decode()
    spelt = [
        f"{none}.{payload}.",
        f"{none}.{payload}.{signature}",
        f"{deep}.{payload}.{signature}",
        f"{header}.{payload}.{signature}=",
        f" {token}",
        f"{header}.{payload}",
        f"{header}.{payload}.{signature[:-1]}{chr(ord(signature[-1]) + 1)}",
    ]

    assert signatures.opened(token, [OURS.key], kind="k").said == {"a": 1}
    for one in spelt:
        with pytest.raises(NotSigned):
            signatures.opened(one, [OURS.key], kind="k")
    with pytest.raises(NotSigned):
        signatures.opened(token, [OURS.key], kind="another")


# the list


def test_the_list_tells_states_without_telling_codes() -> None:
    old, fine = CODE[::-1], CODE
    said = certificate_seals.list_said([(old, "replaced")], as_of=ISSUED)
    token = signatures.sign(said, OURS.private, kind=certificate_seals.LIST)
    found = certificate_seals.read_list(token, [OURS.key])

    assert found.state_of(old) == "replaced"
    assert found.state_of(fine) is None
    assert found.as_of == ISSUED
    assert old not in json.dumps(said)


def test_a_list_that_we_did_not_sign_is_refused() -> None:
    said = certificate_seals.list_said([], as_of=ISSUED)
    compromised = replace(OURS.key, until=ISSUED, state=KeyState.COMPROMISED)

    for key, by in ((OURS.key, OTHERS), (compromised, OURS)):
        token = signatures.sign(said, by.private, kind=certificate_seals.LIST)
        with pytest.raises(NotSigned):
            certificate_seals.read_list(token, [key])

"""Names of files: safe on every system, and ending as the content says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.files.formats import FORMATS
from servicedesk.files.names import LONGEST, safe_name

TYPES = st.sampled_from(sorted(FORMATS))


@given(given_name=st.text(), media_type=TYPES)
def test_any_name_becomes_a_safe_one(given_name: str, media_type: str) -> None:
    name = safe_name(given_name, media_type)

    assert name.endswith(FORMATS[media_type].endings[0])
    assert len(name) <= LONGEST
    assert not set(name) & set('/\\<>:"|?*\0\n\r\t\u202e\u200b')
    assert not name.startswith(".")
    assert safe_name(name, media_type) == name


@pytest.mark.parametrize(
    ("given_name", "expected"),
    [
        ("营业执照.pdf", "营业执照.pdf"),
        ("C:\\Users\\me\\lease.PDF", "lease.pdf"),
        ("../../../etc/cron.d/x", "x.pdf"),
        ("page.html", "page.html.pdf"),
        ("passport.pdf.exe", "passport.pdf.exe.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie_ x=1.pdf"),
        ("\u202efdp.exe", "fdp.exe.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("CON.pdf", "document.pdf"),
        ("...", "document.pdf"),
        ("", "document.pdf"),
        (None, "document.pdf"),
        ("长" * 300 + ".pdf", "长" * (LONGEST - 4) + ".pdf"),
    ],
)
def test_names_people_give(given_name: str | None, expected: str) -> None:
    assert safe_name(given_name, "application/pdf") == expected


def test_a_jpeg_keeps_its_stem_under_either_ending() -> None:
    assert safe_name("photo.JPEG", "image/jpeg") == safe_name("photo.jpg", "image/jpeg")

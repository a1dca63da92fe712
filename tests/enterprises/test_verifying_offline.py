"""Verifying a certificate without the desk: with what it published, and nothing else."""

import json
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.cli import commands
from servicedesk.enterprises.models import Certificate
from servicedesk.enterprises.operations import certificates
from servicedesk.enterprises.queries import certificates as queries
from servicedesk.enterprises.queries import signing_keys as key_queries
from tests.conftest import Browser
from tests.enterprises.factories import make_enterprise
from tests.enterprises.test_seals import with_other_text, without_signature
from tests.enterprises.test_verifying import pdf_of, replace_licence


@pytest.fixture
def licence(session: Session) -> Certificate:
    return queries.certificates_of(session, make_enterprise(session).id)[0]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    place = tmp_path / "offline"
    place.mkdir()
    return place


def publish(browser: Browser, place: Path) -> None:
    """Fetch what is published, as whoever verifies offline does."""
    for name in ("servicedesk-keys.json", "servicedesk-revoked.json"):
        answer = browser.get(f"/.well-known/{name}")
        assert answer.status_code == 200
        assert answer.content_type == "application/json"
        (place / name).write_bytes(answer.data)


def verify(place: Path, *more: str, file: str = "licence.pdf") -> Result:
    """Run ``servicedesk verify`` as where there is no desk: no settings, no database."""
    return CliRunner(env={"SERVICEDESK_ENV": "nowhere"}).invoke(
        commands,
        ["verify", str(place / file), "--key", str(place / "servicedesk-keys.json"), *more],
    )


def test_a_genuine_file_is_told_offline(
    browser: Browser, licence: Certificate, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "licence.pdf").write_bytes(pdf_of(browser, licence))
    publish(browser, place)
    monkeypatch.setattr("socket.socket.connect", None)  # no network
    found = verify(place)

    assert found.exit_code == 0, found.output
    assert found.output.startswith("genuine")
    assert "cannot be known offline" in found.output
    assert f"Check online: http://localhost/verify/{licence.code}" in found.output
    assert licence.facts["issued_on"] in found.output


def test_forged_files_are_told_offline(
    session: Session, browser: Browser, licence: Certificate, place: Path
) -> None:
    genuine = pdf_of(browser, licence)
    publish(browser, place)
    for data, words in (
        (with_other_text(genuine), "altered"),
        (without_signature(genuine), "no signature"),
        (b"not a PDF", "no signature"),
    ):
        (place / "licence.pdf").write_bytes(data)
        found = verify(place)
        assert (found.exit_code, words in found.output) == (1, True), found.output
    session.execute(sa.text("UPDATE certificates SET sealed_with = NULL"))
    session.execute(sa.text("DELETE FROM signing_keys"))
    certificates.sign_some(session, now=clock.now())  # with another key
    session.commit()
    (place / "licence.pdf").write_bytes(genuine)
    publish(browser, place)
    assert "not among those given" in verify(place).output


def test_a_replayed_old_certificate_is_told_offline_by_the_list(
    session: Session, browser: Browser, licence: Certificate, place: Path
) -> None:
    (place / "licence.pdf").write_bytes(pdf_of(browser, licence))
    new = replace_licence(session, licence)
    (place / "new.pdf").write_bytes(pdf_of(browser, new))
    publish(browser, place)
    listed = ("--revoked", str(place / "servicedesk-revoked.json"))

    assert verify(place).exit_code == 0  # nothing here speaks against it
    old, fresh = verify(place, *listed), verify(place, *listed, file="new.pdf")
    assert (old.exit_code, fresh.exit_code) == (1, 0)
    assert "NOT IN FORCE: replaced" in old.output
    assert "It was in force on" in fresh.output


def test_what_cannot_be_read_is_told_apart(
    browser: Browser, licence: Certificate, place: Path
) -> None:
    publish(browser, place)
    assert verify(place).exit_code == 2  # there is no such file
    (place / "licence.pdf").write_bytes(pdf_of(browser, licence))
    (place / "list.json").write_text('{"signed": "a.b.c"}')
    assert verify(place, "--revoked", str(place / "list.json")).exit_code == 2
    (place / "servicedesk-keys.json").write_text("{}")
    assert verify(place).exit_code == 2


def test_the_published_list_names_no_code(
    session: Session, browser: Browser, licence: Certificate
) -> None:
    replace_licence(session, licence)
    text = browser.get("/.well-known/servicedesk-revoked.json").text

    assert licence.code not in text
    assert not re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-", json.loads(text)["signed"])


def test_a_desk_that_never_signed_publishes_no_key(browser: Browser) -> None:
    assert browser.get("/.well-known/servicedesk-keys.json").json == {"keys": []}
    assert browser.get("/.well-known/servicedesk-revoked.json").status_code == 404


def test_no_private_key_is_published(
    session: Session, browser: Browser, licence: Certificate
) -> None:
    (key,) = json.loads(browser.get("/.well-known/servicedesk-keys.json").text)["keys"]
    signer = key_queries.find_signer(session)

    assert set(key) == {"kty", "crv", "x", "kid", "use", "alg", "from", "until", "state"}
    assert key["kid"] == licence.sealed_with
    assert signer is not None
    assert signer.private.hex() not in repr(signer)

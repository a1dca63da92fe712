"""Verifying certificates by code and by file, and what becomes of them in their life."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.enterprises import certificate_facts, sealed_pdf, verifying_forms
from servicedesk.enterprises.certificate_facts import Issue
from servicedesk.enterprises.models import (
    LICENCE,
    Certificate,
    CertificateState,
    EndReason,
    Enterprise,
)
from servicedesk.enterprises.operations import certificates, signing_keys
from servicedesk.enterprises.queries import certificates as queries
from servicedesk.errors import RuleBroken
from servicedesk.words import Text
from tests.conftest import Browser
from tests.enterprises.factories import NOW, make_enterprise
from tests.enterprises.test_seals import with_other_text, without_signature
from tests.enterprises.together import at_once

REGISTRAR = Text("Example Registrar", "示例登记机关")
ISSUE = Issue(REGISTRAR, NOW.date(), "R26-00001")


@pytest.fixture
def enterprise(session: Session) -> Enterprise:
    return make_enterprise(session)


@pytest.fixture
def licence(session: Session, enterprise: Enterprise) -> Certificate:
    return session.scalars(
        sa.select(Certificate).where(Certificate.enterprise_id == enterprise.id)
    ).one()


def replace_licence(session: Session, old: Certificate) -> Certificate:
    assert old.enterprise_id is not None
    assert old.case_id is not None
    new = certificates.replace(
        session, LICENCE, old.facts, case_id=old.case_id, enterprise_id=old.enterprise_id, now=NOW
    )
    session.commit()
    return new


def pdf_of(browser: Browser, certificate: Certificate) -> bytes:
    answer = browser.get(f"/verify/{certificate.code}/certificate.pdf")
    assert answer.status_code == 200
    data: bytes = answer.data
    return data


def said_of(browser: Browser, data: bytes, status: int = 200) -> str:
    """Return what the desk says of an uploaded file."""
    answer = browser.post("/verify", data={"file": (io.BytesIO(data), "licence.pdf")})
    assert answer.status_code == status
    return answer.text


# in its life


def test_an_enterprise_has_one_licence_in_force(
    session: Session, enterprise: Enterprise, licence: Certificate
) -> None:
    new = replace_licence(session, licence)

    assert licence.state is CertificateState.REPLACED
    assert licence.replaced_by is new
    assert queries.current(session, enterprise.id, LICENCE) is new
    with pytest.raises(sa.exc.IntegrityError, match="uq_certificates_licence_in_force"):
        certificates.issue(
            session, LICENCE, new.facts, case_id=1, enterprise_id=enterprise.id, now=NOW
        )


def test_two_licences_replaced_at_once_leave_one(
    session: Session, engine_url: str, app: Flask, enterprise: Enterprise, licence: Certificate
) -> None:
    facts, number = dict(licence.facts), enterprise.id

    def work(other: Session) -> int:
        return certificates.replace(
            other, LICENCE, facts, case_id=1, enterprise_id=number, now=NOW
        ).id

    with app.app_context():
        issued = at_once(engine_url, [work] * 4)

    assert all(isinstance(one, int) for one in issued), issued
    session.expire_all()
    states = sorted(one.state.value for one in queries.certificates_of(session, number))
    assert states == ["replaced"] * 4 + ["valid"]
    chain = [licence]
    while chain[-1].replaced_by is not None:
        chain.append(chain[-1].replaced_by)
    assert len(chain) == 5


def test_two_licences_issued_at_once_leave_one(
    session: Session, engine_url: str, app: Flask, enterprise: Enterprise, licence: Certificate
) -> None:
    facts, number = dict(licence.facts), enterprise.id
    certificates.revoke(licence, reason="Mistake", now=NOW)
    session.commit()

    def work(other: Session) -> int:
        return certificates.issue(
            other, LICENCE, facts, case_id=1, enterprise_id=number, now=NOW
        ).id

    with app.app_context():
        issued = at_once(engine_url, [work] * 4)

    assert [type(one) for one in issued].count(int) == 1
    assert [type(one) for one in issued].count(sa.exc.IntegrityError) == 3


def test_a_licence_is_suspended_with_its_enterprise_and_valid_again(
    session: Session, browser: Browser, enterprise: Enterprise, licence: Certificate
) -> None:
    data = pdf_of(browser, licence)
    certificates.suspend(session, enterprise.id, NOW)
    certificates.suspend(session, enterprise.id, NOW + timedelta(days=1))  # safe to repeat
    session.commit()

    assert licence.suspended_at == NOW
    assert "Suspended." in browser.get(f"/verify/{licence.code}").text
    assert browser.get(f"/verify/{licence.code}/certificate.pdf").status_code == 409
    assert "Genuine, but suspended." in said_of(browser, data)

    certificates.resume(session, enterprise.id, NOW)
    certificates.resume(session, enterprise.id, NOW)
    session.commit()

    assert licence.state is CertificateState.VALID
    assert "Genuine and in force." in said_of(browser, data)


def test_what_replaces_a_suspended_licence_is_suspended(
    session: Session, enterprise: Enterprise, licence: Certificate
) -> None:
    certificates.suspend(session, enterprise.id, NOW)

    assert replace_licence(session, licence).state is CertificateState.SUSPENDED


def test_all_certificates_end_with_their_enterprise(
    session: Session, browser: Browser, enterprise: Enterprise, licence: Certificate
) -> None:
    facts = certificate_facts.address_proof("澄野", ("9-1", REGISTRAR), (NOW.date(), None), ISSUE)
    proof = certificates.issue(
        session, "address_proof", facts, case_id=1, enterprise_id=enterprise.id, now=NOW
    )
    ended = certificates.revoke_all(session, enterprise.id, EndReason.DEREGISTERED, NOW)
    again = certificates.revoke_all(session, enterprise.id, EndReason.NOT_IN_USE, NOW)
    session.commit()

    assert set(ended) == {licence, proof}
    assert again == []
    assert queries.current(session, enterprise.id, LICENCE) is None
    page = browser.get(f"/verify/{proof.code}").text
    assert "The enterprise was deregistered." in page
    with pytest.raises(RuleBroken):
        certificates.revoke(proof, reason="x", now=NOW)


def test_a_replaced_one_leads_to_the_newer(
    session: Session, browser: Browser, licence: Certificate
) -> None:
    new = replace_licence(session, licence)
    page = browser.get(f"/verify/{licence.code}").text

    assert f'href="/verify/{new.code}"' in page
    assert "Replaced." in page
    assert browser.get(f"/verify/{licence.code}/certificate.pdf").status_code == 409


def test_a_record_that_is_not_under_our_signature_is_worth_nothing(
    session: Session, browser: Browser, licence: Certificate
) -> None:
    licence.facts = licence.facts | {"holder": "另一家公司"}
    session.commit()

    page = browser.get(f"/verify/{licence.code}").text
    assert "We cannot vouch for it" in page
    assert "另一家公司" not in page
    assert browser.get(f"/verify/{licence.code}/certificate.pdf").status_code == 409


# by file


def test_a_file_is_told_to_be_genuine_and_in_force(browser: Browser, licence: Certificate) -> None:
    page = said_of(browser, pdf_of(browser, licence))

    assert "Genuine and in force." in page
    assert licence.code in page


def test_an_old_certificate_is_replayed_in_vain(
    session: Session, browser: Browser, licence: Certificate
) -> None:
    old = pdf_of(browser, licence)
    new = replace_licence(session, licence)
    page = said_of(browser, old)

    assert "Genuine, but replaced." in page
    assert f'href="/verify/{new.code}"' in page


def test_a_revoked_one_says_so_and_why(
    session: Session, browser: Browser, licence: Certificate
) -> None:
    data = pdf_of(browser, licence)
    certificates.revoke(licence, reason="Set up with false papers", now=NOW)
    session.commit()

    page = said_of(browser, data)
    assert "Genuine, but revoked." in page
    assert "Set up with false papers" in page


def test_an_altered_file_is_told(browser: Browser, licence: Certificate) -> None:
    genuine = pdf_of(browser, licence)

    assert "Altered." in said_of(browser, with_other_text(genuine))
    assert "No signature of ours" in said_of(browser, without_signature(genuine))


def test_an_altered_file_leads_to_the_genuine_certificate(
    session: Session, browser: Browser, licence: Certificate
) -> None:
    other = make_enterprise(session, trade_name="听松")
    his = queries.certificates_of(session, other.id)[0]
    _, token = sealed_pdf.taken_apart(pdf_of(browser, licence))
    printed, _ = sealed_pdf.taken_apart(pdf_of(browser, his))
    page = said_of(browser, sealed_pdf.with_token(printed, token))

    assert "Altered." in page
    assert f'href="/verify/{licence.code}"' in page
    assert his.code not in page


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"%PDF-" + b"x" * 1024])
def test_what_is_no_pdf_of_ours_is_asked_for_again(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    monkeypatch.setattr(verifying_forms, "LARGEST", 1024)

    assert "sd-error" in said_of(browser, data, status=422)


def test_no_file_at_all_is_asked_for_again(browser: Browser) -> None:
    assert browser.post("/verify", data={}).status_code == 422


def test_looking_at_files_keeps_nothing_and_is_bounded(
    app: Flask, browser: Browser, licence: Certificate
) -> None:
    data = pdf_of(browser, licence)
    places = sorted(Path(app.config["DATA_DIR"]).rglob("*"))
    answers = [
        browser.post("/verify", data={"file": (io.BytesIO(data), "x.pdf")}) for _ in range(61)
    ]

    assert [one.status_code for one in answers] == [200] * 60 + [429]
    assert sorted(Path(app.config["DATA_DIR"]).rglob("*")) == places


def test_a_file_from_before_a_key_was_withdrawn_proves_nothing(
    session: Session, browser: Browser, licence: Certificate
) -> None:
    before = pdf_of(browser, licence)
    assert licence.sealed_with is not None
    signing_keys.withdraw(session, licence.sealed_with, now=clock.now())
    session.commit()

    assert "we have withdrawn the key" in said_of(browser, before)
    assert "We cannot vouch for it" in browser.get(f"/verify/{licence.code}").text

    assert certificates.sign_some(session, now=clock.now()) == 1
    assert certificates.sign_some(session, now=clock.now()) == 0
    session.commit()
    assert "Genuine and in force." in said_of(browser, pdf_of(browser, licence))


def test_what_an_old_key_signed_still_holds(
    session: Session, browser: Browser, licence: Certificate
) -> None:
    before = pdf_of(browser, licence)
    signing_keys.rotate(session, now=clock.now())
    session.commit()

    assert "Genuine and in force." in said_of(browser, before)
    assert pdf_of(browser, licence) == before  # what is kept is good


def test_a_kept_print_that_somebody_altered_is_not_handed_out(
    app: Flask, browser: Browser, licence: Certificate
) -> None:
    genuine = pdf_of(browser, licence)
    (kept,) = (Path(app.config["DATA_DIR"]) / "certificates").iterdir()
    kept.write_bytes(with_other_text(genuine))

    assert pdf_of(browser, licence) == genuine

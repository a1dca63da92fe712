"""A stored certificate as the printer takes it, and printed with our signature in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from servicedesk.enterprises import certificate_seals, printing, sealed_pdf
from servicedesk.enterprises.certificate_seals import PRINT, Verdict
from servicedesk.enterprises.models import Certificate
from servicedesk.enterprises.printing import Sheet
from servicedesk.enterprises.queries import signing_keys
from servicedesk.enterprises.queries.certificates import statement_of
from servicedesk.enterprises.queries.signing_keys import Signer
from servicedesk.enterprises.signatures import PublicKey
from servicedesk.errors import RuleBroken
from servicedesk.park import park
from servicedesk.words import say


@dataclass(frozen=True)
class Press:
    """Where certificates are printed."""

    base_url: str  # where codes are verified, without a slash
    directory: Path  # where prints are kept
    font_dir: str | None


def sheet_of(certificate: Certificate, base_url: str) -> Sheet:
    """Return what is printed; ``base_url`` is where the code is verified, without a slash."""
    name = park().name
    return Sheet(
        template=certificate.template,
        code=certificate.code,
        url=f"{base_url}/verify/{certificate.code}",
        park={"en": name.en, "zh": name.zh},
        facts=certificate.facts,
        issued_at=certificate.issued_at,
    )


def signed_print(session: Session, certificate: Certificate, press: Press) -> bytes:
    """Return a certificate as PDF with our signature in it.

    Raises:
        RuleBroken: its record is not signed, so nobody may be told that we issued it.
    """
    keys, signer = signing_keys.public_keys(session), signing_keys.find_signer(session)
    statement = statement_of(certificate)
    if signer is None or not certificate_seals.is_sealed(certificate.seal, statement, keys):
        raise RuleBroken(
            say("This certificate does not carry our signature, so we do not print it.")
        )
    sheet = sheet_of(certificate, press.base_url)
    return printing.print_once(
        sheet,
        press.directory,
        press.font_dir,
        sign=lambda printed: _signed(printed, certificate, sheet.url, signer),
        is_good=lambda kept: _is_print_of(certificate, kept, keys),
    )


def _signed(printed: bytes, certificate: Certificate, url: str, signer: Signer) -> bytes:
    said = certificate_seals.printed_said(
        statement_of(certificate),
        printed,
        url=url,
        signed_at=certificate_seals.time_of(certificate.issued_at, signer.since),
    )
    return sealed_pdf.with_token(printed, signer.sign(said, kind=PRINT))


def _is_print_of(certificate: Certificate, kept: bytes, keys: Sequence[PublicKey]) -> bool:
    reading = certificate_seals.read(kept, keys)
    return reading.verdict is Verdict.GENUINE and reading.code == certificate.code

"""What we sign of a certificate, and what its signature tells whoever reads it.

Three kinds of words are signed, each of a type of its own:

* the *record*, when a certificate is issued: what it says, as it lies in the database;
* the *print*, when it is handed out: the same, with the SHA-256 of the printed PDF, inside the PDF;
* the *list* of certificates that are not in force, for whoever verifies without a network.

Pure rules: ``servicedesk verify`` runs them with no database, settings or network.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Final

from servicedesk.enterprises import sealed_pdf, signatures
from servicedesk.enterprises.signatures import KeyState, NotSigned, PublicKey, UnknownKey

RECORD: Final = "servicedesk-record"
PRINT: Final = "servicedesk-print"
LIST: Final = "servicedesk-not-in-force"
_VERSION: Final = 1
_MARK_SIZE: Final = 16  # bytes of a code's hash in the list: codes hold 140 random bits


class Verdict(StrEnum):
    """What a file turned out to be."""

    GENUINE = "genuine"  # every byte is as we printed it
    ALTERED = "altered"  # it carries a token, and is not what was signed
    UNSIGNED = "unsigned"  # it carries no token: cut out, or never ours
    OTHER_KEY = "other_key"  # signed, by a key that is not ours
    WITHDRAWN_KEY = "withdrawn_key"  # signed by a key of ours that somebody else may have
    OUT_OF_TIME = "out_of_time"  # signed by a key of ours when it did not sign


@dataclass(frozen=True)
class Statement:
    """What is certified, as far as it is signed."""

    code: str
    template: str
    facts: Mapping[str, Any]  # exactly what is printed, in both languages
    issued_at: datetime
    valid_until: date | None

    def said(self, signed_at: datetime, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
        """Return what is signed; ``signed_at`` lies in the time of the key (see ``time_of``)."""
        return {
            "v": _VERSION,
            "code": self.code,
            "template": self.template,
            "facts": dict(self.facts),
            "issued_at": _moment(self.issued_at),
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
            "signed_at": _moment(signed_at),
            **more,
        }


@dataclass(frozen=True)
class Reading:
    """What came of reading a file: the verdict, and what its token says if we signed that.

    Of an altered file ``said`` tells what the genuine one says; None: nothing of it is signed.
    """

    verdict: Verdict
    said: dict[str, Any] | None = None

    @property
    def code(self) -> str | None:
        """The code of the certificate that the token was made for."""
        return self.said["code"] if self.said else None


@dataclass(frozen=True)
class NotInForce:
    """The signed list of certificates that are not in force, as of a moment."""

    as_of: datetime
    marks: Mapping[str, str] = field(default_factory=dict)  # of a code: its state

    def state_of(self, code: str) -> str | None:
        """Return the state of a certificate that is not in force; None: the list has it not."""
        return self.marks.get(mark(code))


def time_of(issued_at: datetime, key_since: datetime) -> datetime:
    """Return when a certificate counts as signed: on its issue, or when its key began, if later.

    So the same certificate is signed the same by the same key, whenever it is printed, and never
    out of the key's time.
    """
    return max(issued_at, key_since)


def printed_said(statement: Statement, printed: bytes, *, url: str, signed_at: datetime) -> Any:  # noqa: ANN401 - JSON
    """Return what is signed of a print."""
    return statement.said(signed_at, url=url, pdf=hashlib.sha256(printed).hexdigest())


def read(data: bytes, keys: Iterable[PublicKey]) -> Reading:
    """Return what a file is, going by nothing but its bytes and our public keys."""
    try:
        printed, token = sealed_pdf.taken_apart(data)
        signed = signatures.opened(token, keys, kind=PRINT)
    except sealed_pdf.NoToken:
        return Reading(Verdict.UNSIGNED)
    except UnknownKey:
        return Reading(Verdict.OTHER_KEY)
    except (sealed_pdf.NotOneOfOurs, NotSigned):
        return Reading(Verdict.ALTERED)
    bar = _bar_to(signed.key, signed.said)
    if bar is not None:
        return Reading(bar)
    is_whole = signed.said["pdf"] == hashlib.sha256(printed).hexdigest()
    return Reading(Verdict.GENUINE if is_whole else Verdict.ALTERED, signed.said)


def is_sealed(token: str | None, statement: Statement, keys: Iterable[PublicKey]) -> bool:
    """Whether ``token`` is our good signature under exactly what a record says."""
    try:
        signed = signatures.opened(token or "", keys, kind=RECORD)
    except NotSigned:
        return False
    signed_at = datetime.fromisoformat(signed.said["signed_at"])
    return signed.said == statement.said(signed_at) and _bar_to(signed.key, signed.said) is None


def list_said(states: Iterable[tuple[str, str]], *, as_of: datetime) -> dict[str, Any]:
    """Return what is signed of the list: for each state, the marks of the codes in it.

    Args:
        states: code and state of each certificate that is not in force.
        as_of: the moment they were looked up.
    """
    by_state: dict[str, list[str]] = {}
    for code, state in states:
        by_state.setdefault(state, []).append(mark(code))
    marks = {state: sorted(found) for state, found in by_state.items()}
    return {"v": _VERSION, "signed_at": _moment(as_of), "not_in_force": marks}


def read_list(token: str, keys: Sequence[PublicKey]) -> NotInForce:
    """Return the list.

    Raises:
        ValueError: we did not sign it, or with a key that is not to be believed.
    """
    signed = signatures.opened(token, keys, kind=LIST)
    if _bar_to(signed.key, signed.said) is not None:
        raise NotSigned("by a key that is not to be believed")
    marks = {one: state for state, found in signed.said["not_in_force"].items() for one in found}
    return NotInForce(datetime.fromisoformat(signed.said["signed_at"]), marks)


def mark(code: str) -> str:
    """Return what stands for a code where codes are not told."""
    return base64.urlsafe_b64encode(hashlib.sha256(code.encode()).digest()[:_MARK_SIZE]).decode()


def _bar_to(key: PublicKey, said: Mapping[str, Any]) -> Verdict | None:
    """Return why what a key signed is not believed; None: it is."""
    if key.state is KeyState.COMPROMISED:
        return Verdict.WITHDRAWN_KEY
    if not key.was_good_at(datetime.fromisoformat(said["signed_at"])):
        return Verdict.OUT_OF_TIME
    return None


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()

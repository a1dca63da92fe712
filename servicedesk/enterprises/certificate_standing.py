"""What a certificate is worth today: one word, and whether it may be relied on."""

from datetime import date
from enum import StrEnum
from typing import Final

from servicedesk.enterprises.models import Certificate, CertificateState, EndReason
from servicedesk.words import Words, say


class Standing(StrEnum):
    """What whoever verifies a certificate is told."""

    VALID = "valid"
    SUSPENDED = "suspended"
    REPLACED = "replaced"
    REVOKED = "revoked"
    EXPIRED = "expired"
    UNSEALED = "unsealed"  # in our books, but not under our signature


ENDED_WORDS: Final[dict[EndReason, Words]] = {
    EndReason.DEREGISTERED: say("The enterprise was deregistered."),
    EndReason.LICENCE_REVOKED: say("The enterprise's licence was revoked as a penalty."),
    EndReason.REGISTRATION_ANNULLED: say("The registration behind it was annulled."),
    EndReason.NOT_IN_USE: say("What it certified was given up."),
}


def standing_of(certificate: Certificate, *, today: date, is_sealed: bool) -> Standing:
    """Return what a certificate is worth.

    A record that our signature does not stand under may be made up, so it is worth nothing,
    whatever it says.
    """
    if not is_sealed:
        return Standing.UNSEALED
    if certificate.state is not CertificateState.VALID:
        return Standing(certificate.state.value)
    if certificate.valid_until is not None and certificate.valid_until < today:
        return Standing.EXPIRED
    return Standing.VALID

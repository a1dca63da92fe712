"""Signed words: JSON Web Signatures (RFC 7515) by Ed25519 keys (RFC 8037), and nothing else.

Only the compact form with one fixed header is written and read: algorithm, key and type stand
in the one order below.  So there is no algorithm to be talked into, words of one type never pass
for another, and each token has exactly one spelling.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

KEY_SIZE: Final = 32  # bytes, of either half
_TOKEN: Final = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)")
_KID: Final = re.compile(r"[A-Za-z0-9_-]{43}")


class KeyState(StrEnum):
    """What a key is good for.  The values are stored and published: never rename one."""

    ACTIVE = "active"  # signs
    RETIRED = "retired"  # signs no more; what it signed in its time holds
    COMPROMISED = "compromised"  # nothing that it signed is believed


@dataclass(frozen=True)
class PublicKey:
    """The public half of a signing key, and the time in which it signed."""

    public: bytes
    since: datetime
    until: datetime | None
    state: KeyState

    @property
    def kid(self) -> str:
        """The key's name: its RFC 7638 thumbprint, so that no key can take another's name."""
        return thumbprint(self.public)

    def was_good_at(self, moment: datetime) -> bool:
        """Whether the key signed at ``moment``."""
        return self.since <= moment and (self.until is None or moment <= self.until)


@dataclass(frozen=True)
class Signed:
    """What a good signature stands under."""

    key: PublicKey
    said: dict[str, Any]


class NotSigned(ValueError):
    """It is no token of ours, or the signature does not fit what it stands under."""


class UnknownKey(NotSigned):
    """It is a token, by a key that is not among those we know."""


def sign(said: Mapping[str, Any], private: bytes, *, kind: str) -> str:
    """Return ``said`` as a token, signed with a private key; same words, same token.

    Args:
        said: JSON.
        private: the key's private half, ``KEY_SIZE`` bytes.
        kind: what the token is, such as ``servicedesk-print``.
    """
    key = Ed25519PrivateKey.from_private_bytes(private)
    kid = thumbprint(key.public_key().public_bytes_raw())
    signed = f"{_encode(_header(kid, kind))}.{_encode(canonical(said))}"
    return f"{signed}.{_encode(key.sign(signed.encode()))}"


def opened(token: str, keys: Iterable[PublicKey], *, kind: str) -> Signed:
    """Return what ``token`` says, and which of ``keys`` signed it.

    Whether that key is to be believed is not judged here.

    Raises:
        UnknownKey: none of ``keys`` is the one it names.
        NotSigned: it is no token of this kind, or was altered.
    """
    match = _TOKEN.fullmatch(token)
    if match is None:
        raise NotSigned("no token")
    header, payload, signature = (_decode(part) for part in match.groups())
    kid = _kid_of(header, kind)
    key = next((one for one in keys if one.kid == kid), None)
    if key is None:
        raise UnknownKey(kid)
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(
            signature, f"{match[1]}.{match[2]}".encode()
        )
    except (InvalidSignature, ValueError):
        raise NotSigned("the signature does not fit") from None
    said = json.loads(payload)
    if not isinstance(said, dict):
        raise NotSigned("no object")
    return Signed(key, said)


def canonical(said: Mapping[str, Any]) -> bytes:
    """Return the one way to write JSON down: sorted keys, no blanks, UTF-8.

    Raises:
        TypeError: there is something in it that is not JSON.
    """
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def thumbprint(public: bytes) -> str:
    """Return the name of a key by RFC 7638."""
    members = {"crv": "Ed25519", "kty": "OKP", "x": _encode(public)}
    return _encode(hashlib.sha256(canonical(members)).digest())


def key_set(keys: Iterable[PublicKey]) -> dict[str, Any]:
    """Return what is published of keys: a JSON Web Key Set (RFC 7517)."""
    return {
        "keys": [
            {
                "kty": "OKP",
                "crv": "Ed25519",
                "x": _encode(key.public),
                "kid": key.kid,
                "use": "sig",
                "alg": "EdDSA",
                "from": key.since.astimezone(UTC).isoformat(),
                "until": key.until.astimezone(UTC).isoformat() if key.until else None,
                "state": key.state.value,
            }
            for key in keys
        ]
    }


def read_key_set(published: Any) -> list[PublicKey]:  # noqa: ANN401 - any JSON
    """Return the keys of a set as ``key_set`` writes it; keys of other kinds are passed over.

    Raises:
        ValueError: it is no such set, or a key is not what its name says.
    """
    try:
        return [_key_of(one) for one in published["keys"] if one["kty"] == "OKP"]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no key set: {error!r}") from None


def _key_of(published: Mapping[str, Any]) -> PublicKey:
    until = published["until"]
    key = PublicKey(
        public=_decode(published["x"]),
        since=datetime.fromisoformat(published["from"]),
        until=datetime.fromisoformat(until) if until else None,
        state=KeyState(published["state"]),
    )
    if len(key.public) != KEY_SIZE or key.kid != published["kid"] or key.since.tzinfo is None:
        raise ValueError("a key is not what its name says")
    return key


def _header(kid: str, kind: str) -> bytes:
    return canonical({"alg": "EdDSA", "kid": kid, "typ": kind})


def _kid_of(header: bytes, kind: str) -> str:
    """Return which key a header names, if it is spelt as we spell it."""
    try:
        kid = json.loads(header)["kid"]
    except (ValueError, KeyError, TypeError, RecursionError):  # the last: "[[[[" without an end
        raise NotSigned("no header") from None
    if not isinstance(kid, str) or not _KID.fullmatch(kid) or header != _header(kid, kind):
        raise NotSigned("not our header")
    return kid


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    """Return what ``text`` spells, if it is the one spelling of it."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise NotSigned("no base64") from None
    if _encode(data) != text:
        raise NotSigned("another spelling")
    return data

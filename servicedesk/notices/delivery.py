"""Handing a mail over: to a folder, or to an SMTP server.

Knows no database and no web.  Errors are told by name only: what a server says may name
people.
"""

import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import BinaryIO, Final, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from servicedesk import resources

_TIMEOUT: Final = 10.0  # seconds, for each step of the talk with a server
_PERMANENT: Final = range(500, 600)
_PORTS: Final = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_UNREADABLE: Final = (
    "SERVICEDESK_SMTP_URL must be like smtp://host:25, smtps://user:password@host or"
    " smtp+starttls://user:password@host."
)


class NotDelivered(Exception):
    """The mail was not taken; ``is_final`` says that it never will be."""

    def __init__(self, name: str, *, is_final: bool = False) -> None:
        super().__init__(name)
        self.name, self.is_final = name, is_final


class Transport(Protocol):
    """Somewhere to hand mails over."""

    def hand_over(self, mail: EmailMessage, name: str) -> None:
        """Hand ``mail`` over.

        Raises:
            NotDelivered: it was not taken.
        """


@dataclass(frozen=True)
class Folder:
    """Writes each mail as one file; the same mail twice is one file."""

    path: Path

    def hand_over(self, mail: EmailMessage, name: str) -> None:
        """Write the mail whole or not at all, and be sure that it is on the disk."""
        try:
            resources.make_private(self.path)
            target, part = self.path / f"{name}.eml", self.path / f".{name}.part"
            with _open_for_us_alone(part) as file:
                file.write(bytes(mail))
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
            _sync_directory(self.path)
        except OSError as error:
            raise NotDelivered(type(error).__name__) from None


@dataclass(frozen=True)
class Smtp:
    """Hands mails to a server, over TLS unless the address says ``smtp://``."""

    scheme: str
    host: str
    port: int
    user: str | None = None
    password: str | None = None

    def hand_over(self, mail: EmailMessage, name: str) -> None:  # noqa: ARG002 - as in Folder
        """Hand the mail over, in a talk of its own."""
        try:
            with self._talk() as server:
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise _refused(error, min(codes, default=0)) from None
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            raise _refused(error, error.smtp_code) from None
        except (smtplib.SMTPException, OSError) as error:
            raise NotDelivered(type(error).__name__) from None

    @contextmanager
    def _talk(self) -> Iterator[smtplib.SMTP]:
        context = ssl.create_default_context()
        if self.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=_TIMEOUT, context=context
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=_TIMEOUT)
        with server:
            if self.scheme == "smtp+starttls":
                server.starttls(context=context)
            if self.user is not None:
                server.login(self.user, self.password or "")
            yield server


def transport_for(smtp_url: str | None, data_dir: Path) -> Transport:
    """Return where mails go: to the server at ``smtp_url``, or else to files.

    ``smtp://``, ``smtps://`` or ``smtp+starttls://``, then ``user:password@host:port``.

    Raises:
        ValueError: the address is none of these; the text does not repeat the password in it.
    """
    if not smtp_url:
        return Folder(data_dir / "mail")
    try:
        parts = urlsplit(smtp_url)
        port = parts.port or _PORTS[parts.scheme]
    except (KeyError, ValueError):
        raise ValueError(_UNREADABLE) from None
    if not parts.hostname:
        raise ValueError(_UNREADABLE)
    return Smtp(
        scheme=parts.scheme,
        host=parts.hostname,
        port=port,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


def sender_for(smtp_url: str | None, base_url: str) -> str:
    """Return the address mails come from: ``?from=`` of the URL, or no-reply at our host.

    >>> sender_for("smtp://relay.example?from=desk@park.example", "https://desk.example")
    'desk@park.example'
    >>> sender_for(None, "https://desk.example:8443/park")
    'no-reply@desk.example'
    """
    asked = parse_qs(urlsplit(smtp_url or "").query).get("from")
    return asked[0] if asked else f"no-reply@{urlsplit(base_url).hostname or 'localhost'}"


def _refused(error: smtplib.SMTPException, code: int) -> NotDelivered:
    return NotDelivered(f"{type(error).__name__} {code}", is_final=code in _PERMANENT)


def _open_for_us_alone(path: Path) -> BinaryIO:
    """Open a file that no other user of this machine reads: links in mails open accounts."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _sync_directory(path: Path) -> None:
    directory = os.open(path, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)

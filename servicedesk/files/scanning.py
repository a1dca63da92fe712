"""Asking a virus scanner (clamd) about a file before it is kept.

Where a scanner is set up (``CLAMD``), no file is kept without its word: with the scanner
away, files are refused (R13).  Speaks clamd's INSTREAM over TCP or a local socket.
"""

import logging
import socket
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from servicedesk.files.refusals import refused

log = logging.getLogger(__name__)

_CONNECT_SECONDS: Final = 5
_ANSWER_SECONDS: Final = 60
_CHUNK: Final = 64 * 1024  # bytes
_LONGEST_ANSWER: Final = 4096  # bytes


@dataclass(frozen=True)
class Clamd:
    """Where the scanner listens."""

    host: str | None
    port: int | None
    socket_path: str | None

    @classmethod
    def at(cls, address: str) -> Self:
        """Return the scanner at ``host:port``, or at the path of a socket.

        >>> Clamd.at("scanner:3310")
        Clamd(host='scanner', port=3310, socket_path=None)
        >>> Clamd.at("/run/clamd.sock").socket_path
        '/run/clamd.sock'

        Raises:
            ValueError: it is neither.
        """
        address = address.removeprefix("tcp://")
        if address.startswith(("/", "unix:")):
            return cls(None, None, "/" + address.removeprefix("unix:").lstrip("/"))
        host, _, port = address.rpartition(":")
        if not host or not port.isdecimal():
            raise ValueError(
                f"SERVICEDESK_CLAMD is {address!r}; it is host:port or a socket's path."
            )
        return cls(host.strip("[]"), int(port), None)

    def connect(self) -> socket.socket:
        """Return a connection.

        Raises:
            OSError: nobody answers there.
        """
        if self.socket_path is None:
            return socket.create_connection((self.host, self.port or 0), _CONNECT_SECONDS)
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(_CONNECT_SECONDS)
        try:
            connection.connect(self.socket_path)
        except BaseException:
            connection.close()
            raise
        return connection


class _Scanner:
    """The scanner of this process, if there is one; ``create_app`` sets it."""

    def __init__(self) -> None:
        self._clamd: Clamd | None = None

    def use(self, address: str | None) -> None:
        """Ask the scanner at ``address`` from now on; None: none is set up."""
        self._clamd = Clamd.at(address) if address else None

    def scan(self, path: Path) -> None:
        """Return if the scanner finds nothing in the file, or none is set up.

        Raises:
            FileRefused: it found a virus.
            NotKept: it cannot be asked.
        """
        if self._clamd is None:
            return
        try:
            answer = _ask(self._clamd, path)
        except OSError as error:
            log.error("virus scanner away", extra={"how": type(error).__name__})  # noqa: TRY400
            raise refused("no_scanner") from None
        if answer.endswith("FOUND"):
            log.warning("virus found", extra={"answer": answer, "file": path.name})
            raise refused("virus")
        if not answer.endswith("OK"):
            log.error("virus scanner failed", extra={"answer": answer})
            raise refused("no_scanner")


scanner: Final = _Scanner()


def _ask(clamd: Clamd, path: Path) -> str:
    with clamd.connect() as connection, path.open("rb") as file:
        connection.settimeout(_ANSWER_SECONDS)
        connection.sendall(b"zINSTREAM\0")
        while chunk := file.read(_CHUNK):
            connection.sendall(struct.pack("!L", len(chunk)) + chunk)
        connection.sendall(struct.pack("!L", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
            more = connection.recv(_LONGEST_ANSWER)
            if not more:
                break
            answer += more
    return answer.rstrip(b"\0\r\n").decode("utf-8", "replace")

"""Ending a connection whose other side has had enough of our time.

The server in front of us ends a connection only when what it still holds for it was taken;
somebody who takes nothing would keep both for ever.
"""

import contextlib
import os
import socket
import stat
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

_AT_ONCE: Final = struct.pack("ii", 1, 0)  # SO_LINGER: what is not taken yet is thrown away


def hang_up(client: tuple[str, int | str]) -> None:
    """End the connection of this process with ``client``, if there still is one."""
    host, port = client
    for connection in _connections():
        with connection, contextlib.suppress(OSError):  # it ended, or is none
            if connection.getpeername()[:2] == (host, int(port)):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
                connection.shutdown(socket.SHUT_RDWR)
                return


def _connections() -> Iterator[socket.socket]:
    """Yield every socket of this process, as one of our own."""
    for entry in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            descriptor: Any = os.dup(int(entry.name))
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                yield socket.socket(fileno=descriptor)
            else:
                os.close(descriptor)

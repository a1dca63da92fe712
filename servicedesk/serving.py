"""The web server: granian, one process or several, stopped gently and surely."""

import errno
import os
import resource
import shutil
import signal
import socket
import sys
from functools import partial
from multiprocessing import set_start_method
from pathlib import Path
from typing import Any, Final

from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.server.mp import MPServer

from servicedesk import embedded, resources
from servicedesk.asgi import build
from servicedesk.embedded import processes
from servicedesk.health import metrics

_KILL_SECONDS: Final = 7  # a process that is told to stop and does not is killed
LAST_PORT: Final = 65535
_BACKLOG: Final = 512  # connections that wait to be accepted
_MOST_CONNECTIONS: Final = 8192  # a process; slow ones cost little, but those beyond wait
_HEAD_WITHIN: Final = 10_000  # milliseconds for a request's head to arrive


class Server(MPServer):
    """A web server that starts a killed process anew, however often it is killed.

    granian stops serving when a process dies twice within seconds, as of a program that
    cannot start.  One that ends by itself is such a program; one that was killed is not.
    """

    def _respawn_workers(
        self, workers: list[int], spawn_target: object, target_loader: object, delay: float = 0
    ) -> None:
        killed = [index for index in workers if (self.wrks[index].inner.exitcode or 0) < 0]
        super()._respawn_workers(workers, spawn_target, target_loader, delay)
        for index in killed:
            self.respawned_wrks.pop(index)


class PortTaken(RuntimeError):
    """We cannot listen there, mostly as somebody else does; the text says what to do."""


def check_port(host: str, port: int) -> None:
    """See whether we can listen on ``host:port``.

    The server itself would not notice: it shares a port with others of its kind.

    Raises:
        PortTaken: no; the text says why and what to do.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(
                f"Cannot listen on {host}:{port} ({error.strerror}). {_next_step(error, port)}"
            ) from error


def _next_step(error: OSError, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        other = port + 1 if port < LAST_PORT else port - 1
        return f"Stop the program that does, or choose another port, such as {other}."
    if error.errno in {errno.EACCES, errno.EPERM}:
        return "This user may not use that port: choose one from 1024 on, such as 8000."
    return "This machine has no such address: choose 127.0.0.1, or 0.0.0.0 for all it has."


def run(host: str, port: int, *, workers: int) -> None:
    """Serve until SIGTERM or SIGINT; every process has ended within ten seconds of it.

    Raises:
        PortTaken: somebody else listens there.
    """
    check_port(host, port)
    settings = resources.load_config()
    if not settings.SQLALCHEMY_ENGINES:  # one server for all processes, owned by this one
        os.environ["SERVICEDESK_DATABASE_URL"] = embedded.address(settings.DATA_DIR)
    if workers > 1:
        _share_metrics(settings.DATA_DIR / "metrics")
    # Forks share what is imported by now; nothing here has threads or connections yet.
    set_start_method("fork", force=True)
    server = Server(
        "servicedesk.asgi",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        backlog=_BACKLOG,
        backpressure=_most_connections(),
        http1_settings=HTTP1Settings(header_read_timeout=_HEAD_WITHIN),
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=_KILL_SECONDS,
        log_enabled=False,
    )
    server.serve(target_loader=partial(_load, os.getpid()), wrap_loader=False)


def _most_connections() -> int:
    """Allow this process and those to come more open files; return the connections they bear."""
    usual, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4 * _MOST_CONNECTIONS
    files = max(usual, wanted if most == resource.RLIM_INFINITY else min(most, wanted))
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))
    return min(_MOST_CONNECTIONS, files // 2)  # the other half for files on their way


def _load(parent: int) -> Any:  # noqa: ANN401 - an ASGI application
    """Build the application in a new process, which shall not outlive ``parent``."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)  # the parent's handlers mean nothing here
    processes.die_with_parent(signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit(1)
    if metrics.DIRECTORY in os.environ:
        metrics.share_between_processes()
    return build()


def _share_metrics(directory: Path) -> None:
    """Let the processes of this run add up their counts."""
    shutil.rmtree(directory, ignore_errors=True)
    resources.make_private(directory)
    os.environ[metrics.DIRECTORY] = str(directory)

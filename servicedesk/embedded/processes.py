"""Processes that must not outlive the one that started them."""

import ctypes
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
_PROC = Path("/proc")
_ZOMBIE: Final = "Z"
# Loaded before any fork: a child may not load libraries.  None where this is not Linux; there
# a child that was left behind is found at the next start instead.
_prctl = getattr(ctypes.CDLL(None), "prctl", None)


def die_with_parent(signal_number: int = signal.SIGTERM) -> None:
    """Ask the kernel to send us ``signal_number`` when the process that started us ends."""
    if _prctl is not None:
        _prctl(_PR_SET_PDEATHSIG, int(signal_number))


def dying_with_parent(signal_number: int) -> Callable[[], None]:
    """Return what a child runs between fork and exec, so that it dies with this process.

    It must run after the change of user, which clears the wish; ``preexec_fn`` does.
    """
    parent = os.getpid()

    def in_child() -> None:
        die_with_parent(signal_number)
        if os.getppid() != parent:  # it died in between
            os._exit(1)

    return in_child


def working_in(directory: Path) -> list[int]:
    """Return the ids of the processes whose working directory is ``directory``."""
    found = []
    for entry in _PROC.glob("[0-9]*"):
        try:
            if (entry / "cwd").readlink() == directory:
                found.append(int(entry.name))
        except OSError:  # it ended meanwhile, or is none of ours
            continue
    return found


def in_session(leader: int) -> list[int]:
    """Return the ids of the living processes of the session that ``leader`` began."""
    found = []
    for entry in _PROC.glob("[0-9]*"):
        try:
            state, _, _, session = (entry / "stat").read_text().rpartition(")")[2].split()[:4]
        except OSError:  # it ended meanwhile
            continue
        if int(session) == leader and state != _ZOMBIE:
            found.append(int(entry.name))
    return found


def end(pids: list[int], signal_number: int) -> None:
    """Send ``signal_number`` to each of ``pids`` that still runs."""
    for pid in pids:
        try:
            os.kill(pid, signal_number)
        except ProcessLookupError:
            continue


def wait_until(is_so: Callable[[], bool], *, seconds: float) -> bool:
    """Return whether ``is_so`` came true within ``seconds``."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True

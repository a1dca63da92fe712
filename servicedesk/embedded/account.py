"""As which operating system user the server runs.

PostgreSQL refuses root.  Started by root it runs as another user that exists already;
nothing is added to the machine.  Started by anybody else it runs as that person.
"""

import os
import pwd
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from servicedesk.embedded.errors import ServerFailed

_PREFERRED = ("servicedesk", "postgres", "nobody", "daemon")


@dataclass(frozen=True)
class Account:
    """A user of this machine; ``is_other`` when it is not the one we run as."""

    name: str
    uid: int
    gid: int
    is_other: bool

    def for_child(self) -> dict[str, Any]:
        """Return what ``subprocess`` needs to start a child as this user."""
        if not self.is_other:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def present() -> Account:
    """Return the user that this process runs as."""
    uid = os.geteuid()
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        raise ServerFailed(
            f"User id {uid} has no entry in /etc/passwd, and PostgreSQL needs one. Add the entry,"
            " or set SERVICEDESK_DATABASE_URL to a PostgreSQL server of your own."
        ) from None
    return Account(name, uid, os.getegid(), is_other=False)


def candidates(owner: int | None = None) -> Iterator[Account]:
    """Yield the users that the server might run as, the best first.

    Args:
        owner: the user id whose the cluster is, if there is one; nobody else can run it.
    """
    if os.geteuid() != 0:
        yield present()
        return
    entries = [entry for entry in pwd.getpwall() if entry.pw_uid != 0]
    if owner is not None:
        entries = [entry for entry in entries if entry.pw_uid == owner]
    preferred = [entry for name in _PREFERRED for entry in entries if entry.pw_name == name]
    for entry in preferred or entries:
        yield Account(entry.pw_name, entry.pw_uid, entry.pw_gid, is_other=True)


def owner_of(cluster: Path) -> int | None:
    """Return the user id whose ``cluster`` is; None where there is none, or only leavings."""
    try:
        owner = cluster.stat().st_uid
        is_whole = owner != os.geteuid() or (cluster / "PG_VERSION").exists()
    except FileNotFoundError:
        return None
    return owner if is_whole and owner != 0 else None  # the server never ran as root


def name_of(uid: int) -> str:
    """Return what the user is called; the number where it has no name."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)

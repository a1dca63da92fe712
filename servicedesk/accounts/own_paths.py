"""Where somebody may be sent back to: only to our own pages.

Pure: no web, no database.
"""

from typing import Final, Protocol

from servicedesk.accounts.permissions import Permission

LONGEST: Final = 2000  # characters; longer ones are not worth coming back to


def own_path(path: str | None) -> str | None:
    r"""Return ``path`` if it is a path of ours, or else None.

    Anything a browser could take for another host is refused: a scheme, two slashes, a
    backslash (browsers read it as a slash), tabs and line ends (browsers drop them).

    >>> own_path("/cases/R26-00001?page=2")
    '/cases/R26-00001?page=2'
    >>> own_path("//elsewhere.example/") is None
    True
    >>> own_path("/\\elsewhere.example") is None
    True
    """
    if not path or len(path) > LONGEST or not path.startswith("/"):
        return None
    if path.startswith("//") or "\\" in path or not path.isprintable():
        return None
    return path


class _Visitor(Protocol):
    def may(self, permission: Permission) -> bool: ...


def landing_path(user: _Visitor) -> str:
    """Return where somebody goes who signed in without wanting anything in particular."""
    if user.may(Permission.CASE_WORK):
        return "/desk"
    return "/cases" if user.may(Permission.CASE_APPLY) else "/admin"

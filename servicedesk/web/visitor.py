"""Who is looking at the page, as far as every page must know.

The web knows no accounts: a person is whatever Flask-Login brings, with ``name``,
``language`` and ``is_staff``.
"""

from typing import Any

from flask import current_app, g, has_request_context
from flask_login import current_user


def signed_in() -> Any | None:  # noqa: ANN401 - the model belongs to an upper feature
    """Return the signed-in person, or None; always None on a bare page (see ``go_bare``)."""
    if not has_request_context() or is_bare() or not hasattr(current_app, "login_manager"):
        return None
    person = current_user._get_current_object()  # noqa: SLF001 - werkzeug's documented way
    return person if person is not None and person.is_authenticated else None


def go_bare() -> None:
    """From here on show nothing that must be looked up: the database may be away."""
    g.is_bare = True


def is_bare() -> bool:
    """Whether this page shows nothing that must be looked up."""
    return bool(g.get("is_bare", False))

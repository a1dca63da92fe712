"""Advisers: short questions that say what applies, by which rule, and carry their answers on."""

from flask import Flask

from servicedesk.advisers import ownership_views, queries, views
from servicedesk.extensions import db

__all__ = ["init_app", "ownership_views"]


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``."""
    app.register_blueprint(views.bp)
    app.jinja_env.globals["offers_advice"] = _offers


def _offers(key: str | None = None) -> bool:
    """Whether this desk has the adviser ``key``; without one, whether it has any."""
    found = queries.offered(db.session)
    return key in found if key else bool(found)

"""Advisers: short questions that say what applies, by which rule, and carry their answers on."""

from flask import Flask

from servicedesk.advisers import ownership_views, views

__all__ = ["init_app", "ownership_views"]


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``."""
    app.register_blueprint(views.bp)

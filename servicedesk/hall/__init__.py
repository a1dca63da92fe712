"""The foreigner service hall: lines, tickets, counters, boards."""

from flask import Flask

from servicedesk.hall import board_views, views

# The routes of ``board_views`` are on the blueprint of ``views``.
__all__ = ["board_views", "init_app"]


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``."""
    app.register_blueprint(views.bp)

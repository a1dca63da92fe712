"""The staff's home: the inbox and the cases they work on."""

from flask import Flask

from servicedesk.desk import case_views, views

__all__ = ["case_views", "init_app"]  # its routes are on the blueprint of ``views``


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``."""
    app.register_blueprint(views.bp)

"""The staff's home: the inbox and the cases they work on."""

from flask import Flask

from servicedesk.desk import case_views, views


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``."""
    assert case_views.bp is views.bp  # noqa: S101 - its routes are on the same blueprint
    app.register_blueprint(views.bp)

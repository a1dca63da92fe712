"""The park in figures: statistics of the register, counted every hour, for everybody."""

from flask import Flask

from servicedesk.indicators import tasks, views

__all__ = ["init_app", "tasks"]


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``."""
    app.register_blueprint(views.bp)
    app.jinja_env.filters["told_rows"] = views.told_rows

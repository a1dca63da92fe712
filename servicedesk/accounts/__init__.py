"""People, sign-in, roles and permissions."""

from flask import Flask

from servicedesk.accounts import access, account_views, tasks, throttle, views

__all__ = ["account_views", "init_app", "tasks"]


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``."""
    access.init_app(app)
    throttle.init_app(app)
    app.register_blueprint(views.bp)

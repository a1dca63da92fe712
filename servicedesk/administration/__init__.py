"""What administrators look after: services, their versions and their settings."""

from flask import Flask

from servicedesk.administration import hall_views, views

# The routes of ``hall_views`` are on the blueprint of ``views``.
__all__ = ["hall_views", "init_app"]


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``."""
    app.register_blueprint(views.bp)

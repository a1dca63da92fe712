"""What administrators look after: services, their versions and their settings."""

from flask import Flask

from servicedesk.administration import counter_views, hall_views, line_views, views

# Their routes are on the blueprint of ``views``.
__all__ = ["counter_views", "hall_views", "init_app", "line_views"]


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``."""
    app.register_blueprint(views.bp)

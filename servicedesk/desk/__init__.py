"""The staff's home: the inbox and the cases they work on."""

from flask import Flask

from servicedesk.desk import case_views, clock_views, hand_out_views, views

# Their routes are on the blueprint of ``views``.
__all__ = ["case_views", "clock_views", "hand_out_views", "init_app"]


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``."""
    app.register_blueprint(views.bp)

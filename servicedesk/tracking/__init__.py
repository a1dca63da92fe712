"""Following a matter with nothing but its number."""

from flask import Flask

from servicedesk.tracking import views


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``."""
    app.register_blueprint(views.bp)

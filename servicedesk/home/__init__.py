"""The front page and help."""

from flask import Flask

from servicedesk.home import views


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``."""
    app.register_blueprint(views.bp)

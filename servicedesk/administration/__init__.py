"""What administrators look after: services, their versions and their settings."""

from flask import Flask

from servicedesk.administration import views


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``."""
    app.register_blueprint(views.bp)

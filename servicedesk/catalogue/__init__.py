"""The services: what each is, asks and brings; published, listed and found."""

from flask import Flask

from servicedesk.catalogue import views


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``; ``servicedesk.cli`` mounts its commands."""
    app.register_blueprint(views.bp)

"""The hall and the check of names for programs: ``/api/v1``, access tokens, its document."""

from flask import Flask

from servicedesk.api import (
    appointment_views,
    counter_views,
    document_views,
    name_views,
    token_views,
    views,
    visit_views,
)

# The routes of the others are on the blueprint of ``views``.
__all__ = ["appointment_views", "counter_views", "init_app", "name_views", "visit_views"]


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``."""
    app.register_blueprint(views.bp)
    app.register_blueprint(document_views.help_pages)
    app.register_blueprint(token_views.bp)

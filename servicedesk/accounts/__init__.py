"""People, sign-in, roles and permissions."""

from flask import Flask

from servicedesk.accounts import access


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``."""
    access.init_app(app)

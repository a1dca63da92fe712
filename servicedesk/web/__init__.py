"""What every page shares: layout, forms, words, sessions, headers, errors, paging."""

from flask import Flask
from jinja2 import StrictUndefined

from servicedesk.web import assets, errors, filters, headers, language, sessions, tasks

__all__ = ["init_app", "tasks"]  # what the worker sweeps up


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``."""
    app.jinja_env.undefined = StrictUndefined
    for part in (sessions, language, filters, assets, headers, errors):
        part.init_app(app)

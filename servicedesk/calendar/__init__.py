"""The feature calendar."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``."""

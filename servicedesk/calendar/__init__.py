"""Working days and opening hours."""

from flask import Flask

from servicedesk.calendar import cli


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``."""
    app.cli.add_command(cli.commands)

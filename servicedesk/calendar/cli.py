"""``servicedesk calendar ...``: the years that the desk knows."""

from pathlib import Path

import click
from flask.cli import AppGroup

from servicedesk.calendar import day_files, operations
from servicedesk.extensions import db

commands = AppGroup("calendar", help="Look after the calendar of working days.")


@commands.command("load")
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False
)
def load(file: Path | None) -> None:
    """Bring the years of FILE (CSV; by default, the one delivered) into the calendar.

    Safe to run again.  A year is replaced whole; expected days never replace an announced
    year.
    """
    days = operations.read_days(file or day_files.CHINA)
    count = operations.load_days(db.session, days)
    db.session.commit()
    click.echo(f"calendar days loaded: {count}")

"""A private PostgreSQL for whoever names no server of their own.

``init_app`` fills in the engine when the settings name no database: it joins the server
that already runs on the data directory, or starts one that lives as long as this process.
"""

import atexit
from pathlib import Path

from flask import Flask

from servicedesk import resources
from servicedesk.embedded.server import Server, attach_or_start


def init_app(app: Flask) -> None:
    """Name the embedded server as the database of ``app``, if it has none.

    Raises:
        embedded.errors.ServerFailed: it cannot be started; the text says what to do.
    """
    if app.config["SQLALCHEMY_ENGINES"]:
        return
    url = address(Path(app.config["DATA_DIR"]))
    app.config["SQLALCHEMY_ENGINES"] = resources.settings.engines(url)


def address(data_dir: Path) -> str:
    """Return the address of the server on ``data_dir``, started here if it does not run.

    Raises:
        embedded.errors.ServerFailed: it cannot be started; the text says what to do.
    """
    found = attach_or_start(data_dir)
    if isinstance(found, Server):
        atexit.register(found.stop)
        return found.url
    return found

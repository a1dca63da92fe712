"""Files people give us: checked, kept once by content, sent only to be saved."""

from pathlib import Path

from flask import Flask

from servicedesk import resources
from servicedesk.files import checks, formats, tasks
from servicedesk.files.previews import cache
from servicedesk.files.scanning import scanner
from servicedesk.files.store import DirectoryShelf, place

__all__ = ["checks", "init_app", "tasks"]  # those two register themselves


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``.

    Raises:
        config.SettingMalformed: CLAMD cannot be read.
    """
    app.jinja_env.globals["taken_files"] = formats.FOR_PAGES
    data_dir = Path(app.config["DATA_DIR"])
    place.use(DirectoryShelf(data_dir / "files"))
    cache.use(data_dir / "previews")
    try:
        scanner.use(app.config["CLAMD"])
    except ValueError as error:
        raise resources.settings.SettingMalformed(str(error)) from None

"""Where templates, static files, migrations and config are.

In a checkout they lie beside this package; in an installed wheel, inside it
(``[tool.hatch.build.targets.wheel]`` in pyproject.toml).
"""

import os
from importlib import import_module
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parent
_IS_INSTALLED = (PACKAGE / "config.py").exists()
_ROOT = PACKAGE if _IS_INSTALLED else PACKAGE.parent

TEMPLATES = _ROOT / "templates"
STATIC = _ROOT / "static"
MIGRATIONS = _ROOT / "migrations"
TRANSLATIONS = PACKAGE / "translations"

settings: Any = import_module("servicedesk.config" if _IS_INSTALLED else "config")


class ParkInvalid(RuntimeError):
    """The files of a park cannot be used; the text says which, where, and what to write."""


def of_park(name: str, ours: Path) -> Path:
    """Return the park's own file or folder ``name``, or ``ours`` where it has none.

    ``SERVICEDESK_PARK_DIR`` is where another park keeps its ``park.yaml``, ``services/``,
    ``advice/`` (tables of the advisers) and more (docs/catalogue/README.md); what it leaves out
    is as we ship it.

    Raises:
        ParkInvalid: there is no such folder; nobody is served with the files of another park.
    """
    folder = os.environ.get("SERVICEDESK_PARK_DIR")
    if not folder:
        return ours
    if not Path(folder).is_dir():
        raise ParkInvalid(
            f"SERVICEDESK_PARK_DIR: {folder} is no folder; write the path of the folder that holds"
            " park.yaml and services/, or leave it out to serve the park that is shipped"
        )
    own = Path(folder) / name
    return own if own.exists() else ours


def make_private(directory: Path) -> None:
    """Make ``directory``, and those above it that are missing, for this user alone."""
    if not directory.is_dir():
        make_private(directory.parent)
        directory.mkdir(mode=0o700, exist_ok=True)


def load_config() -> Any:  # noqa: ANN401 - Flask takes any object with upper-case attributes
    """Return the settings that the environment asks for; see ``config.load``."""
    return settings.load()

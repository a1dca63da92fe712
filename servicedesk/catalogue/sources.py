"""Where the facts of definitions are from: ``sources.yaml``, by id."""

from functools import cache
from pathlib import Path

import yaml

from servicedesk.resources import of_park


@cache
def sources() -> dict[str, str]:
    """Return what each id stands for, with how far it can be relied on; read once a process."""
    path = of_park("sources.yaml", Path(__file__).parent / "sources.yaml")
    text = path.read_text(encoding="utf-8")
    return {key: f"{one['ref']} ({one['status']})" for key, one in yaml.safe_load(text).items()}

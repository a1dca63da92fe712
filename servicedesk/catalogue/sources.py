"""Where the facts of definitions are from: ``sources.yaml``, by id."""

from functools import cache
from pathlib import Path

import yaml

from servicedesk.resources import of_park


@cache
def sources() -> dict[str, str]:
    """Return what each id stands for, with how far it can be relied on; read once a process."""
    return {key: f"{one['ref']} ({one['status']})" for key, one in _register().items()}


def status(key: str) -> str:
    """Return how far the source ``key`` can be relied on; one that is not in the register: own.

    >>> status("L_CL"), status("HEARSAY")
    ('primary-text', 'own')
    """
    return _register().get(key, {}).get("status", "own")


@cache
def _register() -> dict[str, dict[str, str]]:
    path = of_park("sources.yaml", Path(__file__).parent / "sources.yaml")
    register: dict[str, dict[str, str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return register

"""The register: names, enterprises, filings, addresses, certificates."""

from flask import Flask

from servicedesk.catalogue import registry
from servicedesk.enterprises import checks, effects, pick_lists


def init_app(app: Flask) -> None:  # noqa: ARG001 - pages follow
    """Attach this feature to ``app``."""
    join_catalogue()


def join_catalogue() -> None:
    """Tell the catalogue which rules, lists and effects there are here; safe to repeat."""
    registry.CHECKS.update(checks.CHECKS)
    registry.PICK_LISTS.update(pick_lists.PICK_LISTS)
    registry.EFFECTS.update(effects.EFFECTS)

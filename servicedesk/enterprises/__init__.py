"""The register: names, enterprises, filings, addresses, certificates."""

from flask import Flask

from servicedesk.catalogue import registry
from servicedesk.enterprises import (
    address_change_views,
    address_views,
    certificate_views,
    checks,
    effects,
    export_views,
    import_views,
    integrity,
    key_views,
    name_views,
    pick_lists,
    printing,
    registrar_views,
    tasks,
    views,
)
from servicedesk.notices import kinds
from servicedesk.words import say

__all__ = [
    "address_change_views",
    "address_views",
    "certificate_views",
    "export_views",
    "import_views",
    "init_app",
    "integrity",
    "key_views",
    "name_views",
    "registrar_views",
    "tasks",
]


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``."""
    join_catalogue()
    app.register_blueprint(views.bp)
    kinds.KINDS.update(stranger_accepted=say("Accepted from somebody outside the enterprise"))
    app.jinja_env.filters["iso_day"] = views.iso_day
    app.jinja_env.filters["fact"] = views.fact


def join_catalogue() -> None:
    """Tell the catalogue which rules, lists and effects there are here; safe to repeat."""
    registry.CHECKS.update(checks.CHECKS)
    registry.PICK_LISTS.update(pick_lists.PICK_LISTS)
    registry.EFFECTS.update(effects.EFFECTS)
    registry.CERTIFICATES.update(printing.templates())
    registry.SETTINGS.update(
        ("bo_percent", "bo_exempt_capital", "most_years", "org_forms", "unit_kinds"),
        ("licensed_first_excluded", "of_age", "reserved_days", "reserved_days_approval"),
    )

"""Applications, from draft to decision."""

from flask import Flask

from servicedesk.cases import (
    example_walk,
    form_views,
    integrity,
    name_check_views,
    sheets,
    tasks,
    views,
)
from servicedesk.catalogue import registry
from servicedesk.notices import kinds
from servicedesk.words import say

# ``form_views`` and ``name_check_views`` add their routes to the blueprint of ``views``;
# ``tasks`` its jobs to the worker, ``integrity`` its checks to ``servicedesk check``.
__all__ = ["form_views", "init_app", "integrity", "name_check_views", "tasks"]


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``."""
    join_catalogue()
    app.register_blueprint(views.bp)
    kinds.KINDS.update(
        case_letter=say("Letter about an application"),
        case_message=say("Message about an application"),
        tracking_code=say("Code to follow an application"),
    )


def join_catalogue() -> None:
    """Tell the catalogue what is known beforehand and how examples go; safe to repeat."""
    registry.PREFILLS.update(sheets.PREFILLS)
    if example_walk.faults not in registry.WALKS:
        registry.WALKS.append(example_walk.faults)

"""Applications, from draft to decision."""

from flask import Flask

from servicedesk.cases import (
    application_links,
    commitment_views,
    example_walk,
    form_views,
    integrity,
    known,
    name_check_views,
    tasks,
    version_views,
    versions,
    views,
)
from servicedesk.catalogue import registry
from servicedesk.notices import kinds
from servicedesk.words import say

# The modules of views add their routes to the blueprint of ``views``; ``tasks`` adds its jobs
# to the worker, ``integrity`` its checks to ``servicedesk check``.
# fmt: off
__all__ = [
    "commitment_views", "form_views", "init_app", "integrity", "name_check_views", "tasks",
    "version_views",
]
# fmt: on


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``."""
    join_catalogue()
    app.register_blueprint(views.bp)
    app.jinja_env.globals["application_links"] = application_links.application_links
    app.jinja_env.globals["start_choice"] = form_views.start_choice
    kinds.KINDS.update(
        case_letter=say("Letter about an application"),
        case_message=say("Message about an application"),
        case_reminder=say("Reminder of a paper that is due"),
        sending_asked=say("Application to be sent"),
        tracking_code=say("Code to follow an application"),
    )


def join_catalogue() -> None:
    """Tell the catalogue what cases know of definitions; safe to repeat."""
    registry.PREFILLS.update(known.PREFILLS)
    if example_walk.faults not in registry.WALKS:
        registry.WALKS.append(example_walk.faults)
    if versions.told not in registry.KEEPERS:
        registry.KEEPERS.append(versions.told)

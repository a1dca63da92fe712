"""Applications, from draft to decision."""

from flask import Flask

from servicedesk.cases import form_views, integrity, name_check_views, tasks, views
from servicedesk.notices import kinds
from servicedesk.words import say

# ``form_views`` and ``name_check_views`` add their routes to the blueprint of ``views``;
# ``tasks`` its jobs to the worker, ``integrity`` its checks to ``servicedesk check``.
__all__ = ["form_views", "init_app", "integrity", "name_check_views", "tasks"]


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``."""
    app.register_blueprint(views.bp)
    kinds.KINDS.update(
        case_letter=say("Letter about an application"),
        case_message=say("Message about an application"),
        tracking_code=say("Code to follow an application"),
    )

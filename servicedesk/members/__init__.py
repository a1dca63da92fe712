"""The people of an enterprise: members, invitations, outside agents and their mandates."""

from flask import Flask

from servicedesk.members import integrity, mandate_views, registrar_views, tasks, views
from servicedesk.notices import kinds
from servicedesk.words import say

# ``mandate_views`` and ``registrar_views`` add their routes to the blueprint of ``views``,
# ``tasks`` its jobs to the worker, ``integrity`` its checks to ``servicedesk check``.
__all__ = ["init_app", "integrity", "mandate_views", "registrar_views", "tasks"]


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``."""
    app.register_blueprint(views.bp)
    kinds.KINDS.update(
        member_invitation=say("Invitation to act for an enterprise"),
        mandate_granted=say("Mandate given"),
        mandate_ending=say("Mandate ends soon"),
        mandate_revoked=say("Mandate revoked"),
        mandate_given_up=say("Mandate given up"),
    )

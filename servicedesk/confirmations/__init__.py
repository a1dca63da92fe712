"""Joint confirmation: whoever an application names confirms their own data before it is sent."""

from flask import Flask

from servicedesk.cases import gates
from servicedesk.confirmations import integrity, link_views, views
from servicedesk.confirmations.gate import ConfirmationGate
from servicedesk.notices import kinds
from servicedesk.words import say

# ``integrity`` adds its checks to ``servicedesk check``.
__all__ = ["init_app", "integrity", "join_cases"]


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``."""
    join_cases()
    app.register_blueprint(views.bp)
    app.register_blueprint(link_views.bp)
    kinds.KINDS.update(
        confirmation_invitation=say("Link to confirm one's data"),
        confirmation_code=say("Code to confirm one's data"),
        confirmation_corrected=say("A person corrected their own data"),
    )


def join_cases() -> None:
    """Put up the gate before the sending of applications; safe to repeat."""
    if not any(isinstance(one, ConfirmationGate) for one in gates.GATES):
        gates.GATES.append(ConfirmationGate())

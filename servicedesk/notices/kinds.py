"""What each kind of notice is called where staff see it.

Features add theirs in ``init_app``; one that is not here shows the name of its templates.
"""

from typing import Final

from servicedesk.notices.models import DeliveryState
from servicedesk.words import Words, say

KINDS: Final[dict[str, Words]] = {
    "confirm_email": say("Confirm the e-mail address"),
    "account_exists": say("Signed up again"),
    "reset_password": say("Set a new password"),
    "no_account": say("No account with this address"),
    "password_changed": say("Password changed"),
}
STATES: Final[dict[DeliveryState, Words]] = {
    DeliveryState.QUEUED: say("On its way"),
    DeliveryState.SENT: say("Mailed"),
    DeliveryState.FAILED: say("Not delivered"),
}


def name_of(kind: str) -> Words | str:
    """Return what staff call the kind."""
    return KINDS.get(kind, kind)

"""Who may change the park's stock of addresses."""

from typing import Final

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Permission
from servicedesk.errors import NotPermitted
from servicedesk.words import say

PARK: Final = "park"  # the department whose stock it is


def manages_addresses(user: User) -> bool:
    """Whether to offer changes of the stock: to clerks and supervisors of the park."""
    return user.may(Permission.ADDRESS_MANAGE) and PARK in user.departments


def require_manages_addresses(user: User) -> None:
    """See that this person may change the stock.

    Raises:
        NotPermitted: they have no post in the park's own department.
    """
    if not manages_addresses(user):
        raise NotPermitted(say("Only the park's own staff may change its places."))

"""Who may change the park's stock of addresses, and who may move the whole register."""

from typing import Final

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Permission
from servicedesk.errors import NotPermitted
from servicedesk.words import say

PARK: Final = "park"  # the department whose stock it is
REGISTRAR: Final = "market"  # the department that keeps the register


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


def moves_register(user: User) -> bool:
    """Whether to offer import and export: to the registrar's supervisors and administrators."""
    is_registrar = REGISTRAR in user.departments or user.may(Permission.ADMIN)
    return user.may(Permission.REGISTER_MOVE) and is_registrar


def require_moves_register(user: User) -> None:
    """See that this person may bring enterprises in and take the register along.

    Raises:
        NotPermitted: they have no post at the registrar and are no administrator.
    """
    if not moves_register(user):
        raise NotPermitted(say("Only the registrar does this."))

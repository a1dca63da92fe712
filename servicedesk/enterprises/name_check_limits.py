"""How often the public name check may be asked; typing a name asks about twice a second."""

from collections.abc import Sequence
from typing import Final

from limits import parse

from servicedesk.accounts.throttle_rules import Circle, network_of

_NETWORK: Final = parse("120 per minute")
_ALL: Final = parse("3000 per minute")


def checking(address: str) -> Sequence[Circle]:
    """Return the circles of one check from the client's IP address."""
    return (
        Circle(_NETWORK, ("name-check", network_of(address))),
        Circle(_ALL, ("name-check", "all")),
    )

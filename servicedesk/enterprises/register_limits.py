"""How often the public register may be asked: enough to look things up, not to copy it.

OWN: the figures are the desk's; no law says how often.
"""

from collections.abc import Sequence
from typing import Final

from limits import parse

from servicedesk.accounts.throttle_rules import Circle, network_of

_NETWORK: Final = parse("60 per minute")
_NETWORK_LONG: Final = parse("900 per hour")
_ALL: Final = parse("6000 per minute")


def asking(address: str) -> Sequence[Circle]:
    """Return the circles of one page of the register for the client's IP address."""
    network = network_of(address)
    return (
        Circle(_NETWORK, ("register", network)),
        Circle(_NETWORK_LONG, ("register", "long", network)),
        Circle(_ALL, ("register", "all")),
    )

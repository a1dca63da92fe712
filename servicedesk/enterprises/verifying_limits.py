"""How often certificates may be verified: a bank's whole office may stand behind one address."""

from collections.abc import Sequence
from typing import Final

from limits import RateLimitItem, parse

from servicedesk.accounts.throttle_rules import Circle, network_of

_CODE: Final = parse("300 per 10 minutes")
_CODE_ALL: Final = parse("6000 per 10 minutes")
_FILE: Final = parse("60 per 10 minutes")
_FILE_ALL: Final = parse("1200 per 10 minutes")
_LIST: Final = parse("30 per 10 minutes")
_LIST_ALL: Final = parse("600 per 10 minutes")


def by_code(address: str) -> Sequence[Circle]:
    """Return the circles of looking a code up from the client's IP address."""
    return _circles("verify-code", address, _CODE, _CODE_ALL)


def by_file(address: str) -> Sequence[Circle]:
    """Return the circles of having a file looked at."""
    return _circles("verify-file", address, _FILE, _FILE_ALL)


def the_list(address: str) -> Sequence[Circle]:
    """Return the circles of fetching the list of what is not in force, which is signed anew."""
    return _circles("verify-list", address, _LIST, _LIST_ALL)


def _circles(
    what: str, address: str, network: RateLimitItem, everybody: RateLimitItem
) -> Sequence[Circle]:
    return (Circle(network, (what, network_of(address))), Circle(everybody, (what, "all")))

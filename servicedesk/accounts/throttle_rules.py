"""How often one may try what.

Pure tables.  Four circles, from the narrowest: one account from one network; one account;
one network; everybody.  A narrower circle that is full stops an attempt before it counts in
a wider one, so that a single guesser fills only their own.  A browser in which the account
was signed in to before has a circle of its own: whoever guesses elsewhere cannot keep the
owner out (S5).
"""

import hashlib
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from limits import RateLimitItem, parse


@dataclass(frozen=True)
class Circle:
    """A limit, and whom it counts together."""

    limit: RateLimitItem
    whom: tuple[str, ...]


_PASSWORD_HERE: Final = parse("5 per 5 minutes")
_PASSWORD_ACCOUNT: Final = parse("100 per hour")
_PASSWORD_NETWORK: Final = parse("60 per 15 minutes")
_PASSWORD_ALL: Final = parse("600 per minute")
_PASSWORD_KNOWN: Final = parse("10 per 5 minutes")

_CODE_HERE: Final = parse("3 per hour")
_CODE_NUMBER: Final = parse("30 per day")
_CODE_TRIED: Final = parse("10 per 10 minutes")
_CODE_ALL: Final = parse("600 per minute")
_LOOK_UP: Final = parse("60 per 10 minutes")
_LOOK_UP_ALL: Final = parse("3000 per 10 minutes")

_MAIL_HERE: Final = parse("4 per hour")
_MAIL_TARGET: Final = parse("20 per hour")
_MAIL_NETWORK: Final = parse("60 per hour")
_MAIL_ALL: Final = parse("2000 per hour")

_TICKET: Final = parse("1200 per 10 minutes")  # a busy hall gives out some hundreds a day
_TICKET_ALL: Final = parse("6000 per 10 minutes")

_LINK: Final = parse("60 per 10 minutes")  # opened or used, of one appointment
_LINK_NETWORK: Final = parse("600 per 10 minutes")
_LINK_ALL: Final = parse("6000 per 10 minutes")


def guessing(email: str, address: str, browser: str | None) -> Sequence[Circle]:
    """Return the circles of trying a password.

    Args:
        email: of the account, known or not.
        address: the client's IP address.
        browser: the mark of a browser that knows the account, or None.
    """
    account, network = digest(email), network_of(address)
    if browser is not None:
        return (Circle(_PASSWORD_KNOWN, ("sign-in", "browser", account, browser)),)
    return (
        Circle(_PASSWORD_HERE, ("sign-in", "here", account, network)),
        Circle(_PASSWORD_NETWORK, ("sign-in", "network", network)),
        Circle(_PASSWORD_ACCOUNT, ("sign-in", "account", account)),
        Circle(_PASSWORD_ALL, ("sign-in", "all")),
    )


def mailing(email: str, address: str, browser: str | None) -> Sequence[Circle]:
    """Return the circles of asking for a mail to an address that anybody can type.

    Args:
        email: where the mail would go.
        address: the client's IP address.
        browser: the mark of a browser that knows the account, or None.
    """
    target, network = digest(email), network_of(address)
    if browser is not None:
        return (
            Circle(_MAIL_HERE, ("mail", "browser", target, browser)),
            Circle(_MAIL_ALL, ("mail", "all")),
        )
    return (
        Circle(_MAIL_HERE, ("mail", "here", target, network)),
        Circle(_MAIL_NETWORK, ("mail", "network", network)),
        Circle(_MAIL_ALL, ("mail", "all")),
    )


def mailbox(email: str) -> Sequence[Circle]:
    """Return the circle that keeps one address from being flooded, whoever asks."""
    return (Circle(_MAIL_TARGET, ("mail", "target", digest(email))),)


def tracking_mail(number: str, address: str) -> Sequence[Circle]:
    """Return the circles of asking for a tracking code: strangers must not keep the owner out."""
    network = network_of(address)
    return (
        Circle(_CODE_HERE, ("track", "here", digest(number), network)),
        Circle(_CODE_NUMBER, ("track", "number", digest(number))),
        Circle(_MAIL_NETWORK, ("mail", "network", network)),
        Circle(_MAIL_ALL, ("mail", "all")),
    )


def looking_up(address: str, browser: str | None) -> Sequence[Circle]:
    """Return the circles of asking where a number stands.

    ``browser`` is the mark of one in which somebody signed in before: whoever tries numbers
    from the same network does not keep it out.
    """
    if browser is not None:
        return (Circle(_LOOK_UP, ("look-up", "browser", browser)),)
    return (
        Circle(_LOOK_UP, ("look-up", "network", network_of(address))),
        Circle(_LOOK_UP_ALL, ("look-up", "all")),
    )


def trying_code(asked_here: str) -> Sequence[Circle]:
    """Return the circles of trying a tracking code.

    ``asked_here`` is what the code stands for: a number in the browser that asked for it.  It
    opens nothing anywhere else, so no stranger's tries count together with it.
    """
    return (
        Circle(_CODE_TRIED, ("code", "here", digest(asked_here))),
        Circle(_CODE_ALL, ("code", "all")),
    )


def taking_ticket(address: str) -> Sequence[Circle]:
    """Return the circles of taking a ticket; all kiosks of a hall may share one address."""
    return (
        Circle(_TICKET, ("ticket", "network", network_of(address))),
        Circle(_TICKET_ALL, ("ticket", "all")),
    )


def using_link(token: str, address: str) -> Sequence[Circle]:
    """Return the circles of opening an appointment by its link, ours or made up."""
    network = network_of(address)
    return (
        Circle(_LINK, ("link", "here", digest(token), network)),
        Circle(_LINK_NETWORK, ("link", "network", network)),
        Circle(_LINK_ALL, ("link", "all")),
    )


def digest(text: str) -> str:
    """Return a short stand-in for a name, so that counters hold no personal data."""
    return hashlib.sha256(text.strip().lower().encode()).hexdigest()[:32]


def network_of(address: str) -> str:
    """Return what counts as one client: an IPv4 address, or an IPv6 network of 64 bits.

    >>> network_of("2001:db8::1"), network_of("192.0.2.7"), network_of("?")
    ('2001:db8::', '192.0.2.7', 'unknown')
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if found.version == 4:  # noqa: PLR2004 - IPv4
        return str(found)
    return str(ipaddress.ip_network((found, 64), strict=False).network_address)

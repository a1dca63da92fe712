"""What to say of a name that is like one somebody holds.

Art. 17 of the regulations on enterprise names refuses the same trade name in the same
industry; anything merely alike is the applicant's own risk (art. 16).
"""

from datetime import date
from enum import StrEnum
from typing import Final

from servicedesk.catalogue.registry import Finding
from servicedesk.enterprises.findings import look, name_rules, wrong
from servicedesk.enterprises.name_likeness import Likeness
from servicedesk.words import Words, say


class Holding(StrEnum):
    """How a name is held, as far as the person asking is concerned."""

    REGISTERED = "registered"
    RESERVED = "reserved"
    RESERVED_BY_YOU = "reserved_by_you"
    FORMER = "former"


_ALIKE: Final = {
    Likeness.PERHAPS_SAME: say("has the same trade name in what may be the same industry"),
    Likeness.SAME_SOUND: say("sounds the same"),
    Likeness.NEAR_SOUND: say("sounds the same but for the tones"),
    Likeness.LOOKS_ALIKE: say("looks alike"),
    Likeness.ONE_APART: say("differs by one character"),
    Likeness.OTHER_INDUSTRY: say("has the same trade name in another industry"),
    Likeness.ALIKE_ELSEWHERE: say("sounds or looks alike, in another industry"),
}
_HELD: Final = {
    Holding.REGISTERED: say("registered"),
    Holding.RESERVED: say("reserved"),
    Holding.RESERVED_BY_YOU: say("reserved for you"),
    Holding.FORMER: say("given up less than a year ago"),
}


def refusal(held: str, holding: Holding, until: date | None) -> Words:
    """Return why a name cannot be had: it is the same as ``held``.

    Args:
        held: the other name, in full.
        holding: how it is held.
        until: when the reservation, or the year after it was given up, ends; None: open.
    """
    if holding is Holding.REGISTERED:
        return say(
            "“%(held)s” is registered with the same trade name in the same industry, or one of "
            "you names none. Choose another trade name.",
            held=held,
        )
    if holding is Holding.FORMER:
        return say(
            "“%(held)s” was given up less than a year ago. Its trade name is free again after "
            "%(until)s. Choose another.",
            held=held,
            until=until or "",
        )
    if holding is Holding.RESERVED_BY_YOU:
        return say(
            "You hold “%(held)s” already. Use it in your set-up application, or choose another "
            "trade name.",
            held=held,
        )
    if until is None:
        return say(
            "“%(held)s” is held for an application that is being decided. Choose another trade "
            "name.",
            held=held,
        )
    return say(
        "“%(held)s” is reserved for somebody else until %(until)s. Choose another trade name.",
        held=held,
        until=until,
    )


def finding(held: str, likeness: Likeness, holding: Holding, until: date | None) -> Finding:
    """Return what to say of one name that is like the one asked about."""
    if likeness is Likeness.SAME:
        return wrong(refusal(held, holding, until), "trade_name", name_rules("17"))
    return look(
        say(
            "The name is free with care: “%(held)s” (%(holding)s) %(alike)s. You answer for it "
            "if yours is taken for it.",
            held=held,
            holding=_HELD[holding],
            alike=_ALIKE[likeness],
        ),
        "trade_name",
        name_rules("16, 17"),
    )

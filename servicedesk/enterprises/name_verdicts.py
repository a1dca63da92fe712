"""What to say of a name, and of those that are like it: free, free with care, or refused.

Art. 17 of the regulations on enterprise names refuses the same trade name in the same
industry; anything merely alike is the applicant's own risk (art. 16).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from servicedesk.catalogue.registry import Finding, Weight
from servicedesk.enterprises.findings import look, name_rules, wrong
from servicedesk.words import Words, say


class Verdict(StrEnum):
    """What comes of declaring a name."""

    FREE = "free"
    CARE = "care"  # free, at the applicant's own risk, or somebody looks
    REFUSED = "refused"


class Holding(StrEnum):
    """How a name is held, as far as the person asking is concerned."""

    REGISTERED = "registered"
    RESERVED = "reserved"
    RESERVED_BY_YOU = "reserved_by_you"
    CHANGED = "changed"
    DEREGISTERED = "deregistered"
    ANNULLED = "annulled"
    GIVEN_UP = "given_up"  # it is not known how


FORMER: Final = frozenset(
    {Holding.CHANGED, Holding.DEREGISTERED, Holding.ANNULLED, Holding.GIVEN_UP}
)


@dataclass(frozen=True)
class Held:
    """A name that is held or was: by nobody we tell, but how, and until when."""

    full_name: str
    holding: Holding
    ended_on: date | None = None  # of a name given up
    until: date | None = None  # last day of a reservation; None: not to be foreseen
    free_from: date | None = None  # of a name given up

    @property
    def words(self) -> Words:
        """How the name is held."""
        if self.holding is Holding.REGISTERED:
            return say("registered")
        if self.holding in FORMER:
            return say("%(ended)s; free from %(day)s", ended=self._ended, day=self.free_from or "")
        if self.until is None:
            return say("held for an application that is being decided")
        if self.holding is Holding.RESERVED_BY_YOU:
            return say("reserved for you until %(until)s", until=self.until)
        return say("reserved until %(until)s", until=self.until)

    @property
    def _ended(self) -> Words:
        day = self.ended_on or ""
        if self.holding is Holding.CHANGED:
            return say("changed for another name on %(day)s", day=day)
        if self.holding is Holding.DEREGISTERED:
            return say("deregistered on %(day)s", day=day)
        if self.holding is Holding.ANNULLED:
            return say("annulled on %(day)s", day=day)
        return say("given up on %(day)s", day=day)


@dataclass(frozen=True)
class Near:
    """A name that is like the one asked about: why, how it is held, and what follows."""

    held: Held
    why: Words
    verdict: Verdict  # refused or care
    is_whole: bool = False  # it is the very name asked about

    @property
    def rule(self) -> Words:
        """Where it is written."""
        return name_rules("17" if self.verdict is Verdict.REFUSED else "16, 17")

    @property
    def finding(self) -> Finding:
        """The same in one sentence, for forms."""
        if self.verdict is Verdict.REFUSED:
            words = refusal(self.held, is_whole=self.is_whole)
            return wrong(words, "trade_name", self.rule)
        words = say(
            "The name is free with care: “%(held)s” (%(holding)s) %(alike)s. You answer for it "
            "if yours is taken for it.",
            held=self.held.full_name,
            holding=self.held.words,
            alike=self.why,
        )
        return look(words, "trade_name", self.rule)


def refusal(held: Held, *, is_whole: bool = False) -> Words:
    """Return why a name cannot be had: it is the same as one that is held, perhaps as a whole."""
    name = held.full_name
    if held.holding is Holding.REGISTERED and is_whole:
        return say("“%(held)s” is registered already. Choose another trade name.", held=name)
    if held.holding is Holding.REGISTERED:
        return say(
            "“%(held)s” is registered with the same trade name in the same industry, or one of "
            "you names none. Choose another trade name.",
            held=name,
        )
    if held.holding in FORMER:
        return say(
            "“%(held)s” was given up less than a year ago. Its trade name is free from %(day)s. "
            "Choose another.",
            held=name,
            day=held.free_from or "",
        )
    if held.holding is Holding.RESERVED_BY_YOU:
        return say(
            "You hold “%(held)s” already. Use it in your set-up application, or choose another "
            "trade name.",
            held=name,
        )
    if held.until is None:
        return say(
            "“%(held)s” is held for an application that is being decided. Choose another trade "
            "name.",
            held=name,
        )
    return say(
        "“%(held)s” is reserved for somebody else until %(until)s. Choose another trade name.",
        held=name,
        until=held.until,
    )


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """Return what all findings on a name come to.

    >>> verdict_of([])
    <Verdict.FREE: 'free'>
    """
    weights = {one.weight for one in findings}
    if Weight.WRONG in weights:
        return Verdict.REFUSED
    return Verdict.CARE if Weight.LOOK in weights else Verdict.FREE

"""Why an application is turned away at the door, and how its letter says it.

Pure.  行政许可法 art. 32 (clock_rules.yaml, licensing_law.on_receipt) knows three kinds: no licence
is needed; another body is competent, which is named; what is asked for before an application is
accepted is not there.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from servicedesk.errors import RuleBroken
from servicedesk.words import Words, say


class Kind(StrEnum):
    """Why it is not accepted.  Stored as the letter's ``variant``: add one, never rename one."""

    NOT_NEEDED = "not_needed"
    NOT_COMPETENT = "not_competent"
    CONDITIONS = "conditions_not_met"


KIND_WORDS: Final[dict[Kind, Words]] = {
    Kind.NOT_NEEDED: say("By law nothing has to be applied for"),
    Kind.NOT_COMPETENT: say("Another body is competent"),
    Kind.CONDITIONS: say("The conditions of acceptance are not met"),
}


class BodyMissing(RuleBroken):
    """Who is sent elsewhere is told where."""

    def __init__(self) -> None:
        super().__init__(say("Name the body that is competent. The applicant is sent there."))


@dataclass(frozen=True)
class TurningAway:
    """Why an application is not accepted, and which body is competent instead.

    Raises:
        BodyMissing: another one is, and is not named.
    """

    kind: Kind = Kind.CONDITIONS
    body: str = ""

    def __post_init__(self) -> None:
        if self.kind is Kind.NOT_COMPETENT and not self.body:
            raise BodyMissing

    def facts(self) -> dict[str, str]:
        """Return what the letter says of it."""
        return {"variant": self.kind} | ({"body": self.body} if self.body else {})

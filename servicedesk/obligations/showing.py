"""What pages, mails and files say of obligations."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import chain
from typing import Any, Final

from servicedesk.enterprises.reference import scope_phrases
from servicedesk.obligations.duties import Obligation, name_of, rule_of
from servicedesk.obligations.duty_kinds import Kind
from servicedesk.obligations.licences import Licence
from servicedesk.obligations.models import LicenceTelling, OpenObligation
from servicedesk.obligations.queries import Rights
from servicedesk.web.table_cells import csv_text
from servicedesk.words import Text, Words, say

SOON_DAYS: Final = 60  # OWN; what pages call soon


class When(StrEnum):
    """How near a day is, as the calendar groups them."""

    OVERDUE = "overdue"
    SOON = "soon"
    LATER = "later"


WHEN_WORDS: Final[Mapping[When, Words]] = {
    When.OVERDUE: say("Overdue"),
    When.SOON: say("Due soon"),
    When.LATER: say("Later"),
}


@dataclass(frozen=True)
class Row:
    """An obligation as the page of its enterprise shows it."""

    one: Obligation
    left: int  # days after today; below 0 it is overdue
    case: str | None  # the open application that fulfils it
    may_begin: bool
    may_tell: bool
    granted: str | None = None  # the application that granted what is to be extended

    @property
    def when(self) -> When:
        """In which group it stands."""
        return when(self.left)

    @property
    def is_for_them(self) -> bool:
        """Whether whoever looks can see to it now."""
        return self.case is not None or self.may_begin or self.may_tell


@dataclass(frozen=True)
class Listed:
    """An obligation as lists over several enterprises show it."""

    row: OpenObligation
    name: Text
    left: int


@dataclass(frozen=True)
class Telling:
    """What was told of a licence, or taken back, as the page shows it."""

    said: LicenceTelling
    licence: Licence | None  # None: it was taken back
    line: Text
    kind: Text  # of licence
    is_needed: bool  # the scope has the line still


def when(left: int) -> When:
    """Return how near a day is.

    >>> [when(left).value for left in (-1, 0, 60, 61)]
    ['overdue', 'soon', 'soon', 'later']
    """
    if left < 0:
        return When.OVERDUE
    return When.SOON if left <= SOON_DAYS else When.LATER


def rows(
    obligations: Iterable[Obligation],
    cases: Mapping[tuple[str, str], str],
    rights: Rights,
    today: date,
) -> list[Row]:
    """Return the obligations of an enterprise, what is due first first.

    Of an application only those learn who act in its service.
    """
    return [
        Row(
            one,
            one.left(today),
            cases.get(one.key) if one.service in rights.sees else None,
            one.service in rights.begins and one.opens_on is None and not one.is_closed(today),
            one.is_told and rights.tells,
            one.granted.reference if one.granted and one.granted.service in rights.sees else None,
        )
        for one in obligations
    ]


def groups(shown: Sequence[Row]) -> list[tuple[When, list[Row]]]:
    """Return the rows by how near their day is; no group is empty."""
    found = [(group, [row for row in shown if row.when is group]) for group in When]
    return [(group, members) for group, members in found if members]


def listed(found: Iterable[OpenObligation], today: date) -> list[Listed]:
    """Return the rows of a list."""
    return [Listed(row, kept_name(row.kind, row.facts), (row.due_on - today).days) for row in found]


def kept_name(kind: Kind, facts: Mapping[str, Any]) -> Text:
    """Return what an obligation is called whose facts were kept."""
    return name_of(kind, _said(facts))


def kept_rule(kind: Kind, facts: Mapping[str, Any]) -> Text:
    """Return the rule behind an obligation whose facts were kept."""
    return rule_of(kind, _said(facts))


def tellings(said: Iterable[LicenceTelling], lines: Collection[str]) -> list[Telling]:
    """Return what was told of licences; ``lines``: of the scope, that need one."""
    phrases = scope_phrases()
    return [
        Telling(
            one,
            one.licence,
            phrases[one.line].name if one.line in phrases else Text(one.line, one.line),
            phrases[one.line].licence if one.line in phrases else Text("", ""),
            one.line in lines,
        )
        for one in said
    ]


def as_csv(heads: Sequence[str], found: Iterable[Any], language: str, today: date) -> str:
    """Return a list as a file for tables; no cell of it runs as a formula (S8)."""
    rows = (
        (
            due_on.isoformat(),
            (today - due_on).days,
            kept_name(kind, facts).in_language(language),
            name,
            credit_code,
        )
        for kind, facts, due_on, name, credit_code in found
    )
    return csv_text(chain([heads], rows))


def _said(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: Text(**one) if isinstance(one, dict) else one for key, one in facts.items()}

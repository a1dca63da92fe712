"""What an officer fills in when doing a task, as a definition writes it.

Pure data, checked by pydantic: questions to the officer, and points to confirm one by one.
What follows from them is ``catalogue.examining``.

    checks:
      - {key: same_post, label: {en: Same employer and post., zh: 单位和职业一致。}, looks_at: post}
    fields:
      - {key: points_found, kind: number, max: 120, prefill: points, label: {en: ..., zh: ...}}
    bounds:
      - {key: of_a, found: points_found, least: 85, rule: {en: Category A needs 85., zh: ...}}
    tells: [points_found]
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Final

from pydantic import Field, field_validator

from servicedesk.catalogue import blocks
from servicedesk.catalogue.fields import (
    MOST_FIELDS_ON_A_PAGE,
    AnyField,
    ComputedQuestion,
    Condition,
    Key,
    Part,
    SimpleField,
    Text,
)

TODAY: Final = "today"  # stands for a day in ``since``
MOST_CHECKS = 12  # of one task; a longer list is ticked without being read
OfficerField = Annotated[SimpleField | ComputedQuestion, Field(discriminator="kind")]


class Check(Part):
    """A point that the officer confirms before an action in favour; ``label`` is the sentence."""

    key: Key
    label: Text
    looks_at: tuple[Key, ...] = ()  # the questions and materials that show it
    when: Condition | None = None  # to be confirmed only if this holds

    @field_validator("looks_at", mode="before")
    @classmethod
    def _is_a_list_of_one(cls, said: object) -> object:
        return [] if said is None else [said] if isinstance(said, str) else said


class Bound(Part):
    """A rule that something found must keep to before an action in favour (``bounds``).

    ``rule`` says it to the officer; the program adds which day or number is still possible.
    The first and the last day count, but for the day after which a time is to be over.
    """

    key: Key
    found: Key  # the question of the task that it bounds: a number, or a day
    rule: Text
    when: Condition | None = None  # only if this holds, of the form and what is found
    least: Decimal | None = None  # of a number
    most: Decimal | None = None
    not_before: Key | None = None  # of a day: another day
    not_after: Key | None = None
    over_days: Annotated[int, Field(ge=0)] | None = None  # so many are over today since this day
    since: tuple[Key, ...] = ()  # from the last of these days, ``today`` may be one:
    least_days: Annotated[int, Field(ge=1)] | None = None  # it lasts so many, or more
    within_days: Annotated[int, Field(ge=0)] | None = None  # it comes within so many
    most_years: Annotated[int, Field(ge=1)] | None = None  # it lasts so many, or fewer

    @field_validator("since", mode="before")
    @classmethod
    def _is_a_list_of_one(cls, said: object) -> object:
        return [] if said is None else [said] if isinstance(said, str) else said

    @property
    def lasts(self) -> bool:
        """Whether it is counted from the days in ``since``."""
        return (self.least_days, self.within_days, self.most_years) != (None, None, None)

    @property
    def is_of_days(self) -> bool:
        """Whether it bounds a day; else a number."""
        return self.lasts or (self.not_before, self.not_after, self.over_days) != (None, None, None)


class FilledIn(Part):
    """What a task may ask of the officer who does it.

    In these questions ``prefill`` names questions of the application: the officer begins with
    what the applicant said.
    """

    fields: Annotated[tuple[OfficerField, ...], Field(max_length=MOST_FIELDS_ON_A_PAGE)] = ()
    checks: Annotated[tuple[Check, ...], Field(max_length=MOST_CHECKS)] = ()
    bounds: tuple[Bound, ...] = ()  # rules that what is found keeps to
    tells: tuple[Key, ...] = ()  # those of its fields that the decision tells the applicant

    @field_validator("fields", mode="before")
    @classmethod
    def _unfolds_its_blocks(cls, said: object) -> object:
        return blocks.unfolded(said)

    @field_validator("tells", mode="before")
    @classmethod
    def _tells_a_list(cls, said: object) -> object:
        return [said] if isinstance(said, str) else said

    @property
    def is_filled_in(self) -> bool:
        """Whether there is anything to fill in or to confirm."""
        return bool(self.fields or self.checks)


@dataclass(frozen=True)
class Fragment:
    """A piece of form: what ``catalogue.forms`` compiles besides whole pages."""

    key: str
    fields: tuple[AnyField, ...]


def said_in(what: object) -> Mapping[str, object]:
    """Return what a step of an example says the officer finds: ``{do: ..., finds: {...}}``."""
    finds = what.get("finds") if isinstance(what, Mapping) else None
    return finds if isinstance(finds, Mapping) else {}

"""The kinds of obligation as data: ``kinds.yaml``, or a park's own ``obligations.yaml``.

Pure: no database, no web.  Which service fulfils what, its words and its figures are data, for
another park has other services; how a day follows from the register is ``duties``.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from servicedesk.resources import PACKAGE, ParkInvalid, of_park
from servicedesk.words import Text

_SHIPPED: Final = PACKAGE / "obligations" / "kinds.yaml"


class Kind(StrEnum):
    """What may be owed.  Stored: add one, never rename one."""

    ANNUAL_REPORT = "annual_report"
    CONTRIBUTIONS = "contributions"
    SHORTER_TERMS = "shorter_terms"
    BENEFICIAL_OWNERS = "beneficial_owners"
    SUSPENSION = "suspension"
    TERM = "term"
    LEASE = "lease"
    CHANGE = "change"
    WORK_PERMIT = "work_permit"
    RESIDENCE_PERMIT = "residence_permit"
    LICENCE = "licence"
    LICENCE_RENEWAL = "licence_renewal"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Names(_Part):
    en: Annotated[str, Field(min_length=1, max_length=400)]
    zh: Annotated[str, Field(min_length=1, max_length=400)]


class _Days(_Part):
    setting: str  # of the service that fulfils it
    otherwise: Annotated[int, Field(ge=0, le=400, alias="else")]


class Terms(_Part):
    """One kind as the file says it."""

    service: str = ""  # none: it is fulfilled elsewhere, and the enterprise tells so
    name: _Names
    title: _Names
    rule: _Names
    source: str
    forms: frozenset[str] = frozenset()  # org_forms.csv; none: every form
    days: _Days | None = None
    figures: Mapping[str, int | date] = {}
    prefill: Mapping[str, str | list[str]] = {}
    granted_by: frozenset[str] = frozenset()
    ended_by: frozenset[str] = frozenset()
    told_elsewhere: bool = False  # another notice tells of it
    is_private: bool = False  # for those only who may do this service for the enterprise

    @property
    def heading(self) -> Text:
        """What the kind is called in lists."""
        return Text(self.title.en, self.title.zh)

    def number(self, name: str) -> int:
        """Return a figure of the rule."""
        return int(str(self.figures[name]))

    def day(self, name: str) -> date:
        """Return a day of the rule."""
        return date.fromisoformat(str(self.figures[name]))

    def days_of(self, settings: Mapping[str, Any]) -> int:
        """Return how many days the service's settings give, or else the file."""
        if self.days is None:
            return 0
        given = settings.get(self.days.setting)
        return self.days.otherwise if given is None else int(given)


class Book(_Part):
    """The whole file."""

    reminders: tuple[Annotated[int, Field(ge=0, le=365)], ...]
    kinds: Mapping[Kind, Terms]

    def services(self) -> frozenset[str]:
        """Return the codes of the services that fulfil something."""
        return frozenset(one.service for one in self.kinds.values() if one.service)

    def granting(self) -> frozenset[str]:
        """Return the codes of the services that grant what is to be extended."""
        return frozenset(code for one in self.kinds.values() for code in one.granted_by)

    def open_to_staff(self) -> list[Kind]:
        """Return the kinds that the register itself shows, in their order."""
        return [kind for kind, one in self.kinds.items() if not one.is_private]


@cache
def book() -> Book:
    """Return the kinds of the park, read once a process.

    Raises:
        ParkInvalid: the file says something that we cannot read.
    """
    path = of_park("obligations.yaml", _SHIPPED)
    try:
        return Book.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (ValidationError, yaml.YAMLError) as error:
        raise ParkInvalid(f"{path.name}: {error}") from None

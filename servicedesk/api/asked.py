"""What the API takes, as pydantic models; the OpenAPI document is made of them.

Pure: no database, no web.  A field that nobody knows is refused.
"""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from servicedesk.api.shapes import Code, Key, Language, Part
from servicedesk.hall.counter_models import NOTE_LENGTH
from servicedesk.hall.models import Priority
from servicedesk.hall.operations.serving import Outcome
from servicedesk.hall.stop_changes import MOST_OF_ONE

_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def _within_reason(moment: datetime) -> datetime:
    if not _FIRST <= moment < _LAST:
        raise ValueError("give a moment of this century")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_within_reason)]
Number = Annotated[int, Field(ge=1, le=999)]
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]
Quantity = Annotated[int, Field(ge=1, le=MOST_OF_ONE)]
_NO_NUL = r"^[^\x00]*$"
Words = Annotated[str, Field(max_length=400, pattern=_NO_NUL)]
NoteWords = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=NOTE_LENGTH, pattern=_NO_NUL),
]


class Empty(Part):
    """Nothing to say: ``{}`` or no body at all."""


class Wanted(Part):
    """What somebody comes for: one line or several, services of the catalogue, or both."""

    lines: Annotated[list[Key], Field(max_length=6)] = []
    services: Annotated[list[Code], Field(max_length=6)] = []

    @model_validator(mode="after")
    def _for_something(self) -> "Wanted":
        if not self.lines and not self.services:
            raise ValueError("name at least one line or one service")
        return self


class Take(Wanted):
    """What a ticket is wanted for."""

    language: Language = "zh"
    priority: Priority | None = None
    booked_for: Moment | None = Field(
        None, description="Only in a hall for training: stands for an appointment."
    )
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"lines": ["registration"], "language": "en"}]}
    )


class CheckIn(Part):
    """The code of an appointment, as its holder says it."""

    code: Annotated[str, Field(pattern=r"^[0-9A-Za-z ]{4,12}$", examples=["K7M2PX"])]
    model_config = ConfigDict(json_schema_extra={"examples": [{"code": "K7M2PX"}]})


class FindSlots(Wanted):
    """Which times are asked for."""

    persons: Annotated[int, Field(ge=1, le=10)] = 1


class CheckName(Part):
    """The parts of the name of a company."""

    trade_name: Annotated[str, Field(min_length=1, max_length=20, pattern=_NO_NUL)]
    industry: Annotated[str, Field(max_length=20, pattern=_NO_NUL)] = ""
    division: Annotated[str, Field(max_length=20, pattern=_NO_NUL)] = ""
    form: Annotated[str, Field(max_length=20, pattern=_NO_NUL)] = ""


class Book(Wanted):
    """A time to book."""

    start: Moment
    persons: Annotated[int, Field(ge=1, le=10)] = 1
    language: Language = "zh"
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"lines": ["advice"], "start": "2026-12-04T10:00:00+08:00", "language": "en"}
            ]
        }
    )


class Move(Part):
    """Another time for an appointment."""

    start: Moment
    version: Version | None = None
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"start": "2026-12-04T11:00:00+08:00", "version": 2}]}
    )


class Seen(Part):
    """The version that was looked at, if it is said; another one now is a conflict."""

    version: Version | None = None
    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 2}]})


class OnTicket(Seen):
    """An action on a ticket: the version that was looked at, here or in ``If-Match``."""

    version: Version | None = Field(None, description="needed, unless If-Match names it")


class SignOn(Part):
    """Which counter is opened, for which lines, in which languages."""

    hall: Key
    counter: Number
    lines: Annotated[list[Key], Field(min_length=1, max_length=20)]
    languages: Annotated[list[Language], Field(min_length=1, max_length=2)] = ["zh", "en"]
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"hall": "training", "counter": 1, "lines": ["registration"]}]
        }
    )


class Away(OnTicket):
    """For how long somebody leaves; the hall says how long that may be."""

    minutes: Annotated[int, Field(ge=1, le=24 * 60)]
    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 1, "minutes": 20}]})


class Speak(OnTicket):
    """The language in which somebody is served."""

    language: Language
    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 1, "language": "en"}]})


class Thing(OnTicket):
    """A service of the catalogue, or something else of a line."""

    line: Key | None = None
    service: Code | None = None

    @model_validator(mode="after")
    def _is_one(self) -> "Thing":
        if (self.line is None) == (self.service is None):
            raise ValueError("name a line or a service")
        return self


class Add(Thing):
    """One thing more that a visit is for."""

    quantity: Quantity = 1
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"version": 3, "service": "A_SERVICE"}]}
    )


class Count(OnTicket):
    """How many of one thing somebody came for."""

    quantity: Quantity
    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 3, "quantity": 2}]})


class FinishOne(OnTicket):
    """How one thing of the visit ended."""

    outcome: Outcome = Outcome.SERVED
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"version": 3, "outcome": "papers_missing"}]}
    )


class Note(OnTicket):
    """A note on the visit, for later counters."""

    body: NoteWords
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"version": 3, "body": "Brings the lease tomorrow."}]}
    )


class Pause(Part):
    """Why the counter is closed for a while."""

    reason: Literal["lunch", "short", "meeting", "other"] = "short"
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "lunch"}]})


class Finish(OnTicket):
    """How the visit ended, or what there was to do in this line."""

    outcome: Outcome = Outcome.SERVED
    to: Key | None = Field(
        None, description="the line in which it goes on; null: where all of it ends first"
    )
    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 3}]})


class Choose(OnTicket):
    """Why somebody is called out of turn; stays on record."""

    reason: Annotated[str, Field(min_length=3, max_length=400, pattern=r"^[^\x00]*$")]
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"version": 1, "reason": "has a train to catch"}]}
    )


class Transfer(Thing):
    """Where somebody is sent on to: a line, a counter that is open in it, or a service."""

    counter: Number | None = None
    words: Words = ""
    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 3, "line": "advice"}]})

    @model_validator(mode="after")
    def _to_one_place(self) -> "Transfer":
        if self.service is not None and self.counter is not None:
            raise ValueError("name the line of the counter")
        return self

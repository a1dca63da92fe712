"""What goes in and out of the API, as pydantic models; the OpenAPI document is made of them.

Pure: no database, no web.  Moments are ISO 8601 with an offset, waits are whole minutes, texts
come in both languages.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from servicedesk.hall.models import Priority
from servicedesk.hall.operations.serving import Outcome
from servicedesk.hall.ticket_life import TicketStatus

_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def _within_reason(moment: datetime) -> datetime:
    if not _FIRST <= moment < _LAST:
        raise ValueError("give a moment of this century")
    return moment


Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$", examples=["registration"])]
Code = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{1,40}$", examples=["A_SERVICE"])]
Number = Annotated[int, Field(ge=1, le=999)]
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]
Moment = Annotated[AwareDatetime, AfterValidator(_within_reason)]
Language = Literal["zh", "en"]
Words = Annotated[str, Field(max_length=400, pattern=r"^[^\x00]*$")]


class Part(BaseModel):
    """Strict: a field that nobody knows is an error, not a wish unheard."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Empty(Part):
    """Nothing to say: ``{}`` or no body at all."""


# ---- in ----


class Take(Part):
    """What a ticket is wanted for: one line or several, or services of the catalogue."""

    lines: Annotated[list[Key], Field(max_length=6)] = []
    services: Annotated[list[Code], Field(max_length=6)] = []
    language: Language = "zh"
    priority: Priority | None = None
    booked_for: Moment | None = Field(
        None, description="Only in a hall for training: stands for an appointment."
    )
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"lines": ["registration"], "language": "en"}]}
    )

    @model_validator(mode="after")
    def _for_something(self) -> "Take":
        if not self.lines and not self.services:
            raise ValueError("name at least one line or one service")
        return self


class CheckIn(Part):
    """The code of an appointment, as its holder says it."""

    code: Annotated[str, Field(pattern=r"^[0-9A-Za-z ]{4,12}$", examples=["K7M2PX"])]
    model_config = ConfigDict(json_schema_extra={"examples": [{"code": "K7M2PX"}]})


class FindSlots(Part):
    """Which times are asked for."""

    line: Key
    persons: Annotated[int, Field(ge=1, le=10)] = 1


class Book(Part):
    """A time to book."""

    line: Key
    start: Moment
    persons: Annotated[int, Field(ge=1, le=10)] = 1
    language: Language = "zh"
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"line": "advice", "start": "2026-12-04T10:00:00+08:00", "language": "en"}]
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
    """The version that was looked at; another one now is a conflict."""

    version: Version | None = None
    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 2}]})


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


class Pause(Part):
    """Why the counter is closed for a while."""

    reason: Literal["lunch", "short", "meeting", "other"] = "short"
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "lunch"}]})


class Finish(Seen):
    """How the visit ended."""

    outcome: Outcome = Outcome.SERVED
    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 3}]})


class Choose(Seen):
    """Why somebody is called out of turn; stays on record."""

    reason: Annotated[str, Field(min_length=3, max_length=400, pattern=r"^[^\x00]*$")]
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"version": 1, "reason": "has a train to catch"}]}
    )


class Transfer(Seen):
    """Where somebody is sent on to."""

    line: Key
    counter: Number | None = None
    words: Words = ""
    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 3, "line": "advice"}]})


# ---- out ----


class Names(Part):
    """A text in both languages."""

    en: str
    zh: str


class Wait(Part):
    """Expected minutes until the call, from and to."""

    least: int
    most: int


class Line(Part):
    """One line of a hall."""

    key: Key
    letter: str
    name: Names
    minutes: int = Field(description="a visit usually takes")
    waiting: int
    counters: int = Field(description="open, and serving this line")
    wait: Wait | None = Field(description="of somebody who comes now; null: not known")
    can_be_booked: bool


class HallInList(Part):
    """A hall."""

    key: Key
    name: Names
    address: Names
    is_training: bool
    open_until: str | None = Field(description="such as 17:00; null: closed now")
    gives_tickets: bool
    booked_only: bool


class Halls(Part):
    """All halls."""

    halls: list[HallInList]
    as_of: datetime


class Hours(Part):
    """A stretch of a day."""

    opens: str
    closes: str
    booked_only: bool


class Day(Part):
    """A weekday and when it is open."""

    day: str
    hours: list[Hours]


class CounterPlace(Part):
    """A counter and where it is."""

    number: int
    side: Names
    serves: list[Key] = Field(description="lines usually served there")


class HallShown(HallInList):
    """A hall with its lines, hours and counters."""

    lines: list[Line]
    week: list[Day]
    counters: list[CounterPlace]
    events: str = Field(description="stream that says when something changed; for twelve hours")
    as_of: datetime


class Called(Part):
    """A call, as boards show it."""

    id: int
    number: str
    counter: int
    side: Names
    at: datetime
    is_again: bool
    is_new: bool


class Live(Part):
    """What is called, who is next, how long it takes."""

    hall: Key
    calls: list[Called]
    next: list[str]
    waiting: int
    wait: Wait | None
    lines: list[Line]
    as_of: datetime


class Before(Part):
    """Somebody who is called before, and why."""

    number: str
    reason: str
    why: str


class Ticket(Part):
    """A ticket as its holder sees it."""

    number: str
    token: str
    address: str
    hall: Key
    line: Key
    status: TicketStatus
    language: Language
    version: int
    ahead: int | None = Field(description="people called before; null: it does not wait")
    wait: Wait | None
    before: list[Before]
    counter: int | None
    is_away: bool
    away_until: datetime | None
    as_of: datetime


class Slots(Part):
    """When an appointment could begin."""

    hall: Key
    line: Key
    persons: int
    starts: list[datetime]


class Appointment(Part):
    """An appointment."""

    id: int
    token: str
    code: str
    hall: Key
    line: Key
    starts_at: datetime
    persons: int
    language: str
    status: str
    version: int
    change_until: datetime


class AtCounter(Part):
    """A ticket as the clerk sees it."""

    id: int
    number: str
    line: Key
    status: TicketStatus
    version: int
    language: str
    has_priority: bool
    booked_for: datetime | None
    called_at: datetime | None
    started_at: datetime | None
    recalls: int


class Acted(Part):
    """What an action at the counter came to."""

    ticket: AtCounter | None = Field(description="null: nobody waits, or none was concerned")


class CounterShown(Part):
    """The counter of the clerk whose token it is; null where they have not signed on."""

    hall: Key | None
    counter: int | None
    lines: list[Key]
    languages: list[str]
    break_since: datetime | None
    ticket: AtCounter | None
    waiting: int
    next: list[AtCounter]
    held: list[AtCounter]
    missed: list[AtCounter]
    can_undo: bool
    as_of: datetime


class TokenShown(Part):
    """The token of this call."""

    scope: str
    name: str
    hall: str | None
    person: str | None
    expires_at: datetime


class Problem(Part):
    """Why a call was refused (RFC 9457)."""

    model_config = ConfigDict(extra="allow", frozen=True)

    type: str
    status: int
    title: str
    detail: str
    code: str | None = None
    errors: list[dict[str, Any]] | None = None

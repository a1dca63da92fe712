"""What the API gives, as pydantic models; the OpenAPI document is made of them.

Pure: no database, no web.  Moments are ISO 8601 with an offset, waits are whole minutes, texts
come in both languages.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from servicedesk.catalogue.registry import Weight
from servicedesk.enterprises.name_verdicts import Holding, Verdict
from servicedesk.hall.operations.serving import Outcome
from servicedesk.hall.ticket_life import TicketStatus

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$", examples=["registration"])]
Code = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{1,40}$", examples=["A_SERVICE"])]
Language = Literal["zh", "en"]


class Part(BaseModel):
    """Strict: a field that nobody knows is an error, not a wish unheard."""

    model_config = ConfigDict(extra="forbid", frozen=True)


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


class Service(Part):
    """A service of the catalogue, and the line that serves it."""

    code: Code
    name: Names
    line: Key
    minutes: int = Field(description="it usually takes, for one person")
    gives_tickets: bool = Field(description="whether one can take a ticket for it now")
    can_be_booked: bool


class Services(Part):
    """What one can come to a hall for, besides something else of a line."""

    services: list[Service]
    as_of: datetime


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


class Stop(Part):
    """One thing that a visit is for."""

    line: Key
    service: Code | None = Field(description="null: something else of the line")
    is_done: bool


class StopAtCounter(Stop):
    """One thing that a visit is for, as the clerk sees it."""

    quantity: int
    outcome: Outcome | None = Field(description="how it ended; null: it did not yet")


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
    stops: list[Stop] = Field(description="what the visit is for, in the order of its way")
    counter: int | None
    is_away: bool
    away_until: datetime | None
    as_of: datetime


class Slots(Part):
    """When an appointment could begin."""

    hall: Key
    lines: list[Key]
    services: list[Code]
    persons: int
    starts: list[datetime]


class Appointment(Part):
    """An appointment."""

    id: int
    token: str
    code: str
    hall: Key
    line: Key = Field(description="where it begins")
    lines: list[Key] = Field(description="where it goes, in this order")
    services: list[Code]
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
    stops: list[StopAtCounter] = Field(
        description="what the visit is for; in addresses, the first has the position 0"
    )


class NameFinding(Part):
    """What the rules say of a name by itself."""

    weight: Weight
    part: str | None = Field(description="of the name; null: all of it")
    words: str
    rule: str | None = Field(description="where it is written")


class NearName(Part):
    """A name that is like the one asked about; by whom it is held is not told."""

    name: str
    why: str
    held: Holding
    held_words: str
    until: date | None = Field(description="last day of a reservation, if it can be foreseen")
    free_from: date | None = Field(description="of a name given up")
    verdict: Verdict
    rule: str


class NameAnswer(Part):
    """What comes of declaring a name.  Nothing is reserved by asking."""

    name: str
    verdict: Verdict = Field(description="care: free, at the applicant's risk or when looked at")
    findings: list[NameFinding]
    near: list[NearName] = Field(description="the nearest first")
    suggestions: list[str] = Field(description="names near to it that are free")
    as_of: datetime


class Acted(Part):
    """What an action at the counter came to."""

    ticket: AtCounter | None = Field(description="null: nobody waits, or none was concerned")


class NoteKept(Part):
    """A note that is kept with a ticket."""

    id: int
    ticket_id: int
    at: datetime
    body: str


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
    help_called: bool = Field(description="from this counter, and nobody has acknowledged it")
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

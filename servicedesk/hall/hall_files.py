"""Halls as data: how ``halls.yaml`` says them, read and checked.

Pure: no database, no web.  ``operations.halls`` brings what is read into the tables.
"""

import re
from datetime import date, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Final

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from servicedesk.hall.booking import Booking
from servicedesk.hall.counter_kinds import CounterKind, Equipment
from servicedesk.hall.itinerary import Phase
from servicedesk.hall.joining import Joining
from servicedesk.hall.line_up import Rules
from servicedesk.hall.opening import ExceptionKind, Hours, HoursException, Span
from servicedesk.resources import PACKAGE, ParkInvalid, of_park
from servicedesk.words import Text

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN: Final = re.compile(r"([0-2]\d:[0-5]\d)-([0-2]\d:[0-5]\d)( booked)?")
_SHIPPED: Final = PACKAGE / "hall" / "halls.yaml"
_Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
_Minutes = Annotated[int, Field(ge=0, le=24 * 60)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Names(_Part):
    """A text in both languages."""

    en: Annotated[str, Field(min_length=1, max_length=200)]
    zh: Annotated[str, Field(min_length=1, max_length=200)]


def _readable(week: dict[str, list[str]]) -> dict[str, list[str]]:
    for day, spans in week.items():
        if day not in WEEKDAYS:
            raise ValueError(f"{day!r} is no weekday; write one of {', '.join(WEEKDAYS)}")
        for span in spans:
            span_of(span)
    return week


_Week = Annotated[dict[str, list[str]], AfterValidator(_readable)]


class QueueFile(_Part):
    """A line."""

    key: _Key
    letter: Annotated[str, Field(pattern=r"^[A-Z]{1,2}$")]
    minutes: Annotated[int, Field(ge=1, le=480)]
    name: Names
    phase: Phase = Phase.HAND_IN
    public: Annotated[int, Field(ge=0, le=200)] = 0  # places in each slot
    staff: Annotated[int, Field(ge=0, le=200)] = 0
    week: _Week | None = None


class CounterFile(_Part):
    """A counter and what it usually serves."""

    number: Annotated[int, Field(ge=1, le=999)]
    side: Names
    serves: list[str]
    kind: CounterKind = CounterKind.FULL
    equipment: list[Equipment] = []


class LineFile(_Part):
    """The figures of the line, in calls and minutes."""

    one_in: Annotated[int, Field(ge=1, le=20)] = 3
    early: _Minutes = 5
    late: _Minutes = 15
    aged: _Minutes = 60
    away: Annotated[int, Field(ge=5, le=240)] = 60  # at most, with the place kept
    quick: _Minutes = 10  # the longest visit that a quick counter takes
    watched: _Minutes = 15  # somebody has waited so long: a supervisor's light is yellow
    too_long: _Minutes = 30  # and red


class BookingFile(_Part):
    """The figures of appointments, in minutes, days and appointments."""

    every: Annotated[int, Field(ge=5, le=240)] = 30
    lead: _Minutes = 60
    days_ahead: Annotated[int, Field(ge=1, le=90)] = 14
    held: Annotated[int, Field(ge=1, le=60)] = 10
    cancel_until: _Minutes = 120
    freed_after: _Minutes = 10
    of_person: Annotated[int, Field(ge=1, le=50)] = 2
    of_enterprise: Annotated[int, Field(ge=1, le=500)] = 6
    offered: Annotated[int, Field(ge=10, le=24 * 60)] = 120  # minutes in opening hours
    waiting: Annotated[int, Field(ge=0, le=20)] = 2  # entries of a person in the waitlist
    misses: Annotated[int, Field(ge=1, le=50)] = 2
    misses_within: Annotated[int, Field(ge=1, le=365)] = 60


class JoiningFile(_Part):
    """The figures of tickets taken with phones, in minutes and tickets."""

    span: Annotated[int, Field(ge=1, le=24 * 60)] = 60
    of_hall: Annotated[int, Field(ge=1, le=5000)] = 60  # in a span
    of_phone: Annotated[int, Field(ge=1, le=50)] = 3  # in a span
    code_changes: Annotated[int, Field(ge=1, le=60)] = 3
    code_lasts: Annotated[int, Field(ge=1, le=120)] = 10


class HallFile(_Part):
    """A hall."""

    key: _Key
    name: Names
    address: Names
    is_training: bool = False
    every_day: bool = False
    week: _Week
    last_ticket: _Minutes = 0
    line: LineFile = LineFile()
    booking: BookingFile | None = None
    joining: JoiningFile | None = None
    queues: Annotated[list[QueueFile], Field(min_length=1)]
    counters: Annotated[list[CounterFile], Field(min_length=1)]

    def hours(self) -> dict[str, Any]:
        """Return what ``halls.hours`` keeps."""
        return {"week": self.week, "every_day": self.every_day, "last_ticket": self.last_ticket}


class _HallsFile(_Part):
    halls: Annotated[list[HallFile], Field(min_length=1)]


def halls() -> list[HallFile]:
    """Return the halls of this park.

    Raises:
        ParkInvalid: ``halls.yaml`` cannot be read; the text says where and why.
    """
    return read(of_park("halls.yaml", _SHIPPED))


def read(path: Path) -> list[HallFile]:
    """Return the halls that the file at ``path`` says.

    Raises:
        ParkInvalid: it cannot be read.
    """
    try:
        return _HallsFile.model_validate(yaml.safe_load(path.read_text("utf-8"))).halls
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ParkInvalid(f"{path}: {error}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ParkInvalid(f"{path}: {place}: {first['msg']}") from None


def span_of(said: str) -> Span:
    """Return the span that is written ``09:00-17:00``, or ``09:00-12:00 booked``.

    >>> span_of("09:00-24:00").closes
    datetime.time(0, 0)

    Raises:
        ValueError: it is not written so, or ends before it begins.
    """
    found = _SPAN.fullmatch(said)
    if not found:
        raise ValueError(f"{said!r} is no span; write 09:00-17:00, or 09:00-12:00 booked")
    opens, closes = (
        time.fromisoformat("00:00" if one == "24:00" else one) for one in found.group(1, 2)
    )
    if opens >= closes and closes != time(0):
        raise ValueError(f"{said!r} ends before it begins")
    return Span(opens, closes, bool(found[3]))


def hours_of(kept: dict[str, Any] | None, *, every_day: bool | None = None) -> Hours:
    """Return the hours that a row of ``halls`` or ``queues``, or a service in one, keeps.

    ``every_day`` is the hall's, for what has no word of its own on holidays.
    """
    kept = kept or {}
    said = kept.get("week")
    week = None if said is None else {WEEKDAYS.index(day): _spans(said[day]) for day in said}
    exceptions = tuple(_exception_of(one) for one in kept.get("exceptions", ()))
    return Hours(week, exceptions, bool(kept.get("every_day", every_day)))


def kept_hours(hours: Hours) -> dict[str, Any]:
    """Return ``hours`` as a row keeps them, but for what is said of holidays."""
    kept: dict[str, Any] = {}
    if hours.week is not None:
        kept["week"] = {
            WEEKDAYS[day]: [_written(span) for span in spans] for day, spans in hours.week.items()
        }
    if hours.exceptions:
        kept["exceptions"] = [_kept_exception(one) for one in hours.exceptions]
    return kept


def line_of(kept: dict[str, int]) -> LineFile:
    """Return the figures of the line that a row of ``halls`` keeps, as people read them.

    A figure that came after the row was made has its default.
    """
    return LineFile.model_validate(kept)


def rules_of(kept: dict[str, int]) -> Rules:
    """Return the figures of the line that a row of ``halls`` keeps."""
    said = line_of(kept)
    return Rules(said.one_in, _minutes(said.early), _minutes(said.late), _minutes(said.aged))


def booking_of(kept: dict[str, int] | None) -> Booking:
    """Return the figures of appointments that a row of ``halls`` keeps.

    A figure that came after the row was made has its default, and so has all of none.
    """
    said = BookingFile.model_validate(kept or {})
    return Booking(
        every=_minutes(said.every), lead=_minutes(said.lead), held_for=_minutes(said.held),
        cancel_until=_minutes(said.cancel_until), freed_after=_minutes(said.freed_after),
        days_ahead=said.days_ahead, most_of_person=said.of_person,
        most_of_enterprise=said.of_enterprise, offered_for=_minutes(said.offered),
        most_waiting=said.waiting, most_misses=said.misses,
        misses_within=timedelta(days=said.misses_within),
    )  # fmt: skip


def joining_of(kept: dict[str, int] | None) -> Joining | None:
    """Return the figures of tickets from phones that a row of ``halls`` keeps; None: of none."""
    if kept is None:
        return None
    said = JoiningFile.model_validate(kept)
    return Joining(
        span=_minutes(said.span), most_of_hall=said.of_hall, most_of_phone=said.of_phone,
        code_changes=_minutes(said.code_changes), code_lasts=_minutes(said.code_lasts),
    )  # fmt: skip


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def _spans(said: list[str]) -> tuple[Span, ...]:
    return tuple(sorted((span_of(one) for one in said), key=lambda span: span.opens))


def _written(span: Span) -> str:
    return f"{span.opens:%H:%M}-{span.ends}{' booked' if span.booked_only else ''}"


def _exception_of(kept: dict[str, Any]) -> HoursException:
    return HoursException(
        date.fromisoformat(kept["first"]),
        date.fromisoformat(kept["last"]),
        ExceptionKind(kept["kind"]),
        _spans(kept["spans"]),
        Text(**kept["why"]),
        kept["closed_too"],
    )


def _kept_exception(one: HoursException) -> dict[str, Any]:
    return {
        "first": one.first.isoformat(), "last": one.last.isoformat(), "kind": one.kind.value,
        "spans": [_written(span) for span in one.spans],
        "why": {"en": one.why.en, "zh": one.why.zh}, "closed_too": one.closed_too,
    }  # fmt: skip

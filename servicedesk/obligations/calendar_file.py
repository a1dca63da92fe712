"""What is due as a calendar that programs read again and again (RFC 5545, RFC 7986)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from icalendar import Calendar, Event

_REFRESH: Final = timedelta(hours=12)


@dataclass(frozen=True)
class Entry:
    """One day of the calendar."""

    uid: str  # stays the same for the same obligation
    due_on: date
    title: str
    words: str
    url: str


def feed(entries: Iterable[Entry], *, name: str, made_at: datetime) -> bytes:
    """Return the calendar: a whole day for each entry; what is fulfilled is not in it any more.

    Entries are days without a time and do not mark anybody as busy.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//servicedesk//obligations//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    for entry in entries:
        event = Event()
        event.add("uid", entry.uid)
        event.add("dtstamp", made_at)
        event.add("dtstart", entry.due_on)
        event.add("dtend", entry.due_on + timedelta(days=1))
        event.add("summary", entry.title)
        event.add("description", entry.words)
        event.add("url", entry.url)
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())

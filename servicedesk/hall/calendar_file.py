"""An appointment as an entry for calendars (RFC 5545)."""

from icalendar import Calendar, Event

from servicedesk.hall.appointment_models import Appointment
from servicedesk.hall.hall_files import booking_of


def entry(appointment: Appointment, *, title: str, place: str) -> bytes:
    """Return the file; its identity is the appointment's, so that moving it replaces the entry."""
    every = booking_of(appointment.queue.hall.booking).every
    event = Event()
    event.add("uid", f"appointment-{appointment.code}@servicedesk")
    event.add("sequence", appointment.version)
    event.add("dtstamp", appointment.changed_at)
    event.add("dtstart", appointment.starts_at)
    event.add("dtend", appointment.starts_at + every * appointment.slots)
    event.add("summary", f"{title} ({appointment.code})")
    event.add("location", place)
    file = Calendar()
    file.add("prodid", "-//servicedesk//appointments//EN")
    file.add("version", "2.0")
    file.add_component(event)
    return bytes(file.to_ical())

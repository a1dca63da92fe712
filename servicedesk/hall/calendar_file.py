"""An appointment as an entry for calendars (RFC 5545)."""

from icalendar import Calendar, Event

from servicedesk.hall.appointment_models import Appointment, AppointmentStatus
from servicedesk.hall.hall_files import booking_of


def entry(appointment: Appointment, *, title: str, place: str, words: str) -> bytes:
    """Return the file: one entry, from the first part of the visit to the end of the last.

    Its identity is the appointment's and its sequence rises with every change, so that moving it
    replaces the entry, and cancelling it takes it out.  ``words``: what is done when.
    """
    is_off = appointment.status in {AppointmentStatus.CANCELLED, AppointmentStatus.LAPSED}
    every = booking_of(appointment.queue.hall.booking).every
    event = Event()
    event.add("uid", f"appointment-{appointment.code}@servicedesk")
    event.add("sequence", appointment.version)
    event.add("dtstamp", appointment.changed_at)
    event.add("dtstart", appointment.starts_at)
    event.add("dtend", appointment.starts_at + every * appointment.slots)
    event.add("summary", f"{title} ({appointment.code})")
    event.add("location", place)
    event.add("description", words)
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    file = Calendar()
    file.add("prodid", "-//servicedesk//appointments//EN")
    file.add("version", "2.0")
    file.add_component(event)
    return bytes(file.to_ical())

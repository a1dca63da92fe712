"""The foreigner service hall: lines, tickets, counters, boards."""

from flask import Flask

from servicedesk.hall import (
    appointment_views,
    board_views,
    booking_views,
    cli,
    integrity,
    join_views,
    kiosk_views,
    link_views,
    tasks,
    ticket_views,
    views,
    waitlist_views,
)
from servicedesk.notices.kinds import KINDS
from servicedesk.words import say

# Routes of these are on blueprints of ``views`` and ``appointment_views``; ``tasks`` are for the
# worker, ``integrity`` for ``servicedesk check``.
__all__ = [
    "board_views",
    "booking_views",
    "init_app",
    "integrity",
    "join_views",
    "kiosk_views",
    "link_views",
    "tasks",
    "ticket_views",
    "waitlist_views",
]


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``."""
    KINDS.update(
        appointment_booked=say("Appointment booked"),
        appointment_cancelled=say("Appointment cancelled"),
        appointment_missed=say("Appointment missed"),
        appointment_reminder=say("Reminder of an appointment"),
        three_before=say("Nearly the turn of a ticket"),
        waitlist_offer=say("A time offered from the waitlist"),
    )
    app.register_blueprint(views.bp)
    app.cli.add_command(cli.set_up_halls)
    app.cli.add_command(cli.simulate_hall)
    app.register_blueprint(appointment_views.bp)

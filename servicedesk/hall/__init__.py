"""The foreigner service hall: lines, tickets, counters, boards."""

from flask import Flask

from servicedesk.hall import (
    appointment_views,
    board_views,
    cli,
    join_views,
    kiosk_views,
    tasks,
    ticket_views,
    views,
)
from servicedesk.notices.kinds import KINDS
from servicedesk.words import say

# The routes of these are on the blueprint of ``views``; ``tasks`` are for the worker.
__all__ = ["board_views", "init_app", "join_views", "kiosk_views", "tasks", "ticket_views"]


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``."""
    KINDS.update(
        appointment_booked=say("Appointment booked"),
        appointment_cancelled=say("Appointment cancelled"),
        appointment_missed=say("Appointment missed"),
        appointment_reminder=say("Reminder of an appointment"),
        three_before=say("Nearly the turn of a ticket"),
    )
    app.register_blueprint(views.bp)
    app.cli.add_command(cli.set_up_halls)
    app.cli.add_command(cli.simulate_hall)
    app.register_blueprint(appointment_views.bp)

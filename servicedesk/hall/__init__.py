"""The foreigner service hall: lines, tickets, counters, boards."""

from flask import Flask

from servicedesk import clock
from servicedesk.extensions import db
from servicedesk.hall import (
    appointment_views,
    board_views,
    cli,
    hours_showing,
    hours_words,
    tasks,
    views,
)
from servicedesk.notices.kinds import KINDS
from servicedesk.words import say

# The routes of ``board_views`` are on the blueprint of ``views``; ``tasks`` are for the worker.
__all__ = ["board_views", "init_app", "tasks"]


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``."""
    KINDS.update(
        appointment_booked=say("Appointment booked"),
        appointment_cancelled=say("Appointment cancelled"),
        appointment_cancelled_by_hall=say("Appointment cancelled by the hall"),
        appointment_holds_again=say("Appointment holds again"),
        appointment_missed=say("Appointment missed"),
        appointment_reminder=say("Reminder of an appointment"),
        appointment_stranded=say("Appointment outside the hours"),
    )
    app.jinja_env.globals.update(
        hours_said=hours_words.spans_said,
        hours_ahead=lambda hall: hours_showing.ahead(db.session, hall, clock.now()),
        own_weeks=lambda hall: hours_showing.own_weeks(db.session, hall),
    )
    app.register_blueprint(views.bp)
    app.cli.add_command(cli.set_up_halls)
    app.cli.add_command(cli.simulate_hall)
    app.register_blueprint(appointment_views.bp)

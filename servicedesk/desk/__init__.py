"""The staff's home: the inbox and the cases they work on."""

from flask import Flask

from servicedesk.desk import (
    absence_views,
    alarm_views,
    appointment_views,
    calendar_views,
    case_views,
    clock_views,
    commitment_views,
    counter_case_views,
    counter_views,
    day_views,
    hall_views,
    hand_out_views,
    hand_over_views,
    note_views,
    question_views,
    reception_views,
    reopen_views,
    steering_views,
    views,
    visit_views,
)

# Their routes are on the blueprint of ``views``.
__all__ = [
    "absence_views",
    "alarm_views",
    "appointment_views",
    "calendar_views",
    "case_views",
    "clock_views",
    "commitment_views",
    "counter_case_views",
    "counter_views",
    "day_views",
    "hall_views",
    "hand_out_views",
    "hand_over_views",
    "init_app",
    "note_views",
    "question_views",
    "reception_views",
    "reopen_views",
    "steering_views",
    "visit_views",
]


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``."""
    app.jinja_env.globals.update(clerk_notes=note_views.notes_here, note_button=note_views.button)
    app.register_blueprint(views.bp)

"""The staff's home: the inbox and the cases they work on."""

from flask import Flask

from servicedesk.desk import (
    absence_views,
    appointment_views,
    calendar_views,
    case_views,
    clock_views,
    commitment_views,
    counter_views,
    hall_views,
    hand_out_views,
    hand_over_views,
    question_views,
    reopen_views,
    views,
)

# Their routes are on the blueprint of ``views``.
__all__ = [
    "absence_views",
    "appointment_views",
    "calendar_views",
    "case_views",
    "clock_views",
    "commitment_views",
    "counter_views",
    "hall_views",
    "hand_out_views",
    "hand_over_views",
    "init_app",
    "question_views",
    "reopen_views",
]


def init_app(app: Flask) -> None:
    """Attach this feature to ``app``."""
    app.register_blueprint(views.bp)

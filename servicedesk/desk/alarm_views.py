"""A clerk calls for help, quietly; a supervisor says that they have seen it."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from servicedesk import clock
from servicedesk.accounts.access import finds, requires, signed_in_user
from servicedesk.accounts.permissions import Permission
from servicedesk.desk import counter_at as at
from servicedesk.desk.views import bp
from servicedesk.extensions import db
from servicedesk.hall import alarm_queries, queries
from servicedesk.hall.operations import alarms
from servicedesk.web import once


@bp.post("/counter/alarm")
@requires(Permission.HALL_SERVE)
@once.for_each_key
def call_for_help() -> ResponseReturnValue:
    """Tell the supervisors, without a question and without a word on the boards."""
    alarms.call_for_help(db.session, at.sitting(), now=clock.now())
    return at.here()


@bp.post("/hall/<string:hall>/alarms/<int:alarm_id>")
@requires(Permission.HALL_OVERSEE)
@finds(queries.get_hall, alarm_queries.get_alarm)
@once.for_each_key
def acknowledge_alarm(hall: str, alarm_id: int) -> ResponseReturnValue:
    """Take care of a call for help."""
    found = queries.get_hall(db.session, hall)
    alarms.acknowledge(db.session, found, alarm_id, by=signed_in_user(), now=clock.now())
    return once.commit(redirect(url_for("desk.hall", hall=hall), 303))

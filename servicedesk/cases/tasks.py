"""What the worker does with cases by itself, day by day."""

from datetime import timedelta

from flask import current_app

from servicedesk import clock
from servicedesk.cases.operations import housekeeping
from servicedesk.extensions import db
from servicedesk.jobs import periodic


@periodic("cases.deem_accepted", cron="*/10 * * * *")
def deem_accepted() -> None:
    """Accept what nobody answered in time (行政许可法 art. 32)."""
    housekeeping.deem_accepted(db.session, now=clock.now())
    db.session.commit()


@periodic("cases.lapse_drafts", cron="20 18 * * *")
def lapse_drafts() -> None:
    """Close drafts nobody touched for a long time; at night in Beijing."""
    kept = timedelta(days=current_app.config["DRAFT_KEPT_DAYS"])
    housekeeping.lapse_drafts(db.session, now=clock.now(), kept=kept)
    db.session.commit()

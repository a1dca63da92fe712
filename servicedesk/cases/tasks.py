"""What the worker does with cases by itself, day by day."""

import logging
from datetime import timedelta

from flask import current_app

from servicedesk import clock
from servicedesk.cases.operations import housekeeping
from servicedesk.extensions import db
from servicedesk.jobs import periodic

log = logging.getLogger(__name__)


@periodic("cases.deem_accepted", cron="*/10 * * * *")
def deem_accepted() -> None:
    """Accept what nobody answered in time (行政许可法 art. 32), each case by itself."""
    for case_id in housekeeping.long_unanswered(db.session, now=clock.now()):
        try:
            housekeeping.deem_accepted(db.session, case_id, now=clock.now())
            db.session.commit()
        except Exception as error:  # noqa: BLE001 - one case must not keep the others waiting
            db.session.rollback()
            log.error(  # noqa: TRY400 - a traceback may hold what people told us
                "silence could not accept a case",
                extra={"case_id": case_id, "error": type(error).__name__},
            )


@periodic("cases.lapse_drafts", cron="20 18 * * *")
def lapse_drafts() -> None:
    """Close drafts nobody touched for a long time; at night in Beijing."""
    kept = timedelta(days=current_app.config["DRAFT_KEPT_DAYS"])
    housekeeping.lapse_drafts(db.session, now=clock.now(), kept=kept)
    db.session.commit()

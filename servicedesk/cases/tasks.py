"""What the worker does with cases by itself, day by day."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from flask import current_app
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.cases.commitment_queries import to_remind
from servicedesk.cases.commitments import tomorrow
from servicedesk.cases.operations import housekeeping, keeping
from servicedesk.extensions import db
from servicedesk.jobs import periodic

log = logging.getLogger(__name__)


class Deeming(Protocol):
    """What time does to one case, if it was long enough."""

    def __call__(self, session: Session, case_id: int, *, now: datetime) -> bool:
        """Do it; say whether it was so."""
        ...


@periodic("cases.deem_accepted", cron="*/10 * * * *")
def deem_accepted() -> None:
    """Accept what nobody answered in time (行政许可法 art. 32), each case by itself."""
    waiting = housekeeping.long_unanswered(db.session, now=clock.now())
    _each(waiting, housekeeping.deem_accepted, "silence could not accept a case")


@periodic("cases.deem_granted", cron="*/10 * * * *")
def deem_granted() -> None:
    """Grant renewals nobody decided in time (行政许可法 art. 50), each case by itself."""
    waiting = housekeeping.undecided_renewals(db.session)
    _each(waiting, housekeeping.deem_granted, "silence could not grant a renewal")


@periodic("cases.lapse_drafts", cron="20 18 * * *")
def lapse_drafts() -> None:
    """Close drafts nobody touched for a long time; at night in Beijing."""
    kept = timedelta(days=current_app.config["DRAFT_KEPT_DAYS"])
    housekeeping.lapse_drafts(db.session, now=clock.now(), kept=kept)
    db.session.commit()


@periodic("cases.remind", cron="10 0 * * *")
def remind() -> None:
    """Remind applicants of papers that are due today; in the morning in Beijing."""
    waiting = to_remind(db.session, before=tomorrow(clock.now()))
    _each(waiting, keeping.remind, "could not remind an applicant")


def _each(case_ids: Sequence[int], do: Deeming, complaint: str) -> None:
    for case_id in case_ids:
        try:
            do(db.session, case_id, now=clock.now())
            db.session.commit()
        except Exception as error:  # noqa: BLE001 - one case must not keep the others waiting
            db.session.rollback()
            log.error(  # noqa: TRY400 - a traceback may hold what people told us
                complaint, extra={"case_id": case_id, "error": type(error).__name__}
            )

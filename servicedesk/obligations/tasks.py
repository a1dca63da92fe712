"""What the worker does about obligations by itself."""

import logging

from servicedesk import clock
from servicedesk.extensions import db
from servicedesk.jobs import periodic
from servicedesk.obligations.operations import reckoning, reminding
from servicedesk.park import local_day

log = logging.getLogger(__name__)


@periodic("obligations.reckon", cron="*/5 * * * *")
def reckon() -> None:
    """Work out anew what is owed where something was filed since, and everything on a new day."""
    now = clock.now()
    for ids in reckoning.stale(db.session, today=local_day(now)):
        reckoning.renew(db.session, ids, now=now)
        db.session.commit()


@periodic("obligations.remind", cron="30 0 * * *")
def remind() -> None:
    """Tell enterprises what is due soon; in the morning in Beijing."""
    now = clock.now()
    for enterprise_id in reminding.to_remind(db.session, today=local_day(now)):
        try:
            reminding.remind(db.session, enterprise_id, now=now)
            db.session.commit()
        except Exception as error:  # noqa: BLE001 - one enterprise must not keep the others waiting
            db.session.rollback()
            extra = {"enterprise": enterprise_id, "error": type(error).__name__}
            log.error("an enterprise was not reminded", extra=extra)  # noqa: TRY400

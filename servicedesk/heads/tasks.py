"""The day's head, taken in the background."""

from flask import current_app

from servicedesk import clock
from servicedesk.extensions import db
from servicedesk.heads import operations
from servicedesk.jobs import periodic
from servicedesk.notices import operations as notices
from servicedesk.park import local_day


@periodic("heads.take", cron="5 17 * * *")
def take() -> None:
    """Note how far the chains have come, write it down outside, and mail it."""
    now = clock.now()
    head = operations.take(db.session, day=local_day(now))
    if head is None:
        return
    operations.write(head, current_app.config["DATA_DIR"])
    address = current_app.config["HEADS_TO"]
    if address:
        facts = {"day": head.day, "mark": head.mark.hex(), **head.totals}
        notices.send(db.session, address, "daily_head", facts=facts, now=now)
    db.session.commit()

"""What the worker sweeps up behind every page."""

from datetime import timedelta
from typing import Final

from servicedesk import clock
from servicedesk.extensions import db
from servicedesk.jobs import periodic
from servicedesk.web import once, sessions

KEYS_KEPT: Final = timedelta(days=30)  # a replay after that is a new request


@periodic("web.sweep", cron="40 19 * * *")
def sweep() -> None:
    """Forget sessions that are over and the keys of requests long answered."""
    now = clock.now()
    sessions.sweep(db.session, now)
    once.sweep(db.session, now - KEYS_KEPT)
    db.session.commit()

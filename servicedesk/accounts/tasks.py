"""What is tidied up in the background."""

from servicedesk import clock, jobs
from servicedesk.accounts import tokens
from servicedesk.accounts.throttle import throttle
from servicedesk.extensions import db


@jobs.periodic("accounts.sweep", cron="23 * * * *")
def sweep() -> None:
    """Delete expired secrets and counters."""
    now = clock.now()
    tokens.sweep(db.session, now=now)
    db.session.commit()
    throttle().sweep(now=now)

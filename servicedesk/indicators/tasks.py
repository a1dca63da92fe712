"""The count of the register, in the background."""

from servicedesk import clock
from servicedesk.extensions import db
from servicedesk.indicators import operations
from servicedesk.jobs import periodic


@periodic("indicators.count_register", cron="41 * * * *")
def count_register() -> None:
    """Count the register every hour; nobody who looks at it waits for that."""
    operations.count_register(db.session, now=clock.now())
    db.session.commit()

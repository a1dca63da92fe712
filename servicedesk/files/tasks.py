"""What workers do for files."""

from datetime import timedelta
from typing import Final

from servicedesk import clock, jobs
from servicedesk.extensions import db
from servicedesk.files import operations

LEAVINGS_KEPT: Final = timedelta(days=1)  # no upload takes that long


@jobs.periodic("files.sweep", cron="43 3 * * *")
def sweep() -> None:
    """Remove what uploads that were cut off have left behind."""
    operations.sweep(db.session, older_than=clock.now() - LEAVINGS_KEPT)
    db.session.commit()

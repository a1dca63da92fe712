"""What the worker does about mandates by itself."""

from servicedesk import clock
from servicedesk.extensions import db
from servicedesk.jobs import periodic
from servicedesk.members.operations import mandates


@periodic("members.tell_of_ends", cron="15 0 * * *")
def tell_of_ends() -> None:
    """Tell of mandates that end soon, and end what agents help in after; in the morning."""
    now = clock.now()
    mandates.tell_of_ends(db.session, now=now)
    mandates.end_help(db.session, now=now)
    db.session.commit()

"""What the worker does about mandates by itself."""

from servicedesk import clock
from servicedesk.extensions import db
from servicedesk.jobs import periodic
from servicedesk.members.operations import mandates


@periodic("members.tell_of_ends", cron="15 0 * * *")
def tell_of_ends() -> None:
    """Tell agents and owners of mandates that end soon; in the morning in Beijing."""
    mandates.tell_of_ends(db.session, now=clock.now())
    db.session.commit()

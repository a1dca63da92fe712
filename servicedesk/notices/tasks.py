"""Delivering notices in the background."""

from flask import current_app

from servicedesk import clock, jobs
from servicedesk.accounts.models import User
from servicedesk.extensions import db
from servicedesk.notices import mails, operations, queries
from servicedesk.notices.delivery import NotDelivered, transport_for


@jobs.task(operations.DELIVER)
def deliver(notice_id: int) -> None:
    """Deliver one notice; when that fails, say so and come back later.

    The row is locked from the look at its state to the commit, so nobody else delivers it
    meanwhile.  The next attempt is put in by the transaction that records this one.
    """
    notice = queries.claim_for_sending(db.session, notice_id)
    if notice is None:
        return
    person = db.session.get(User, notice.user_id) if notice.user_id else None
    try:
        mail = mails.compose(notice, person)
        transport = transport_for(current_app.config["SMTP_URL"], current_app.config["DATA_DIR"])
        transport.hand_over(mail, f"{notice.created_at:%Y%m%dT%H%M%S}-{notice.id:08}")
    except NotDelivered as trouble:
        operations.record_failure(
            db.session, notice, error=trouble.name, is_final=trouble.is_final, now=clock.now()
        )
    except Exception as trouble:  # noqa: BLE001 - a template or a fact is wrong: shown to staff
        operations.record_failure(
            db.session, notice, error=type(trouble).__name__, is_final=False, now=clock.now()
        )
    else:
        operations.record_delivery(notice, now=clock.now())
    db.session.commit()

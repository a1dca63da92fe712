"""Reminders by mail before something is due: each once, to those who may act in it."""

import logging
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.queries import members
from servicedesk.enterprises.queries.locks import lock_enterprise
from servicedesk.notices import operations as notices
from servicedesk.notices.facts import packed
from servicedesk.notices.models import DeliveryState, Notice
from servicedesk.obligations import queries
from servicedesk.obligations.duties import Obligation
from servicedesk.obligations.duty_kinds import book
from servicedesk.obligations.models import ObligationReminder, OpenObligation
from servicedesk.park import local_day

log = logging.getLogger(__name__)

KIND = "obligations_due"  # of the notice
GATHERING = timedelta(minutes=30)  # that a mail waits for what is due elsewhere


def to_remind(session: Session, *, today: date) -> Sequence[int]:
    """Return the enterprises at which something is due within the longest time of reminders."""
    told = [kind for kind, one in book().kinds.items() if not one.told_elsewhere]
    last = today + timedelta(days=max(book().reminders, default=0))
    query = (
        sa.select(OpenObligation.enterprise_id)
        .where(OpenObligation.due_on.between(today, last), OpenObligation.kind.in_(told))
        .distinct()
        .order_by(OpenObligation.enterprise_id)
    )
    return session.scalars(query).all()


def remind(session: Session, enterprise_id: int, *, now: datetime) -> int:
    """Tell the people of an enterprise what is due soon; return how many mails that makes.

    What is due is worked out anew, so nobody is told of what was done since the list was made.
    Of each obligation each step is told once, also by two workers at once; a step that was missed
    is not made up when the next is due.  Each person gets one mail a day,
    about what they may act in, wherever it is.
    """
    lock_enterprise(session, enterprise_id)
    enterprise = session.get_one(Enterprise, enterprise_id, populate_existing=True)
    today = local_day(now)
    owed = queries.owed_by(session, [enterprise], today=today)[enterprise_id]
    due = [one for one in owed if _is_new(session, enterprise_id, one, now=now)]
    mails = 0
    people = members.who_prepares(session, enterprise_id, today=today) if due else ()
    for person in people:
        rights = queries.rights_of(session, person, enterprise_id, today=today)
        theirs = [one for one in queries.visible(due, rights) if rights.may_do(one)]
        if theirs:
            mails += _tell(session, enterprise, person, theirs, now=now)
    return mails


def step_of(left: int, steps: Iterable[int]) -> int | None:
    """Return which reminder is due when so many days are left; None: none, or it is over.

    >>> [step_of(left, (60, 30, 7)) for left in (61, 60, 31, 30, 7, 0, -1)]
    [None, 60, 60, 30, 7, 7, None]
    """
    return min((step for step in steps if left <= step), default=None) if left >= 0 else None


def _is_new(session: Session, enterprise_id: int, one: Obligation, *, now: datetime) -> bool:
    """Whether a reminder of this obligation is due and was not sent; it counts as sent from now."""
    step = step_of(one.left(local_day(now)), book().reminders)
    if step is None or book().kinds[one.kind].told_elsewhere:
        return False
    row = insert(ObligationReminder).values(
        enterprise_id=enterprise_id, kind=one.kind, subject=one.subject,
        due_on=one.due_on, days=step, at=now,
    )  # fmt: skip
    added = row.on_conflict_do_nothing().returning(ObligationReminder.days)
    return session.scalar(added) is not None


def _tell(
    session: Session,
    enterprise: Enterprise,
    person: User,
    due: Sequence[Obligation],
    *,
    now: datetime,
) -> bool:
    """Tell a person of an enterprise; return whether that is a mail of its own.

    One that waits for this person takes it up: who acts for fifty enterprises gets one.
    """
    one = {
        "name": enterprise.name,
        "first_on": due[0].due_on,
        "due": [{"name": one.name, "due_on": one.due_on} for one in due],
        "path": f"/enterprises/{enterprise.id}/obligations",
    }
    log.info("reminded of obligations", extra={"enterprise": enterprise.id, "count": len(due)})
    waiting = _waiting(session, person, now)
    if waiting is not None:
        told = [*waiting.facts["enterprises"], packed(one)]
        waiting.facts, waiting.about = {"enterprises": told}, None
        return False
    facts, about = {"enterprises": [one]}, enterprise.credit_code
    notices.send(session, person, KIND, facts=facts, about=about, at=now + GATHERING, now=now)
    return True


def _waiting(session: Session, person: User, now: datetime) -> Notice | None:
    """Return the reminder that is still to be sent to a person; it is theirs until the commit."""
    query = (
        sa.select(Notice)
        .where(
            Notice.user_id == person.id,
            Notice.kind == KIND,
            Notice.state == DeliveryState.QUEUED,
            Notice.created_at > now - GATHERING,
        )
        .with_for_update(skip_locked=True)
        .limit(1)
    )
    return session.scalar(query)

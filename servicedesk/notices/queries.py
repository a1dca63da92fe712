"""Finding notices."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.errors import NotFound
from servicedesk.notices.models import DeliveryState, Notice
from servicedesk.web.paging import Key, Page, page_of
from servicedesk.words import say


def claim_for_sending(session: Session, notice_id: int) -> Notice | None:
    """Return the notice, locked until the commit, if it is still to be sent.

    Another worker that has it in hand is waited for, and then there is nothing to send.
    """
    query = sa.select(Notice).where(Notice.id == notice_id).with_for_update()
    notice = session.scalar(query)
    return notice if notice is not None and notice.state is DeliveryState.QUEUED else None


def get_notice(session: Session, notice_id: int) -> Notice:
    """Return the notice, locked until the commit.

    Raises:
        NotFound: there is none with that number.
    """
    notice = session.scalar(sa.select(Notice).where(Notice.id == notice_id).with_for_update())
    if notice is None:
        raise NotFound(say("There is no such notice."))
    return notice


def notices(
    session: Session,
    *,
    state: DeliveryState | None,
    after: str | None = None,
    before: str | None = None,
) -> Page[Notice]:
    """Return a page of notices, the newest first."""
    query = sa.select(Notice)
    if state is not None:
        query = query.where(Notice.state == state)
    return page_of(session, query, [Key(Notice.id, descending=True)], after=after, before=before)


def count_by_state(session: Session) -> Mapping[DeliveryState, int]:
    """Return how many notices stand in each state."""
    query = sa.select(Notice.state, sa.func.count()).group_by(Notice.state)
    found = {state: count for state, count in session.execute(query)}  # noqa: C416 - typed
    return {state: found.get(state, 0) for state in DeliveryState}

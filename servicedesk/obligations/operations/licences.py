"""Telling that an enterprise has a licence, and taking that back.

Each is a row of its own, so what was said before stays, with who said it.  The list of what is
owed is renewed at once: nothing in the register moves, so no job would notice.
"""

import logging
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.enterprises.queries import register
from servicedesk.enterprises.queries.locks import lock_enterprise
from servicedesk.errors import NotPermitted, Overtaken, RuleBroken
from servicedesk.obligations import licence_queries, queries
from servicedesk.obligations.licences import Licence, latest_first_day
from servicedesk.obligations.models import LicenceTelling
from servicedesk.obligations.operations import reckoning
from servicedesk.park import local_day
from servicedesk.words import say

log = logging.getLogger(__name__)


class NotHeldYet(RuleBroken):
    """The licence counts from a later day only."""

    def __init__(self) -> None:
        super().__init__(say("This day is still to come. Tell us when the licence counts."))


class NothingTold(RuleBroken):
    """There is nothing to take back."""

    def __init__(self) -> None:
        super().__init__(say("No licence is told for this line of the scope."))


def require_teller(session: Session, by: User, enterprise_id: int, *, now: datetime) -> None:
    """Let only those go on who tell the desk what binds the enterprise.

    Raises:
        NotPermitted: this person is neither owner nor officer of the enterprise.
    """
    if not queries.rights_of(session, by, enterprise_id, today=local_day(now)).tells:
        raise NotPermitted(
            say("Only an owner or an officer of the enterprise tells of its licences.")
        )


def tell(
    session: Session,
    enterprise_id: int,
    line: str,
    licence: Licence,
    *,
    seen: int,
    by: User,
    now: datetime,
) -> None:
    """Keep that the enterprise has a licence for a line of its scope; the same again adds nothing.

    ``seen``: the number of what was told last when this person looked; 0: nothing was.

    Raises:
        NotFound: this person does not act for the enterprise, or its scope has no such line.
        NotPermitted: they are neither owner nor officer.
        Overtaken: somebody else told of this line meanwhile.
        NotHeldYet: the licence counts from a later day, and follows on none that is told.
    """
    last = _last(session, enterprise_id, line, seen=seen, by=by, now=now)
    held = last.licence if last else None
    if licence == held:
        return
    if licence.valid_from > latest_first_day(held, local_day(now)):
        raise NotHeldYet
    _add(session, enterprise_id, line, seen, by=by, now=now, **asdict(licence))
    log.info("licence told", extra={"enterprise": enterprise_id, "line": line})


def take_back(
    session: Session, enterprise_id: int, line: str, *, seen: int, by: User, now: datetime
) -> None:
    """Keep that what was told last of a line does not hold; it is owed again.

    Raises:
        NotFound, NotPermitted, Overtaken: as ``tell``.
        NothingTold: no licence is told, or it was taken back.
    """
    last = _last(session, enterprise_id, line, seen=seen, by=by, now=now)
    if last is None or last.licence is None:
        raise NothingTold
    _add(session, enterprise_id, line, seen, by=by, now=now)
    log.info("licence taken back", extra={"enterprise": enterprise_id, "line": line})


def _last(
    session: Session, enterprise_id: int, line: str, *, seen: int, by: User, now: datetime
) -> LicenceTelling | None:
    """Lock the enterprise and return what was told last, if that is what this person saw."""
    today = local_day(now)
    enterprise = register.get_enterprise(session, enterprise_id, visible_to=by, today=today)
    require_teller(session, by, enterprise_id, now=now)
    lock_enterprise(session, enterprise_id)
    licence_queries.get_phrase(enterprise, line)
    last = licence_queries.newest(session, [enterprise_id]).get((enterprise_id, line))
    if (last.seq if last else 0) != seen:
        raise Overtaken
    return last


def _add(
    session: Session,
    enterprise_id: int,
    line: str,
    seen: int,
    *,
    by: User,
    now: datetime,
    **licence: Any,  # noqa: ANN401 - the columns of a licence
) -> None:
    session.add(
        LicenceTelling(
            enterprise_id=enterprise_id, line=line, seq=seen + 1, by_id=by.id, at=now, **licence
        )
    )
    session.flush()
    reckoning.renew(session, [enterprise_id], now=now)

"""What enterprises told of their licences, and since when they need them."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, joinedload

from servicedesk.enterprises import models as register
from servicedesk.enterprises.models import Filing, RegisterRow
from servicedesk.enterprises.reference import ScopePhrase
from servicedesk.errors import NotFound
from servicedesk.obligations.duties import LIVE
from servicedesk.obligations.licences import Line, to_follow
from servicedesk.obligations.models import LicenceTelling
from servicedesk.park import local_day
from servicedesk.words import say

MOST_TOLD: Final = 50  # that a page shows, the newest


def lines_of(session: Session, enterprises: Sequence[register.Enterprise]) -> dict[int, list[Line]]:
    """Return the lines of their scopes that need a licence, in the order of the register.

    Two statements, however many enterprises; none where no scope has such a line.
    """
    wanted = {one.id: (one, phrases) for one in enterprises if (phrases := to_follow(one.facts))}
    if not wanted:
        return {}
    since, told = _since(session, list(wanted)), newest(session, list(wanted))
    return {
        number: [
            Line(
                phrase,
                since.get((number, phrase.code), enterprise.registered_on),
                telling.licence
                if (telling := told.get((number, phrase.code))) is not None
                else None,
            )
            for phrase in phrases
        ]
        for number, (enterprise, phrases) in wanted.items()
    }


def newest(session: Session, ids: Sequence[int]) -> dict[tuple[int, str], LicenceTelling]:
    """Return what was said last of each line, by enterprise and line; taken back or not."""
    one = LicenceTelling
    query = (
        sa.select(one)
        .where(one.enterprise_id.in_(ids))
        .ext(distinct_on(one.enterprise_id, one.line))
        .order_by(one.enterprise_id, one.line, one.seq.desc())
        .options(joinedload(one.by))
    )
    return {(said.enterprise_id, said.line): said for said in session.scalars(query)}


def told(session: Session, enterprise_id: int) -> Sequence[LicenceTelling]:
    """Return what an enterprise told and took back, the newest first."""
    query = (
        sa.select(LicenceTelling)
        .where(LicenceTelling.enterprise_id == enterprise_id)
        .order_by(LicenceTelling.at.desc(), LicenceTelling.line, LicenceTelling.seq.desc())
        .options(joinedload(LicenceTelling.by))
        .limit(MOST_TOLD)
    )
    return session.scalars(query).all()


def lines_needing(enterprise: register.Enterprise) -> dict[str, ScopePhrase]:
    """Return the lines of its scope for which an enterprise needs a licence, by their codes."""
    lines = to_follow(enterprise.facts) if enterprise.state.value in LIVE else []
    return {one.code: one for one in lines}


def get_phrase(enterprise: register.Enterprise, line: str) -> ScopePhrase:
    """Return the line of an enterprise's scope that needs a licence.

    Raises:
        NotFound: its scope has no such line, the line needs no licence, or the enterprise is over.
    """
    phrase = lines_needing(enterprise).get(line)
    if phrase is None:
        raise NotFound(say("The business scope has no such line that needs a licence."))
    return phrase


def _since(session: Session, ids: Sequence[int]) -> dict[tuple[int, str], date]:
    """Return when lines came into the register; of one that left and came back, the last time.

    Of an enterprise that was entered later than it was registered, when it was entered: nobody is
    late from the first day.
    """
    row = RegisterRow
    query = (
        sa.select(row.enterprise_id, row.subject, row.value, row.effective_on, Filing.at)
        .join(Filing, sa.and_(Filing.enterprise_id == row.enterprise_id, Filing.seq == row.seq))
        .where(row.enterprise_id.in_(ids), row.topic == "scope")
        .order_by(row.enterprise_id, row.seq)
    )
    found: dict[tuple[int, str], date] = {}
    for number, line, value, effective_on, at in session.execute(query):
        if value is None:
            found.pop((number, line), None)
        else:
            found.setdefault((number, line), max(effective_on, local_day(at)))
    return found

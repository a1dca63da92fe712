"""How far the chains have come, and how far they had come before."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from servicedesk.cases.models import Case, CaseEvent
from servicedesk.enterprises.models import Enterprise, Filing
from servicedesk.heads.models import DailyHead

Heads = dict[str, list[Any]]  # {"case 7": [seq, hash in hex]}

_AT_ONCE: Final = 5000
# What has a chain; its links, and the column by which they belong to it.
_KINDS: Final[dict[str, tuple[type[Any], type[Any], sa.ColumnElement[int] | Any]]] = {
    "case": (Case, CaseEvent, CaseEvent.case_id),
    "enterprise": (Enterprise, Filing, Filing.enterprise_id),
}

_chain: Final = sa.func.jsonb_each(sa.cast(DailyHead.chains, JSONB)).table_valued("key", "value")
_end: Final = sa.type_coerce(_chain.c.value, JSONB)
# For exports of the register: the days, and how far the enterprises had come on each.
LISTS: Final[dict[str, sa.Select[*tuple[Any, ...]]]] = {
    "daily-heads.csv": sa.select(
        DailyHead.day,
        sa.cast(DailyHead.totals, JSONB)["cases"].as_integer().label("cases"),
        sa.cast(DailyHead.totals, JSONB)["enterprises"].as_integer().label("enterprises"),
        sa.func.encode(DailyHead.previous, "hex").label("previous"),
        sa.func.encode(DailyHead.mark, "hex").label("mark"),
    ).order_by(DailyHead.day),
    "head-chains.csv": (
        sa.select(
            DailyHead.day,
            Enterprise.credit_code,
            _end[0].as_integer().label("last_seq"),
            _end[1].as_string().label("last_hash"),
        )
        .select_from(DailyHead)
        .join(_chain, sa.true())
        .join(Enterprise, sa.func.concat("enterprise ", Enterprise.id) == _chain.c.key)
        .order_by(DailyHead.day, Enterprise.id)
    ),
}


def present(session: Session) -> Heads:
    """Return the end of every chain as it is now."""
    found: Heads = {}
    for kind, (model, _link, _owner) in _KINDS.items():
        for number, seq, last in session.execute(
            sa.select(model.id, model.last_seq, model.last_hash)
        ):
            found[f"{kind} {number}"] = [seq, bytes(last).hex()]
    return found


def daily_heads(session: Session) -> Sequence[DailyHead]:
    """Return the heads of all days, the first first."""
    return session.scalars(sa.select(DailyHead).order_by(DailyHead.day)).all()


def noted(heads: Iterable[DailyHead]) -> Heads:
    """Return the last end of each chain that ``heads`` noted."""
    found: Heads = {}
    for head in heads:
        found.update(head.chains)
    return found


def gone_or_altered(session: Session, heads: Heads) -> list[str]:
    """Return the chains in which what ``heads`` noted is not a link any more."""
    wrong = []
    for kind, (_model, link, owner) in _KINDS.items():
        asked = {
            (int(name.removeprefix(f"{kind} ")), seq): hash_
            for name, (seq, hash_) in heads.items()
            if name.startswith(f"{kind} ")
        }
        there: dict[tuple[int, int], str] = {}
        places = list(asked)
        for first in range(0, len(places), _AT_ONCE):
            some = sa.tuple_(owner, link.seq).in_(places[first : first + _AT_ONCE])
            rows = session.execute(sa.select(owner, link.seq, link.hash).where(some))
            there |= {(number, seq): bytes(hash_).hex() for number, seq, hash_ in rows}
        wrong += [f"{kind} {key[0]}" for key in asked if there.get(key) != asked[key]]
    return wrong

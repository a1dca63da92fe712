"""What runs about an enterprise, and what it stands in the register with."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from servicedesk.enterprises import noted_branches
from servicedesk.enterprises.identities import HOME
from servicedesk.enterprises.models import (
    Enterprise,
    EnterpriseState,
    Filing,
    Proceeding,
    RegisterRow,
)
from servicedesk.enterprises.queries.filings import is_replaced
from servicedesk.enterprises.standing import Standing
from servicedesk.park import local_day

_IS_MEANT: Final = (
    "$.shareholders[*] ? (@.credit_code == $code"
    " || (!exists(@.credit_code) && @.name == $names[*]))"
)


def under_way(
    session: Session, enterprise_id: int, *, besides: int | None = None
) -> dict[str, date]:
    """Return which kinds of filing are applied for, since when; the oldest first.

    ``besides`` is the application that asks, which does not count.
    """
    rows = session.execute(
        sa.select(Proceeding.kind, Proceeding.since)
        .where(
            Proceeding.enterprise_id == enterprise_id,
            Proceeding.ended_at.is_(None),
            Proceeding.case_id.is_distinct_from(besides),
        )
        .order_by(Proceeding.since, Proceeding.id)
    )
    return {kind: local_day(since) for kind, since in rows}


def standing_of(
    session: Session, enterprise: Enterprise, *, besides: int | None = None
) -> Standing:
    """Return what the register knows of an enterprise; ``besides``: the application that asks."""
    return Standing(
        state=enterprise.state,
        org_form=enterprise.org_form,
        is_foreign=enterprise.is_foreign_invested or _was_foreign(session, enterprise),
        under_way=under_way(session, enterprise.id, besides=besides),
        ahead=_ahead(session, enterprise),
        branches=_count(session, _branch_of(enterprise)),
        noted=len(noted_branches.entries(enterprise.facts)),
        invests_in=invests_in(session, enterprise),
    )


def invests_in(session: Session, enterprise: Enterprise) -> int:
    """Return of how many enterprises of the register it is an owner."""
    return _count(session, _owned_by(enterprise, _names(session, enterprise)))


def has_branches(session: Session, enterprise: Enterprise) -> bool:
    """Whether a branch of it is registered here and not ended, or noted on its licence."""
    is_noted = bool(noted_branches.entries(enterprise.facts))
    return is_noted or _count(session, _branch_of(enterprise)) > 0


def _was_foreign(session: Session, enterprise: Enterprise) -> bool:
    """Whether somebody from abroad was ever registered as an owner of it."""
    ever = sa.exists().where(
        RegisterRow.enterprise_id == enterprise.id,
        RegisterRow.topic == "shareholders",
        RegisterRow.value["country"].astext.not_in([HOME, ""]),
    )
    return bool(session.scalar(sa.select(ever)))


def _ahead(session: Session, enterprise: Enterprise) -> dict[str, date]:
    """Return which kinds of filing take effect later, and when; what was withdrawn is none."""
    if enterprise.next_effect_on is None:
        return {}
    rows = session.execute(
        sa.select(Filing.kind, Filing.effective_on).where(
            Filing.enterprise_id == enterprise.id,
            Filing.effective_on >= enterprise.next_effect_on,
            ~is_replaced(),
        )
    )
    return {kind: day for kind, day in rows}  # noqa: C416 - rows are no pairs to mypy


def _count(session: Session, which: sa.ColumnElement[bool]) -> int:
    in_life = Enterprise.state != EnterpriseState.DEREGISTERED
    return session.scalar(sa.select(sa.func.count()).where(which, in_life)) or 0


def _branch_of(enterprise: Enterprise) -> sa.ColumnElement[bool]:
    return Enterprise.parent_code == enterprise.credit_code


def _names(session: Session, enterprise: Enterprise) -> list[str]:
    """Return what an enterprise is and was called: who it owns need not have heard of a change."""
    called = sa.select(RegisterRow.value).where(
        RegisterRow.enterprise_id == enterprise.id,
        RegisterRow.topic == "name",
        RegisterRow.value.is_not(None),
    )
    return sorted({enterprise.name, *session.scalars(called)})


def _owned_by(enterprise: Enterprise, names: Sequence[str]) -> sa.ColumnElement[bool]:
    """Say that it is an owner now: among those of whom it was ever registered as one.

    By its credit code, and by its names where an owner was registered without one.
    """
    ever = sa.select(RegisterRow.enterprise_id).where(
        RegisterRow.subject.in_(names), RegisterRow.topic == "shareholders"
    )
    meant = {"code": enterprise.credit_code, "names": list(names)}
    return sa.and_(
        Enterprise.id.in_(ever),
        sa.func.jsonb_path_exists(
            Enterprise.facts,
            sa.cast(_IS_MEANT, postgresql.JSONPATH),
            sa.cast(meant, postgresql.JSONB),
        ),
    )

"""Names that are or were held."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.enterprises.models import EnterpriseName, NameState


def names_of(session: Session, holder_id: int, *, now: datetime) -> Sequence[EnterpriseName]:
    """Return the names reserved for a person that have not lapsed, the newest first."""
    return session.scalars(
        sa.select(EnterpriseName)
        .where(
            EnterpriseName.holder_id == holder_id,
            EnterpriseName.state == NameState.RESERVED,
            EnterpriseName.until > now,
        )
        .order_by(EnterpriseName.since.desc(), EnterpriseName.id.desc())
    ).all()

"""Whether this process can do its work, question by question."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import jobs, schema


def answers(session: Session, *, now: datetime) -> dict[str, bool]:
    """Return what works: the database, its tables, a worker."""
    found = {"database": False, "migrations": False, "worker": False}
    try:
        found["migrations"] = schema.current(session.connection()) == schema.head()
        found["database"] = True
        found["worker"] = jobs.is_worker_alive(session, now=now)
    except sa.exc.SQLAlchemyError:
        session.rollback()
    return found

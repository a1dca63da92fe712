"""Ready-made people for tests; each feature has more in ``tests/<feature>/factories.py``.

Each function adds one valid object, with whatever it needs, and commits.  A test names
only what it is about: ``make_user(session, role=Role.CLERK)``.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count

from sqlalchemy.orm import Session

from servicedesk.accounts.models import Post, User
from servicedesk.accounts.permissions import Role

MONDAY_MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 09:00 in Beijing; a working day
PASSWORD = "correct horse battery staple"  # noqa: S105 - of every person made here
# argon2id of PASSWORD, at the lowest cost so that tests stay quick.
_PASSWORD_HASH = (
    "$argon2id$v=19$m=8,t=1,p=1$aN51dpG/xMkb8L1eOKspXQ$8my+Pk3wxECKgkLWDP3VWP0Wz76waXKIoQ1hBcPQilg"  # noqa: S105
)

_numbers = count(1)


def make_user(
    session: Session,
    *,
    role: Role = Role.APPLICANT,
    posts: Mapping[str, str] | None = None,
    email: str | None = None,
    name: str | None = None,
    language: str = "en",
    confirmed_at: datetime | None = MONDAY_MORNING,
) -> User:
    """Add a person, an applicant with a confirmed address unless said otherwise.

    Args:
        session: the test's.
        role: what the person is to the desk.
        posts: duties of staff by department: ``{"market": "reviewer"}``.
        email: made up when not given; so is ``name``.
        name: what the person is called.
        language: of mails.
        confirmed_at: when the address was confirmed; None: not yet.
    """
    number = next(_numbers)
    user = User(
        email=email or f"person{number}@example.org",
        password_hash=_PASSWORD_HASH,
        name=name or f"Person {number}",
        language=language,
        role=role,
        confirmed_at=confirmed_at,
        created_at=MONDAY_MORNING,
        posts=[Post(department=where, duty=duty) for where, duty in (posts or {}).items()],
    )
    session.add(user)
    session.commit()
    return user

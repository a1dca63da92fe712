"""What applicants promised, and papers that they may bring later, as stored."""

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.accounts.models import User
from servicedesk.cases.commitments import CommitmentKind, CommitmentState
from servicedesk.database import Base

if TYPE_CHECKING:
    from servicedesk.cases.models import Case


class Commitment(Base):
    """A paper that the application does without for now, and what has become of it."""

    __tablename__ = "commitments"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()  # a change based on a stale one fails
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("cases.id"), index=True)
    kind: Mapped[CommitmentKind]
    material: Mapped[str] = mapped_column(sa.String(41))
    department: Mapped[str] = mapped_column(sa.String(40))  # which looks at it
    duty: Mapped[str] = mapped_column(sa.String(20))
    state: Mapped[CommitmentState] = mapped_column(default=CommitmentState.OPEN)
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]  # of the check, or by when the applicant gives the paper
    given_at: Mapped[datetime | None]  # the paper, since it was asked for last
    checked_at: Mapped[datetime | None]
    checked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    reason: Mapped[str | None] = mapped_column(sa.String(2000))  # told to the applicant
    ended_at: Mapped[datetime | None]  # None: somebody still has to act on it
    reminded_at: Mapped[datetime | None]  # the applicant, of this due day

    case: Mapped["Case"] = relationship()
    checked_by: Mapped[User | None] = relationship()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.Index(
            "uq_commitments_live",
            "case_id",
            "kind",
            "material",
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        # The order of the desk's list, and all that its views are counted by.
        sa.Index(
            "ix_commitments_desk",
            "department",
            "due_at",
            "id",
            postgresql_include=["kind", "state"],
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index(
            "ix_commitments_to_remind",
            "due_at",
            postgresql_where=sa.text("ended_at IS NULL AND reminded_at IS NULL"),
        ),
    )

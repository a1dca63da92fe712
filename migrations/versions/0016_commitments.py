"""Keep what applicants promised, and the papers that may follow, with their due days.

Why: a promise (告知承诺) is checked after the approval and a paper that may follow (容缺) comes
within so many working days of the acceptance; until now nothing waited for either.

Applications approved before today have no rows: their promises are checked as they were.

Safe to deploy before the code: yes, a new table only.  Locks: none.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016_commitments"
down_revision = "0015_parts"
branch_labels = None
depends_on = None

MOMENT = sa.TIMESTAMP(timezone=True)
LIVE = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "commitments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("material", sa.String(length=41), nullable=False),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("duty", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("given_at", MOMENT, nullable=True),
        sa.Column("checked_at", MOMENT, nullable=True),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("reminded_at", MOMENT, nullable=True),
        _to("case_id", "cases"),
        _to("checked_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitments")),
    )
    op.create_index(op.f("ix_commitments_case_id"), "commitments", ["case_id"])
    op.create_index(
        "uq_commitments_live",
        "commitments",
        ["case_id", "kind", "material"],
        unique=True,
        postgresql_where=LIVE,
    )
    op.create_index(
        "ix_commitments_desk",
        "commitments",
        ["department", "due_at", "id"],
        postgresql_include=["kind", "state"],
        postgresql_where=LIVE,
    )
    op.create_index(
        "ix_commitments_to_remind",
        "commitments",
        ["due_at"],
        postgresql_where=sa.text("ended_at IS NULL AND reminded_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("commitments")


def _to(column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_commitments_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)

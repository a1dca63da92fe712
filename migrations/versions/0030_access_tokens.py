"""Keep the access tokens of kiosks, boards, integrators and clerks' programs.

Why: ``/api/v1`` knows no sessions; a program shows a token.  Only its SHA-256 is kept.

Safe to deploy before the code: yes, the table is new.
Locks: none worth naming.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030_access_tokens"
down_revision = "0029_watching"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.TIMESTAMP(timezone=True)
    op.create_table(
        "access_tokens",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("scope", sa.String(40), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("hall_id", sa.Integer(), sa.ForeignKey("halls.id"), nullable=True),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("users.id"), nullable=True),
        sa.Column("created_by_id", sa.Integer(), sa.ForeignKey("users.id"), nullable=True),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.Column("revoked_at", moment, nullable=True),
        sa.Column("last_used_at", moment, nullable=True),
        sa.CheckConstraint(
            "(hall_id IS NULL) <> (user_id IS NULL)",
            name=op.f("ck_access_tokens_of_a_hall_or_a_person"),
        ),
    )
    op.create_index(op.f("ix_access_tokens_user_id"), "access_tokens", ["user_id"])


def downgrade() -> None:
    op.drop_table("access_tokens")

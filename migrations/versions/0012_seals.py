"""Seal the ends of the chains, and keep a head of all of them for each day.

Why: a chain of plain hashes can be cut, or worked out anew, by whoever has the database.  A
seal is written with a key that is not in it, and a day's head is sent outside.  Chains from
before have no seal; ``servicedesk seal`` looks at them and gives them one.

Safe to deploy before the code: yes, the columns may be empty.
Locks: two columns without a default, which takes a moment; a new table.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012_seals"
down_revision = "0011_names_as_found"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("seal", sa.LargeBinary(), nullable=True))
    op.add_column("enterprises", sa.Column("seal", sa.LargeBinary(), nullable=True))
    op.create_table(
        "daily_heads",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("totals", postgresql.JSONB(), nullable=False),
        sa.Column("chains", postgresql.JSONB(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_daily_heads")),
    )


def downgrade() -> None:
    op.drop_table("daily_heads")
    op.drop_column("enterprises", "seal")
    op.drop_column("cases", "seal")

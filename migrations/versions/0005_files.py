"""Keep one row for each content that lies in the file store.

Why: a file counts as received when its row is committed; the content is on disk before.

Safe to deploy before the code: yes, it adds a table.
Locks: nothing that exists.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005_files"
down_revision = "0004_notices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stored_files",
        sa.Column("sha256", sa.CHAR(64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_stored_files"),
    )


def downgrade() -> None:
    op.drop_table("stored_files")

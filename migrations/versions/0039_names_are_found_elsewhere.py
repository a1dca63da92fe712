"""Drop what a name was found by before ``register_entries`` held it.

Why: the search of the register reads ``register_entries`` alone since 0038, and each filing still
wrote the same pieces into ``enterprises`` and its index.

Safe to deploy before the code: no, code from before 0038 writes the column.
Locks: ``enterprises``, for a moment.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0039_names_are_found_elsewhere"
down_revision = "0038_public_register"
branch_labels = None
depends_on = None

# What is found by place or picked has a letter and a colon before it; the rest are of the name.
FILL = """
UPDATE enterprises SET grams = ARRAY(
    SELECT term FROM unnest(terms) AS term WHERE term !~ '^[a-z]:'
) FROM register_entries WHERE enterprise_id = enterprises.id
"""


def upgrade() -> None:
    op.drop_index("ix_enterprises_grams", "enterprises")
    op.drop_column("enterprises", "grams")


def downgrade() -> None:
    op.add_column(
        "enterprises",
        sa.Column("grams", postgresql.ARRAY(sa.Text()), nullable=False, server_default="{}"),
    )
    op.execute(FILL)
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    op.alter_column("enterprises", "grams", server_default=None)
    op.create_index("ix_enterprises_grams", "enterprises", ["grams"], postgresql_using="gin")

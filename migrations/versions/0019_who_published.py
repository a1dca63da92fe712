"""Keep with each version of a service who published it, and why.

Why: a setting is published by an administrator who says why; the list of versions shows it.

Versions from before today have no reason and nobody's name.

Safe to deploy before the code: yes, a default and an empty column.
Locks: adding them locks ``service_versions`` for a moment.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019_who_published"
down_revision = "0018_files_of_questions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    by = sa.Column("published_by_id", sa.Integer(), nullable=True)
    reason = sa.Column("reason", sa.String(length=500), server_default="", nullable=False)
    op.add_column("service_versions", by)
    op.add_column("service_versions", reason)
    op.create_foreign_key(
        op.f("fk_service_versions_published_by_id_users"),
        "service_versions",
        "users",
        ["published_by_id"],
        ["id"],
    )


def downgrade() -> None:
    op.drop_column("service_versions", "reason")
    op.drop_column("service_versions", "published_by_id")

"""Remember since when a message of the applicant waits for an answer.

Why: the desk heard of a message only by opening its case.  The inbox shows it now, and counts
such cases by an index that holds them alone.

Safe to deploy before the code: yes, the old code ignores the column.
Locks: a column without a default takes a moment; the backfill touches open cases only.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013_messages_wait"
down_revision = "0012_seals"
branch_labels = None
depends_on = None

WAITING = """
UPDATE cases SET message_since = last.at
FROM (
    SELECT DISTINCT ON (case_id) case_id, at, is_from_desk FROM messages
    WHERE NOT is_internal ORDER BY case_id, id DESC
) AS last
WHERE last.case_id = cases.id AND NOT last.is_from_desk AND cases.closed_at IS NULL
"""


def upgrade() -> None:
    op.add_column("cases", sa.Column("message_since", sa.TIMESTAMP(timezone=True), nullable=True))
    op.execute(WAITING)
    op.create_index(
        "ix_cases_message_since",
        "cases",
        ["id"],
        postgresql_where=sa.text("message_since IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_cases_message_since", "cases")
    op.drop_column("cases", "message_since")

"""Tell a place that was left as it is from one that was mended.

Why: whether a place of a correction list is mended is read off what it says now and what was
sent; a mark set once stayed when the applicant changed everything back, and an application
could be sent again with nothing mended.  What remains to be kept is that the applicant left a
place as it is, and said why.

Marks of lists that are open while this runs are taken for places left: their applicants
can send again as before.

Safe to deploy before the code: no, the old code reads the old name.
Locks: renaming a column locks its table for a moment.
"""

from alembic import op

revision = "0009_places_left"
down_revision = "0008_cases"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("correction_items", "mended_at", new_column_name="left_at")


def downgrade() -> None:
    op.alter_column("correction_items", "left_at", new_column_name="mended_at")

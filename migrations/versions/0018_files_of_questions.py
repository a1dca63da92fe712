"""Let a document stand for a question of the form, inside a group too.

Why: a file given on a form page is a paper of the application like any other; its place is
that of the question, ``field:shareholders.paper``, which is longer than a key of a material.

Undoing it drops what questions were given: the code before has no word for it.

Safe to deploy before the code: yes, a wider column only.  Locks: a moment, no rewrite.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018_files_of_questions"
down_revision = "0017_examinations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("documents", "material", type_=sa.String(length=100))


def downgrade() -> None:
    op.execute("DELETE FROM documents WHERE material LIKE 'field:%'")
    op.alter_column("documents", "material", type_=sa.String(length=41))

"""Find what many old enterprises answer by the quarter in which they were registered.

Why: a search by what many enterprises answer, but none of the newest, read all of them.  The
quarter among the terms lets the index be asked for one quarter after the other.

Safe to deploy before the code: yes.  The code finds only enterprises that have the term.
Locks: none but of the rows; rewrites register_entries, some minutes for a million.
"""

from alembic import op

revision = "0042_quarters"
down_revision = "0041_imports"
branch_labels = None
depends_on = None

FILL = """
    UPDATE register_entries SET terms = ARRAY(
        SELECT term FROM unnest(terms || to_char(registered_on, '"q:"YYYYQ')) AS found (term)
        ORDER BY term
    )
"""


def upgrade() -> None:
    op.execute(FILL)


def downgrade() -> None:
    op.execute(
        "UPDATE register_entries"
        " SET terms = array_remove(terms, to_char(registered_on, '\"q:\"YYYYQ'))"
    )

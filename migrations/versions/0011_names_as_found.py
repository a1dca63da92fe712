"""Names: what a name is found by is one array, asked by one index.

Why: a name that is read in several ways was found by one of them only.  What it is found by
(shorter forms, ways to read it, look-alikes) is one array now; the two plain indexes are not
asked any more.  The nightly job adds the other ways to read the names of before.

Safe to deploy before the code: yes; the old code asks without the two indexes until then.
Locks: enterprise_names, for one UPDATE of its rows.
"""

from alembic import op

revision = "0011_names_as_found"
down_revision = "0010_admitted_names"
branch_labels = None
depends_on = None

ADD = """
UPDATE enterprise_names SET near_keys = near_keys || ARRAY(
    SELECT DISTINCT key FROM unnest(ARRAY[sound_key, shape_key]::text[]) AS keys(key)
    WHERE key <> ALL (near_keys)
)
"""
TAKE_OUT = """
UPDATE enterprise_names SET near_keys = ARRAY(
    SELECT key FROM unnest(near_keys) WITH ORDINALITY AS keys(key, place)
    WHERE key = trade_key OR NOT (key IN (sound_key, shape_key) OR key ~ '^[a-z ]+$')
    ORDER BY place
)
"""


def upgrade() -> None:
    op.execute(ADD)
    op.drop_index("ix_enterprise_names_sound_key", "enterprise_names")
    op.drop_index("ix_enterprise_names_shape_key", "enterprise_names")


def downgrade() -> None:
    """Take out again what the old code does not put in: ways to read a name, and its shape."""
    op.create_index("ix_enterprise_names_shape_key", "enterprise_names", ["shape_key"])
    op.create_index("ix_enterprise_names_sound_key", "enterprise_names", ["sound_key"])
    op.execute(TAKE_OUT)

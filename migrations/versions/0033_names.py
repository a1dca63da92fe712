"""Names are found by keys in a table of their own.

Why: among millions of names one array with a GIN index answers a common key with thousands of
names, all of which had to be read.  The new table is read in the order in which like names are
told, and only so far.  Beside it: why a registered name was given up, for the words about it;
and an enterprise may hold another spelling of its own name, so that it can change to it.

Safe to deploy before the code: no, the old code reads the columns that go.
Locks: enterprise_names, for the change of its columns and one read of its rows.  Until the nightly
job has run, the names of before stand where every industry is looked for: more are found, none less.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0033_names"
down_revision = "0032_ledger"
branch_labels = None
depends_on = None

WORDS = postgresql.ARRAY(sa.Text())
C = sa.Text(collation="C")

# As name_index.kept writes them; the shelf is that of names that may be of any industry.
FILL = """
INSERT INTO enterprise_name_keys (key, shelf, name_id)
SELECT DISTINCT one.key, '', name.id
FROM enterprise_names AS name
CROSS JOIN LATERAL (
    VALUES ('=' || name.trade_key), ('t' || name.tone_key), ('m' || name.sound_key),
        ('s' || name.shape_key)
    UNION ALL
    SELECT 'r' || near FROM unnest(name.near_keys) AS near
    WHERE near ~ '^[a-z ]+$' AND near <> name.sound_key
    UNION ALL
    SELECT 'p' || overlay(name.trade_key PLACING '＊' FROM place FOR 1)
    FROM generate_series(1, char_length(name.trade_key)) AS place
    WHERE char_length(name.trade_key) >= 3
) AS one(key)
WHERE name.state <> 'released'
"""
TAKE_BACK = """
UPDATE enterprise_names AS name SET
    tone_key = coalesce((SELECT max(substr(key, 2)) FROM enterprise_name_keys
        WHERE name_id = name.id AND key LIKE 't%'), ''),
    sound_key = coalesce((SELECT max(substr(key, 2)) FROM enterprise_name_keys
        WHERE name_id = name.id AND key LIKE 'm%'), ''),
    shape_key = coalesce((SELECT max(substr(key, 2)) FROM enterprise_name_keys
        WHERE name_id = name.id AND key LIKE 's%'), ''),
    near_keys = ARRAY(
        SELECT DISTINCT substr(key, 2) FROM enterprise_name_keys
        WHERE name_id = name.id AND left(key, 1) IN ('=', 'm', 'r', 's')
        UNION
        SELECT overlay(name.trade_key PLACING '' FROM place FOR 1)
        FROM generate_series(1, char_length(name.trade_key)) AS place
        WHERE char_length(name.trade_key) >= 3
    )
"""


def upgrade() -> None:
    op.create_table(
        "enterprise_name_keys",
        sa.Column("key", C, nullable=False),
        sa.Column("shelf", C, nullable=False),
        sa.Column("name_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "shelf", "name_id", name="pk_enterprise_name_keys"),
        sa.ForeignKeyConstraint(
            ["name_id"], ["enterprise_names.id"], ondelete="CASCADE",
            name="fk_enterprise_name_keys_name_id_enterprise_names",
        ),
    )
    op.execute(FILL)
    op.create_index("ix_enterprise_name_keys_name_id", "enterprise_name_keys", ["name_id"])
    op.drop_index("ix_enterprise_names_near_keys", "enterprise_names")
    for gone in ("sound_key", "tone_key", "shape_key", "near_keys"):
        op.drop_column("enterprise_names", gone)
    op.add_column("enterprise_names", sa.Column("ended_by", sa.String(40), nullable=True))
    _held_once("state = 'registered' OR (state = 'reserved' AND enterprise_id IS NULL)")


def downgrade() -> None:
    """Go back to the array.  A second spelling that an enterprise holds has to be let go first."""
    _held_once("state IN ('reserved', 'registered')")
    op.drop_column("enterprise_names", "ended_by")
    for back, kind in (
        ("sound_key", sa.String(200)), ("tone_key", sa.String(240)),
        ("shape_key", sa.String(60)), ("near_keys", WORDS),
    ):
        default = "{}" if back == "near_keys" else ""
        op.add_column(
            "enterprise_names", sa.Column(back, kind, nullable=False, server_default=default)
        )
    op.execute(TAKE_BACK)
    for back in ("sound_key", "tone_key", "shape_key", "near_keys"):
        op.alter_column("enterprise_names", back, server_default=None)
    op.create_index(
        "ix_enterprise_names_near_keys", "enterprise_names", ["near_keys"], postgresql_using="gin"
    )
    op.drop_table("enterprise_name_keys")


def _held_once(condition: str) -> None:
    op.drop_index("uq_enterprise_names_held", "enterprise_names")
    op.create_index(
        "uq_enterprise_names_held", "enterprise_names", ["trade_key", "industry_key"],
        unique=True, postgresql_where=sa.text(condition),
    )

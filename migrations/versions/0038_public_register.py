"""Search the register by name, address and scope at a million enterprises.

Why: the search sorted everything that a common word found, and knew neither addresses nor scope.
``register_entries`` has a narrow row an enterprise, in the orders of the lists, with an index of
terms beside them.  ``register_statistics`` has the park's figures as they were counted that day.

Safe to deploy before the code: yes, but that the old code adds no rows for what it registers
meanwhile; the next filing of such an enterprise adds its own.
Locks: only new tables; reads all enterprises once, some minutes for a million.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0038_public_register"
down_revision = "0037_members"
branch_labels = None
depends_on = None

WORDS = postgresql.ARRAY(sa.Text())

# As register_search has them; names in the register are in simplified characters already.
FILL = r"""
    INSERT INTO register_entries
    SELECT
        id, credit_code, registered_on, lower(name), name_pinyin,
        chinese || ' ' || array_to_string(words, ' ') || ' ',
        life, org_form, is_foreign_invested, scope,
        ARRAY(
            SELECT DISTINCT term FROM (
                SELECT unnest(grams)
                UNION ALL SELECT 'a:' || substr(chinese, at, 2)
                    FROM generate_series(1, length(chinese) - 1) AS at
                UNION ALL SELECT 'w:' || unnest(words)
                UNION ALL SELECT 's:' || unnest(scope)
                UNION ALL SELECT 'l:' || life
                UNION ALL SELECT 'o:' || org_form
                UNION ALL SELECT 'f:' || CASE WHEN is_foreign_invested THEN 'yes' ELSE 'no' END
            ) AS found (term) ORDER BY term
        )
    FROM (
        SELECT
            enterprises.*,
            regexp_replace(lower(normalize(zh, NFKC)), '\s', '', 'g') AS chinese,
            ARRAY(
                SELECT DISTINCT word[1] FROM regexp_matches(
                    lower(normalize(zh || ' ' || en, NFKC)), '[0-9a-z]+(?:-[0-9a-z]+)*', 'g'
                ) AS word ORDER BY 1
            ) AS words,
            CASE coalesce(facts ->> 'state', 'registered')
                WHEN 'deregistered' THEN 'ended' WHEN 'revoked' THEN 'ended'
                WHEN 'suspended' THEN 'suspended' ELSE 'in_force' END AS life,
            ARRAY(SELECT jsonb_array_elements_text(
                CASE WHEN jsonb_typeof(facts -> 'scope') = 'array' THEN facts -> 'scope'
                ELSE '[]' END
            )) AS scope
        FROM enterprises, LATERAL (
            SELECT coalesce(facts #>> '{address,zh}', '') AS zh,
                coalesce(facts #>> '{address,en}', '') AS en
        ) AS address
    ) AS described
"""


def upgrade() -> None:
    op.create_table(
        "register_entries",
        sa.Column("enterprise_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("credit_code", sa.String(18, collation="C"), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("name_text", sa.String(120), nullable=False),
        sa.Column("name_key", sa.String(400, collation="C"), nullable=False),
        sa.Column("address_text", sa.Text(), nullable=False),
        sa.Column("life", sa.String(20), nullable=False),
        sa.Column("org_form", sa.String(20), nullable=False),
        sa.Column("is_foreign", sa.Boolean(), nullable=False),
        sa.Column("scope", WORDS, nullable=False),
        sa.Column("terms", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("enterprise_id", name="pk_register_entries"),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprises.id"],
            name="fk_register_entries_enterprise_id_enterprises",
        ),
    )  # fmt: skip
    op.execute(FILL)
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")  # an index is not made while some are to be checked
    for name, columns in (
        ("newest", ["registered_on", "enterprise_id"]),
        ("life", ["life", "registered_on", "enterprise_id"]),
        ("name", ["name_key", "enterprise_id"]),
        ("code", ["credit_code"]),
    ):
        op.create_index(f"ix_register_entries_{name}", "register_entries", columns)
    op.create_index(
        "ix_register_entries_terms", "register_entries", ["terms"], postgresql_using="gin"
    )
    op.create_table(
        "register_statistics",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("as_of", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_register_statistics"),
    )


def downgrade() -> None:
    op.drop_table("register_statistics")
    op.drop_table("register_entries")

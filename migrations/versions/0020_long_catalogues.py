"""Find everything in a long catalogue by index; know what was checked.

Why: in a catalogue of 5,000 services the guide of a part read every definition to find its
bundles, each page of the list sorted all names, and a search for a word compared it with every
word of almost every service, for the pairs of letters by which it looked are in all of them.
``parts`` and ``pages_of`` say of a service what its definition names; ``service_terms`` has every
word once, with its own pairs; ``checked`` is a digest of what was looked at when a service was
published, so that publishing the same again need not look again.

Safe to deploy before the code: yes, but that the old code finds no words with slips until the new
one runs; what it publishes meanwhile is described anew by the next ``servicedesk catalogue publish``.
Locks: ``services`` while its few rows are filled and indexed, a second or two for thousands.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020_long_catalogues"
down_revision = "0019_who_published"
branch_labels = None
depends_on = None

TEXTS = postgresql.ARRAY(sa.Text())
FILL = """
    UPDATE services SET
        parts = ARRAY(
            SELECT DISTINCT part #>> '{}'
            FROM jsonb_path_query(definition, '$.stages[*].tasks[*].service') AS part
            WHERE part #>> '{}' IS NOT NULL
            ORDER BY 1
        ),
        pages_of = ARRAY(
            SELECT DISTINCT taken #>> '{}'
            FROM jsonb_path_query(definition, '$.pages_of[*].service') AS taken
            ORDER BY 1
        )
    FROM service_versions WHERE service_versions.id = services.current_id
"""

# As searching.letter_pairs has them.
TERMS = """
    INSERT INTO service_terms (term, pairs)
    SELECT term, ARRAY(
        SELECT DISTINCT substr(marked, at, 2)
        FROM generate_series(1, length(marked) - 1) AS at ORDER BY 1
    )
    FROM (
        SELECT DISTINCT term, '^' || replace(substr(term, 3), ' ', '') || '$' AS marked
        FROM services, unnest(grams) AS term WHERE term ~ '^[wpi]:'
    ) AS terms
"""
PLAIN_GRAMS = """
    UPDATE services SET grams = ARRAY(SELECT gram FROM unnest(grams) AS gram WHERE gram !~ '^b:')
"""
PAIRED_GRAMS = """
    UPDATE services SET grams = ARRAY(
        SELECT DISTINCT gram FROM (
            SELECT unnest(grams) UNION ALL
            SELECT 'b:' || unnest(pairs) FROM service_terms WHERE term = ANY (grams)
        ) AS found (gram) ORDER BY 1
    )
"""


def upgrade() -> None:
    op.create_table(
        "service_terms",
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("pairs", TEXTS, nullable=False),
        sa.PrimaryKeyConstraint("term", name="pk_service_terms"),
    )
    op.execute(TERMS)
    op.create_index("ix_service_terms_pairs", "service_terms", ["pairs"], postgresql_using="gin")
    op.execute(PLAIN_GRAMS)
    for name in ("parts", "pages_of"):
        column = sa.Column(name, TEXTS, server_default="{}", nullable=False)
        op.add_column("services", column)
    op.add_column("services", sa.Column("checked", sa.CHAR(64), nullable=True))
    op.execute(FILL)
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")  # an index is not made while some are to be checked
    for name in ("parts", "pages_of"):
        op.create_index(f"ix_services_{name}", "services", [name], postgresql_using="gin")
    listed = sa.text("listed")
    for language, name in (("zh", "name_pinyin"), ("en", sa.text("lower(name_en)"))):
        index = f"ix_services_name_{language}"
        op.create_index(index, "services", [name, "code"], postgresql_where=listed)


def downgrade() -> None:
    op.execute(PAIRED_GRAMS)
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    op.drop_table("service_terms")
    for name in ("name_en", "name_zh", "pages_of", "parts"):
        op.drop_index(f"ix_services_{name}", "services")
    for name in ("checked", "pages_of", "parts"):
        op.drop_column("services", name)

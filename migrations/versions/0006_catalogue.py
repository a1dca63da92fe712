"""Keep services, their published versions and what administrators set.

Why: a case is pinned to the version of its service that it began with, so versions are
numbered and never change; a trigger sees to it.  ``services.grams`` holds what a search
looks up: characters, pairs of characters, words and pinyin.

Safe to deploy before the code: yes, only new tables.
Locks: none on what is there.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006_catalogue"
down_revision = "0005_files"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "service_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(31), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("definition", postgresql.JSONB(), nullable=False),
        sa.Column("digest", sa.CHAR(64), nullable=False),
        sa.Column("published_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_service_versions"),
        sa.UniqueConstraint("code", "number", name="uq_service_versions_code_number"),
    )
    op.create_table(
        "services",
        sa.Column("code", sa.String(31), nullable=False),
        sa.Column("current_id", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(20), nullable=False),
        sa.Column("topics", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("name_en", sa.String(200), nullable=False),
        sa.Column("name_zh", sa.String(200), nullable=False),
        sa.Column("name_pinyin", sa.String(400), nullable=False),
        sa.Column("grams", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_services"),
        sa.ForeignKeyConstraint(
            ["current_id"],
            ["service_versions.id"],
            name="fk_services_current_id_service_versions",
            deferrable=True,
            initially="DEFERRED",
        ),
    )
    op.create_index("ix_services_grams", "services", ["grams"], postgresql_using="gin")
    op.create_index("ix_services_topics", "services", ["topics"], postgresql_using="gin")
    op.create_table(
        "service_settings",
        sa.Column("code", sa.String(31), nullable=False),
        sa.Column("key", sa.String(41), nullable=False),
        sa.Column("value", postgresql.JSONB(), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", "key", name="pk_service_settings"),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["users.id"], name="fk_service_settings_changed_by_id_users"
        ),
    )
    op.execute(
        """
        CREATE FUNCTION refuse_change_of_version() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'a published version of a service is never changed';
        END $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER service_versions_never_change BEFORE UPDATE OR DELETE ON service_versions
        FOR EACH ROW EXECUTE FUNCTION refuse_change_of_version()
        """
    )


def downgrade() -> None:
    op.drop_table("service_settings")
    op.drop_table("services")
    op.drop_table("service_versions")
    op.execute("DROP FUNCTION refuse_change_of_version()")

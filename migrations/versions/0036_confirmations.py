"""Ask everybody whom an application names to confirm their own data, and keep what they confirmed.

Why: an application could be sent with shareholders, directors or agents who had never seen it.  The
requests have what a personal link needs; a confirmation is never changed, but for ending it once,
when the person says that it is not right after all.

Safe to deploy before the code: yes, the tables are new.
Locks: none worth naming.
"""

import sqlalchemy as sa
from alembic import op

revision = "0036_confirmations"
down_revision = "0035_certificates"
branch_labels = None
depends_on = None

ONLY_ENDED = """
CREATE FUNCTION refuse_change_of_confirmation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL
        AND to_jsonb(NEW) - 'withdrawn_at' = to_jsonb(OLD) - 'withdrawn_at'
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'confirmations is append-only';
END
$$;
CREATE TRIGGER confirmations_only_ended BEFORE UPDATE OR DELETE ON confirmations
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_confirmation();
CREATE TRIGGER confirmations_append_only BEFORE TRUNCATE ON confirmations
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_confirmation();
"""


def upgrade() -> None:
    moment = sa.TIMESTAMP(timezone=True)
    op.create_table(
        "confirmation_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("link_hash", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", moment, nullable=True),
        sa.Column("invited_at", moment, nullable=True),
        sa.Column("reminded_at", moment, nullable=True),
        sa.Column("opened_at", moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_confirmation_requests_case_id_cases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation_requests")),
        sa.UniqueConstraint(
            "case_id", "mark", name=op.f("uq_confirmation_requests_case_id_mark")
        ),
        sa.UniqueConstraint("link_hash", name=op.f("uq_confirmation_requests_link_hash")),
    )
    op.create_table(
        "confirmations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("withdrawn_at", moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_confirmations_case_id_cases")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["confirmation_requests.id"],
            name=op.f("fk_confirmations_request_id_confirmation_requests"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmations")),
    )
    op.create_index(op.f("ix_confirmations_case_id"), "confirmations", ["case_id"])
    op.create_index(op.f("ix_confirmations_request_id"), "confirmations", ["request_id"])
    op.execute(ONLY_ENDED)


def downgrade() -> None:
    op.drop_table("confirmations")
    op.execute("DROP FUNCTION refuse_change_of_confirmation()")
    op.drop_table("confirmation_requests")

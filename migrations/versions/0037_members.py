"""Give the people of an enterprise roles, and outside agents mandates that end.

Why: whoever acted for an enterprise was its owner or its agent, for ever and for everything.  Now
members have a role, agents a mandate over services and days; invitations and what was done are
kept.  An agent that set an enterprise up gets a mandate for a year from today.  Which applications
are the enterprise's own (``for_enterprise``) is said when they are begun; those from before stay
with whoever applied.

The last owner cannot go: whoever goes waits for the enterprise's row at the commit and then looks
who is left.

Safe to deploy before the code: no, the old code writes ``capacity``; deploy both at once.
Locks: ``enterprise_members`` while its few rows are read; ``cases`` for a moment, as a column with
a constant default is added.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0037_members"
down_revision = "0036_confirmations"
branch_labels = None
depends_on = None

MOMENT = sa.TIMESTAMP(timezone=True)
FROM_AGENTS = """
INSERT INTO mandates (version, enterprise_id, user_id, services, may_send, first_day, last_day,
                      granted_at)
SELECT 1, enterprise_id, user_id, '{}', true, current_date, current_date + 364, now()
FROM enterprise_members WHERE role = 'agent';
INSERT INTO member_events (enterprise_id, kind, at, person_id, details)
SELECT enterprise_id, CASE role WHEN 'agent' THEN 'mandate_granted' ELSE 'joined' END, now(),
       user_id, CASE role WHEN 'agent' THEN '{"may_send": true, "services": []}'::jsonb
                          ELSE jsonb_build_object('role', role) END
FROM enterprise_members;
DELETE FROM enterprise_members WHERE role = 'agent';
"""
TO_AGENTS = """
INSERT INTO enterprise_members (enterprise_id, user_id, role, version, since)
SELECT DISTINCT enterprise_id, user_id, 'agent', 1, now() FROM mandates
WHERE user_id IS NOT NULL AND revoked_at IS NULL AND last_day >= current_date
ON CONFLICT DO NOTHING
"""
KEEPS_AN_OWNER = """
CREATE FUNCTION keep_an_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM enterprises WHERE id = OLD.enterprise_id FOR NO KEY UPDATE;
    IF FOUND AND NOT EXISTS (
        SELECT 1 FROM enterprise_members WHERE enterprise_id = OLD.enterprise_id AND role = 'owner'
    ) THEN
        RAISE EXCEPTION 'an enterprise keeps at least one owner'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER enterprise_keeps_an_owner AFTER UPDATE OR DELETE ON enterprise_members
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.role = 'owner')
    EXECUTE FUNCTION keep_an_owner();
"""
NEVER_CHANGED = """
CREATE FUNCTION refuse_change_of_member_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'member_events is append-only';
END
$$;
CREATE TRIGGER member_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON member_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_member_events();
"""


def upgrade() -> None:
    op.alter_column("enterprise_members", "capacity", new_column_name="role", type_=sa.String(40))
    op.add_column(
        "enterprise_members", sa.Column("version", sa.Integer(), nullable=False, server_default="1")
    )
    op.add_column(
        "enterprise_members", sa.Column("since", MOMENT, nullable=False, server_default=sa.func.now())
    )
    for column in ("version", "since"):
        op.alter_column("enterprise_members", column, server_default=None)
    op.add_column(
        "cases", sa.Column("for_enterprise", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    _mandates()
    _invitations()
    _events()
    op.execute(FROM_AGENTS)
    op.execute(KEEPS_AN_OWNER)
    op.execute(NEVER_CHANGED)


def downgrade() -> None:
    op.execute("DROP TRIGGER enterprise_keeps_an_owner ON enterprise_members")
    op.execute("DROP FUNCTION keep_an_owner()")
    op.execute(TO_AGENTS)
    for table in ("member_events", "enterprise_invitations", "mandates"):
        op.drop_table(table)
    op.execute("DROP FUNCTION refuse_change_of_member_events()")
    op.drop_column("cases", "for_enterprise")
    for column in ("version", "since"):
        op.drop_column("enterprise_members", column)
    op.alter_column("enterprise_members", "role", new_column_name="capacity", type_=sa.String(20))


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _mandates() -> None:
    op.create_table(
        "mandates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("services", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("may_send", sa.Boolean(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("granted_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("told_days", sa.Integer(), nullable=True),
        _to("mandates", "enterprise_id", "enterprises"),
        _to("mandates", "user_id", "users"),
        _to("mandates", "agency_id", "enterprises"),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_mandates_in_order")),
        sa.CheckConstraint("num_nonnulls(user_id, agency_id) = 1", name=op.f("ck_mandates_one_agent")),
        sa.CheckConstraint("agency_id <> enterprise_id", name=op.f("ck_mandates_an_outsider")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandates")),
        *(
            postgresql.ExcludeConstraint(
                (sa.text("int4range(enterprise_id, enterprise_id, '[]')"), "&&"),
                (sa.text(f"int4range({agent}, {agent}, '[]')"), "&&"),
                (sa.text("daterange(first_day, last_day, '[]')"), "&&"),
                where=sa.text(f"revoked_at IS NULL AND {agent} IS NOT NULL"),
                name=f"ex_mandates_{agent}",
                using="gist",
            )
            for agent in ("user_id", "agency_id")
        ),
    )
    for column in ("enterprise_id", "user_id", "agency_id"):
        op.create_index(op.f(f"ix_mandates_{column}"), "mandates", [column])
    op.create_index(
        "ix_mandates_end", "mandates", ["last_day"], postgresql_where=sa.text("revoked_at IS NULL")
    )


def _invitations() -> None:
    op.create_table(
        "enterprise_invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("role", sa.String(40), nullable=True),
        sa.Column("services", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("may_send", sa.Boolean(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("invited_by_id", sa.Integer(), nullable=False),
        sa.Column("invited_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        _to("enterprise_invitations", "enterprise_id", "enterprises"),
        _to("enterprise_invitations", "invited_by_id", "users"),
        sa.CheckConstraint(
            "(role IS NULL) = (last_day IS NOT NULL)",
            name=op.f("ck_enterprise_invitations_member_or_agent"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprise_invitations")),
    )
    op.create_index(
        op.f("ix_enterprise_invitations_enterprise_id"), "enterprise_invitations", ["enterprise_id"]
    )
    op.create_index(
        "uq_enterprise_invitations_open",
        "enterprise_invitations",
        ["enterprise_id", "email"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _events() -> None:
    op.create_table(
        "member_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("details", postgresql.JSONB(), nullable=False),
        _to("member_events", "enterprise_id", "enterprises"),
        _to("member_events", "actor_id", "users"),
        _to("member_events", "person_id", "users"),
        _to("member_events", "agency_id", "enterprises"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_events")),
    )
    op.create_index(op.f("ix_member_events_person_id"), "member_events", ["person_id"])
    op.create_index("ix_member_events_enterprise", "member_events", ["enterprise_id", "id"])

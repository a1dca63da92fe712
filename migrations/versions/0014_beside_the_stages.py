"""Keep what happens beside the stages: stops, extensions, questions, hand-outs; and absences.

Why: the desk stops the clock of a licence (行政许可法 art. 45) and extends its limit (art. 42),
asks colleagues and supervisors, and hands results out (art. 44); staff have deputies.

Nobody is away twice at once: an exclusion constraint.  It needs no extension of PostgreSQL, as
it compares a person with a range that holds them alone.

Safe to deploy before the code: yes, new tables only.  Locks: none.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014_beside_the_stages"
down_revision = "0013_messages_wait"
branch_labels = None
depends_on = None

MOMENT = sa.TIMESTAMP(timezone=True)
DUE_ORDER = "coalesce(due_at, '9999-01-01 00:00:00+00'::timestamptz)"


def upgrade() -> None:
    _clock()
    _questions()
    _hand_outs()
    _absences()


def downgrade() -> None:
    for table in ("absences", "hand_outs", "questions", "clock_extensions", "clock_stops"):
        op.drop_table(table)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _clock() -> None:
    op.create_table(
        "clock_stops",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("interval_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("working_days", sa.Integer(), nullable=False),
        sa.Column("expected_at", MOMENT, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        _to("clock_stops", "case_id", "cases"),
        _to("clock_stops", "interval_id", "clock_intervals"),
        _to("clock_stops", "by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_stops")),
        sa.UniqueConstraint("interval_id", name=op.f("uq_clock_stops_interval_id")),
    )
    op.create_index(op.f("ix_clock_stops_case_id"), "clock_stops", ["case_id"])
    op.create_table(
        "clock_extensions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("answer", sa.String(length=2000), nullable=True),
        _to("clock_extensions", "case_id", "cases"),
        _to("clock_extensions", "task_id", "tasks"),
        _to("clock_extensions", "asked_by_id", "users"),
        _to("clock_extensions", "decided_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_extensions")),
    )
    op.create_index(op.f("ix_clock_extensions_case_id"), "clock_extensions", ["case_id"])
    op.create_index(
        "uq_clock_extensions_once",
        "clock_extensions",
        ["case_id", "round"],
        unique=True,
        postgresql_where=sa.text("state <> 'refused'"),
    )


def _questions() -> None:
    op.create_table(
        "questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("department", sa.String(length=40), nullable=True),
        sa.Column("to_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("verdict", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        _to("questions", "case_id", "cases"),
        _to("questions", "task_id", "tasks"),
        _to("questions", "asked_by_id", "users"),
        _to("questions", "to_id", "users"),
        _to("questions", "answered_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
    )
    for column in ("case_id", "task_id", "asked_by_id"):
        op.create_index(op.f(f"ix_questions_{column}"), "questions", [column])
    op.create_index(
        "ix_questions_waiting",
        "questions",
        ["department", "to_id"],
        postgresql_where=sa.text("answered_at IS NULL"),
    )


def _hand_outs() -> None:
    op.create_table(
        "hand_outs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("ready_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("due_order", MOMENT, sa.Computed(DUE_ORDER, persisted=True), nullable=False),
        sa.Column("given_at", MOMENT, nullable=True),
        sa.Column("given_by_id", sa.Integer(), nullable=True),
        sa.Column("given_way", sa.String(length=20), nullable=True),
        sa.Column("given_to", sa.LargeBinary(), nullable=True),
        _to("hand_outs", "case_id", "cases"),
        _to("hand_outs", "given_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_outs")),
        sa.UniqueConstraint("case_id", name=op.f("uq_hand_outs_case_id")),
    )
    op.create_index(
        "ix_hand_outs_waiting",
        "hand_outs",
        ["department", "due_order", "id"],
        postgresql_where=sa.text("given_at IS NULL"),
    )


def _absences() -> None:
    op.create_table(
        "absences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        _to("absences", "user_id", "users"),
        _to("absences", "deputy_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_absences_in_order")),
        postgresql.ExcludeConstraint(
            (sa.text("int4range(user_id, user_id, '[]')"), "&&"),
            (sa.text("daterange(first_day, last_day, '[]')"), "&&"),
            name="ex_absences_overlap",
            using="gist",
        ),
    )
    op.create_index(op.f("ix_absences_deputy_id"), "absences", ["deputy_id"])

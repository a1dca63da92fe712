"""Keep notices, and the queue of jobs that sends them.

Why: a mail is written in the transaction of what it tells and sent afterwards by a
worker.  The queue is Procrastinate's; its schema lies frozen in the file beside this one,
so that this revision does the same with every later version of the package.

Safe to deploy before the code: yes, only new tables, types and functions.
Locks: none for long; the foreign key looks at ``users`` once, while ``notices`` is empty.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0004_notices"
down_revision = "0003_calendar"
branch_labels = None
depends_on = None

PROCRASTINATE = Path(__file__).with_name("0004_procrastinate_3_10.sql")


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("about", sa.String(40), nullable=True),
        sa.Column("facts", sa.LargeBinary(), nullable=False),  # sealed
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(80), nullable=True),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("sent_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_notices_user_id_users"),
    )
    op.create_index("ix_notices_user_id", "notices", ["user_id"])
    op.create_index("ix_notices_about", "notices", ["about"])
    op.create_index("ix_notices_state", "notices", ["state", "id"])
    op.execute(PROCRASTINATE.read_text(encoding="utf-8"))


def downgrade() -> None:
    op.execute(
        "DROP TABLE procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs,"
        " procrastinate_workers CASCADE"
    )
    for function in (
        "procrastinate_defer_jobs_v1",
        "procrastinate_defer_periodic_job_v2",
        "procrastinate_fetch_job_v2",
        "procrastinate_finish_job_v1",
        "procrastinate_cancel_job_v1",
        "procrastinate_retry_job_v1",
        "procrastinate_retry_job_v2",
        "procrastinate_notify_queue_job_inserted_v1",
        "procrastinate_notify_queue_abort_job_v1",
        "procrastinate_trigger_function_status_events_insert_v1",
        "procrastinate_trigger_function_status_events_update_v1",
        "procrastinate_trigger_function_scheduled_events_v1",
        "procrastinate_trigger_abort_requested_events_procedure_v1",
        "procrastinate_unlink_periodic_defers_v1",
        "procrastinate_register_worker_v1",
        "procrastinate_unregister_worker_v1",
        "procrastinate_update_heartbeat_v1",
        "procrastinate_prune_stalled_workers_v1",
    ):
        op.execute(f"DROP FUNCTION IF EXISTS {function}")
    for kind in (
        "procrastinate_job_to_defer_v1",
        "procrastinate_job_event_type",
        "procrastinate_job_status",
    ):
        op.execute(f"DROP TYPE {kind}")
    op.drop_table("notices")

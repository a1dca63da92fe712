"""Let an import say that it was given up.

Why: a table that the worker could not enter was shown as being entered, and a day later as one
that nobody had said to enter.

Safe to deploy before the code: yes, a check that allows more.
Locks: ACCESS EXCLUSIVE on register_imports, a small table, for a moment.
"""

from alembic import op

revision = "0043_failed_imports"
down_revision = "0042_quarters"
branch_labels = None
depends_on = None

CHECK = "kept_while_needed"
ENDED = "(content IS NULL) = (state IN ({states}))"


def upgrade() -> None:
    op.drop_constraint(op.f(f"ck_register_imports_{CHECK}"), "register_imports")
    op.create_check_constraint(
        op.f(f"ck_register_imports_{CHECK}"),
        "register_imports",
        ENDED.format(states="'done', 'refused', 'expired', 'failed'"),
    )


def downgrade() -> None:
    op.execute("UPDATE register_imports SET state = 'expired' WHERE state = 'failed'")
    op.drop_constraint(op.f(f"ck_register_imports_{CHECK}"), "register_imports")
    op.create_check_constraint(
        op.f(f"ck_register_imports_{CHECK}"),
        "register_imports",
        ENDED.format(states="'done', 'refused', 'expired'"),
    )

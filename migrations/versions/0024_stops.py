"""Keep with each ticket what the visit is for.

Why: somebody comes for several things and goes from line to line with one number; until now a
ticket knew one line.  ``service_code`` and ``quantity``, which nothing has written yet, are in
it.

Safe to deploy before the code: no, the old code writes no stops; deploy both at once.
Locks: ``tickets`` while the column is filled; a hall has some hundred thousand.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024_stops"
down_revision = "0023_reminded"
branch_labels = None
depends_on = None

_FILL = """
    UPDATE tickets SET stops = jsonb_build_array(jsonb_build_object(
        'queue_id', queue_id, 'service', service_code, 'quantity', quantity,
        'counter_id', counter_id, 'ended_at', to_jsonb(ended_at), 'outcome', outcome))
"""
_FILL_BACK = """
    UPDATE tickets SET service_code = stops -> 0 ->> 'service',
        quantity = coalesce((stops -> 0 ->> 'quantity')::int, 1)
"""


def upgrade() -> None:
    op.add_column("tickets", sa.Column("stops", postgresql.JSONB(), nullable=True))
    op.execute(_FILL)
    op.alter_column("tickets", "stops", nullable=False)
    op.drop_column("tickets", "service_code")
    op.drop_column("tickets", "quantity")


def downgrade() -> None:
    op.add_column("tickets", sa.Column("service_code", sa.String(31), nullable=True))
    op.add_column(
        "tickets", sa.Column("quantity", sa.Integer(), nullable=False, server_default="1")
    )
    op.alter_column("tickets", "quantity", server_default=None)
    op.execute(_FILL_BACK)
    op.drop_column("tickets", "stops")

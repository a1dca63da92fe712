"""Shared addresses: for which reserved name a company was admitted.

Why: a set-up moves into the place that its company was admitted to, and takes no second one.

Safe to deploy before the code: yes, one more column that may be empty.  Locks: a moment on
``address_holdings``.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010_admitted_names"
down_revision = "0009_places_left"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Remember the name, and admit each name once."""
    op.add_column("address_holdings", sa.Column("name_id", sa.Integer(), nullable=True))
    op.create_foreign_key(
        "fk_address_holdings_name_id_enterprise_names",
        "address_holdings", "enterprise_names", ["name_id"], ["id"],
    )
    op.create_index(
        "uq_address_holdings_open_name", "address_holdings", ["name_id"],
        unique=True, postgresql_where=sa.text("state <> 'released'"),
    )


def downgrade() -> None:
    """Forget the names."""
    op.drop_index("uq_address_holdings_open_name", table_name="address_holdings")
    op.drop_column("address_holdings", "name_id")

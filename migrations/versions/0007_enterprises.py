"""0007_enterprises."""

import sqlalchemy as sa
from alembic import op

revision = "0007_enterprises"
down_revision = "0006_catalogue"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

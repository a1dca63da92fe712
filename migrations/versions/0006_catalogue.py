"""0006_catalogue."""

import sqlalchemy as sa
from alembic import op

revision = "0006_catalogue"
down_revision = "0005_files"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

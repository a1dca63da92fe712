"""0005_files."""

import sqlalchemy as sa
from alembic import op

revision = "0005_files"
down_revision = "0004_notices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

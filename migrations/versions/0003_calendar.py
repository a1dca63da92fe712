"""0003_calendar."""

import sqlalchemy as sa
from alembic import op

revision = "0003_calendar"
down_revision = "0002_accounts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

"""0008_cases."""

import sqlalchemy as sa
from alembic import op

revision = "0008_cases"
down_revision = "0007_enterprises"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass

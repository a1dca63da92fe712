"""Let nobody hold a whole name that somebody holds already.

Why: names were compared by their parts, and the parts of a name that was written out are guessed.
Divided otherwise, the very same name could be taken a second time.

Safe to deploy before the code: yes.  Until the code is there, who takes a name of others is told
that something went wrong, and not what.
A register that holds one whole name twice is not migrated: PostgreSQL names it, and the registrar
decides whose it is.  To see all of them before:
    SELECT translate(normalize(full_name, NFKC), ' ', ''), array_agg(id) FROM enterprise_names
    WHERE state = 'registered' OR (state = 'reserved' AND enterprise_id IS NULL)
    GROUP BY 1 HAVING count(*) > 1;
Locks: SHARE on enterprise_names while its rows are read twice, some seconds for a million.
"""

import sqlalchemy as sa
from alembic import op

revision = "0045_whole_names"
down_revision = "0044_licences_held"
branch_labels = None
depends_on = None

WHOLE = "translate(normalize(full_name, NFKC), ' ', '')"
HELD = "state = 'registered' OR (state = 'reserved' AND enterprise_id IS NULL)"


def upgrade() -> None:
    op.create_index(
        "uq_enterprise_names_whole", "enterprise_names", [sa.text(WHOLE)],
        unique=True, postgresql_where=sa.text(HELD),
    )
    op.create_index("ix_enterprise_names_whole", "enterprise_names", [sa.text(WHOLE)])


def downgrade() -> None:
    op.drop_index("ix_enterprise_names_whole", "enterprise_names")
    op.drop_index("uq_enterprise_names_whole", "enterprise_names")

"""Sign certificates, and let an enterprise have one licence in force.

Why: whoever gets a certificate as a file can tell now that it is ours and whole, also without a
network; and a certificate may be suspended, or end with its enterprise.  Certificates from before
carry no signature until ``servicedesk sign-certificates`` was run.

Licences of one enterprise that are valid side by side are put right: the newest replaces the
others.  The code never made any but by mistake.

Safe to deploy before the code: yes, what is new may be empty.
Locks: certificates, while two indexes are built; they are few (one an application at most).
"""

import sqlalchemy as sa
from alembic import op

revision = "0035_certificates"
down_revision = "0034_addresses"
branch_labels = None
depends_on = None

ONE_LICENCE = """
UPDATE certificates AS old SET state = 'replaced', replaced_by_id = newest.id
FROM (
    SELECT enterprise_id, max(id) AS id FROM certificates
    WHERE template = 'licence' AND state = 'valid' AND enterprise_id IS NOT NULL
    GROUP BY enterprise_id HAVING count(*) > 1
) AS newest
WHERE old.enterprise_id = newest.enterprise_id AND old.id < newest.id
    AND old.template = 'licence' AND old.state = 'valid'
"""


def upgrade() -> None:
    moment = sa.TIMESTAMP(timezone=True)
    op.create_table(
        "signing_keys",
        sa.Column("kid", sa.String(43), primary_key=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("private_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("since", moment, nullable=False),
        sa.Column("until", moment, nullable=True),
        sa.CheckConstraint(
            "(state = 'active') = (private_sealed IS NOT NULL) AND"
            " (state = 'active') = (until IS NULL)",
            name=op.f("ck_signing_keys_only_the_active_signs"),
        ),
    )
    op.create_index(
        "uq_signing_keys_active",
        "signing_keys",
        ["state"],
        unique=True,
        postgresql_where=sa.text("state = 'active'"),
    )
    for column in (
        sa.Column("seal", sa.Text(), nullable=True),
        sa.Column("sealed_with", sa.String(43), sa.ForeignKey("signing_keys.kid"), nullable=True),
        sa.Column("suspended_at", moment, nullable=True),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("ended_because", sa.String(40), nullable=True),
    ):
        op.add_column("certificates", column)
    op.create_check_constraint(
        op.f("ck_certificates_ended_for_a_reason"),
        "certificates",
        "(ended_at IS NULL) = (ended_because IS NULL)",
    )
    op.execute(ONE_LICENCE)
    op.create_index(op.f("ix_certificates_sealed_with"), "certificates", ["sealed_with"])
    op.create_index(
        "ix_certificates_not_in_force",
        "certificates",
        ["id"],
        postgresql_where=sa.text("state <> 'valid'"),
    )
    op.create_index(
        "uq_certificates_licence_in_force",
        "certificates",
        ["enterprise_id"],
        unique=True,
        postgresql_where=sa.text("template = 'licence' AND state IN ('valid', 'suspended')"),
    )


def downgrade() -> None:
    op.drop_index("uq_certificates_licence_in_force", "certificates")
    op.drop_index("ix_certificates_not_in_force", "certificates")
    op.drop_index(op.f("ix_certificates_sealed_with"), "certificates")
    op.drop_constraint(op.f("ck_certificates_ended_for_a_reason"), "certificates")
    op.execute("UPDATE certificates SET state = 'valid' WHERE state = 'suspended'")
    op.execute(
        "UPDATE certificates SET revoked_at = ended_at, reason = ended_because"
        " WHERE ended_at IS NOT NULL AND revoked_at IS NULL"
    )
    for name in ("ended_because", "ended_at", "suspended_at", "sealed_with", "seal"):
        op.drop_column("certificates", name)
    op.drop_table("signing_keys")

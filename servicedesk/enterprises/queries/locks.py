"""The one lock of an enterprise, for whatever is changed about it beside its filings."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.enterprises.models import Enterprise


def lock_enterprise(session: Session, enterprise_id: int) -> None:
    """Wait for whoever changes people, names or certificates of the same enterprise, or files.

    It holds until the commit.  Rows that refer to the enterprise may be added meanwhile.
    """
    query = sa.select(Enterprise.id).where(Enterprise.id == enterprise_id)
    session.execute(query.with_for_update(key_share=True))

"""What lies in every test's database from the start: calendar and catalogue, as shipped."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from config import Development
from servicedesk.database import keyring


def load(engine: sa.Engine) -> None:
    """Put the reference data into a migrated database."""
    keyring.load(Development.FIELD_KEYS)
    with Session(engine) as session:
        session.commit()

"""What lies in every test's database from the start: calendar, catalogue and halls, as shipped."""

from collections.abc import Iterator
from contextlib import suppress

import sqlalchemy as sa
from sqlalchemy.orm import Session

from config import Development
from servicedesk import cases, catalogue, enterprises
from servicedesk.calendar import operations as calendar
from servicedesk.catalogue import definitions
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.operations import publish
from servicedesk.database import keyring
from servicedesk.enterprises import reference
from servicedesk.enterprises.operations import addresses
from servicedesk.hall import hall_files
from servicedesk.hall.operations import halls
from tests.factories import MONDAY_MORNING


def load(engine: sa.Engine) -> None:
    """Put the reference data into a migrated database.

    A definition that has problems is left out; a test of the catalogue says which, and the
    tests that need that service fail.
    """
    keyring.load(Development.FIELD_KEYS)
    for part in (catalogue, enterprises, cases):
        part.join_catalogue()
    with Session(engine) as session:
        calendar.load_days(session)
        for service in definitions.parts_first(_loaded()):
            with suppress(definitions.DefinitionInvalid):
                publish(session, service, MONDAY_MORNING)
        addresses.stock(session, reference.demo_units())
        halls.set_up(session, hall_files.halls())
        session.commit()


def _loaded() -> Iterator[Service]:
    for path in definitions.files():
        with suppress(definitions.DefinitionInvalid):
            yield definitions.load(path)

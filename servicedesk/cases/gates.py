"""What else must be so before an application is sent: gates that upper features put up.

The table is filled once at start, by the ``init_app`` of those features.  A gate looks at the
answers that are sent, in the transaction that sends them, with the application's row locked: what
changes at the same moment waits, or makes the sending fail.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.cases.models import Case
from servicedesk.catalogue.definition import Service
from servicedesk.errors import RuleBroken
from servicedesk.words import Words


@dataclass(frozen=True)
class Standing:
    """How far a gate is open, and where people see to it."""

    name: Words  # "Confirmations"
    task: Words  # what there is to do
    done: int
    of: int
    endpoint: str  # of its page, which takes the ``reference``
    shut: Words  # why nothing can be sent while it is shut

    @property
    def is_open(self) -> bool:
        """Whether the application may pass."""
        return self.done == self.of


class Gate(Protocol):
    """What a feature asks of an application before it is sent."""

    def standing(self, session: Session, case: Case, service: Service) -> Standing | None:
        """Return how far the gate is open for the saved answers; None: it is none of its own."""

    def rehearse(self, session: Session, case: Case, service: Service, *, now: datetime) -> None:
        """Do what people do to open the gate, in an example of a definition."""


class GateShut(RuleBroken):
    """Something else has to be so before the application may be sent."""


GATES: Final[list[Gate]] = []


def standings(session: Session, case: Case, service: Service) -> list[Standing]:
    """Return the gates that this application passes, in their order."""
    return list(_standings(session, case, service))


def require_open(session: Session, case: Case, service: Service) -> None:
    """Make sure that what is in ``case`` now may be sent; the row stays locked.

    Raises:
        GateShut: it may not yet.
    """
    session.flush()
    session.execute(sa.select(Case.id).where(Case.id == case.id).with_for_update())
    for one in _standings(session, case, service):
        if not one.is_open:
            raise GateShut(one.shut)


def rehearse(session: Session, case: Case, service: Service, *, now: datetime) -> None:
    """Open every gate as people would, in an example of a definition."""
    for gate in GATES:
        gate.rehearse(session, case, service, now=now)


def _standings(session: Session, case: Case, service: Service) -> Iterator[Standing]:
    for gate in GATES:
        standing = gate.standing(session, case, service)
        if standing is not None:
            yield standing

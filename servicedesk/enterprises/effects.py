"""What an approval does to the register, and what an application holds until then.

``EFFECTS`` run once, in the transaction of the decision.  ``hold`` runs when an application
is sent (again), ``release`` when it ends any other way than by approval.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.words import Text


@dataclass(frozen=True)
class Application:
    """What an effect may know of the case that brings it about."""

    case_id: int
    reference: str
    service: str  # its code
    applicant_id: int
    enterprise_id: int | None
    answers: Mapping[str, Any]
    title: str
    result: Text  # the result's name
    certificate: str | None = None  # the template; None: the effect's own


@dataclass(frozen=True)
class Done:
    """What came of an effect."""

    enterprise_id: int | None = None
    certificate_id: int | None = None
    certificate_code: str | None = None


class Effect(Protocol):
    """What an approval does."""

    def __call__(
        self, session: Session, application: Application, *, by: User | None, now: datetime
    ) -> Done:
        """Do it, without committing; ``by`` decided, None is the desk itself."""
        ...


def no_effect(
    session: Session,  # noqa: ARG001
    application: Application,  # noqa: ARG001
    *,
    by: User | None,  # noqa: ARG001
    now: datetime,  # noqa: ARG001
) -> Done:
    """Change nothing in the register."""
    return Done()


def hold(
    session: Session, effect_name: str | None, application: Application, now: datetime
) -> None:
    """Hold what is scarce for an application that is sent; again after a correction.

    Raises:
        RuleBroken: somebody else has it; the words say what is free instead.
    """


def release(session: Session, effect_name: str | None, case_id: int, now: datetime) -> None:
    """Let go what an application held, when it ends without approval.  Safe to repeat."""


EFFECTS: Final[dict[str, Effect]] = {
    "none": no_effect,
    "reserve_name": no_effect,
    "register_enterprise": no_effect,
    "host_address": no_effect,
}

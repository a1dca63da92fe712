"""What is beside the stages of a case on the desk's page of it, and who may do what with it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.calendar.queries import load_calendar
from servicedesk.cases import policy
from servicedesk.cases.models import Case
from servicedesk.cases.outlook import Outlook, outlook
from servicedesk.catalogue.definition import Service
from servicedesk.desk.presenting import days_left


@dataclass(frozen=True)
class Beside:
    """What lies ahead, and what this person may do about it."""

    outlook: Outlook
    may_hand_out: bool
    hand_out_days: int | None  # working days left to hand the result over
    is_renewal_near: bool  # so near that the warning is red


def beside(
    session: Session, case: Case, service: Service, *, user: User, near: int, now: datetime
) -> Beside:
    """Return what is beside the stages of ``case`` for ``user``.

    ``near``: so many working days before silence renews, the warning turns red.
    """
    ahead = outlook(session, case, service, now=now)
    duty = ahead.hand_out
    waits = duty is not None and duty.given_at is None
    may = duty is not None and policy.bar_to_hand_out(user, case, duty.department) is None
    return Beside(
        outlook=ahead,
        may_hand_out=waits and may,
        hand_out_days=days_left(duty.due_at, load_calendar(session), now) if duty else None,
        is_renewal_near=ahead.renewal is not None and ahead.working_days <= near,
    )

"""What a definition says of the time it takes, as the rules of ``time_limits`` read it.

Pure: the ledger of a case and the walk of an example ask the same here.
"""

from typing import Literal

from servicedesk.cases import workflow
from servicedesk.cases.time_limits import (
    FROM_ACCEPTANCE,
    FROM_RECEIPT,
    Days,
    Kind,
    Terms,
)
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.limits import ClockPlan, Limit
from servicedesk.words import Text


def terms(plan: ClockPlan | None, extension: int = 0) -> tuple[Terms | None, Terms | None]:
    """Return the legal limit, ``extension`` days longer, and the committed one."""
    if plan is None:
        return None, None
    counted = FROM_RECEIPT if plan.starts == "receipt" else FROM_ACCEPTANCE
    legal = _terms(plan.legal, counted, extension) if plan.legal else None
    committed = _terms(plan.committed, counted) if plan.committed else None
    return legal, committed


def of_rulings(service: Service) -> list[tuple[Text, Terms]]:
    """Return the legal limits of several authorities, each by what it decides on."""
    plan = service.clock
    counted = FROM_RECEIPT if plan and plan.starts == "receipt" else FROM_ACCEPTANCE
    return [
        (task.ruling.name.plain(), _terms(task.ruling.legal, counted))
        for _, task in service.all_tasks()
        if task.ruling and task.ruling.legal
    ]


def days_of(limit: Limit) -> tuple[int, Days]:
    """Return how many days a limit has, and which."""
    if limit.calendar_days is not None:
        return limit.calendar_days, Days.CALENDAR
    return limit.working_days, Days.WORKING


def before_acceptance(service: Service) -> Kind:
    """Return what the time from the receipt on is for."""
    if workflow.is_accepted_at_receipt(service):
        return Kind.HANDLING
    return Kind.ACCEPTANCE


def after_correction(service: Service, count: int, *, is_accepted: bool) -> tuple[Kind, int]:
    """Return what the time is for once corrections have come, and of which round it is.

    The clock goes on, or starts anew, as the service's rule for corrections says.
    """
    kind = Kind.HANDLING if is_accepted else before_acceptance(service)
    anew = service.clock.correction.clock if service.clock else "resumes"
    if kind is Kind.ACCEPTANCE and service.clock and service.clock.starts == "acceptance":
        anew = "restarts"  # the papers come anew, and so does the time to look at them (art. 32)
    return kind, next_round(count, anew)


def next_round(current: int, correction: Literal["resumes", "restarts"]) -> int:
    """Return the round of the stretch that begins when corrections have come.

    >>> next_round(1, "resumes"), next_round(1, "restarts")
    (1, 2)
    """
    return current + 1 if correction == "restarts" else current


def _terms(limit: Limit, counted: frozenset[str], extension: int = 0) -> Terms:
    days, counts = days_of(limit)
    return Terms(days, counted, days=counts, extension=extension)

"""How a result reaches people: online at once, or handed out within the days the law gives.

Pure rules: 行政许可法 art. 44 (clock_rules.yaml, licensing_law.delivery): a licence is handed over
within 10 working days of the decision.  What is online is delivered with the decision.
"""

from typing import Final

from servicedesk.catalogue.definition import Action, Duty, ItemType, Service
from servicedesk.catalogue.limits import Limit
from servicedesk.words import Words, say

LICENCES: Final = Limit(working_days=10, source="L_ALL")  # where the definition says nothing
WAYS: Final[dict[str, Words]] = {
    "counter": say("Collected at the counter"),
    "courier": say("Sent by courier"),
}


def is_handed_out(service: Service) -> bool:
    """Whether somebody has to hand the result over after the decision."""
    return service.result.handover in WAYS


def limit_of(service: Service) -> Limit | None:
    """Return within what time of the decision the result is handed over; None: none is written."""
    own = service.clock.delivery if service.clock else None
    return own or (LICENCES if service.item_type is ItemType.LICENCE else None)


def department_of(service: Service) -> str:
    """Return which department hands out: the one that takes applications in."""
    by_people = [task for _, task in service.all_tasks() if task.duty is not Duty.MACHINE]
    accepting = [task for task in by_people if Action.ACCEPT in task.actions]
    return next((task.department for task in [*accepting, *by_people]), service.department)

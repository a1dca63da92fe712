"""On what grounds a case that was turned down is taken up again, and where it goes on.

Pure rules: 行政许可法 art. 46 to 48 (hearing) and art. 38 (the right to reconsideration and
litigation) with L_ARL; clock_rules.yaml, licensing_law.hearing, .refusal and .remedies.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from servicedesk.cases import workflow
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.catalogue.definition import Action, Service, StagePlan
from servicedesk.words import Text, Words, say


class Ground(StrEnum):
    """What made the desk look again.  The values are stored: add one, never rename one."""

    HEARING = "hearing"
    RECONSIDERATION = "reconsideration"
    RULING = "ruling"


GROUND_WORDS: Final[dict[str, Words]] = {
    Ground.HEARING: say("a hearing that was granted"),
    Ground.RECONSIDERATION: say("a decision on administrative reconsideration"),
    Ground.RULING: say("a ruling of the people's court"),
}
# How the ledger names them, beside the stretch that begins anew.
GROUND_BASES: Final[dict[str, Text]] = {
    Ground.HEARING: Text("Opened again after a hearing", "听证后重新办理"),
    Ground.RECONSIDERATION: Text("Opened again after reconsideration", "行政复议后重新办理"),
    Ground.RULING: Text("Opened again after a court ruling", "法院裁判后重新办理"),
}


def stages_for(
    service: Service, status: CaseStatus, answers: Mapping[str, Any]
) -> Sequence[StagePlan]:
    """Return the stages at which the case may go on, in their order.

    What was not accepted goes on no later than the acceptance; what was refused had been
    accepted, so it goes on after that.
    """
    there = [stage for stage in service.stages if workflow.applicable(stage, answers)]
    door = [stage for stage in there if _accepts(stage)]
    if status is CaseStatus.NOT_ACCEPTED:
        return there[: there.index(door[-1]) + 1] if door else there
    return there[there.index(door[-1]) + 1 :] if door else there


def usual_stage(stages: Sequence[StagePlan], decided: str | None) -> StagePlan:
    """Return the one before the stage in which it was decided, so that it is examined again.

    Args:
        stages: those at which the case may go on; there is one.
        decided: the key of the stage in which it was decided.
    """
    keys = [stage.key for stage in stages]
    at = keys.index(decided) if decided in keys else len(stages) - 1
    return stages[max(at - 1, 0)]


def _accepts(stage: StagePlan) -> bool:
    return any(Action.ACCEPT in task.actions for task in stage.tasks)

"""What each authority decided, where several decide in one case, each on what is its own.

Pure.  A letter about it says of each what came out, why, and what may be done about it: the
remedies against one decision are none against another (出境入境管理法 art. 36: a decision not
to issue a residence permit is final; 行政许可法 art. 38).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from servicedesk.cases.actions import is_against
from servicedesk.cases.letters import office
from servicedesk.catalogue.definition import Action, Ruling, Service
from servicedesk.words import Text


class Done(Protocol):
    """A task of a case, as it was done or given up."""

    @property
    def stage(self) -> str:
        """Return the key of its stage."""

    @property
    def key(self) -> str:
        """Return its key."""

    @property
    def action(self) -> str | None:
        """Return how it was done; None: it is open, or was given up."""

    @property
    def done_by_id(self) -> int | None:
        """Return who did it; None: nobody, silence took the decision."""

    @property
    def reason(self) -> str | None:
        """Return why."""


def are_told_apart(service: Service) -> bool:
    """Whether several authorities decide in a case of ``service``."""
    return any(task.ruling for _, task in service.all_tasks())


def rulings(service: Service, tasks: Iterable[Done]) -> list[dict[str, Any]]:
    """Return what each authority decided last, as facts of a letter, in the definition's order."""
    last = {(one.stage, one.key): one for one in tasks if one.action}
    found = []
    for stage, plan in service.all_tasks():
        done = last.get((stage.key, plan.key))
        if plan.ruling is None or done is None or done.action is None:
            continue
        is_granted = not is_against(Action(done.action))
        found.append(
            {
                "name": _both(plan.ruling.name.plain()),
                "office": _both(office(service, plan.department)),
                "is_granted": is_granted,
                "by_silence": _silence(service, done),
                "reason": done.reason,
                "note": _note(plan.ruling, is_granted=is_granted),
                "remedies": [] if is_granted else list(plan.ruling.remedies),
            }
        )
    return found


def reason(told: Sequence[Mapping[str, Any]]) -> str | None:
    """Return why something was refused, as one text; None: nothing was."""
    found = [one["reason"] for one in told if not one["is_granted"] and one["reason"]]
    return "\n".join(found) or None


def _silence(service: Service, done: Done) -> dict[str, str] | None:
    """Return by which law silence decided; None: somebody did."""
    plan = service.clock.deemed_granted if service.clock else None
    if plan is None or plan.ruling != done.key or done.done_by_id is not None:
        return None
    return _both(plan.basis.plain())


def _note(ruling: Ruling, *, is_granted: bool) -> dict[str, str] | None:
    note = ruling.granted if is_granted else ruling.refused
    return _both(note.plain()) if note else None


def _both(text: Text) -> dict[str, str]:
    return {"en": text.en, "zh": text.zh}

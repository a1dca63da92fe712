"""What each authority decided, where several decide in one case, each on what is its own.

Pure.  A letter about it says of each what came out, why, and what may be done about it: the
remedies against one decision are none against another (出境入境管理法 art. 36: a decision not
to issue a residence permit is final; 行政许可法 art. 38).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from servicedesk.cases.actions import is_against
from servicedesk.cases.letters import office
from servicedesk.catalogue.definition import Action, Ruling, Service, TaskPlan
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
    def department(self) -> str:
        """Return which department has it."""

    @property
    def action(self) -> str | None:
        """Return how it was done; None: it is open, or was given up."""

    @property
    def done_by_id(self) -> int | None:
        """Return who did it; None: nobody, silence took the decision."""

    @property
    def reason(self) -> str | None:
        """Return why."""


_D = TypeVar("_D", bound=Done)


def are_told_apart(service: Service) -> bool:
    """Whether several authorities decide in a case of ``service``."""
    return any(task.ruling for _, task in service.all_tasks())


def rulings(service: Service, tasks: Iterable[Done]) -> list[dict[str, Any]]:
    """Return what each authority decided last, as facts of a letter, in the definition's order."""
    return [
        {
            "name": _both(ruling.name.plain()),
            "office": _both(office(service, plan.department)),
            "is_granted": is_granted,
            "by_silence": _silence(service, done),
            "reason": done.reason,
            "note": _note(ruling, is_granted=is_granted),
            "remedies": [] if is_granted else list(ruling.remedies),
        }
        for plan, ruling, done, is_granted in _last(service, tasks)
    ]


def granted(service: Service, tasks: Iterable[_D]) -> list[_D]:
    """Return the tasks by which authorities granted what they were to decide on."""
    return [done for _, _, done, is_granted in _last(service, tasks) if is_granted]


def reason(told: Sequence[Mapping[str, Any]]) -> str | None:
    """Return why something was refused, as one text; None: nothing was."""
    found = [one["reason"] for one in told if not one["is_granted"] and one["reason"]]
    return "\n".join(found) or None


def _last(service: Service, tasks: Iterable[_D]) -> Iterator[tuple[TaskPlan, Ruling, _D, bool]]:
    """Yield what each authority decided last, and whether it granted it."""
    last = {(one.stage, one.key): one for one in tasks if one.action}
    for stage, plan in service.all_tasks():
        done = last.get((stage.key, plan.key))
        if plan.ruling is not None and done is not None and done.action is not None:
            yield plan, plan.ruling, done, not is_against(Action(done.action))


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

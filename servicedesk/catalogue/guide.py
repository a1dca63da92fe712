"""The guide of a service: the 26 elements, drawn from its definition.

Pure: ``elements`` returns what a page or an export writes, as bilingual texts and words.
Nothing is said here that the definition, the park or the list of elements does not say.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from servicedesk.catalogue import guide_fees, guide_times
from servicedesk.catalogue.attached import questions
from servicedesk.catalogue.bundles import waves
from servicedesk.catalogue.definition import (
    Duty,
    ItemType,
    Material,
    MayFollow,
    Service,
    StagePlan,
    Standing,
    TaskPlan,
)
from servicedesk.catalogue.fields import Text as SourcedText
from servicedesk.catalogue.limits import Limit
from servicedesk.park import park
from servicedesk.words import Text, Words, say

Line = Text | SourcedText | Words


@dataclass(frozen=True)
class Element:
    """One of the 26, under its name."""

    key: str
    name: Text
    lines: tuple[Line, ...]

    @property
    def is_list(self) -> bool:
        """Whether its lines are of equal rank; else the first one counts, the others explain."""
        return self.key in _LISTS


@dataclass(frozen=True)
class Station:
    """One step of the way: what is done, by whom, and in what time."""

    name: Line
    notes: tuple[Line, ...] = ()
    key: str = ""
    after: tuple[str, ...] = ()  # the keys of those it waits for; none: all before it


ITEM_TYPES: Final = {
    ItemType.LICENCE: say("Administrative licence"),
    ItemType.CONFIRMATION: say("Administrative confirmation"),
    ItemType.REGISTRATION: say("Registration"),
    ItemType.FILING: say("Filing for the record"),
    ItemType.PUBLIC_SERVICE: say("Public service"),
    ItemType.INFORMATION: say("Information and advice"),
}
HANDLING: Final = {
    "online": say("Online"),
    "counter": say("At a counter"),
    "joint": say("Jointly by several departments"),
    "referral": say("Referred to another office"),
    "phone": say("By telephone"),
    "appointment": say("By appointment"),
    "ex_officio": say("By the authority itself, without an application"),
}
STANDINGS: Final = {
    Standing.ARCHIVE: say("No longer applied for; kept to be read"),
    Standing.EX_OFFICIO: say("Begun by the authority; nobody applies for it"),
}
_HANDED_OVER: Final = {
    Standing.OPEN: say("Where this is done"),
    Standing.ARCHIVE: say("Where to ask about it"),
    Standing.EX_OFFICIO: say("Who begins it, and where to ask"),
}
NEEDS: Final = {
    "required": say("Always needed"),
    "conditional": say("Needed in some cases"),
    "by_promise": say("A written promise may stand in for it"),
}


def elements(service: Service) -> dict[str, Element]:
    """Return the elements of ``service`` by key, all 26, in their order."""
    return {
        key: Element(key, name, tuple(_LINES[key](service)))
        for key, name in element_names().items()
    }


@cache
def element_names() -> dict[str, Text]:
    """Return what the elements are called, by key; read once a process."""
    text = (Path(__file__).parent / "guide_elements.yaml").read_text(encoding="utf-8")
    return {one["key"]: Text(one["en"], one["zh"]) for one in yaml.safe_load(text)}


def need_of(material: Material) -> Sequence[Words]:
    """Return whether a material is always needed, and what may stand in its place."""
    words = [NEEDS[material.need]]
    if material.when_words:
        case = material.when_words.plain()
        words = [
            say("Needed %(case)s", case=case)
            if material.need == "conditional"
            else say("A written promise may stand in for it %(case)s", case=case)
        ]
    if material.may_follow:
        words.append(_may_follow(material.may_follow))
    return words


def _may_follow(plan: MayFollow) -> Words:
    time = guide_times.duration(plan.working_days)
    if plan.when_words is None:
        return say("May follow within %(time)s of the acceptance", time=time)
    case = plan.when_words.plain()
    return say("May follow within %(time)s of the acceptance %(case)s", time=time, case=case)


def handed_over(service: Service) -> Words:
    """Return where one who is not served here goes, as the heading over the places."""
    return _HANDED_OVER[service.standing]


def route(service: Service) -> list[Station]:
    """Return the way through the offices, from sending to the result.

    A service that is not applied for here leads to where it is.
    """
    if not service.pages:
        return [
            Station(one.name, (one.what,) if one.what else ()) for one in service.guide.referrals
        ]
    first = Station(say("You send the application"))
    last = Station(service.result.name, (service.result.validity,))
    return [first, *(one for stage in service.stages for one in _stations(stage)), last]


def picture(service: Service) -> list[list[Station]]:
    """Return the way as it is drawn: what is done at the same time stands in one column."""
    first, *_, last = route(service)
    stages = [
        [_drawn(stage, task) for task in wave]
        for stage in service.stages
        for wave in waves(stage.tasks)
    ]
    return [[first], *stages, [Station(last.name)]]


def _drawn(stage: StagePlan, task: TaskPlan) -> Station:
    if task.service is not None:
        return Station(task.name, (_doer(task),), task.key, task.after)
    if len(stage.tasks) == 1:
        return Station(stage.name, (_doer(task),), task.key)
    return Station(_doer(task), (task.name,), task.key, task.after)


def _stations(stage: StagePlan) -> list[Station]:
    """Return a stage as one step; the parts of a bundle are steps of their own."""
    parts = [task for task in stage.tasks if task.service is not None]
    return [Station(task.name, (_doer(task),)) for task in parts] or [_station(stage)]


def _station(stage: StagePlan) -> Station:
    notes: list[Line] = [_doer(task) for task in stage.tasks]
    if len(stage.tasks) > 1 and not any(task.after for task in stage.tasks):
        notes.append(say("At the same time"))
    notes += [_within(limit) for task in stage.tasks for limit in task.limit]
    return Station(stage.name, tuple(dict.fromkeys(notes)))


def _within(limit: Limit) -> Line:
    time = guide_times.time_of(limit)
    if limit.when_words is None:
        return say("Within %(time)s", time=time)
    return say("%(case)s: within %(time)s", case=limit.when_words.plain(), time=time)


def _doer(task: TaskPlan) -> Line:
    if task.duty is Duty.MACHINE:
        return say("By the system")
    return park().departments[task.department].name


def _item_type(service: Service) -> list[Line]:
    if service.standing in STANDINGS:
        return [ITEM_TYPES[service.item_type], STANDINGS[service.standing]]
    if not service.pages:
        return [ITEM_TYPES[service.item_type]]
    pace = say("Handled at once") if service.instant else say("Handled within the promised time")
    return [ITEM_TYPES[service.item_type], pace]


def _result(service: Service) -> list[Line]:
    return [service.result.name, service.result.validity]


def _materials(service: Service) -> list[Line]:
    names: list[Line] = [material.name for material in service.materials]
    names += [one.label for page in service.pages for one in questions(page.fields).values()]
    return names or [say("No papers are needed.")]


def _tolerance(service: Service) -> list[Line]:
    later: list[Line] = [
        _later(material, material.may_follow)
        for material in service.materials
        if material.may_follow
    ]
    return later or [say("No paper may be handed in later.")]


def _later(material: Material, plan: MayFollow) -> Words:
    paper, time = material.name.plain(), guide_times.duration(plan.working_days)
    if plan.when_words is None:
        return say("%(paper)s: within %(time)s of the acceptance", paper=paper, time=time)
    case = plan.when_words.plain()
    return say(
        "%(paper)s: within %(time)s of the acceptance %(case)s", paper=paper, time=time, case=case
    )


def _process(service: Service) -> list[Line]:
    return [station.name for station in route(service)]


def _handling(service: Service) -> list[Line]:
    return [HANDLING[way] for way in service.guide.handling]


def _appointment(service: Service) -> list[Line]:
    if service.appointment.needed and not service.pages:
        return [say("Needed; arrange it with the office that does it")]
    if service.appointment.needed:
        return [say("Needed before you come to the hall")]
    return [say("Not needed")]


def _place(service: Service) -> list[Line]:
    hall = park().hall
    return [service.guide.place] if service.guide.place else [hall.name, hall.address]


def _hours(service: Service) -> list[Line]:
    return [service.guide.hours or park().hall.hours]


def _consultation(service: Service) -> list[Line]:
    own = service.guide.consultation
    return [own] if own else [say("Telephone %(number)s", number=park().hall.phone)]


def _complaints(service: Service) -> list[Line]:
    own = service.guide.complaints
    return [own] if own else [say("Hotline %(number)s", number=park().hall.hotline)]


_LISTS: Final = frozenset(
    {"legal_basis", "conditions", "tolerance", "process", "handling", "review", "fee_standard"}
)
_LINES: Final[dict[str, Callable[[Service], Sequence[Line]]]] = {
    "item_name": lambda service: [service.name],
    "item_code": lambda service: [Text(service.code, service.code)],
    "item_type": _item_type,
    "legal_basis": lambda service: service.guide.legal_basis,
    "implementing_body": lambda service: [park().departments[service.department].full],
    "conditions": lambda service: service.guide.conditions,
    "objects": lambda service: [service.guide.objects],
    "statutory_limit": guide_times.statutory,
    "committed_limit": guide_times.committed,
    "result_name": _result,
    "result_sample": lambda service: [service.guide.result_sample],
    "fee_standard": guide_fees.standard,
    "fee_basis": guide_fees.basis,
    "materials": _materials,
    "tolerance": _tolerance,
    "process": _process,
    "handling": _handling,
    "review": lambda service: service.guide.review,
    "cross_area": lambda service: [service.guide.cross_area],
    "appointment": _appointment,
    "online_payment": lambda service: [service.guide.online_payment],
    "courier": lambda service: [service.guide.courier],
    "place": _place,
    "hours": _hours,
    "consultation": _consultation,
    "complaints": _complaints,
}

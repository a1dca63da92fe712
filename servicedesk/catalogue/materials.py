"""Which documents an application needs, given its answers.  Pure rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from servicedesk.catalogue.conditions import holds
from servicedesk.catalogue.definition import Material, MayFollow, Service


@dataclass(frozen=True)
class Needed:
    """A document to give, and what may stand in its place for now."""

    material: Material
    may_promise: bool  # a written promise instead (告知承诺)
    may_follow: MayFollow | None  # later, within so many working days (容缺)


def needed(service: Service, answers: Mapping[str, Any]) -> list[Needed]:
    """Return the documents that ``service`` asks for, in its order.

    Args:
        service: the definition the application is pinned to.
        answers: those that count (``asking.asked(...).answers``).
    """
    return [
        Needed(material, _may_promise(material, answers), _follows(material, answers))
        for material in service.materials
        if _is_asked(material, answers)
    ]


def _is_asked(material: Material, answers: Mapping[str, Any]) -> bool:
    if material.asked_when is not None and not holds(material.asked_when, answers):
        return False
    return material.need != "conditional" or _holds(material, answers)


def _may_promise(material: Material, answers: Mapping[str, Any]) -> bool:
    return material.need == "by_promise" and _holds(material, answers)


def _follows(material: Material, answers: Mapping[str, Any]) -> MayFollow | None:
    plan = material.may_follow
    if plan is None or (plan.when is not None and not holds(plan.when, answers)):
        return None
    return plan


def _holds(material: Material, answers: Mapping[str, Any]) -> bool:
    return material.when is None or holds(material.when, answers)

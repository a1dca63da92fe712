"""Whether a definition asks what people are to confirm.  Rules for ``catalogue.checking``."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from servicedesk.catalogue.conditions import faults, variables
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.definitions import Problem
from servicedesk.catalogue.fields import AnyField, GroupQuestion
from servicedesk.catalogue.joint_confirmation import NamedPeople
from servicedesk.catalogue.suggesting import instead


def _confirmation(service: Service) -> Iterator[Problem]:
    """Who confirms is named by questions of the form, and so is what all are shown."""
    plan = service.confirmation
    if plan is None:
        return
    asked = {field.key: field for page in service.pages for field in page.fields}
    yield from _unknown("confirmation.essentials", plan.essentials, asked)
    for number, people in enumerate(plan.people):
        where = f"confirmation.people[{number}]"
        if people.group is not None:
            yield from _in_group(where, people, asked)
        else:
            yield from _on_page(where, people, service, asked)


def _in_group(where: str, people: NamedPeople, asked: Mapping[str, AnyField]) -> Iterator[Problem]:
    group = asked.get(people.group or "")
    if not isinstance(group, GroupQuestion):
        groups = [key for key, one in asked.items() if isinstance(one, GroupQuestion)]
        fault = f"names no group: {people.group!r}{instead(people.group, groups)}"
        yield Problem(f"{where}.group", fault)
        return
    yield from _questions(where, people, {one.key: one for one in group.fields})


def _on_page(
    where: str, people: NamedPeople, service: Service, asked: Mapping[str, AnyField]
) -> Iterator[Problem]:
    yield from _unknown(f"{where}.fields", people.fields, asked)
    pages = {page.key for page in service.pages for one in page.fields if one.key in people.fields}
    if len(pages) > 1:
        there = ", ".join(sorted(pages))
        yield Problem(
            f"{where}.fields", f"stand on several pages ({there}); name those of one page"
        )
    own = {key: asked[key] for key in people.fields if key in asked}
    yield from _questions(where, people, own)


def _questions(where: str, people: NamedPeople, own: Mapping[str, AnyField]) -> Iterator[Problem]:
    single = {"name": people.name, "posts": people.posts, "email": people.email}
    for what, key in single.items():
        yield from _unknown(f"{where}.{what}", [key] if key else [], own)
    yield from _unknown(f"{where}.number", people.number, own)
    for what, condition in {"when": people.when, "organisation": people.organisation}.items():
        for fault in faults(condition) if condition else ():
            yield Problem(f"{where}.{what}", fault)
        looked_at = sorted(variables(condition)) if condition else []
        yield from _unknown(f"{where}.{what}", looked_at, own)
    posts = own.get(people.posts or "")
    if posts is not None and posts.kind not in {"choice", "many"}:
        fault = f"is no choice of posts: {people.posts!r}; name a question of kind choice or many"
        yield Problem(f"{where}.posts", fault)


def _unknown(where: str, keys: Iterable[str], known: Mapping[str, AnyField]) -> Iterator[Problem]:
    for key in keys:
        if key not in known:
            yield Problem(where, f"names no question: {key!r}{instead(key, sorted(known))}")


RULES: Final = (_confirmation,)

"""What is wrong with a definition that has the right shape: asked before it is published.

``problems`` is the whole answer; each rule is a function over the service that yields
what it finds.  Here are the names; ``checking_words`` has the rules of texts,
``checking_figures`` of figures, ``checking_route`` of the way through the offices,
``checking_answers`` of conditions and examples, ``checking_fragments`` of what officers fill in.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Final

from servicedesk.catalogue import (
    checking_answers,
    checking_confirmation,
    checking_figures,
    checking_fragments,
    checking_links,
    checking_parts,
    checking_route,
    checking_words,
    definitions,
    settings,
)
from servicedesk.catalogue.definition import Result, Service
from servicedesk.catalogue.definitions import Known, Problem
from servicedesk.catalogue.fields import (
    AnyField,
    ChoiceQuestion,
    FilesQuestion,
    GroupQuestion,
    PickQuestion,
    list_of,
)
from servicedesk.catalogue.registry import (
    CERTIFICATES,
    CHECKS,
    EFFECTS,
    PICK_LISTS,
    PREFILLS,
    WALKS,
)
from servicedesk.catalogue.suggesting import instead
from servicedesk.catalogue.topics import topics
from servicedesk.park import park
from servicedesk.resources import PACKAGE, of_park

_LOOKED_AT: Final = frozenset({".py", ".csv", ".yaml"})
_OF_PARK: Final = ("park.yaml", "topics.yaml", "sources.yaml", "shared_settings.yaml")


def problems(service: Service, known: Known = lambda _code: None) -> list[Problem]:
    """Return everything that keeps ``service`` from being published; empty when it is fit.

    ``known`` finds the services that are its parts, if it is a bundle.
    """
    return unsound(service, known) or walked(service, known)


def unsound(service: Service, known: Known) -> list[Problem]:
    """Return what is wrong with the parts; an example can be walked only through what is sound."""
    found = [problem for rule in RULES for problem in rule(service)]
    found += [problem for rule in checking_parts.RULES for problem in rule(service, known)]
    return found


def walked(service: Service, known: Known) -> list[Problem]:
    """Return what in the examples cannot happen."""
    if any(one.chosen not in {None, one.value} for one in service.settings.values()):
        return []  # examples are written for the figures of the file, not those somebody chose
    whole = settings.in_force(service)
    return [Problem(*one) for walk in WALKS for one in walk(whole, known)]


def fingerprint(services: Iterable[Service], parts: Mapping[str, str]) -> str:
    """Return a digest of everything that ``problems`` looks at.

    While it stays the same, what was in order is in order: the definitions with their parts,
    this program with its data, and what the park says of itself.

    Args:
        services: a definition as its file has it, and as administrators have it.
        parts: the digest of each of its parts, by code.
    """
    looked_at = (
        [definitions.digest(one) for one in services],
        sorted(parts.items()),
        _surroundings(),
    )
    return hashlib.sha256(repr(looked_at).encode()).hexdigest()


@cache
def _surroundings() -> str:
    """Return a digest of our own code and data, and the park's: another release looks anew."""
    files = [path for path in PACKAGE.rglob("*") if path.suffix in _LOOKED_AT]
    ours = sorted(path for path in files if path.parent != definitions.SERVICES)
    of_this_park = [of_park(name, PACKAGE / "park.yaml") for name in _OF_PARK]
    found = hashlib.sha256()
    for path in (*ours, *of_this_park):
        found.update(path.read_bytes())
    return found.hexdigest()


def _keys(service: Service) -> Iterator[Problem]:
    """No key stands twice where one could be meant for the other."""
    fields = [field for page in service.pages for field in page.fields]
    yield from _twice("pages", (page.key for page in service.pages))
    yield from _twice("sections", (section.key for section in service.sections))
    yield from _twice("materials", (material.key for material in service.materials))
    yield from _twice("pages", (field.key for field in fields), "questions")
    yield from _twice("stages", (stage.key for stage in service.stages))
    yield from _twice("stages", (task.key for _, task in service.all_tasks()), "tasks")
    yield from _twice("examples", (example.name for example in service.examples))
    for where, field in service.all_fields():
        if isinstance(field, GroupQuestion):
            yield from _twice(f"{where}.fields", (inner.key for inner in field.fields))
        if isinstance(field, ChoiceQuestion):
            yield from _twice(f"{where}.options", (option.key for option in field.options))


def _twice(where: str, keys: Iterable[str], what: str = "") -> Iterator[Problem]:
    for key, count in Counter(keys).items():
        if count > 1:
            yield Problem(
                where, f"{what} have the key {key!r} {count} times; give each its own".strip()
            )


def _names(service: Service) -> Iterator[Problem]:
    """Checks, lists, effects, certificates and what is prefilled have code behind their names."""
    for page in service.pages:
        for check in page.checks:
            if check not in CHECKS:
                fault = f"names the unknown check {check!r}{instead(check, CHECKS)}"
                yield Problem(f"pages[{page.key}].checks", fault)
    for where, field in service.all_fields():
        if (source := list_of(field)) and source not in PICK_LISTS:
            fault = f"names the unknown list {source!r}{instead(source, PICK_LISTS)}"
            yield Problem(f"{where}.source", fault)
        yield from _prefills(where, field)
    effect = service.result.effect
    if effect and effect not in EFFECTS:
        fault = f"names the unknown effect {effect!r}{instead(effect, EFFECTS)}"
        yield Problem("result.effect", fault)
    yield from _certificate(service.result)


def _prefills(where: str, field: AnyField) -> Iterator[Problem]:
    if isinstance(field, FilesQuestion) and not where.startswith("pages"):
        yield Problem(where, "asks the officer for files; papers are the applicant's")
    if isinstance(field, FilesQuestion) and field.prefill:
        yield Problem(
            f"{where}.prefill", "asks for files, which are given anew each time; leave it out"
        )
    known_here = PREFILLS if where.startswith("pages") else set(field.prefill)
    for place in sorted(set(field.prefill) - known_here):
        fault = f"names {place!r}, which nobody knows{instead(place, sorted(PREFILLS))}"
        yield Problem(f"{where}.prefill", fault)


def _certificate(result: Result) -> Iterator[Problem]:
    name = result.certificate
    if name and name not in CERTIFICATES:
        fault = f"names no certificate: {name!r}{instead(name, sorted(CERTIFICATES))}"
        yield Problem("result.certificate", fault)
    if name and result.effect is None:
        yield Problem(
            "result.effect", "is missing: without one no certificate is issued; write effect: none"
        )


def _topics(service: Service) -> Iterator[Problem]:
    for topic in service.topics:
        if topic not in topics():
            fault = f"names the unknown topic {topic!r}{instead(topic, topics())} (topics.yaml)"
            yield Problem("topics", fault)
    if not service.topics:
        first = next(iter(topics()), "advice")
        fault = f"names no topic, so that no list shows the service; write topics: [{first}]"
        yield Problem("topics", fault)


def _departments(service: Service) -> Iterator[Problem]:
    named = [("department", service.department)]
    named += [
        (f"stages[{stage.key}].tasks[{task.key}].department", task.department)
        for stage, task in service.all_tasks()
    ]
    if service.promise_check:
        named.append(("promise_check.department", service.promise_check.department))
    for where, department in named:
        known = park().departments
        if department not in known:
            there = f"{instead(department, known)} (park.yaml)"
            yield Problem(where, f"names the unknown department {department!r}{there}")


def _sections(service: Service) -> Iterator[Problem]:
    known = {section.key for section in service.sections}
    used = {page.section for page in service.pages}
    for page in service.pages:
        if page.section not in known:
            fault = f"names no section: {page.section!r}{instead(page.section, sorted(known))}"
            yield Problem(f"pages[{page.key}].section", fault)
    for key in sorted(known - used):
        yield Problem(f"sections[{key}]", f"has no page; write section: {key} at one, or drop it")


def _titles(service: Service) -> Iterator[Problem]:
    known = [field.key for page in service.pages for field in page.fields]
    for key in service.title_from:
        if key not in known:
            yield Problem("title_from", f"names no question: {key!r}{instead(key, known)}")
    if service.pages and not service.title_from:
        fault = "names no question, so that lists cannot tell cases apart"
        yield Problem("title_from", f"{fault}; write title_from: [{known[0]}], for example")


def _among(service: Service) -> Iterator[Problem]:
    """A list that is narrowed follows a list on its page, of the same entries."""
    for page in service.pages:
        lists = {one.key: one for one in page.fields if isinstance(one, PickQuestion)}
        for field in lists.values():
            other = lists.get(field.among or field.key)
            if other is None or other.source != field.source:
                where = f"pages[{page.key}].fields[{field.key}].among"
                same = [key for key, one in lists.items() if one.source == field.source]
                there = instead(field.among, [key for key in same if key != field.key])
                fault = f"names no list of the same entries here: {field.among!r}{there}"
                yield Problem(where, fault)


RULES: Final[tuple[Callable[[Service], Iterable[Problem]], ...]] = (
    _keys,
    _names,
    _topics,
    _departments,
    _sections,
    _titles,
    _among,
    *checking_words.RULES,
    *checking_figures.RULES,
    *checking_answers.RULES,
    *checking_confirmation.RULES,
    *checking_fragments.RULES,
    *checking_links.RULES,
    *checking_route.RULES,
)

"""What is wrong with a definition that has the right shape: asked before it is published.

``problems`` is the whole answer; each rule is a function over the service that yields
what it finds.  The rules of the way through the offices are in ``checking_route``, those
of conditions and examples in ``checking_answers``.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from servicedesk.catalogue import checking_answers, checking_route, definitions
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.definitions import Problem
from servicedesk.catalogue.fields import (
    AnyField,
    ChoiceQuestion,
    GroupQuestion,
    NumberQuestion,
    PickQuestion,
    TextQuestion,
)
from servicedesk.catalogue.registry import CHECKS, EFFECTS, PICK_LISTS
from servicedesk.catalogue.topics import topics
from servicedesk.park import park

_HAN: Final = re.compile(r"[㐀-䶿一-鿿]")
_LATIN: Final = re.compile(r"[A-Za-z]")
# A guide names its materials; a catch-all is forbidden [L_BJ art. 31].
_VAGUE: Final = re.compile(
    r"\b(?:other|relevant|related|necessary)(?: supporting)? (?:materials?|documents?|papers)\b"
    r"|(?:其他|其它|相关|有关|必要的?)(?:有关|相关|证明)?(?:材料|资料|文件)",
    re.IGNORECASE,
)


def problems(service: Service) -> list[Problem]:
    """Return everything that keeps ``service`` from being published; empty when it is fit."""
    return [problem for rule in RULES for problem in rule(service)]


def _texts(service: Service) -> Iterator[Problem]:
    """Every text is in both languages, each in its own script but for names."""
    for where, text in _walk(definitions.dump(service), ""):
        english, chinese = text["en"], text["zh"]
        has_words = _LATIN.search(english) or _HAN.search(english)
        is_code = english == chinese and (where.endswith(".label") or not has_words)
        is_sign = where.endswith(".unit") and not _LATIN.search(chinese)  # "%"
        if not (is_code or is_sign or _HAN.search(chinese)):
            yield Problem(f"{where}.zh", "has no Chinese character")
        if not is_code and len(_HAN.findall(english)) >= len(_LATIN.findall(english)):
            yield Problem(f"{where}.en", "is not English; only names may be in Chinese")
        if english != english.strip() or chinese != chinese.strip():
            yield Problem(where, "begins or ends with a blank")


def _vague_words(service: Service) -> Iterator[Problem]:
    data = definitions.dump(service)
    parts = {"guide": data["guide"], "materials": data["materials"]}
    for where, text in _walk(parts, ""):
        for language in ("en", "zh"):
            if found := _VAGUE.search(text[language]):
                yield Problem(f"{where}.{language}", f"is vague: {found[0]!r}; name what is needed")


def _keys(service: Service) -> Iterator[Problem]:
    """No key stands twice where one could be meant for the other."""
    fields = [field for page in service.pages for field in page.fields]
    tasks = [task for stage in service.stages for task in stage.tasks]
    yield from _twice("pages", (page.key for page in service.pages))
    yield from _twice("sections", (section.key for section in service.sections))
    yield from _twice("materials", (material.key for material in service.materials))
    yield from _twice("questions, over all pages,", (field.key for field in fields))
    yield from _twice("stages", (stage.key for stage in service.stages))
    yield from _twice("tasks, over all stages,", (task.key for task in tasks))
    yield from _twice("examples", (example.name for example in service.examples))
    for where, field in all_fields(service):
        if isinstance(field, GroupQuestion):
            yield from _twice(f"{where} fields", (inner.key for inner in field.fields))
        if isinstance(field, ChoiceQuestion):
            yield from _twice(f"{where} options", (option.key for option in field.options))


def _twice(what: str, keys: Iterable[str]) -> Iterator[Problem]:
    for key, count in Counter(keys).items():
        if count > 1:
            yield Problem(what, f"have the key {key!r} {count} times")


def _names(service: Service) -> Iterator[Problem]:
    """Checks, pick lists and effects have code behind their names."""
    for page in service.pages:
        for check in page.checks:
            if check not in CHECKS:
                yield Problem(f"pages[{page.key}].checks", f"names the unknown check {check!r}")
    for where, field in all_fields(service):
        if isinstance(field, PickQuestion) and field.source not in PICK_LISTS:
            yield Problem(f"{where}.source", f"names the unknown list {field.source!r}")
    if service.result.effect and service.result.effect not in EFFECTS:
        yield Problem("result.effect", f"names the unknown effect {service.result.effect!r}")


def _topics(service: Service) -> Iterator[Problem]:
    for topic in service.topics:
        if topic not in topics():
            yield Problem("topics", f"names the unknown topic {topic!r}; see topics.yaml")
    if not service.topics:
        yield Problem("topics", "names no topic, so that no list shows the service")


def _departments(service: Service) -> Iterator[Problem]:
    named = [("department", service.department)]
    named += [
        (f"stages[{stage.key}].tasks[{task.key}].department", task.department)
        for stage in service.stages
        for task in stage.tasks
    ]
    for where, department in named:
        if department not in park().departments:
            yield Problem(where, f"names the unknown department {department!r}; see park.yaml")


def _sections(service: Service) -> Iterator[Problem]:
    known = {section.key for section in service.sections}
    used = {page.section for page in service.pages}
    for page in service.pages:
        if page.section not in known:
            yield Problem(f"pages[{page.key}].section", f"names no section: {page.section!r}")
    for key in sorted(known - used):
        yield Problem(f"sections[{key}]", "has no page")


def _titles(service: Service) -> Iterator[Problem]:
    known = {field.key for page in service.pages for field in page.fields}
    for key in service.title_from:
        if key not in known:
            yield Problem("title_from", f"names no question: {key!r}")
    if service.pages and not service.title_from:
        yield Problem("title_from", "names no question, so that lists cannot tell cases apart")


def _bounds(service: Service) -> Iterator[Problem]:
    """No question asks for less than its least and more than its most at once."""
    for where, field in all_fields(service):
        if isinstance(field, TextQuestion | NumberQuestion | PickQuestion | GroupQuestion):
            least, most = field.min, field.max
            if least is not None and most is not None and least > most:
                yield Problem(f"{where}.min", f"is more than max: {least} > {most}")
        if isinstance(field, PickQuestion) and field.min and not field.many:
            yield Problem(f"{where}.min", "counts choices, but only one can be made")


def _among(service: Service) -> Iterator[Problem]:
    """A list that is narrowed follows a list on its page, of the same entries."""
    for page in service.pages:
        lists = {one.key: one for one in page.fields if isinstance(one, PickQuestion)}
        for field in lists.values():
            other = lists.get(field.among or field.key)
            if other is None or other.source != field.source:
                where = f"pages[{page.key}].fields[{field.key}].among"
                yield Problem(where, f"names no list of the same entries here: {field.among!r}")


def all_fields(service: Service) -> Iterator[tuple[str, AnyField]]:
    """Yield every question with where it stands, those inside groups too."""
    for page in service.pages:
        for field in page.fields:
            where = f"pages[{page.key}].fields[{field.key}]"
            yield where, field
            if isinstance(field, GroupQuestion):
                yield from ((f"{where}.fields[{one.key}]", one) for one in field.fields)


def _walk(data: object, where: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield every bilingual text of ``data`` with where it stands."""
    if isinstance(data, dict):
        if isinstance(data.get("en"), str) and isinstance(data.get("zh"), str):
            yield where, data
            return
        for key, part in data.items():
            if key not in {"when", "examples"}:
                yield from _walk(part, f"{where}.{key}" if where else str(key))
    elif isinstance(data, list):
        for at, part in enumerate(data):
            key = part.get("key", at) if isinstance(part, dict) else at
            yield from _walk(part, f"{where}[{key}]")


RULES: Final[tuple[Callable[[Service], Iterable[Problem]], ...]] = (
    _texts,
    _vague_words,
    _keys,
    _names,
    _topics,
    _departments,
    _sections,
    _titles,
    _bounds,
    _among,
    *checking_answers.RULES,
    *checking_route.RULES,
)

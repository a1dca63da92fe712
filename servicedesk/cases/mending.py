"""Which places a correction list opens, and which of them have been mended.

Pure rules.  A place is ``field:<key>`` or ``material:<key>``; a clerk may be more precise
about a group (``field:shareholders[1].pay_by``), which opens the group.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from servicedesk.catalogue import attached
from servicedesk.catalogue.asking import asked
from servicedesk.catalogue.conditions import variables
from servicedesk.catalogue.definition import Material, Page, Service
from servicedesk.catalogue.fields import GroupQuestion
from servicedesk.catalogue.materials import needed
from servicedesk.words import Text

FIELD: Final = "field"
MATERIAL: Final = "material"
# Among the answers, what stands for a material without a document; no question has such a key.
PROMISES: Final = "_promises"  # keys of materials promised instead of given (告知承诺)
FOLLOWS: Final = "_follows"  # keys of materials that may follow later (容缺)
_PLACE: Final = re.compile(
    r"(field|material):([a-z][a-z0-9_]*)(?:\[(0|[1-9][0-9]{0,2})\](?:\.([a-z][a-z0-9_]*))?)?"
)


def place_name(service: Service, place: str) -> Text | None:
    """Return what the place is called, or None if there is no such place."""
    match = _PLACE.fullmatch(place)
    if match is None:
        return None
    kind, key, number, sub = match.groups()
    if kind == MATERIAL:
        material = service.material(key)
        return material.name.plain() if material and number is None else None
    field = next((one for page in service.pages for one in page.fields if one.key == key), None)
    if field is None or number is None:
        return field.label.plain() if field else None
    return _name_in_group(field, int(number), sub) if field.kind == "group" else None


def is_asked(service: Service, answers: Mapping[str, Any], place: str) -> bool:
    """Whether ``place`` is one that these answers call for, so that it can be mended.

    A question of a page that applies, an entry of a group that is there, a material needed.
    """
    match = _PLACE.fullmatch(place)
    if match is None or place_name(service, place) is None:
        return False
    kind, key, number, _sub = match.groups()
    whole = asked(service, answers)
    if kind == MATERIAL:
        return any(one.material.key == key for one in needed(service, whole.answers))
    if not any(field.key == key for page in whole.pages for field in page.questions):
        return False
    return number is None or int(number) < len(whole.answers.get(key) or ())


def key_of(place: str) -> str:
    """Return the key of the question or material that ``place`` is in.

    >>> key_of("field:shareholders[1].pay_by")
    'shareholders'
    """
    return re.split(r"[\[.]", place.partition(":")[2], maxsplit=1)[0]


def entry_of(place: str) -> tuple[int, str | None] | None:
    """Return the card of a group that ``place`` names, from 0, and the question on it.

    >>> entry_of("field:shareholders[1].pay_by"), entry_of("field:shareholders")
    ((1, 'pay_by'), None)
    """
    match = _PLACE.fullmatch(place)
    return (int(match[3]), match[4]) if match and match[3] else None


def place_of_document(
    service: Service, answers: Mapping[str, Any], kept_at: str, sha256: str
) -> str:
    """Return the place of a document: of its material, or where an answer names it now.

    Args:
        service: the definition.
        answers: the application's.
        kept_at: ``Document.material``.
        sha256: its content.
    """
    if not kept_at.startswith(attached.FIELD):
        return f"{MATERIAL}:{kept_at}"
    fields = [field for page in service.pages for field in page.fields]
    there = (one for one in attached.named(fields, answers) if one.place == kept_at)
    at = next((one.at for one in there if one.sha256 == sha256), kept_at.partition(":")[2])
    return f"{FIELD}:{at}" if "[" in at else f"{FIELD}:{at.partition('.')[0]}"


def open_fields(service: Service, places: Iterable[str]) -> frozenset[str]:
    """Return the keys of the questions that may be answered again.

    Those named, and those whose being asked depends on one that is open: who mends
    "own address" into "a unit of the park" must be able to choose the unit.
    """
    opened = {key_of(place) for place in places if place.startswith(FIELD)}
    fields = [field for page in service.pages for field in page.fields]
    by_page = {field.key: page for page in service.pages for field in page.fields}
    while True:
        more = {
            field.key
            for field in fields
            if field.key not in opened
            and not _depends_on(field, by_page[field.key]).isdisjoint(opened)
        }
        if not more:
            return frozenset(opened)
        opened |= more


def open_materials(
    service: Service, places: Iterable[str], opened: frozenset[str]
) -> frozenset[str]:
    """Return the keys of the materials that may be replaced: those named or newly asked for."""
    named = {key_of(place) for place in places if place.startswith(MATERIAL)}
    return frozenset(
        material.key
        for material in service.materials
        if material.key in named or not _asked_by(material).isdisjoint(opened)
    )


def narrowed(page: Page, opened: frozenset[str]) -> Page | None:
    """Return ``page`` with only its open questions; None if it has none."""
    fields = tuple(field for field in page.fields if field.key in opened)
    return page.model_copy(update={"fields": fields}) if fields else None


def changed_keys(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    """Return the keys whose answers differ."""
    return {key for key in {*before, *after} if before.get(key) != after.get(key)}


def _name_in_group(group: GroupQuestion, number: int, sub: str | None) -> Text | None:
    """Return what an entry, or one question in it, is called; None: it has no such question."""
    name, item = group.label, group.item
    entry = Text(f"{item.en} {number + 1}", f"{item.zh} {number + 1}")
    if sub is None:
        return Text(f"{name.en}: {entry.en}", f"{name.zh}：{entry.zh}")
    inner = next((one for one in group.fields if one.key == sub), None)
    return Text(f"{entry.en}: {inner.label.en}", f"{entry.zh}：{inner.label.zh}") if inner else None


def _depends_on(field: Any, page: Page) -> frozenset[str]:  # noqa: ANN401 - any kind of question
    own = variables(field.when) if field.when else frozenset[str]()
    return own | (variables(page.when) if page.when else frozenset())


def _asked_by(material: Material) -> frozenset[str]:
    follow = material.may_follow.when if material.may_follow else None
    return frozenset[str]().union(*(variables(one) for one in (material.when, follow) if one))

"""What has been mended of a correction list, and what was changed beside it.

Pure rules over what was sent and what would be sent now.  A place that names a card of a
group (``field:shareholders[1]``) opens that card alone: the others stay as they were sent,
and none is added or removed; one that names the group opens all of it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from servicedesk.cases.mending import (
    FIELD,
    FOLLOWS,
    MATERIAL,
    PROMISES,
    entry_of,
    key_of,
    open_fields,
    open_materials,
)
from servicedesk.catalogue.conditions import variables
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.fields import GroupQuestion

_NOTHING: Final[Mapping[str, Any]] = {}


@dataclass(frozen=True)
class Sent:
    """What an application says: its answers, and the content of the papers to each material."""

    answers: Mapping[str, Any]
    papers: Mapping[str, Collection[str]]


def is_mended(place: str, before: Sent, after: Sent) -> bool:
    """Whether ``place`` does not say any more what was sent."""
    if place.startswith(MATERIAL):
        return _paper(key_of(place), before) != _paper(key_of(place), after)
    was, is_now = _answer(place, before.answers), _answer(place, after.answers)
    return bool(_content(was) != _content(is_now))


def beyond(
    service: Service, places: Iterable[str], before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[str]:
    """Return the keys of groups in which something was changed that no place names."""
    named = list(places)
    groups = {
        field.key: field
        for page in service.pages
        for field in page.fields
        if isinstance(field, GroupQuestion) and _is_open_by_cards(service, field.key, named)
    }
    return [
        key
        for key, group in groups.items()
        if not _only_changes(_cards(group, named), before.get(key) or [], after.get(key) or [])
    ]


def changeable(
    service: Service, answers: Mapping[str, Any], places: Iterable[str]
) -> frozenset[str]:
    """Return every place that a list of these ``places`` lets change, as pages name them.

    Of a group that is open whole, or of a card, the cards; else the questions of a card.
    """
    named = list(places)
    opened = open_fields(service, named)
    found = {f"{FIELD}:{key}" for key in opened}
    found |= {f"{MATERIAL}:{key}" for key in open_materials(service, named, opened)}
    for group in (field for page in service.pages for field in page.fields):
        if not isinstance(group, GroupQuestion) or group.key not in opened:
            continue
        at = f"{FIELD}:{group.key}"
        if not _is_open_by_cards(service, group.key, named):
            found |= {f"{at}[{number}]" for number in range(len(answers.get(group.key) or ()))}
            continue
        for number, inner in _cards(group, named).items():
            whole = len(inner) == len(group.fields)
            found |= {f"{at}[{number}]"} if whole else {f"{at}[{number}].{key}" for key in inner}
    return frozenset(found)


def _is_open_by_cards(service: Service, key: str, places: list[str]) -> bool:
    """Whether places name cards of the group ``key``, and nothing opens all of it."""
    of_it = [place for place in places if key_of(place) == key and not place.startswith(MATERIAL)]
    others = open_fields(service, [place for place in places if place not in of_it])
    return bool(of_it) and key not in others and all(entry_of(one) for one in of_it)


def _cards(group: GroupQuestion, places: Iterable[str]) -> dict[int, frozenset[str]]:
    """Return which questions of which cards the places open."""
    opened: dict[int, frozenset[str]] = {}
    for place in places:
        entry = entry_of(place)
        if key_of(place) == group.key and entry is not None:
            number, inner = entry
            opened[number] = opened.get(number, frozenset()) | _questions(group, inner)
    return opened


def _questions(group: GroupQuestion, inner: str | None) -> frozenset[str]:
    """Return the questions of a card that are open with ``inner``; all of them with None."""
    if inner is None:
        return frozenset(field.key for field in group.fields)
    opened = {inner}
    for _ in group.fields:  # as many rounds as a chain of conditions can be long
        opened |= {
            field.key
            for field in group.fields
            if field.when and not variables(field.when).isdisjoint(opened)
        }
    return frozenset(opened)


def _only_changes(
    opened: Mapping[int, frozenset[str]], before: list[Any], after: list[Any]
) -> bool:
    if len(before) != len(after):
        return False
    return all(
        _without(was, opened.get(number)) == _without(now, opened.get(number))
        for number, (was, now) in enumerate(zip(before, after, strict=True))
    )


def _without(card: Mapping[str, Any], keys: frozenset[str] | None) -> dict[str, Any]:
    return {key: value for key, value in card.items() if key not in (keys or ())}


def _answer(place: str, answers: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    answer = answers.get(key_of(place))
    entry = entry_of(place)
    if entry is None:
        return answer
    number, inner = entry
    card = answer[number] if answer and number < len(answer) else _NOTHING
    return card.get(inner) if inner else card


def _content(answer: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return ``answer`` with files by what is in them: the same under another name is the same."""
    if isinstance(answer, Mapping):
        inner = {key: _content(one) for key, one in answer.items()}
        return inner.get("sha256", inner)
    return [_content(one) for one in answer] if isinstance(answer, list) else answer


def _paper(material: str, sent: Sent) -> tuple[frozenset[str], bool, bool]:
    return (
        frozenset(sent.papers.get(material, ())),
        material in sent.answers.get(PROMISES, ()),
        material in sent.answers.get(FOLLOWS, ()),
    )

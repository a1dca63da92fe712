"""What an application says once somebody has corrected what it said of them in one place.

Pure.  Their name and the number of their document are corrected wherever they stand: it is the same
person, who has not to say it again for each role.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.fields import AnyField
from servicedesk.confirmations.people import Line, Person, named, tidy


def corrected(
    answers: Mapping[str, Any], person: Person, line: Line, own: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Line]]:
    """Return the answers of the application, and the places in which they changed.

    Args:
        answers: the application's, before.
        person: who corrects.
        line: where.
        own: the answers there now; None for what is blank or not asked.
    """
    whole, touched = _put(answers, line, own), [line]
    name = own.get(line.plan.name)
    number = next((own[key] for key in line.plan.number if own.get(key)), None)
    for other in person.lines:
        same = dict(_same_in(other, line, name, number)) if other is not line else {}
        if same:
            whole = _put(whole, other, same)
            touched.append(other)
    return whole, touched


def is_same_person(service: Service, answers: Mapping[str, Any], person: Person) -> bool:
    """Whether with these answers somebody is named just where ``person`` was.

    Else they would have taken over what somebody else has to confirm, or left something to nobody.
    """
    places = {one.place for one in person.lines}
    return any({own.place for own in one.lines} == places for one in named(service, answers))


def saved_with(line: Line) -> tuple[AnyField, ...]:
    """Return the questions of the page that are saved with ``line``: its own, or its group."""
    if line.plan.group is None:
        return line.may_be_corrected
    return tuple(one for one in line.page.fields if one.key == line.plan.group)


def _same_in(
    other: Line, line: Line, name: str | None, number: str | None
) -> Iterator[tuple[str, str]]:
    """Yield what is said in another place of the same person, and is another now."""
    if name and name != line.name and other.name == line.name:
        yield other.plan.name, name
    for key in other.plan.number:
        stands = other.answers.get(key)
        if number and stands and tidy(str(stands)) == line.number != tidy(number):
            yield key, number


def _put(answers: Mapping[str, Any], line: Line, own: Mapping[str, Any]) -> dict[str, Any]:
    if line.at is None or line.plan.group is None:
        return {**answers, **own}
    cards = [dict(card) for card in answers[line.plan.group]]
    card = {**cards[line.at], **own}
    cards[line.at] = {key: one for key, one in card.items() if one is not None}
    return {**answers, line.plan.group: cards}

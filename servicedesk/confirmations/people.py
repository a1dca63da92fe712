"""Who is named in an application, and what it says of each: those who have to confirm it.

Pure.  A person who is named in several places confirms once, all of it.  Who they are says the
number of their identity document; where a place asks for none, their name, if one person alone
has it here.
"""

import hashlib
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from servicedesk.catalogue.asking import asked
from servicedesk.catalogue.conditions import holds
from servicedesk.catalogue.definition import Page, Service
from servicedesk.catalogue.fields import (
    AnyField,
    ChoiceQuestion,
    ComputedQuestion,
    FilesQuestion,
    GroupQuestion,
    SimpleField,
    StatementQuestion,
)
from servicedesk.catalogue.joint_confirmation import NamedPeople
from servicedesk.words import Text

_FILLING: Final = re.compile(r"[\s·•\-]+")


@dataclass(frozen=True)
class Line:
    """One place in which a person is named."""

    plan: NamedPeople
    place: str  # "shareholders[1]"; of a page, the key of the name
    page: Page
    at: int | None  # which card of the group
    questions: tuple[SimpleField, ...]
    answers: Mapping[str, Any]  # to these questions

    @property
    def name(self) -> str:
        """Return what the person is called here."""
        return str(self.answers.get(self.plan.name) or "").strip()

    @property
    def number(self) -> str:
        """Return the number of their document, if it is asked for and answered here."""
        numbers = (self.answers.get(key) for key in self.plan.number)
        return next((tidy(str(one)) for one in numbers if one), "")

    @property
    def roles(self) -> tuple[Text, ...]:
        """Return as what they are named: the posts chosen for them, or the role of the place."""
        posts = next((one for one in self.questions if one.key == self.plan.posts), None)
        chosen = self.answers.get(self.plan.posts or "") or ()
        held = [chosen] if isinstance(chosen, str) else chosen
        options = posts.options if isinstance(posts, ChoiceQuestion) else ()
        labels = tuple(one.label.plain() for one in options if one.key in held)
        return labels or (self.plan.role.plain(),)

    @property
    def may_be_corrected(self) -> tuple[SimpleField, ...]:
        """Return what the person may put right: all of it but files, which are papers."""
        kept = FilesQuestion | StatementQuestion
        return tuple(one for one in self.questions if not isinstance(one, kept))


@dataclass(frozen=True)
class Person:
    """Somebody who has to confirm, with all that is said about them."""

    key: str  # "number 110114..." or "name ..."
    lines: tuple[Line, ...]
    essentials: Mapping[str, Any]  # answers that everybody is shown
    answers: Mapping[str, Any]  # all of the application that count

    @property
    def name(self) -> str:
        """Return what they are called where they are named first."""
        return self.lines[0].name

    @property
    def is_organisation(self) -> bool:
        """Whether somebody else has to confirm for them."""
        return any(_is_organisation(one) for one in self.lines)

    @property
    def email(self) -> str | None:
        """Return the address that the form has for them, if it asks for one."""
        found = (one.answers.get(one.plan.email or "") for one in self.lines)
        return next((str(one) for one in found if one), None)

    @property
    def roles(self) -> tuple[Text, ...]:
        """Return as what they are named, each once."""
        return tuple(dict.fromkeys(role for line in self.lines for role in line.roles))

    @property
    def digest(self) -> str:
        """Return a digest of what they confirm, whatever the language it is read in.

        Where in a list they stand does not count, nor what is said about others.
        """
        said = [[one.plan.role.en, *sorted(one.answers.items())] for one in self.lines]
        whole = [self.key, sorted(self.essentials.items()), said]
        text = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def named(service: Service, answers: Mapping[str, Any]) -> tuple[Person, ...]:
    """Return who has to confirm an application with these answers, in the order of the form.

    Empty where the definition asks nobody.
    """
    plan = service.confirmation
    if plan is None:
        return ()
    counting = asked(service, answers).answers
    lines = [
        line
        for people in plan.people
        for line in _lines(service, people, counting)
        if (line.name or line.number) and _is_asked(line)
    ]
    of_all = {key: counting.get(key) for key in (*service.title_from, *plan.essentials)}
    numbers = _numbers_by_name(lines)
    found: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        found[_key(line, numbers)].append(line)
    return tuple(Person(key, tuple(own), of_all, counting) for key, own in found.items())


def questions_shown(service: Service) -> tuple[AnyField, ...]:
    """Return every question that somebody is shown the answer of; their lists have to be there."""
    plan = service.confirmation
    if plan is None:
        return ()
    groups = {one.group for one in plan.people}
    keys = {*service.title_from, *plan.essentials, *groups}
    keys |= {key for one in plan.people for key in one.fields}
    return tuple(field for page in service.pages for field in page.fields if field.key in keys)


def _lines(service: Service, people: NamedPeople, answers: Mapping[str, Any]) -> Iterator[Line]:
    for page in service.pages:
        fields = {one.key: one for one in page.fields}
        group = fields.get(people.group or "")
        if isinstance(group, GroupQuestion):
            for at, entry in enumerate(answers.get(group.key) or ()):
                place = f"{group.key}[{at}]"
                yield Line(people, place, page, at, group.fields, _given(group.fields, entry))
        elif people.name in fields and people.group is None:
            own = tuple(
                one
                for one in page.fields
                if one.key in people.fields
                and not isinstance(one, GroupQuestion | ComputedQuestion)
            )
            yield Line(people, people.name, page, None, own, _given(own, answers))


def _given(questions: Sequence[AnyField], answers: Mapping[str, Any]) -> dict[str, Any]:
    given = {one.key: answers.get(one.key) for one in questions}
    return {key: answer for key, answer in given.items() if answer is not None}


def _is_asked(line: Line) -> bool:
    return line.plan.when is None or holds(line.plan.when, line.answers)


def _is_organisation(line: Line) -> bool:
    return line.plan.organisation is not None and holds(line.plan.organisation, line.answers)


def _key(line: Line, numbers: Mapping[str, set[str]]) -> str:
    known = {line.number} if line.number else numbers.get(_same(line.name), set())
    return f"number {next(iter(known))}" if len(known) == 1 else f"name {_same(line.name)}"


def _numbers_by_name(lines: Sequence[Line]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        if line.number:
            found[_same(line.name)].add(line.number)
    return found


def _same(name: str) -> str:
    """Return a name as it is compared: width, case and what stands between words do not count."""
    return _FILLING.sub(" ", unicodedata.normalize("NFKC", name)).strip().casefold()


def tidy(number: str) -> str:
    """Return a number as it is compared: without what stands between, in capitals."""
    return _FILLING.sub("", unicodedata.normalize("NFKC", number)).upper()

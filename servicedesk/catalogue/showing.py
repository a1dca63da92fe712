"""The answers of an application, laid out to be read: before sending, at the desk, in letters.

Pure.  Only what is asked is shown; the places are those that findings and correction
lists name (``capital``, ``shareholders[1].pay_by``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

from servicedesk.catalogue import asking, attached, wording
from servicedesk.catalogue.asking import AskedPage
from servicedesk.catalogue.attached import Named
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.fields import (
    AnyField,
    GroupQuestion,
    SimpleField,
    StatementQuestion,
)
from servicedesk.catalogue.wording import Choices
from servicedesk.words import is_wide

_BETWEEN: Final = " · "


@dataclass(frozen=True)
class Row:
    """A question and its answer; a group has entries instead of a value."""

    place: str
    label: str
    value: str  # in words; empty: not answered
    kind: str
    is_sensitive: bool = False
    is_missing: bool = False  # an answer is needed
    entries: tuple["Entry", ...] = ()
    files: tuple[Named, ...] = ()  # those that the answer names


@dataclass(frozen=True)
class Entry:
    """One entry of a group: a shareholder with all that was said of them."""

    place: str  # "shareholders[1]"
    number: int  # from 1
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class ShownPage:
    """A page of the form, as it was answered."""

    key: str
    title: str
    rows: tuple[Row, ...]
    is_complete: bool


@dataclass(frozen=True)
class ShownSection:
    """A heading of the task list with its pages."""

    key: str
    title: str
    pages: tuple[ShownPage, ...]


@dataclass(frozen=True)
class Difference:
    """A place whose answer changed between two submissions."""

    place: str
    label: str
    before: str  # empty: there was none
    after: str  # empty: there is none any more


@dataclass(frozen=True)
class _Reader:
    """For whom answers are written."""

    language: str
    choices: Choices
    masked: bool = False

    def show(self, question: AnyField, answer: Any) -> str:  # noqa: ANN401 - any JSON
        return wording.show(question, answer, self.language, self.choices, masked=self.masked)

    def label(self, question: AnyField) -> str:
        return question.label.in_language(self.language)


def rows(
    service: Service,
    answers: Mapping[str, Any],
    language: str,
    choices: Choices,
    *,
    masked: bool = False,
) -> list[ShownSection]:
    """Return what is asked and what was answered, by section and page.

    Args:
        service: the definition the application is pinned to.
        answers: all of them.
        language: "en" or "zh".
        choices: the lists that ``pick`` questions name.
        masked: for readers who need not see sensitive answers whole.
    """
    reader = _Reader(language, choices, masked)
    asked = asking.asked(service, answers)
    sections = []
    for section in service.sections:
        pages = tuple(
            _page(one, asked.answers, reader)
            for one in asked.pages
            if one.page.section == section.key
        )
        if pages:
            title = section.title.in_language(language)
            sections.append(ShownSection(section.key, title, pages))
    return sections


def differences(
    service: Service,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    language: str,
    choices: Choices,
) -> list[Difference]:
    """Return what changed from one submission to the next, in the order of the form."""
    reader = _Reader(language, choices)
    old, new = (asking.asked(service, answers).answers for answers in (before, after))
    found: list[Difference] = []
    for page in service.pages:
        for field in page.fields:
            one, other = old.get(field.key), new.get(field.key)
            if one == other:
                continue
            if isinstance(field, GroupQuestion):
                found += _group_differences(field, one or [], other or [], reader)
            else:
                label = reader.label(field)
                words = reader.show(field, one), reader.show(field, other)
                found.append(Difference(field.key, label, *words))
    return found


def title(service: Service, answers: Mapping[str, Any], language: str, choices: Choices) -> str:
    """Return what the matter is called in lists: the answers that ``title_from`` names.

    Chinese characters stand close together, anything else a space apart.
    """
    fields = {field.key: field for page in service.pages for field in page.fields}
    reader = _Reader(language, choices)
    counting = asking.asked(service, answers).answers
    shown = (
        reader.show(fields[key], counting.get(key)) for key in service.title_from if key in fields
    )
    title = ""
    for part in filter(None, shown):
        is_close = not title or (is_wide(title[-1]) and is_wide(part[0]))
        title += part if is_close else f" {part}"
    return title


def _page(one: AskedPage, answers: Mapping[str, Any], reader: _Reader) -> ShownPage:
    shown = tuple(
        _row(question, answers.get(question.key), set(one.missing), reader)
        for question in one.questions
        if not isinstance(question, StatementQuestion)
    )
    heading = one.page.title.in_language(reader.language)
    return ShownPage(one.page.key, heading, shown, is_complete=not one.missing)


def _row(question: AnyField, answer: Any, missing: set[str], reader: _Reader) -> Row:  # noqa: ANN401
    entries: tuple[Entry, ...] = ()
    if isinstance(question, GroupQuestion):
        entries = tuple(_entries(question, answer or [], missing, reader))
    return Row(
        place=question.key,
        label=reader.label(question),
        value=reader.show(question, answer),
        kind=question.kind,
        is_sensitive=question.sensitive,
        is_missing=question.key in missing,
        entries=entries,
        files=() if entries else tuple(attached.named([question], {question.key: answer})),
    )


def _entries(
    group: GroupQuestion, answers: Sequence[Mapping[str, Any]], missing: set[str], reader: _Reader
) -> Iterator[Entry]:
    files = list(attached.named([group], {group.key: answers}))
    for at, answer in enumerate(answers):
        place = f"{group.key}[{at}]"
        inner = tuple(
            Row(
                place=f"{place}.{field.key}",
                label=reader.label(field),
                value=reader.show(field, answer.get(field.key)),
                kind=field.kind,
                is_sensitive=field.sensitive,
                is_missing=f"{place}.{field.key}" in missing,
                files=tuple(one for one in files if one.at == f"{place}.{field.key}"),
            )
            for field in group.fields
            if field.key in answer or f"{place}.{field.key}" in missing
        )
        yield Entry(place, at + 1, _entry_title(group, answer, reader), inner)


def _entry_title(group: GroupQuestion, answer: Mapping[str, Any], reader: _Reader) -> str:
    fields = {field.key: field for field in group.fields}
    parts = [reader.show(fields[key], answer.get(key)) for key in group.title]
    return _BETWEEN.join(part for part in parts if part)


def _group_differences(
    group: GroupQuestion,
    before: Sequence[Mapping[str, Any]],
    after: Sequence[Mapping[str, Any]],
    reader: _Reader,
) -> Iterator[Difference]:
    """Pair the entries by their titles, then tell what changed in each pair."""
    old = [_entry_title(group, one, reader) for one in before]
    new = [_entry_title(group, one, reader) for one in after]
    for _, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        paired = min(i2 - i1, j2 - j1)
        for i, j in zip(range(i1, i1 + paired), range(j1, j1 + paired), strict=True):
            yield from _entry_differences(group, j, before[i], after[j], reader)
        label = f"{reader.label(group)}{_BETWEEN}{group.item.in_language(reader.language)}"
        for i in range(i1 + paired, i2):
            yield Difference(group.key, label, old[i] or str(i + 1), "")
        for j in range(j1 + paired, j2):
            yield Difference(f"{group.key}[{j}]", label, "", new[j] or str(j + 1))


def _entry_differences(
    group: GroupQuestion,
    at: int,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    reader: _Reader,
) -> Iterator[Difference]:
    of = _entry_title(group, after, reader) or str(at + 1)
    fields: Sequence[SimpleField] = group.fields
    for field in fields:
        one, other = before.get(field.key), after.get(field.key)
        if one != other:
            label = f"{of}{_BETWEEN}{reader.label(field)}"
            words = reader.show(field, one), reader.show(field, other)
            yield Difference(f"{group.key}[{at}].{field.key}", label, *words)

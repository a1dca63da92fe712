"""The files that answers name: to which question each belongs, and what is kept of it.

Pure.  A file of a question is a document of the application, and its ``place`` says for which
question: ``field:passport``, in a group ``field:shareholders.paper``.  In which entry it stands
says the answer, which names it by its content; so entries may move, and an answer may be handed
on to another application, without a document being touched.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from servicedesk.catalogue.fields import AnyField, FilesQuestion, GroupQuestion

FIELD: Final = "field:"
KEPT: Final = "kept"  # f_passport-kept: the input that names a file given before
_INPUT: Final = re.compile(r"f_([a-z][a-z0-9_]*)(?:-([0-5]?[0-9])-f_([a-z][a-z0-9_]*))?")


@dataclass(frozen=True)
class Named:
    """A file that an answer names."""

    place: str  # of its document: "field:shareholders.paper"
    at: str  # where it stands now: "shareholders[1].paper"
    file: Mapping[str, Any]

    @property
    def sha256(self) -> str:
        """Return its content address."""
        return str(self.file["sha256"])


def answer(name: str, size: int, sha256: str) -> dict[str, Any]:
    """Return what an answer keeps of a file."""
    return {"name": name, "size": size, "sha256": sha256}


def place_of(key: str, group: str | None = None) -> str:
    """Return the place of the documents of a question.

    >>> place_of("passport"), place_of("paper", "shareholders")
    ('field:passport', 'field:shareholders.paper')
    """
    return f"{FIELD}{group}.{key}" if group else f"{FIELD}{key}"


def questions(fields: Iterable[AnyField]) -> dict[str, FilesQuestion]:
    """Return the questions for files among ``fields`` and in their groups, by their places."""
    found: dict[str, FilesQuestion] = {}
    for field in fields:
        if isinstance(field, FilesQuestion):
            found[place_of(field.key)] = field
        elif isinstance(field, GroupQuestion):
            inner = (one for one in field.fields if isinstance(one, FilesQuestion))
            found |= {place_of(one.key, field.key): one for one in inner}
    return found


def place_of_input(name: str) -> str | None:
    """Return the place that the input ``name`` of a form is for, if it could be one for files.

    >>> place_of_input("f_shareholders-1-f_paper"), place_of_input("f_shareholders-x")
    ('field:shareholders.paper', None)
    """
    match = _INPUT.fullmatch(name)
    if match is None:
        return None
    return place_of(match[3], match[1]) if match[3] else place_of(match[1])


def named(fields: Iterable[AnyField], answers: Mapping[str, Any]) -> Iterator[Named]:
    """Yield the files that ``answers`` name, in the order of the form."""
    for field in fields:
        given = answers.get(field.key) or ()
        if isinstance(field, FilesQuestion):
            yield from _files(place_of(field.key), field.key, given)
        elif isinstance(field, GroupQuestion):
            yield from _in_group(field, given)


def kept(typed: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Yield the place and the content of each file that a page not in order yet still names."""
    for name, values in typed.items():
        place = place_of_input(name.removesuffix(f"-{KEPT}")) if name.endswith(KEPT) else None
        if place is not None:
            yield from ((place, value) for value in values)


def _in_group(group: GroupQuestion, entries: Sequence[Mapping[str, Any]]) -> Iterator[Named]:
    inner = [one for one in group.fields if isinstance(one, FilesQuestion)]
    for at, entry in enumerate(entries):
        for one in inner:
            where = f"{group.key}[{at}].{one.key}"
            yield from _files(place_of(one.key, group.key), where, entry.get(one.key) or ())


def _files(place: str, at: str, given: Iterable[Any]) -> Iterator[Named]:
    yield from (Named(place, at, file) for file in given if isinstance(file, Mapping))

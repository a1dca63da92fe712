"""What a person confirms, as it reads in their language: shown, and kept as it was shown.

Pure.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from servicedesk.catalogue import showing, wording
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.fields import AnyField
from servicedesk.catalogue.wording import Choices
from servicedesk.confirmations.people import Line, Person
from servicedesk.words import Text

# What is said with the confirmation; our own words.
_PERSON: Final = Text(
    "What is said here about me is right. I know and agree that I am named as this.",
    "以上关于本人的信息属实，本人知悉并同意以上述身份列入本申请。",
)
_ORGANISATION: Final = Text(
    "What is said here about the organisation is right. It knows and agrees that it is named as"
    " this, and I may say so for it.",
    "以上关于本单位的信息属实，本单位知悉并同意以上述身份列入本申请；本人有权代表本单位确认。",
)
_ABOUT: Final = Text("The application", "申请事项")
_SERVICE: Final = Text("Service", "办理事项")
_NAME: Final = Text("Name", "名称")
_FULL_STOPS: Final = ".。"  # of a promise; a colon follows
_COLON: Final = Text(": ", "：")


@dataclass(frozen=True)
class Part:
    """A heading with questions and answers under it."""

    heading: str
    rows: tuple[tuple[str, str], ...]
    line: Line | None = None  # None: it is about the application, not the person


@dataclass(frozen=True)
class Confirmable:
    """All that a person confirms, in one language."""

    language: str
    parts: tuple[Part, ...]
    declaration: str

    @property
    def text(self) -> str:
        """Return it as one text."""
        colon = _COLON.in_language(self.language)
        lines = [
            line
            for part in self.parts
            for line in (part.heading, *(f"{label}{colon}{value}" for label, value in part.rows))
        ]
        return "\n".join([*lines, self.declaration])


def confirmable(service: Service, person: Person, language: str, choices: Choices) -> Confirmable:
    """Return what ``person`` confirms, to be read in ``language``.

    ``choices`` are the lists that the questions shown name.
    """
    fields = {one.key: one for page in service.pages for one in page.fields}
    title = showing.title(service, person.answers, language, choices)
    plan = service.confirmation
    essentials = plan.essentials if plan else ()
    about = [
        (_SERVICE.in_language(language), service.name.in_language(language)),
        (_NAME.in_language(language), title),
        *(_row(fields[key], person.essentials, language, choices) for key in essentials),
    ]
    declaration = _ORGANISATION if person.is_organisation else _PERSON
    return Confirmable(
        language,
        (
            Part(_ABOUT.in_language(language), tuple(row for row in about if row[1])),
            *(_of_line(line, language, choices) for line in person.lines),
        ),
        declaration.in_language(language),
    )


def seal_of(salt: str, text: str) -> bytes:
    """Return the hash of a confirmed text; the salt keeps a stolen one from being guessed."""
    return hashlib.sha256(f"{salt}\n{text}".encode()).digest()


def _of_line(line: Line, language: str, choices: Choices) -> Part:
    roles = wording.joined([one.in_language(language) for one in line.roles], language)
    rows = (_row(one, line.answers, language, choices) for one in line.questions)
    return Part(roles, tuple(row for row in rows if row[1]), line)


def _row(
    question: AnyField, answers: Mapping[str, object], language: str, choices: Choices
) -> tuple[str, str]:
    answer = answers.get(question.key)
    label = question.label.in_language(language).rstrip(_FULL_STOPS)
    return label, wording.show(question, answer, language, choices)

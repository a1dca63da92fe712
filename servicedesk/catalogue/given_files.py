"""The files that a form is offered: those of its questions, given before or just now.

A form believes no name of a file that is sent to it: it takes those that it is offered here,
which whoever shows it has found among the documents of the application.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from servicedesk.catalogue import attached
from servicedesk.catalogue.fields import FilesQuestion, GroupQuestion
from servicedesk.web.file_fields import KeptFile


@dataclass(frozen=True)
class Given:
    """The files that the questions of a page may name, and what was said of those not taken."""

    files: Mapping[str, Mapping[str, KeptFile]] = field(default_factory=dict)  # place, content
    refused: Mapping[str, Sequence[str]] = field(default_factory=dict)  # by the input's name


def put(form: Any, given: Given, group: str | None = None) -> None:  # noqa: ANN401 - page or card
    """Tell every question for files on ``form`` which it may name, on its cards too."""
    for question in form.questions:
        own = form.field(question)
        if isinstance(question, FilesQuestion):
            known = given.files.get(attached.place_of(question.key, group), {})
            own.offer(known, given.refused.get(own.name, ()))
        elif isinstance(question, GroupQuestion):
            for entry in own.entries:
                put(entry.form, given, question.key)

"""The papers a service asks for, as its guide tells them: all of them, before anybody begins.

Those of the whole application, and those that the form asks for on its pages.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.fields import FilesQuestion, GroupQuestion
from servicedesk.catalogue.guide import need_of
from servicedesk.words import Text, Words, say


@dataclass(frozen=True)
class Paper:
    """One paper: when it is needed, and what it must look like."""

    name: Text
    needs: Sequence[Words]
    note: Text | None


def papers(service: Service) -> list[Paper]:
    """Return what has to be given, the papers of the whole first."""
    whole = [
        Paper(one.name.plain(), need_of(one), one.note.plain() if one.note else None)
        for one in service.materials
    ]
    return [*whole, *_on_pages(service)]


def _on_pages(service: Service) -> Iterator[Paper]:
    for page in service.pages:
        where = page.title.plain()
        for field in page.fields:
            if isinstance(field, FilesQuestion):
                yield _paper(field, say("Given in the form, under “%(page)s”", page=where))
            elif isinstance(field, GroupQuestion):
                item = field.item.plain()
                each = say(
                    "Given in the form for each %(item)s, under “%(page)s”", item=item, page=where
                )
                inner = (one for one in field.fields if isinstance(one, FilesQuestion))
                yield from (_paper(one, each) for one in inner)


def _paper(question: FilesQuestion, where: Words) -> Paper:
    note = question.help.plain() if question.help else None
    return Paper(question.label.plain(), [where], note)

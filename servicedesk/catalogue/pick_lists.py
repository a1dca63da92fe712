"""The entries that the questions of a page or a service let one choose from now."""

from collections.abc import Iterable

from servicedesk.catalogue.definition import Page, Service
from servicedesk.catalogue.fields import AnyField, GroupQuestion, list_of
from servicedesk.catalogue.fragments import Fragment
from servicedesk.catalogue.registry import PICK_LISTS, Matter
from servicedesk.catalogue.wording import Choices


def choices_of(part: Service | Page | Fragment, matter: Matter) -> Choices:
    """Return the lists that the questions of ``part`` name, as they are for ``matter``.

    Each list is asked for once, however many questions name it.
    """
    sheets = [fields for _, fields in part.sheets()] if isinstance(part, Service) else [part.fields]
    sources = {source for fields in sheets for source in _sources(fields)}
    return {
        source: tuple(PICK_LISTS[source](matter)) for source in sorted(sources & set(PICK_LISTS))
    }


def _sources(questions: Iterable[AnyField]) -> Iterable[str]:
    for question in questions:
        if isinstance(question, GroupQuestion):
            yield from _sources(question.fields)
        elif source := list_of(question):
            yield source

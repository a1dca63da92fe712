"""What the register says for certain of the enterprise an application is for: it is not asked.

Company name and credit code stand in nearly every form about a company.  An application that is
begun for an enterprise has them from the register; they are asked again only where the register
has come to say something else meanwhile.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from servicedesk.catalogue.definition import Page, Service
from servicedesk.catalogue.fields import AnyField
from servicedesk.enterprises.models import Enterprise

_CERTAIN: Final[Mapping[str, Callable[[Enterprise], str]]] = {
    "enterprise.name": lambda one: one.name,
    "enterprise.credit_code": lambda one: one.credit_code,
}


def answers(service: Service, enterprise: Enterprise) -> dict[str, Any]:
    """Return the answers that are certain for ``enterprise``, by the keys of their questions."""
    return {
        field.key: answer for page in service.pages for field, answer in _certain(page, enterprise)
    }


def left_to_ask(page: Page, given: Mapping[str, Any], enterprise: Enterprise) -> Page | None:
    """Return ``page`` without the questions that are settled; None: nothing is left of it."""
    settled = {
        field.key for field, one in _certain(page, enterprise) if given.get(field.key) == one
    }
    fields = tuple(field for field in page.fields if field.key not in settled)
    return page.model_copy(update={"fields": fields}) if fields else None


def _certain(page: Page, enterprise: Enterprise) -> Iterator[tuple[AnyField, str]]:
    for field in page.fields:
        source = next((one for one in field.prefill if one in _CERTAIN), None)
        if source is not None and field.when is None:
            yield field, _CERTAIN[source](enterprise)

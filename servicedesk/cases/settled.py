"""What the register says for certain of the enterprise an application is for: it is not asked.

Company name and credit code stand in nearly every form about a company.  An application that is
begun for an enterprise has them from the register; they are asked again only where the register
has come to say something else meanwhile.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.fields import AnyField
from servicedesk.enterprises.models import Enterprise

CERTAIN: Final[Mapping[str, Callable[[Enterprise], str]]] = {
    "enterprise.name": lambda one: one.name,
    "enterprise.credit_code": lambda one: one.credit_code,
}


def answers(service: Service, enterprise: Enterprise) -> dict[str, Any]:
    """Return the answers that are certain for ``enterprise``, by the keys of their questions."""
    fields = (field for page in service.pages for field in page.fields)
    sources = ((field.key, _source(field)) for field in fields)
    return {key: CERTAIN[one](enterprise) for key, one in sources if one is not None}


def open_fields(
    service: Service, given: Mapping[str, Any], enterprise: Enterprise
) -> frozenset[str]:
    """Return the keys of the questions that are left to ask."""
    certain = answers(service, enterprise).items()
    settled = {key for key, answer in certain if given.get(key) == answer}
    return frozenset(field.key for page in service.pages for field in page.fields) - settled


def _source(field: AnyField) -> str | None:
    """Return under what name the register certainly knows the answer; None: it may not."""
    return next((one for one in field.prefill if one in CERTAIN and field.when is None), None)

"""What the register says for certain of the enterprise an application is for: it is not asked.

Company name and credit code stand in nearly every form about a company, its form or the end of
its suspension in some.  An application that is begun for an enterprise has them from the register;
they are asked only where the register does not know them, or has come to say something else
meanwhile.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from servicedesk.catalogue.conditions import holds, variables
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.fields import AnyField, ChoiceQuestion
from servicedesk.enterprises import register_answers as register
from servicedesk.enterprises.models import Enterprise

CERTAIN: Final[Mapping[str, Callable[[Session, Enterprise], Any]]] = {
    "enterprise.name": lambda _, one: one.name,
    "enterprise.credit_code": lambda _, one: one.credit_code,
    "enterprise.org_form": lambda _, one: register.form_of(one),
    "enterprise.kind": lambda _, one: register.kind_of(one),
    "enterprise.registrar": lambda _, one: register.HERE,  # noqa: ARG005 - one shape for all
    "enterprise.is_revoked": lambda _, one: register.is_revoked(one),
    "enterprise.is_owner": register.is_owner,
    "enterprise.has_branches": register.has_branches,
    "enterprise.duplicates": lambda _, one: one.facts.get("duplicates"),
    "enterprise.suspension": lambda _, one: register.suspension_to_file(one),
    "enterprise.suspended_until": lambda _, one: register.suspended_until(one),
    "enterprise.suspended_months": lambda _, one: register.suspended_months(one),
}


def answers(session: Session, service: Service, enterprise: Enterprise) -> dict[str, Any]:
    """Return the answers that are certain for ``enterprise``, by the keys of their questions."""
    found = (
        (field, CERTAIN[source](session, enterprise))
        for page in service.pages
        for field in page.fields
        if (source := _source(field)) is not None
    )
    return {field.key: answer for field, answer in found if _is_answer(field, answer)}


def open_fields(
    session: Session, service: Service, given: Mapping[str, Any], enterprise: Enterprise
) -> frozenset[str]:
    """Return the keys of the questions that are left to ask.

    What would only be asked if the register said something else is not.
    """
    certain = answers(session, service, enterprise).items()
    settled = {key for key, answer in certain if given.get(key) == answer}
    fields = [field for page in service.pages for field in page.fields]
    ruled_out = {
        field.key
        for field in fields
        if field.when is not None
        and variables(field.when) <= settled
        and not holds(field.when, given)
    }
    return frozenset(field.key for field in fields) - settled - ruled_out


def _source(field: AnyField) -> str | None:
    """Return under what name the register certainly knows the answer; None: it may not."""
    return next((one for one in field.prefill if one in CERTAIN), None)


def _is_answer(field: AnyField, answer: object) -> bool:
    """Whether the register knows it, and it is one of the answers offered."""
    if isinstance(field, ChoiceQuestion) and answer not in {one.key for one in field.options}:
        return False
    return answer is not None

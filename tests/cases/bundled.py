"""Bundles for tests: "start" and "close an enterprise" as they are shipped, part by part."""

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases import part_queries
from servicedesk.cases.models import Case
from servicedesk.catalogue.definition import Example, Service
from servicedesk.enterprises.models import Enterprise
from tests.cases.factories import make_case, play_example, published

LICENCE_DONE = 4  # steps of the first example, until the licence is there
ALL_BUT_THREE = 7  # of the fourth: until social insurance, fund and bank are left
SEALS_LEFT, SEALS_MADE = 8, 9  # of the first: only seals and bank are left; the seals are made
SETTLED, ALL = 6, 8  # of the first of "close an enterprise": only the registrar is left; the end
ASKED, MENDED, LICENSED, ASKED_AGAIN = 1, 2, 5, 6  # of the second, with corrections


def started(
    session: Session, steps: int = 0, *, example: int = 0, applicant: User | None = None
) -> Case:
    """Return a bundle that was sent, with the first ``steps`` of an example taken."""
    return make_case(session, "E_ONE_START", example=example, steps=steps, applicant=applicant)


def parts(session: Session, whole: Case) -> dict[str, Case]:
    """Return the parts that have begun, by the task that stands for each."""
    return {part.task.key: part.child for part in part_queries.parts_of(session, whole)}


def closing(
    session: Session, enterprise: Enterprise, applicant: User, *, steps: int = 0, example: int = 0
) -> Case:
    """Return "close an enterprise" sent for this one, with the first steps of an example taken."""
    _, service = published(session, "E_ONE_END")
    begun = closing_of(service, enterprise, steps=steps, example=example)
    return play_example(session, "E_ONE_END", begun, applicant=applicant)


def closing_of(
    service: Service, enterprise: Enterprise, *, steps: int = 0, example: int = 0
) -> Example:
    """Return the first steps of an example of "close an enterprise", about this one."""
    chosen = service.examples[example]
    named = {"company_name": enterprise.name, "credit_code": enterprise.credit_code}
    said = {"answers": chosen.answers | named, "steps": chosen.steps[:steps]}
    return chosen.model_copy(update=said)

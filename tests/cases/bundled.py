"""Bundles for tests: "start an enterprise" as it is shipped, part by part."""

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases import part_queries
from servicedesk.cases.models import Case
from servicedesk.enterprises.models import Enterprise
from tests.cases.factories import make_case, play_example, published

LICENCE_DONE = 4  # steps of the first example, until the licence is there
ALL_BUT_THREE = 7  # of the fourth: until social insurance, fund and bank are left
SEALS_LEFT, SEALS_MADE = 8, 9  # of the first: only seals and bank are left; the seals are made
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
    chosen = service.examples[example]
    named = {"company_name": enterprise.name, "credit_code": enterprise.credit_code}
    begun = chosen.model_copy(
        update={"answers": chosen.answers | named, "steps": chosen.steps[:steps]}
    )
    return play_example(session, "E_ONE_END", begun, applicant=applicant)

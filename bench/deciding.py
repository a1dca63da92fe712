"""What it costs to decide an application, and to enter in a large register what it changes."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench.desks import Desk
from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.accounts.queries import find_user_by_email
from servicedesk.cases import examples, queries, workflow
from servicedesk.cases.models import TaskState
from servicedesk.cases.operations import tasks
from servicedesk.catalogue import examining
from servicedesk.catalogue.definition import Action, Example
from servicedesk.catalogue.queries import get_service, service_of
from servicedesk.enterprises.models import Enterprise, EnterpriseState

_SERVICE = "E_CHG_SCOPE"  # its first example is accepted, then decided


def prepared(desk: Desk, first: int, count: int) -> Sequence[str]:
    """Return the references of applications of so many enterprises that wait for the decision."""
    with desk.session() as session:
        entry, service = get_service(session, _SERVICE)
        standing = (
            sa.select(Enterprise)
            .where(Enterprise.id >= first, Enterprise.state == EnterpriseState.REGISTERED)
            .order_by(Enterprise.id)
            .limit(count)
        )
        made = [
            examples.play(
                session,
                entry.current,
                service,
                _of(enterprise, service.examples[0]),
                applicant=_person(session, "enterprise"),
                staff=lambda _task, _service: _person(session, "clerk1"),
            ).reference
            for enterprise in session.scalars(standing).all()
        ]
        session.commit()
    return made


def deciding(desk: Desk, references: Sequence[str]) -> Iterator[Callable[[], None]]:
    """Yield what approves each of them, in a transaction of its own."""
    for reference in references:
        yield partial(_decide, desk, reference)


def _decide(desk: Desk, reference: str) -> None:
    with desk.session() as session:
        case = queries.find_case_by_reference(session, reference)
        assert case is not None
        service = service_of(case.service_version)
        task = next(one for one in case.tasks if one.state is TaskState.OPEN)
        plan = workflow.plan_of(service, task.stage, task.key)
        tasks.do(
            session, case, service, task, Action.APPROVE,
            by=_person(session, "reviewer.market"), reason=None, now=clock.now(),
            found=examining.agreed(plan, Action.APPROVE, case.answers, "approve"),
        )  # fmt: skip
        session.commit()


def _of(enterprise: Enterprise, example: Example) -> Example:
    """Return the example as if ``enterprise`` had sent it now and it had been accepted."""
    now = clock.now().isoformat()
    ours = {"company_name": enterprise.name, "credit_code": enterprise.credit_code}
    _, who, what = example.steps[0]
    return example.model_copy(
        update={
            "at": now,
            "steps": ((now, who, what),),
            "answers": {**example.answers, **ours},
        }
    )


def _person(session: Session, name: str) -> User:
    found = find_user_by_email(session, f"{name}@demo.example")
    assert found is not None
    return found

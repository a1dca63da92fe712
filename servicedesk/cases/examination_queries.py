"""What officers found, read from the database."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from servicedesk.cases.models import Case, Task, TaskState
from servicedesk.cases.proceedings import Examination
from servicedesk.catalogue.definition import Service


def examinations_of(session: Session, case: Case, service: Service) -> Sequence[Examination]:
    """Return all that officers saved about the case, the last at the end.

    A service whose tasks ask nothing is not looked up.
    """
    if not any(task.is_filled_in for _, task in service.all_tasks()):
        return ()
    query = (
        sa.select(Examination)
        .where(Examination.case_id == case.id)
        .options(joinedload(Examination.task))
        .order_by(Examination.id)
    )
    return session.scalars(query).all()


def last_of(examinations: Sequence[Examination], task: Task) -> Examination | None:
    """Return what was saved last about ``task``, or None."""
    return next((one for one in reversed(examinations) if one.task_id == task.id), None)


def last_before(examinations: Sequence[Examination], task: Task) -> Examination | None:
    """Return what was found last when the task was done before: sent back, or mended since."""
    return next(
        (
            one
            for one in reversed(examinations)
            if one.task.key == task.key and one.task_id != task.id
        ),
        None,
    )


def standing(examinations: Sequence[Examination]) -> dict[str, Examination]:
    """Return what was found in each task that is done, by its key; what was voided is no more."""
    return {one.task.key: one for one in examinations if one.task.state is TaskState.DONE}

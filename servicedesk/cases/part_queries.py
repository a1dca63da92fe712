"""Finding the parts of an application, and the application that one is a part of."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from servicedesk.cases import versions
from servicedesk.cases.models import Case, CasePart, Task, TaskState
from servicedesk.catalogue import bundles
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.queries import service_of
from servicedesk.enterprises.standing import KINDS


def lock_whole(session: Session, is_part: sa.ColumnElement[bool]) -> None:
    """Lock the application that the case is a part of, if it is one: the whole before the part.

    Whoever locks a part does this before, so that nobody waits in a circle: the whole locks its
    parts, and a part that ends moves the whole.
    """
    whole = aliased(Case)
    session.scalar(
        sa.select(whole)
        .join(CasePart, CasePart.case_id == whole.id)
        .join(Case, Case.id == CasePart.child_id)
        .where(is_part)
        .with_for_update(of=whole)
        .execution_options(populate_existing=True)
    )


def get_part(session: Session, task: Task) -> CasePart:
    """Return the part that ``task`` waits for; its case is locked."""
    query = (
        sa.select(CasePart)
        .where(CasePart.task_id == task.id)
        .join(CasePart.child)
        .options(contains_eager(CasePart.child))
        .with_for_update(of=Case)
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).one()


def parts_of(session: Session, case: Case) -> Sequence[CasePart]:
    """Return the parts of the case in the order they were opened, with their definitions."""
    query = (
        sa.select(CasePart)
        .where(CasePart.case_id == case.id)
        .options(joinedload(CasePart.child).joinedload(Case.service_version))
        .order_by(CasePart.id)
    )
    return session.scalars(query).all()


def waiting_wholes(session: Session, ids: Collection[int]) -> set[int]:
    """Return which of these cases have a part that is with the applicant."""
    query = sa.select(Task.case_id).where(
        Task.case_id.in_(ids), Task.state == TaskState.WAITING, Task.with_applicant
    )
    return set(session.scalars(query))


def change_by_part(session: Session, case: Case, service: Service) -> str | None:
    """Return what the part of a bundle does to an enterprise that is there already.

    None: ``service`` is no bundle, or none of the parts that the answers call for changes one.
    A bundle has one such part at most.
    """
    for plan in bundles.part_tasks(service, case.answers):
        effect = service_of(versions.of_part(session, case, plan.service or "")).result.effect
        if effect in KINDS:
            return effect
    return None


def count_parts(session: Session, case: Case) -> int:
    """Return how many parts the case has had so far."""
    query = sa.select(sa.func.count()).where(CasePart.case_id == case.id)
    return session.scalar(query) or 0

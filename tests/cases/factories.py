"""Ready-made applications for tests, made by the operations people use."""

from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.cases import examples, workflow
from servicedesk.cases.models import Case, Task, TaskState
from servicedesk.catalogue import examining
from servicedesk.catalogue.definition import Action, Example, Service
from servicedesk.catalogue.models import CatalogueEntry, ServiceVersion
from servicedesk.catalogue.queries import service_of
from servicedesk.desk.queries import state_of
from tests.cases.pages import form_data
from tests.conftest import Browser
from tests.factories import make_user

_numbers = count(1)


def published(session: Session, code: str) -> tuple[ServiceVersion, Service]:
    """Return the current version of a service and its definition."""
    is_current = CatalogueEntry.current_id == ServiceVersion.id
    version = session.scalar(
        sa.select(ServiceVersion)
        .join(CatalogueEntry, is_current)
        .where(CatalogueEntry.code == code)
    )
    assert version is not None, f"{code} is not published in the test database"
    return version, service_of(version)


def make_staff(session: Session) -> Callable[[Task, Service], User]:
    """Return who does a task: one person for each task of a department, as four eyes ask."""
    people: dict[tuple[str, str], User] = {}

    def person(task: Task, service: Service) -> User:
        place = (task.department, task.key)
        if place not in people:
            plan = workflow.plan_of(service, task.stage, task.key)
            role = Role.REVIEWER if plan.duty == "reviewer" else Role.CLERK
            people[place] = make_user(session, role=role, posts={task.department: str(plan.duty)})
        return people[place]

    return person


def play_example(
    session: Session, code: str, example: Example, *, applicant: User | None = None
) -> Case:
    """Work an example of a service to its end and commit."""
    version, service = published(session, code)
    case = examples.play(
        session,
        version,
        service,
        example,
        applicant=applicant or make_user(session),
        staff=make_staff(session),
    )
    session.commit()
    return case


def make_case(
    session: Session,
    code: str = "E_SET_LLC",
    *,
    example: int = 0,
    steps: int = 0,
    applicant: User | None = None,
) -> Case:
    """Return an application that was sent, with the first ``steps`` of an example taken."""
    _, service = published(session, code)
    chosen = service.examples[example]
    begun = chosen.model_copy(update={"steps": chosen.steps[:steps]})
    return play_example(session, code, begun, applicant=applicant)


def looking_at(session: Session, task: Task) -> dict[str, str]:
    """Return what a form of the desk sends whose person sees the task as it is now."""
    return {"request_key": "k" * 24, "seen": state_of(session, task.case, task)}


def agreeing(session: Session, task: Task, action: str, **finds: object) -> dict[str, Any]:
    """Return the same of who fills in that all is as the application says, but for ``finds``."""
    service, answers = service_of(task.case.service_version), task.case.answers
    plan = workflow.plan_of(service, task.stage, task.key)
    found = examining.agreed(plan, Action(action), answers, {"finds": finds})
    asked = examining.fragment(plan, needed=False)
    return looking_at(session, task) | form_data(asked, found)


def open_task(session: Session, case: Case, key: str) -> Task:
    """Return the open task ``key`` of the case."""
    query = sa.select(Task).where(
        Task.case_id == case.id, Task.key == key, Task.state == TaskState.OPEN
    )
    return session.scalars(query).one()


def fill_in(browser: Browser, path: str, data: Mapping[str, Any]) -> TestResponse:
    """Open a page of a form and send it with ``data``, as who has seen what it showed."""
    page = browser.get(path).text
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    return browser.post(path, data={"seen": seen, **data})

"""One examination, pressed by two officers or twice by one: what was found is kept once."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.cases.models import Case, Task
from servicedesk.cases.proceedings import Examination
from tests.cases.examined import make_examined
from tests.cases.factories import agreeing, open_task
from tests.cases.licences import apply_for, officer, take
from tests.races.crowd import Click, Crowd, statuses
from tests.races.factories import broken_chains, kinds


@pytest.fixture
def case(session: Session) -> Case:
    case = apply_for(session, make_examined())
    take(session, case, "accept", "accept")
    return case


def _path(case: Case, task: Task) -> str:
    return f"/desk/cases/{case.reference}/tasks/{task.id}/do/recommend"


def test_of_two_officers_who_examine_at_once_the_findings_of_one_are_kept(
    session: Session, crowd: Crowd, case: Case
) -> None:
    task = open_task(session, case, "examine")
    forms = [agreeing(session, task, "recommend", points_found=points) for points in (70, 90)]
    windows = [crowd.window(officer(session, market="reviewer")) for _ in range(2)]

    answers = crowd.click(
        [
            Click(window, _path(case, task), form)
            for window, form in zip(windows, forms, strict=True)
        ]
    )

    assert statuses(answers) == [303, 409]
    winner = next(n for n, answer in enumerate(answers) if answer.status_code == 303)
    kept = session.scalars(sa.select(Examination)).one()
    assert kept.found["points_found"] == (70, 90)[winner]
    assert kept.by_id == task.done_by_id
    assert kinds(session, case).count("examined") == 1
    assert broken_chains(session) == []


def test_a_double_click_keeps_what_was_found_once(
    session: Session, crowd: Crowd, case: Case
) -> None:
    task = open_task(session, case, "examine")
    window = crowd.window(officer(session, market="reviewer"))
    form = agreeing(session, task, "recommend", points_found=90)

    answers = crowd.click([Click(window, _path(case, task), form) for _ in range(3)])

    assert statuses(answers) == [303, 303, 303]
    assert len(session.scalars(sa.select(Examination)).all()) == 1
    assert kinds(session, case).count("examined") == 1
    assert broken_chains(session) == []

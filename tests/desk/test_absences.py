"""Absences and deputies: entered once, shown to whom they concern, no more rights than before."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts import deputies
from servicedesk.accounts.models import Absence, User
from servicedesk.cases.models import Case, Task
from servicedesk.cases.operations import standing_in, tasks
from servicedesk.errors import NotPermitted, Overtaken, RuleBroken
from tests.cases.factories import looking_at, open_task
from tests.cases.licences import apply_for, definition, make_licence, officer, take
from tests.conftest import Browser
from tests.factories import MONDAY_MORNING
from tests.races.factories import kinds

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)
GoAway = Callable[..., Absence]


@pytest.fixture(autouse=True)
def _monday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: MONDAY_MORNING)


@pytest.fixture
def case(session: Session) -> Case:
    case = apply_for(session, make_licence())
    take(session, case, "accept", "accept")
    return case


@pytest.fixture
def task(session: Session, case: Case) -> Task:
    return open_task(session, case, "examine")


@pytest.fixture
def holder(session: Session, case: Case, task: Task) -> User:
    """Return who has the task in hand."""
    person = officer(session, market="reviewer")
    tasks.claim(session, case, definition(case), task, by=person, now=MONDAY_MORNING)
    session.commit()
    return person


@pytest.fixture
def deputy(session: Session) -> User:
    return officer(session, market="reviewer")


@pytest.fixture
def go_away(session: Session) -> GoAway:
    """Return what enters an absence, by default for this week."""

    def enter(
        user: User, deputy: User, first: date = TODAY, last: date = TODAY + 4 * DAY
    ) -> Absence:
        absence = deputies.go_away(
            session, user, deputy=deputy, first_day=first, last_day=last,
            today=TODAY, now=MONDAY_MORNING,
        )  # fmt: skip
        session.commit()
        return absence

    return enter


def boxes(name: str, day: date) -> dict[str, str]:
    return {f"{name}-y": str(day.year), f"{name}-m": str(day.month), f"{name}-d": str(day.day)}


def path(task: Task, what: str) -> str:
    return f"/desk/cases/{task.case.reference}/tasks/{task.id}/{what}"


def test_staff_enter_an_absence_and_come_back(
    session: Session, browser: Browser, holder: User, deputy: User
) -> None:
    browser.sign_in(holder)
    form = boxes("first_day", TODAY) | boxes("last_day", TODAY + DAY) | {"deputy": str(deputy.id)}
    assert browser.get("/desk/absences").status_code == 200

    assert browser.post("/desk/absences", data=form).status_code == 303
    again = browser.post("/desk/absences", data=form)

    assert again.status_code == 422
    assert "for some of these days already" in again.text
    absence = session.scalars(sa.select(Absence)).one()
    end = f"/desk/absences/{absence.id}/end"
    assert "Away now" in browser.get("/desk/absences").text
    browser.sign_in(deputy)
    assert holder.name in browser.get("/desk/absences").text
    assert browser.post(end, data={}).status_code == 404
    browser.sign_in(holder)
    assert browser.post(end, data={}).status_code == 303
    assert session.scalars(sa.select(Absence)).all() == []


@pytest.mark.parametrize(
    ("first", "last"), [(0, -1), (-9, -1), (0, 400)], ids=["backwards", "over", "too long"]
)
def test_days_that_cannot_be_are_refused(
    holder: User, deputy: User, go_away: GoAway, first: int, last: int
) -> None:
    with pytest.raises(RuleBroken):
        go_away(holder, deputy, TODAY + first * DAY, TODAY + last * DAY)


def test_a_deputy_is_a_colleague_of_one_of_the_departments(
    session: Session, holder: User, go_away: GoAway
) -> None:
    for person in (holder, officer(session, tax="reviewer")):
        with pytest.raises(RuleBroken):
            go_away(holder, person)


def test_the_database_itself_keeps_absences_from_overlapping(
    session: Session, holder: User, deputy: User, go_away: GoAway
) -> None:
    go_away(holder, deputy)
    go_away(deputy, officer(session, market="reviewer"))  # somebody else's
    go_away(holder, deputy, TODAY + 5 * DAY, TODAY + 6 * DAY)  # the day after

    with pytest.raises(deputies.AwayAlready):
        go_away(holder, deputy, TODAY + 4 * DAY, TODAY + 5 * DAY)


def test_who_comes_back_early_was_away_until_yesterday(
    session: Session, holder: User, deputy: User, go_away: GoAway
) -> None:
    absence = go_away(holder, deputy, TODAY - 2 * DAY)

    deputies.come_back(session, absence, today=TODAY)

    assert absence.last_day == TODAY - DAY


def test_the_deputy_sees_the_task_and_takes_it_over(
    browser: Browser, task: Task, holder: User, deputy: User, go_away: GoAway
) -> None:
    session = browser.desk
    browser.sign_in(deputy)
    standing_in_view = "/desk?view=standing_in"
    assert task.case.reference not in browser.get(standing_in_view).text
    assert browser.post(path(task, "take-over"), data={}).status_code == 403
    go_away(holder, deputy)

    assert task.case.reference in browser.get(standing_in_view).text
    page = browser.get(f"/desk/cases/{task.case.reference}").text
    assert path(task, "take-over") in page
    assert "is away until Friday 6 March" in page
    assert browser.post(path(task, "take-over"), data={}).status_code == 303

    assert task.holder_id == deputy.id
    assert kinds(session, task.case)[-1] == "task_taken_over"
    assert browser.post(path(task, "take-over"), data={}).status_code == 403  # nobody is away


def test_nobody_but_the_deputy_takes_over_and_only_while_it_lasts(
    session: Session, task: Task, holder: User, deputy: User, go_away: GoAway
) -> None:
    case = task.case
    go_away(holder, deputy, TODAY + DAY, TODAY + 2 * DAY)
    other = officer(session, market="supervisor")

    for who, day in ((deputy, 0), (other, 1), (deputy, 3)):
        with pytest.raises(NotPermitted):
            standing_in.take_over(
                session, case, definition(case), task, by=who, now=MONDAY_MORNING + day * DAY
            )
    standing_in.take_over(
        session, case, definition(case), task, by=deputy, now=MONDAY_MORNING + 2 * DAY
    )
    tasks.release(session, case, task, by=deputy, now=MONDAY_MORNING)
    with pytest.raises(Overtaken):
        standing_in.take_over(session, case, definition(case), task, by=deputy, now=MONDAY_MORNING)


def test_four_eyes_hold_for_deputies_too(
    session: Session, case: Case, holder: User, go_away: GoAway
) -> None:
    examiner = take(session, case, "examine", "recommend", by=holder)
    decider = officer(session, market="reviewer")
    decision = open_task(session, case, "decide")
    tasks.claim(session, case, definition(case), decision, by=decider, now=MONDAY_MORNING)
    go_away(decider, examiner)

    with pytest.raises(NotPermitted):
        standing_in.take_over(
            session, case, definition(case), decision, by=examiner, now=MONDAY_MORNING
        )


def test_a_deputy_without_the_duty_gains_none(
    session: Session, case: Case, task: Task, holder: User, go_away: GoAway
) -> None:
    clerk = officer(session, market="clerk")
    go_away(holder, clerk)

    with pytest.raises(NotPermitted):
        standing_in.take_over(session, case, definition(case), task, by=clerk, now=MONDAY_MORNING)


def test_handing_over_to_somebody_who_is_away_takes_a_second_thought(
    browser: Browser, task: Task, holder: User, deputy: User, go_away: GoAway
) -> None:
    session = browser.desk
    go_away(deputy, holder)
    browser.sign_in(holder)
    assert "away until Friday 6 March, deputy: " in browser.get(path(task, "hand-over")).text
    form = looking_at(session, task) | {"to": str(deputy.id)}

    warned = browser.post(path(task, "hand-over"), data=form)

    assert warned.status_code == 422
    assert "This colleague is away." in warned.text
    assert task.holder_id == holder.id
    assert browser.post(path(task, "hand-over"), data=form | {"anyway": "y"}).status_code == 303
    assert task.holder_id == deputy.id


def test_only_who_may_do_the_task_is_offered(
    session: Session, browser: Browser, task: Task, holder: User
) -> None:
    clerk, reviewer = officer(session, market="clerk"), officer(session, market="reviewer")
    browser.sign_in(holder)

    page = browser.get(path(task, "hand-over")).text

    assert reviewer.name in page
    assert clerk.name not in page


def test_a_supervisor_sees_who_is_away_and_hands_their_tasks_over(
    browser: Browser, task: Task, holder: User, deputy: User, go_away: GoAway
) -> None:
    session = browser.desk
    go_away(holder, deputy)
    browser.sign_in(officer(session, market="supervisor"))

    assert holder.name in browser.get("/desk/absences").text
    page = browser.get(f"/desk/cases/{task.case.reference}").text
    assert path(task, "hand-over") in page
    form = looking_at(session, task) | {"to": str(deputy.id)}
    assert browser.post(path(task, "hand-over"), data=form).status_code == 303
    browser.sign_in(officer(session, tax="supervisor"))
    assert holder.name not in browser.get("/desk/absences").text


def test_away_today_is_by_the_day_of_the_hall(
    session: Session, task: Task, holder: User, deputy: User, go_away: GoAway
) -> None:
    case = task.case
    go_away(holder, deputy, TODAY + DAY, TODAY + DAY)

    standing_in.take_over(
        session, case, definition(case), task, by=deputy,
        now=datetime(2026, 3, 2, 16, 30, tzinfo=UTC),  # Tuesday in Beijing
    )  # fmt: skip


def test_two_who_are_away_do_not_stand_in_for_each_other(
    browser: Browser, holder: User, deputy: User, go_away: GoAway
) -> None:
    go_away(holder, deputy)
    browser.sign_in(deputy)
    form = boxes("first_day", TODAY) | boxes("last_day", TODAY + DAY) | {"deputy": str(holder.id)}

    refused = browser.post("/desk/absences", data=form)

    assert refused.status_code == 422
    words = f"{holder.name} is away on these days too. Choose somebody who is here."
    assert f'<a href="#deputy">{words}</a>' in refused.text


def test_a_deputy_who_is_here_on_some_of_the_days_is_named_with_a_word(
    session: Session, browser: Browser, holder: User, deputy: User, go_away: GoAway
) -> None:
    go_away(holder, deputy, TODAY, TODAY + DAY)
    go_away(holder, officer(session, market="reviewer"), TODAY + 2 * DAY, TODAY + 2 * DAY)
    browser.sign_in(deputy)
    days = boxes("first_day", TODAY + DAY) | boxes("last_day", TODAY + 3 * DAY)

    entered = browser.post("/desk/absences", data=days | {"deputy": str(holder.id)})
    said = browser.get("/desk/absences").text

    assert entered.status_code == 303
    first, second, third = (f"{n} March" for n in (2, 3, 4))
    assert f"{holder.name} is away from Monday {first} to Tuesday {second}. Nobody" in said
    assert f"{holder.name} is away from Wednesday {third} to Wednesday {third}. Nobody" in said
    assert "counts on you to stand in. Agree on somebody else." in said

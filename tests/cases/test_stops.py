"""The clock of a licence stopped for time that is not counted (行政许可法 art. 45)."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.cases import queries
from servicedesk.cases.clock_account import clock_account
from servicedesk.cases.excluded_time import STOP_WORDS, StopKind
from servicedesk.cases.letters import office
from servicedesk.cases.models import Case, Task
from servicedesk.cases.operations import corrections, stops, submission, tasks
from servicedesk.cases.operations.clock_ledger import ClockStands
from servicedesk.cases.proceedings import ClockStop
from servicedesk.catalogue.definition import Action
from servicedesk.errors import NotPermitted, Overtaken
from servicedesk.integrity import Place, findings
from servicedesk.notices.models import Notice
from tests.cases.factories import open_task
from tests.cases.licences import apply_for, definition, make_joint, make_licence, officer, take
from tests.conftest import Browser
from tests.factories import MONDAY_MORNING, make_user

BEIJING = ZoneInfo("Asia/Shanghai")
TUESDAY = datetime(2026, 3, 3, 10, tzinfo=BEIJING)  # the day after acceptance
WHY = "The equipment has to be looked at by three experts."


@pytest.fixture(autouse=True)
def _tuesday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)


@pytest.fixture
def case(session: Session) -> Case:
    """Return a licence that was accepted on Monday: 20 working days by law, 10 as promised."""
    case = apply_for(session, make_licence())
    take(session, case, "accept", "accept")
    return case


@pytest.fixture
def task(session: Session, case: Case) -> Task:
    return open_task(session, case, "examine")


@pytest.fixture
def examiner(session: Session) -> User:
    return make_user(session, role=Role.REVIEWER, posts={"market": "reviewer"})


def stop(session: Session, task: Task, by: User, *, now: datetime = TUESDAY) -> ClockStop:
    stopped = stops.stop(
        session, task.case, definition(task.case), task, StopKind.EXPERT_REVIEW,
        reason=WHY, working_days=10, by=by, now=now,
    )  # fmt: skip
    session.commit()
    return stopped


def resume(session: Session, case: Case, by: User, *, now: datetime) -> None:
    stops.resume(session, case, definition(case), by=by, now=now)
    session.commit()


def test_a_stopped_clock_goes_on_with_what_was_left(
    session: Session, case: Case, task: Task, examiner: User
) -> None:
    before = case.legal_due
    assert before is not None

    stop(session, task, examiner)
    assert (case.legal_due, case.committed_due, task.due_at) == (None, None, None)
    resume(session, case, examiner, now=TUESDAY + timedelta(days=28))

    # Tuesday was the first day.  It goes on on 31 March, which does not count; 4 to 6 April are
    # holidays.
    assert case.legal_due == datetime(2026, 4, 28, 17, tzinfo=BEIJING)
    assert case.committed_due == task.due_at == datetime(2026, 4, 14, 17, tzinfo=BEIJING)
    assert case.legal_due > before


def test_the_account_names_what_the_time_was_needed_for(
    session: Session, case: Case, task: Task, examiner: User
) -> None:
    stop(session, task, examiner)

    account = clock_account(session, case, definition(case), now=TUESDAY + timedelta(days=1))

    assert account.standstill is not None
    assert account.standstill.matter == STOP_WORDS[StopKind.EXPERT_REVIEW]
    assert account.standstill.expected_at == datetime(2026, 3, 17, 17, tzinfo=BEIJING)
    assert "第四十五条" in account.standstill.basis.zh
    resume(session, case, examiner, now=TUESDAY + timedelta(days=2))
    after = clock_account(session, case, definition(case), now=TUESDAY + timedelta(days=3))
    assert after.standstill is None
    assert [after.matter(one) for one in after.account if one.matter] == [
        STOP_WORDS[StopKind.EXPERT_REVIEW]
    ]


def test_a_stop_that_takes_longer_than_expected_says_so(
    session: Session, case: Case, task: Task, examiner: User
) -> None:
    stopped = stop(session, task, examiner)

    late = clock_account(
        session, case, definition(case), now=stopped.expected_at + timedelta(seconds=1)
    )

    assert late.standstill is not None
    assert late.standstill.is_over


def test_the_applicant_is_told_in_writing_how_long_it_takes(
    session: Session, browser: Browser, case: Case, task: Task, examiner: User
) -> None:
    stop(session, task, examiner)
    browser.sign_in(case.applicant)
    letter = queries.letters_of(session, case)[0]

    page = browser.get(f"/cases/{case.reference}").text
    text = browser.get(f"/cases/{case.reference}/letters/{letter.id}").text
    resume(session, case, examiner, now=TUESDAY + timedelta(days=2))
    after = queries.letters_of(session, case)[0]

    assert letter.kind == "stopped"
    for words in ("Expert review", "10 working days", "17 March", WHY, "第四十五条"):
        assert words in text, words
    assert "The clock stands: Expert review" in page
    assert WHY in page
    assert after.kind == "resumed"
    told = browser.get(f"/cases/{case.reference}/letters/{after.id}").text
    assert "By law it is due by" in told
    assert "does not count" not in told  # it does if the clock is stopped again that day
    mails = session.scalars(sa.select(Notice).where(Notice.about == case.reference)).all()
    assert {"stopped", "resumed"} <= {mail.facts.get("letter") for mail in mails}


def test_who_lets_the_clock_go_on_signs_that_it_does(session: Session) -> None:
    case = apply_for(session, make_joint())
    task = open_task(session, case, "decide_residence")
    other = officer(session, market="reviewer")
    police = officer(session, police="reviewer")
    stop(session, task, police)

    resume(session, case, police, now=TUESDAY + timedelta(days=2))
    stop(session, task, police, now=TUESDAY + timedelta(days=2))
    resume(session, case, other, now=TUESDAY + timedelta(days=3))

    signed = [one.facts["office"]["zh"] for one in queries.letters_of(session, case)[:4]]
    of_police, of_market = (
        office(definition(case), department).zh for department in ("police", "market")
    )
    assert signed == [of_market, of_police, of_police, of_police]


def test_while_the_clock_stands_nothing_is_decided_and_nothing_handed_back(
    session: Session, case: Case, task: Task, examiner: User
) -> None:
    service, decider = definition(case), officer(session)
    stop(session, task, examiner)
    later = TUESDAY + timedelta(hours=1)

    tasks.do(
        session, case, service, task, Action.RECOMMEND, by=examiner, reason=None, now=later
    )  # what decides nothing may be done
    with pytest.raises(ClockStands):
        tasks.do(
            session, case, service, open_task(session, case, "decide"), Action.APPROVE,
            by=decider, reason=None, now=later,
        )  # fmt: skip
    session.rollback()


def test_a_clock_is_stopped_once_at_a_time(
    session: Session, case: Case, task: Task, examiner: User
) -> None:
    stop(session, task, examiner)

    with pytest.raises(ClockStands):
        stop(session, task, examiner)
    resume(session, case, examiner, now=TUESDAY + timedelta(days=2))
    with pytest.raises(Overtaken):
        resume(session, case, examiner, now=TUESDAY + timedelta(days=2))
    stop(session, task, examiner, now=TUESDAY + timedelta(days=3))


def test_only_a_licence_has_time_that_is_not_counted(session: Session) -> None:
    case = apply_for(session, make_licence(item_type="registration"))
    examiner = take(session, case, "accept", "accept")
    task = open_task(session, case, "examine")

    with pytest.raises(stops.NotStoppable):
        stop(session, task, examiner, now=TUESDAY)


def test_before_acceptance_the_clock_is_not_stopped(session: Session) -> None:
    case = apply_for(session, make_licence())
    task = open_task(session, case, "accept")
    clerk = officer(session)

    with pytest.raises(stops.NotStoppable):
        stop(session, task, clerk, now=TUESDAY)


def test_only_who_works_on_the_case_stops_and_resumes(
    session: Session, case: Case, task: Task, examiner: User
) -> None:
    stranger = make_user(session, role=Role.CLERK, posts={"window": "clerk"})

    with pytest.raises(NotPermitted):
        stop(session, task, stranger)
    stop(session, task, examiner)
    with pytest.raises(NotPermitted):
        resume(session, case, stranger, now=TUESDAY + timedelta(days=1))


def test_a_withdrawal_ends_a_stop_too(
    session: Session, case: Case, task: Task, examiner: User
) -> None:
    stop(session, task, examiner)

    submission.withdraw(session, case, definition(case), by=case.applicant, reason="", now=TUESDAY)
    session.commit()

    assert all(one.until for one in case.intervals)


def test_a_correction_list_waits_until_the_clock_goes_on(session: Session) -> None:
    case = apply_for(session, make_licence())
    take(session, case, "accept", "accept")
    task, examiner = open_task(session, case, "examine"), officer(session)
    stop(session, task, examiner, now=MONDAY_MORNING)
    items = [("field:matter", "Say it again.")]

    with pytest.raises(ClockStands):
        corrections.ask(
            session, case, definition(case), task, items,
            by=examiner, reason=None, now=MONDAY_MORNING,
        )  # fmt: skip


def test_whoever_alters_a_stop_is_found_out(
    session: Session, tmp_path: Path, task: Task, examiner: User
) -> None:
    stop(session, task, examiner)
    assert witnesses(session, tmp_path) == []

    for tampering in ("kind = 'hearing'", "working_days = 1", "reason = 'x'"):
        session.execute(sa.text(f"UPDATE clock_stops SET {tampering}"))  # noqa: S608
        session.expire_all()
        assert witnesses(session, tmp_path) == ["was altered"]
        session.rollback()


def witnesses(session: Session, nowhere: Path) -> list[str]:
    return [one.what for one in findings(Place(session, nowhere), only="cases.witnesses")]

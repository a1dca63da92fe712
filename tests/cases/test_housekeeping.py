"""What time alone brings about."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.permissions import Role
from servicedesk.calendar.queries import load_calendar
from servicedesk.cases import queries, tasks
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Task
from servicedesk.cases.operations import corrections, drafts, housekeeping
from servicedesk.cases.operations.tasks import do
from servicedesk.cases.silence import deemed_accepted_on
from servicedesk.catalogue.definition import Action
from servicedesk.catalogue.queries import service_of
from tests.cases.factories import make_case, open_task, published
from tests.conftest import Browser
from tests.factories import MONDAY_MORNING, make_user

BEIJING = ZoneInfo("Asia/Shanghai")


def test_silence_for_five_working_days_accepts_as_of_receipt(session: Session) -> None:
    case = make_case(session, "WP_NEW_ABROAD")
    assert case.submitted_at is not None
    due = deemed_accepted_on(case.submitted_at, load_calendar(session), days=5)

    assert not housekeeping.deem_accepted(session, case.id, now=due)
    assert housekeeping.deem_accepted(session, case.id, now=due + timedelta(seconds=1))
    assert not housekeeping.deem_accepted(session, case.id, now=due + timedelta(seconds=2))

    assert case.status is CaseStatus.IN_PROGRESS
    assert case.accepted_at == case.submitted_at
    assert {one.kind for one in case.intervals} == {"handling"}
    assert case.legal_due is not None


def test_the_letter_says_that_silence_accepted_and_since_when(
    session: Session, browser: Browser
) -> None:
    case = make_case(session, "WP_NEW_ABROAD")
    assert case.submitted_at is not None
    housekeeping.deem_accepted(session, case.id, now=case.submitted_at + timedelta(days=30))
    session.commit()
    browser.sign_in(case.applicant)
    issued = next(one for one in queries.letters_of(session, case) if one.kind == "accepted")

    page = browser.get(f"/cases/{case.reference}/letters/{issued.id}").text

    assert "art. 32" in page
    assert "第三十二条" in page
    received = case.submitted_at.astimezone(BEIJING)
    assert f"{received.day} {received:%B}, the day we received them" in page


def test_one_broken_case_does_not_keep_the_others_waiting(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (make_case(session, "WP_NEW_ABROAD") for _ in range(2))
    session.execute(sa.update(Task).where(Task.case_id == first.id).values(stage="gone"))
    session.commit()

    with app.app_context():
        monkeypatch.setattr(clock, "now", lambda: datetime(2027, 1, 4, tzinfo=BEIJING))
        tasks.deem_accepted()

    session.expire_all()
    assert [first.status, second.status] == [CaseStatus.SUBMITTED, CaseStatus.IN_PROGRESS]


def test_whom_silence_accepted_nobody_turns_away_before_the_job_has_run(session: Session) -> None:
    case = make_case(session, "WP_NEW_ABROAD")
    service, task = service_of(case.service_version), open_task(session, case, "accept")
    clerk = make_user(session, role=Role.CLERK, posts={task.department: "clerk"})
    assert case.submitted_at is not None
    late = deemed_accepted_on(case.submitted_at, load_calendar(session), days=5)
    late += timedelta(seconds=1)
    items = [(f"material:{case.documents[0].material}", "Late.")]

    with pytest.raises(housekeeping.AcceptedBySilence):
        do(
            session, case, service, task, Action.REFUSE_ACCEPTANCE,
            by=clerk, reason="Late.", now=late,
        )  # fmt: skip
    with pytest.raises(housekeeping.AcceptedBySilence):
        corrections.ask(session, case, service, task, items, by=clerk, reason=None, now=late)


def test_silence_does_not_accept_a_registration(session: Session) -> None:
    case = make_case(session, "E_SET_LLC")

    assert not housekeeping.deem_accepted(
        session, case.id, now=datetime(2027, 1, 1, tzinfo=BEIJING)
    )
    assert case.status is CaseStatus.SUBMITTED


def test_a_draft_nobody_touches_lapses_once(session: Session) -> None:
    version, service = published(session, "E_NAME")
    case = drafts.start(
        session, version, service, by=make_user(session), enterprise_id=None, now=MONDAY_MORNING
    )
    kept = timedelta(days=60)

    assert housekeeping.lapse_drafts(session, now=MONDAY_MORNING + kept, kept=kept) == 0
    later = MONDAY_MORNING + kept + timedelta(days=1)
    assert housekeeping.lapse_drafts(session, now=later, kept=kept) == 1
    assert housekeeping.lapse_drafts(session, now=later, kept=kept) == 0
    assert case.status is CaseStatus.LAPSED

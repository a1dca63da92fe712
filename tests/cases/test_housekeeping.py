"""What time alone brings about."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from servicedesk.calendar.queries import load_calendar
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.operations import drafts, housekeeping
from servicedesk.cases.time_limits import deemed_accepted_on
from tests.cases.factories import make_case, published
from tests.factories import MONDAY_MORNING, make_user

BEIJING = ZoneInfo("Asia/Shanghai")


def test_silence_for_five_working_days_accepts_as_of_receipt(session: Session) -> None:
    case = make_case(session, "WP_NEW_ABROAD")
    assert case.submitted_at is not None
    due = deemed_accepted_on(case.submitted_at, load_calendar(session), days=5)

    assert housekeeping.deem_accepted(session, now=due) == 0
    assert housekeeping.deem_accepted(session, now=due + timedelta(seconds=1)) == 1
    assert housekeeping.deem_accepted(session, now=due + timedelta(seconds=2)) == 0

    assert case.status is CaseStatus.IN_PROGRESS
    assert case.accepted_at == case.submitted_at
    assert {one.kind for one in case.intervals} == {"handling"}
    assert case.legal_due is not None


def test_silence_does_not_accept_a_registration(session: Session) -> None:
    case = make_case(session, "E_SET_LLC")

    assert housekeeping.deem_accepted(session, now=datetime(2027, 1, 1, tzinfo=BEIJING)) == 0
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

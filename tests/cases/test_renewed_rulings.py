"""Of two authorities one is silent until the old permit ends: its decision counts as taken."""

from datetime import datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from servicedesk.cases import queries
from servicedesk.cases.clock_account import clock_account
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case, TaskState
from servicedesk.cases.operations import housekeeping, tasks
from servicedesk.cases.operations.housekeeping import GrantedBySilence
from servicedesk.cases.outlook import outlook
from servicedesk.catalogue import definitions, guide
from servicedesk.catalogue.definition import Action
from tests import shipped
from tests.cases.definitions import TEXT
from tests.cases.factories import make_case, open_task
from tests.cases.licences import CLOCK, apply_for, definition, make_joint, officer
from tests.conftest import Browser
from tests.factories import MONDAY_MORNING

BEIJING = ZoneInfo("Asia/Shanghai")
LAST_DAY = "2026-03-15"  # a Sunday
OVER = datetime(2026, 3, 16, tzinfo=BEIJING)
IN_MAY = datetime(2026, 5, 12, 10, 5, tzinfo=BEIJING)
AFTER_JULY = datetime(2026, 8, 1, 0, 5, tzinfo=BEIJING)
RENEWING = {
    "by": "expires_on", "ruling": "decide_work", "apply_before_days": 13, "basis": TEXT,
    "source": "L_ALL",
}  # fmt: skip


@pytest.fixture
def case(session: Session) -> Case:
    """Return an application that waits for both decisions; the old permit ends on 15 March."""
    data = definitions.dump(make_joint()) | {"clock": CLOCK | {"deemed_granted": RENEWING}}
    return apply_for(session, definitions.parse(data), expires_on=LAST_DAY)


def decide(session: Session, case: Case, key: str, action: str, *, now: datetime) -> None:
    department = {"decide_work": "market", "decide_residence": "police"}[key]
    tasks.do(
        session, case, definition(case), open_task(session, case, key), Action(action),
        by=officer(session, **{department: "reviewer"}), reason="It is so.", now=now,
    )  # fmt: skip
    session.commit()


def letters_of(session: Session, browser: Browser, case: Case) -> dict[str, str]:
    browser.sign_in(case.applicant)
    return {
        one.kind: " ".join(
            unescape(browser.get(f"/cases/{case.reference}/letters/{one.id}").text).split()
        )
        for one in queries.letters_of(session, case)
    }


def test_one_permit_counts_as_granted_and_the_other_is_still_decided(
    session: Session, browser: Browser, case: Case
) -> None:
    assert not housekeeping.deem_granted(session, case.id, now=OVER - timedelta(seconds=1))
    assert housekeeping.deem_granted(session, case.id, now=OVER)
    session.commit()

    states = {one.key: one.state for one in case.tasks}
    assert states == {"decide_work": TaskState.DONE, "decide_residence": TaskState.OPEN}
    assert not case.is_closed
    told = letters_of(session, browser, case)["ruling_deemed"]
    assert "on this: Work permit. By law" in told
    assert "What you applied for besides is still to be decided." in told
    assert not housekeeping.deem_granted(session, case.id, now=OVER + timedelta(days=1))

    decide(session, case, "decide_residence", "object", now=OVER + timedelta(days=1))

    assert case.status is CaseStatus.REFUSED
    work, _, residence = letters_of(session, browser, case)["refused"].partition(
        "Residence permit: refused"
    )
    assert "Work permit: granted" in work
    assert "Nobody decided by the last day of the old permit." in work
    assert "Decided by" not in work
    assert "Decided by" in residence


def test_what_the_other_authority_has_decided_already_ends_the_case(
    session: Session, case: Case
) -> None:
    decide(session, case, "decide_residence", "confirm", now=MONDAY_MORNING)

    assert housekeeping.deem_granted(session, case.id, now=OVER)

    assert case.status is CaseStatus.APPROVED


def test_a_decision_in_time_stands_and_one_that_comes_later_is_barred(
    session: Session, case: Case
) -> None:
    with pytest.raises(GrantedBySilence):
        decide(session, case, "decide_work", "object", now=OVER)
    session.rollback()
    decide(session, case, "decide_residence", "confirm", now=OVER)  # the other's is not

    assert housekeeping.deem_granted(session, case.id, now=OVER)
    assert case.status is CaseStatus.APPROVED


def test_silence_takes_nothing_that_was_decided(session: Session, case: Case) -> None:
    decide(session, case, "decide_work", "object", now=MONDAY_MORNING)

    assert not housekeeping.deem_granted(session, case.id, now=OVER)
    assert outlook(session, case, definition(case), now=MONDAY_MORNING).renewal is None
    decide(session, case, "decide_residence", "confirm", now=OVER)
    assert case.status is CaseStatus.REFUSED


def examined(session: Session) -> Case:
    """Return an extension of both permits that was examined; the old one ends on 31 July."""
    return make_case(session, "JOINT_2", example=1, steps=5)


def rule(session: Session, case: Case, key: str, action: Action, *, now: datetime) -> None:
    """Let an officer of the task's own department do it."""
    task = open_task(session, case, key)
    person = officer(session, **{task.department: "reviewer"})
    tasks.do(
        session, case, definition(case), task, action,
        by=person, reason="It is so.", now=now,
    )  # fmt: skip
    session.commit()


def test_who_sends_back_has_not_decided(session: Session) -> None:
    case = examined(session)
    rule(session, case, "decide_work", Action.SEND_BACK, now=IN_MAY)

    assert outlook(session, case, definition(case), now=IN_MAY).renewal is not None
    assert housekeeping.deem_granted(session, case.id, now=AFTER_JULY)
    assert queries.letters_of(session, case)[0].kind == "ruling_deemed"


def test_a_decision_that_the_other_authority_sent_back_stands_no_more(session: Session) -> None:
    case = examined(session)
    rule(session, case, "decide_work", Action.CONFIRM, now=IN_MAY)
    assert outlook(session, case, definition(case), now=IN_MAY).renewal is None
    rule(session, case, "decide_residence", Action.SEND_BACK, now=IN_MAY + timedelta(hours=1))

    later = IN_MAY + timedelta(hours=2)
    assert outlook(session, case, definition(case), now=later).renewal is not None
    assert housekeeping.deem_granted(session, case.id, now=AFTER_JULY)


def test_a_decision_that_stood_when_the_permit_ended_is_not_taken_by_silence_later(
    session: Session,
) -> None:
    case = examined(session)
    rule(session, case, "decide_work", Action.OBJECT, now=IN_MAY)
    rule(session, case, "decide_residence", Action.SEND_BACK, now=AFTER_JULY)

    assert not housekeeping.deem_granted(session, case.id, now=AFTER_JULY + timedelta(hours=1))


def test_only_the_one_authority_has_the_day_as_its_due(session: Session, case: Case) -> None:
    friday = datetime(2026, 3, 13, 17, tzinfo=BEIJING)

    assert open_task(session, case, "decide_work").due_at == friday
    assert open_task(session, case, "decide_residence").due_at == case.committed_due != friday
    assert outlook(session, case, definition(case), now=MONDAY_MORNING).renewal is not None
    assert outlook(session, case, definition(case), now=OVER).renewal is None


def test_both_permits_together_know_art_50_and_the_limit_of_each(
    session: Session, browser: Browser
) -> None:
    service = next(one for one in shipped.services() if one.code == "JOINT_2")
    lines = [str(one) for one in guide.elements(service)["statutory_limit"].lines]
    assert lines[0] == "Work permit: 20 working days"
    assert "Work residence permit: 15 working days" in lines
    assert "No limit is written in the law." not in lines

    case = make_case(session, "JOINT_2", example=1, steps=5)  # examined, an extension
    housekeeping.deem_granted(session, case.id, now=datetime(2026, 8, 1, tzinfo=BEIJING))
    session.commit()

    text = letters_of(session, browser, case)["ruling_deemed"]
    assert "Work permit" in text
    account = clock_account(session, case, service, now=datetime(2026, 8, 1, tzinfo=BEIJING))
    assert [(name.en, one.limit) for name, one in account.rulings] == [
        ("Work permit", 20), ("Work residence permit", 15),
    ]  # fmt: skip
    page = browser.get(f"/cases/{case.reference}").text
    assert "Work residence permit: 15 working days" in " ".join(page.split())

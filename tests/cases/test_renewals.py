"""A renewal that nobody decides before the old permit ends counts as granted (art. 50)."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.calendar.working_days import Calendar
from servicedesk.cases import integrity, queries, tasks
from servicedesk.cases.excluded_time import StopKind
from servicedesk.cases.letters import office
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case, ClockInterval
from servicedesk.cases.operations import corrections, housekeeping, stops
from servicedesk.cases.renewals import is_granted, renewal_of
from servicedesk.cases.time_limits import Kind, Line
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.limits import DeemedGranted
from servicedesk.errors import Overtaken
from servicedesk.integrity import Place
from tests.cases.definitions import TEXT
from tests.cases.factories import looking_at, open_task
from tests.cases.licences import apply_for, definition, make_licence, officer, take
from tests.conftest import Browser
from tests.factories import MONDAY_MORNING

BEIJING = ZoneInfo("Asia/Shanghai")
LAST_DAY = "2026-03-15"  # a Sunday
OVER = datetime(2026, 3, 16, tzinfo=BEIJING)
FRIDAY = datetime(2026, 3, 13, 17, tzinfo=BEIJING)
SECOND = timedelta(seconds=1)


SENT_ON = date(2026, 3, 2)  # 13 days before it; as late as ``renewing`` lets


def renewing(**more: object) -> Service:
    rule = {"by": "expires_on", "apply_before_days": 13, "basis": TEXT, "source": "L_ALL"}
    return make_licence({"deemed_granted": rule | more})


@pytest.fixture
def case(session: Session) -> Case:
    """Return a renewal that was accepted on 2 March; the old permit ends on Sunday 15 March."""
    case = apply_for(session, renewing(), expires_on=LAST_DAY)
    take(session, case, "accept", "accept")
    return case


def test_silence_until_the_last_day_is_over_grants_the_renewal(
    session: Session, case: Case, tmp_path: Path
) -> None:
    assert housekeeping.undecided_renewals(session) == [case.id]
    assert not housekeeping.deem_granted(session, case.id, now=OVER - SECOND)
    assert housekeeping.deem_granted(session, case.id, now=OVER)
    session.commit()

    assert case.status is CaseStatus.APPROVED
    assert not housekeeping.deem_granted(session, case.id, now=OVER + SECOND)
    assert housekeeping.undecided_renewals(session) == []
    event = queries.events_of(session, case)[1]
    assert (event.kind, event.actor_id) == ("deemed_granted", None)
    place = Place(session, tmp_path)
    for check in (integrity.events, integrity.standing, integrity.witnesses, integrity.closed):
        assert list(check(place)) == []


def test_the_letter_says_why_it_counts_as_granted(
    session: Session, browser: Browser, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: OVER)
    housekeeping.deem_granted(session, case.id, now=OVER)
    session.commit()
    browser.sign_in(case.applicant)
    letter = queries.letters_of(session, case)[0]

    text = browser.get(f"/cases/{case.reference}/letters/{letter.id}").text

    assert letter.kind == "approved"
    decides = office(definition(case), "market")  # the window, which acted last, only accepted
    assert letter.facts["office"] == {"en": decides.en, "zh": decides.zh}
    assert "We did not decide on your application by Sunday 15 March" in text
    assert "By law (Example) the renewal therefore counts as granted." in text
    status = browser.get(f"/cases/{case.reference}").text
    assert "We did not decide by the last day of your old permit." in status
    assert "Your application was approved on" not in status


def test_the_job_grants_it(
    app: Flask, session: Session, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: OVER)
    with app.app_context():
        tasks.deem_granted()

    session.expire_all()
    assert case.status is CaseStatus.APPROVED


def test_a_decision_that_comes_later_is_overtaken_before_the_job_has_run_and_after(
    session: Session, browser: Browser, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(session, case, "examine", "recommend")
    task, decider = open_task(session, case, "decide"), officer(session)
    refuse = f"/desk/cases/{case.reference}/tasks/{task.id}/do/refuse"
    form = looking_at(session, task) | {"reason": "No."}
    monkeypatch.setattr(clock, "now", lambda: OVER)
    browser.sign_in(decider)

    before = browser.post(refuse, data=form)
    housekeeping.deem_granted(session, case.id, now=OVER)
    session.commit()
    after = browser.post(refuse, data=form)

    assert (before.status_code, after.status_code) == (409, 409)
    assert "By law its renewal counts as granted" in before.text
    assert issubclass(housekeeping.GrantedBySilence, Overtaken)
    assert case.status is CaseStatus.APPROVED


def test_a_decision_in_time_stands(session: Session, case: Case) -> None:
    take(session, case, "examine", "recommend")
    take(session, case, "decide", "refuse", now=OVER - SECOND)

    assert not housekeeping.deem_granted(session, case.id, now=OVER)
    assert case.status is CaseStatus.REFUSED


def test_clerks_have_the_last_working_day_before_as_their_due(session: Session, case: Case) -> None:
    """By promise it were 16 March, but by then silence has granted it."""
    assert open_task(session, case, "examine").due_at == FRIDAY


def test_the_day_comes_while_the_clock_stands(session: Session, case: Case) -> None:
    task, examiner = open_task(session, case, "examine"), officer(session)
    stops.stop(
        session, case, definition(case), task, StopKind.HEARING,
        reason="A hearing.", working_days=30, by=examiner, now=MONDAY_MORNING,
    )  # fmt: skip
    session.commit()

    assert task.due_at == FRIDAY
    assert housekeeping.deem_granted(session, case.id, now=OVER)


def test_who_had_it_to_mend_on_that_day_gains_nothing_by_it(session: Session, case: Case) -> None:
    examiner = officer(session)
    corrections.ask(
        session, case, definition(case), open_task(session, case, "examine"),
        [("field:matter", "Say it again.")], by=examiner, reason=None, now=FRIDAY,
    )  # fmt: skip
    session.commit()
    assert not housekeeping.deem_granted(session, case.id, now=OVER)

    corrections.answer(session, case, definition(case), by=case.applicant, now=OVER)
    session.commit()

    assert not housekeeping.deem_granted(session, case.id, now=OVER + timedelta(days=9))
    assert case.status is CaseStatus.IN_PROGRESS


def test_staff_are_warned_and_the_applicant_is_told(
    browser: Browser, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = browser.desk
    for day, kind in ((2, "is-warn"), (10, "is-bad")):
        monkeypatch.setattr(clock, "now", lambda day=day: datetime(2026, 3, day, 4, tzinfo=UTC))
        browser.sign_in(officer(session))
        page = browser.get(f"/desk/cases/{case.reference}").text
        warning = page.partition("Decide by Friday 13 March, 17:00")[0]
        assert warning.rpartition("sd-notice ")[2].startswith(kind)
    browser.sign_in(case.applicant)
    assert "If we do not decide before your permit ends on Sunday 15 March" in (
        browser.get(f"/cases/{case.reference}").text
    )


@pytest.mark.parametrize(
    ("answers", "accepted_at"),
    [
        ({}, MONDAY_MORNING),
        ({"expires_on": LAST_DAY}, None),  # not accepted yet
        ({"expires_on": LAST_DAY}, OVER),  # only when the old permit had ended
    ],
)
def test_what_silence_does_not_grant(answers: dict[str, str], accepted_at: datetime | None) -> None:
    told = {"sent_at": MONDAY_MORNING, "accepted_at": accepted_at}
    assert renewal_of(renewing(), answers, Calendar(), **told) is None
    assert renewal_of(make_licence(), answers, Calendar(), **told) is None


@pytest.mark.parametrize(
    ("rule", "sent_on", "is_protected"),
    [
        ({}, SENT_ON, True),
        ({}, SENT_ON + timedelta(days=1), False),
        ({"apply_before_days": 30}, date(2026, 2, 13), True),
        ({"apply_before_days": 30}, date(2026, 2, 14), False),
    ],
)
def test_only_who_applied_so_many_days_before_the_end_is_protected(
    rule: dict[str, int], sent_on: date, *, is_protected: bool
) -> None:
    """By the day at the hall on which it was sent, however soon it was accepted."""
    for hour in (time(), time(23, 59, 59)):
        sent_at = datetime.combine(sent_on, hour, tzinfo=BEIJING)
        renewal = renewal_of(
            renewing(**rule),
            {"expires_on": LAST_DAY},
            Calendar(),
            sent_at=sent_at,
            accepted_at=sent_at,
        )
        assert (renewal is not None) is is_protected


def test_the_law_asks_for_thirty_days_where_the_definition_says_nothing() -> None:
    assert (
        DeemedGranted.model_validate(
            {"by": "day", "basis": TEXT, "source": "L_ALL"}
        ).apply_before_days
        == 30
    )


def test_a_late_one_has_the_ordinary_clock_and_nobody_is_told_of_silence(
    session: Session, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = MONDAY_MORNING + timedelta(days=1)
    case = apply_for(session, renewing(), now=late, expires_on=LAST_DAY)
    take(session, case, "accept", "accept", now=late)
    monkeypatch.setattr(clock, "now", lambda: late)

    assert open_task(session, case, "examine").due_at == case.committed_due
    pages = []
    for person, path in ((case.applicant, "/cases/"), (officer(session), "/desk/cases/")):
        browser.sign_in(person)
        pages.append(browser.get(f"{path}{case.reference}").text)
    browser.sign_in(case.applicant)
    letters = [
        f"/cases/{case.reference}/letters/{one.id}" for one in queries.letters_of(session, case)
    ]
    pages += [browser.get(letter).text for letter in letters]

    assert len(pages) == 4
    assert not [page for page in pages if "counts as granted" in page]
    assert not housekeeping.deem_granted(session, case.id, now=OVER)
    take(session, case, "examine", "recommend", now=OVER)
    take(session, case, "decide", "refuse", now=OVER)
    assert case.status is CaseStatus.REFUSED


def test_it_is_sent_when_it_was_sent_first(session: Session) -> None:
    case, clerk = apply_for(session, renewing(), expires_on=LAST_DAY), officer(session)
    corrections.ask(
        session, case, definition(case), open_task(session, case, "accept"),
        [("field:matter", "Say it again.")], by=clerk, reason=None, now=MONDAY_MORNING,
    )  # fmt: skip
    later = MONDAY_MORNING + timedelta(days=4)
    corrections.answer(session, case, definition(case), by=case.applicant, now=later)
    take(session, case, "accept", "accept", by=clerk, now=later)

    assert housekeeping.deem_granted(session, case.id, now=OVER)


def test_the_moment_at_which_the_day_is_over_is_midnight_at_the_hall() -> None:
    answers = {"expires_on": LAST_DAY}
    renewal = renewal_of(
        renewing(), answers, Calendar(), sent_at=MONDAY_MORNING, accepted_at=OVER - SECOND
    )
    assert renewal is not None
    assert (renewal.ends_at, renewal.last_day) == (OVER, date(2026, 3, 15))

    for since, until, granted in ((FRIDAY, None, False), (FRIDAY, OVER, False), (OVER, None, True)):
        with_them = Line(runs=False, kind=Kind.CORRECTION, since=since, until=until)
        assert is_granted(renewal, [with_them], now=OVER) is granted
    ended = Line(runs=False, kind=Kind.CORRECTION, since=FRIDAY, until=OVER - SECOND)
    assert is_granted(renewal, [ended], now=OVER)


def test_one_that_fails_does_not_keep_the_others_waiting(
    app: Flask, session: Session, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = apply_for(session, renewing(), expires_on=LAST_DAY)
    take(session, other, "accept", "accept")
    session.execute(sa.delete(ClockInterval).where(ClockInterval.case_id == case.id))
    session.execute(sa.text("UPDATE cases SET answers = 'x' WHERE id = :id"), {"id": case.id})
    session.commit()
    monkeypatch.setattr(clock, "now", lambda: OVER)

    with app.app_context():
        tasks.deem_granted()

    session.expire_all()
    assert other.status is CaseStatus.APPROVED

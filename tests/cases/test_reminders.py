"""Applicants are reminded of papers that are due, once for each due day."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.cases import tasks
from servicedesk.cases.commitments import CommitmentState
from servicedesk.cases.models import Case
from servicedesk.cases.operations import keeping
from servicedesk.notices.mails import compose
from servicedesk.notices.models import Notice
from tests.cases.committed import (
    BEIJING,
    accepted,
    approved,
    checker,
    clerk,
    give,
    judge,
    only,
)
from tests.factories import make_user

LAST_MORNING = datetime(2026, 3, 10, 8, 10, tzinfo=BEIJING)  # of the five working days


def run(app: Flask, monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """Let the worker's turn come at ``now``."""
    monkeypatch.setattr(clock, "now", lambda: now)
    with app.app_context():
        tasks.remind()


def mails(session: Session, case: Case) -> list[Notice]:
    session.expire_all()
    query = sa.select(Notice).where(Notice.about == case.reference, Notice.kind == "case_reminder")
    return list(session.scalars(query.order_by(Notice.id)))


def test_the_mail_goes_out_on_the_due_day_and_once(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = accepted(session, promises=())

    run(app, monkeypatch, LAST_MORNING - timedelta(days=1))
    assert mails(session, case) == []
    run(app, monkeypatch, LAST_MORNING)
    run(app, monkeypatch, LAST_MORNING)
    run(app, monkeypatch, LAST_MORNING + timedelta(days=1))

    (mail,) = mails(session, case)
    with app.app_context():
        text = compose(mail, case.applicant).as_string()
    assert "We wait for this paper: Lease. It is due by Tuesday 10 March, 17:00." in text
    assert f"/cases/{case.reference}" in text


def test_it_is_written_in_the_reader_s_language(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = accepted(session, promises=(), applicant=make_user(session, language="zh"))

    run(app, monkeypatch, LAST_MORNING)

    (mail,) = mails(session, case)
    assert mail.language == "zh"
    with app.app_context():
        body = compose(mail, case.applicant).get_body(("plain",))
    assert body is not None
    assert "租赁合同" in body.get_content()


def test_who_has_given_the_paper_is_not_reminded(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = accepted(session, promises=())
    give(session, only(session, case))

    run(app, monkeypatch, LAST_MORNING)

    assert mails(session, case) == []


def test_a_new_day_has_a_reminder_of_its_own(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = accepted(session, promises=())
    run(app, monkeypatch, LAST_MORNING)
    give(session, only(session, case), now=LAST_MORNING)
    found = CommitmentState.NOT_KEPT
    judge(session, only(session, case), found, by=clerk(session), now=LAST_MORNING, working_days=2)

    run(app, monkeypatch, LAST_MORNING + timedelta(days=1))
    run(app, monkeypatch, LAST_MORNING + timedelta(days=2))
    run(app, monkeypatch, LAST_MORNING + timedelta(days=3))

    assert len(mails(session, case)) == 2


def test_of_a_promise_only_what_has_to_be_put_right_is_reminded_of(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = approved(session)
    promise = only(session, case)
    run(app, monkeypatch, promise.due_at + timedelta(days=1))  # the desk's own day to check
    assert mails(session, case) == []
    judge(session, promise, CommitmentState.NOT_KEPT, by=checker(session), now=promise.due_at)

    run(app, monkeypatch, promise.due_at)

    assert len(mails(session, case)) == 1


def test_a_paper_that_came_meanwhile_is_not_reminded_of(session: Session) -> None:
    case = accepted(session, promises=())
    paper = only(session, case)
    give(session, paper)

    assert not keeping.remind(session, case.id, now=LAST_MORNING)
    assert not keeping.remind(session, 0, now=LAST_MORNING)


def test_one_that_fails_does_not_keep_the_others(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (accepted(session, promises=()) for _ in range(2))
    remind = keeping.remind

    def fails_once(session: Session, number: int, *, now: datetime) -> bool:
        if number == first.id:
            raise LookupError("a test")
        return remind(session, number, now=now)

    monkeypatch.setattr(keeping, "remind", fails_once)

    run(app, monkeypatch, LAST_MORNING)

    assert (len(mails(session, first)), len(mails(session, second))) == (0, 1)

"""The desk's page of a case tells the one who decides what the others found."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.permissions import Role
from servicedesk.cases import examples
from servicedesk.cases.clock_account import clock_account
from servicedesk.cases.operations import tasks
from servicedesk.catalogue.definition import Action
from servicedesk.catalogue.queries import service_of
from tests.cases.factories import make_case, open_task
from tests.conftest import Browser
from tests.factories import make_user

REASON = examples.REASON.split()[-1]


def test_who_decides_reads_why_others_objected(session: Session, browser: Browser) -> None:
    case = make_case(session, example=2, steps=3)  # the park objected, market advised refusal
    browser.sign_in(make_user(session, role=Role.REVIEWER, posts={"market": "reviewer"}))

    page = browser.get(f"/desk/cases/{case.reference}").text
    done = page[page.index('id="done"') : page.index('id="answers"')]

    assert done.count(REASON) == 2
    for words in ("Objected", "Refusal advised", "Confirm the address", "Examine the registration"):
        assert words in done
    for task in case.tasks:
        if task.state == "done":
            assert task.done_by
            assert task.done_by.name in done


def test_of_a_limit_that_has_passed_no_more_than_all_is_used(
    session: Session, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = make_case(session, steps=3)
    browser.sign_in(make_user(session, role=Role.REVIEWER, posts={"market": "reviewer"}))
    service = service_of(case.service_version)
    reading = clock_account(session, case, service, now=case.changed_at).main
    assert reading is not None
    assert reading.due is not None
    before_it_opens = reading.due + timedelta(hours=15)
    monkeypatch.setattr(clock, "now", lambda: before_it_opens)

    page = browser.get(f"/desk/cases/{case.reference}").text

    assert f"{reading.limit} of {reading.limit} days used<" in page
    assert "Overdue since " in page
    assert "1 day over" in page


def test_the_applicant_reads_no_opinion_before_the_decision(
    session: Session, browser: Browser
) -> None:
    case = make_case(session, example=2, steps=3)
    browser.sign_in(case.applicant)

    page = browser.get(f"/cases/{case.reference}").text

    assert "Examined" in page
    for words in ("Objected", "Refusal advised", "Examined, in order", REASON):
        assert words not in page


def test_who_examines_again_reads_why_it_came_back(session: Session, browser: Browser) -> None:
    case = make_case(session, steps=3)
    decider = make_user(session, role=Role.REVIEWER, posts={"market": "reviewer"})
    tasks.do(
        session, case, service_of(case.service_version), open_task(session, case, "decide"),
        Action.SEND_BACK, by=decider, reason="Look at the scope again.", now=case.changed_at,
    )  # fmt: skip
    session.commit()
    browser.sign_in(make_user(session, role=Role.REVIEWER, posts={"market": "reviewer"}))

    assert "Look at the scope again." in browser.get(f"/desk/cases/{case.reference}").text


def test_the_record_names_the_task_that_was_done(session: Session, browser: Browser) -> None:
    case = make_case(session, example=2, steps=3)
    browser.sign_in(make_user(session, role=Role.REVIEWER, posts={"market": "reviewer"}))

    page = browser.get(f"/desk/cases/{case.reference}").text
    record = page[page.index('id="record"') :]

    assert "Confirm the address · Objected" in record

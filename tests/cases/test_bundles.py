"""One thing, once: parts opened on shared answers, told back to the whole, seen on one page."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.cases import queries
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import ClockInterval, TaskState
from servicedesk.cases.operations import submission
from servicedesk.catalogue.definition import LetterKind
from servicedesk.catalogue.queries import service_of
from servicedesk.enterprises.models import Enterprise
from servicedesk.errors import RuleBroken
from servicedesk.integrity import Place, findings
from servicedesk.notices.models import Notice
from tests.cases.bundled import (
    ASKED,
    ASKED_AGAIN,
    LICENCE_DONE,
    LICENSED,
    MENDED,
    SEALS_LEFT,
    SEALS_MADE,
    started,
)
from tests.cases.bundled import parts as parts_of
from tests.cases.factories import play_example, published
from tests.conftest import Browser
from tests.factories import MONDAY_MORNING


def test_sending_opens_what_needs_nothing_and_that_alone(session: Session) -> None:
    whole = started(session)

    begun = parts_of(session, whole)

    assert list(begun) == ["licence"]
    licence = begun["licence"]
    assert (licence.reference, licence.service_code) == (f"{whole.reference}-1", "E_SET_LLC")
    assert licence.status is CaseStatus.SUBMITTED
    assert licence.answers["shareholders"] == whole.answers["shareholders"]
    assert "seals" not in licence.answers  # told what it asks, and no more
    assert [task.state for task in whole.tasks] == [TaskState.WAITING]


def test_papers_are_given_once_and_stand_for_the_parts_too(session: Session) -> None:
    whole = started(session)
    licence = parts_of(session, whole)["licence"]

    given, shared = (
        [(one.material, one.sha256) for one in case.documents] for case in (whole, licence)
    )

    assert given == shared
    assert len(given) == 3


def test_what_needs_the_licence_begins_with_it_and_knows_the_enterprise(session: Session) -> None:
    whole = started(session, LICENCE_DONE)

    begun = parts_of(session, whole)

    assert list(begun) == ["licence", "seals", "tax", "social", "medical", "fund"]  # not the bank
    enterprise = session.scalars(sa.select(Enterprise)).one()
    for key in ("seals", "tax", "social", "medical", "fund"):
        case = begun[key]
        assert case.answers["company_name"] == enterprise.name == case.title
        assert case.answers["credit_code"] == enterprise.credit_code
        assert case.answers["handler_name"] == whole.answers["liaison_name"]
        assert case.enterprise_id == whole.enterprise_id == enterprise.id
        assert case.committed_due is not None


def test_the_bank_waits_for_the_seals(session: Session) -> None:
    before = parts_of(session, started(session, SEALS_LEFT))

    assert "bank" not in before
    assert before["seals"].status is CaseStatus.IN_PROGRESS


def test_the_bank_begins_when_the_seals_are_made(session: Session) -> None:
    whole = started(session, SEALS_MADE)

    bank = parts_of(session, whole)["bank"]

    assert bank.reference == f"{whole.reference}-7"
    assert (bank.committed_due, bank.legal_due) == (None, None)  # the bank promises nothing


def test_there_is_one_receipt_and_it_lists_the_parts(session: Session, browser: Browser) -> None:
    whole = started(session, LICENCE_DONE)
    cases = [whole, *parts_of(session, whole).values()]

    receipts = [
        one
        for case in cases
        for one in queries.letters_of(session, case)
        if one.kind == LetterKind.RECEIPT
    ]

    assert [one.case_id for one in receipts] == [whole.id]
    browser.sign_in(whole.applicant)
    letter = browser.get(f"/cases/{whole.reference}/letters/{receipts[0].id}").text
    for name in (
        "公章刻制",
        "Bank appointment",
        "北京市昌平区市场监督管理局",
        "Beijing Housing Provident Fund",
    ):
        assert name in letter


def test_decisions_of_parts_go_out_by_mail(session: Session) -> None:
    whole = started(session, LICENCE_DONE)
    licence = parts_of(session, whole)["licence"]

    sent = session.scalars(sa.select(Notice.about).where(Notice.kind == "case_letter")).all()

    assert [one.kind for one in reversed(queries.letters_of(session, licence))] == [
        "accepted",
        "approved",
    ]
    assert sent.count(licence.reference) == 2
    assert sent.count(whole.reference) == 1


def test_one_page_shows_the_parts_and_the_list_of_matters_the_whole_alone(
    session: Session, browser: Browser
) -> None:
    whole = started(session, LICENCE_DONE)
    begun = parts_of(session, whole)
    browser.sign_in(whole.applicant)

    page = browser.get(f"/cases/{whole.reference}").text
    listed = browser.get("/cases").text
    part = browser.get(f"/cases/{begun['tax'].reference}").text

    assert "1 of 7 parts are decided." in page
    for case in begun.values():
        assert f'href="/cases/{case.reference}"' in page
        assert case.reference not in listed
    assert "begins after “Seals”" in page
    assert whole.reference in listed
    assert f"A part of {whole.reference}" in part
    assert "Withdraw this application" in page
    assert "Withdraw this application" not in part


def test_the_tracking_page_tells_the_state_of_each_part(session: Session, browser: Browser) -> None:
    whole = started(session, LICENCE_DONE)
    with browser.session_transaction() as kept:
        until = (MONDAY_MORNING + timedelta(days=3650)).isoformat()
        kept["tracked"] = {"number": whole.reference, "until": until}

    page = browser.get(f"/track/{whole.reference}").text
    part = browser.get(f"/track?number={whole.reference}-1").text

    assert "Housing fund" in page
    assert "To come" in page
    assert f'href="/cases/{whole.reference}-1"' not in page
    assert "Approved" in part


# --- corrections -----------------------------------------------------------------------------


def test_a_correction_is_asked_and_answered_in_the_part_and_the_clock_of_the_whole_stands(
    session: Session, browser: Browser
) -> None:
    whole = started(session, ASKED, example=1)
    licence = parts_of(session, whole)["licence"]
    browser.sign_in(whole.applicant)

    page = browser.get(f"/cases/{whole.reference}").text

    assert (whole.status, licence.status) == (CaseStatus.IN_PROGRESS, CaseStatus.CORRECTING)
    assert whole.committed_due is None
    assert "“Business licence” needs corrections from you before it can go on." in page
    assert "Mend this" in page
    assert "What you must mend" in browser.get(f"/cases/{licence.reference}").text
    assert "Waiting for you" in browser.get("/cases").text


def test_the_clock_of_the_whole_goes_on_when_the_part_is_mended(
    session: Session, browser: Browser
) -> None:
    whole = started(session, MENDED, example=1)
    browser.sign_in(whole.applicant)

    assert whole.committed_due is not None
    assert not whole.tasks[0].with_applicant
    assert "Waiting for you" not in browser.get("/cases").text


def test_the_clock_of_the_whole_stands_until_no_part_waits(session: Session) -> None:
    whole = started(session, ASKED_AGAIN, example=1)
    kinds = session.scalars(
        sa.select(ClockInterval.kind)
        .where(ClockInterval.case_id == whole.id)
        .order_by(ClockInterval.id)
    ).all()

    assert kinds == ["handling", "correction", "handling", "correction"]
    assert parts_of(session, whole)["tax"].committed_due is not None  # its own goes on


def test_what_was_mended_in_a_part_counts_for_the_parts_after_it(session: Session) -> None:
    whole = started(session, LICENSED, example=1)
    licence = parts_of(session, whole)["licence"]

    assert licence.answers["shareholders"][1]["pay_by"] == "2029-06-30"
    assert whole.answers["shareholders"] == licence.answers["shareholders"]
    leases = [
        [one.sha256 for one in queries.documents_in_force(session, case) if one.material == "lease"]
        for case in (whole, licence)
    ]
    assert leases[0] == leases[1]
    sent = queries.submissions_of(session, whole)[0].answers
    assert sent["shareholders"][1]["pay_by"] == "2031-01-31"  # what was sent stays on record


def test_a_part_that_mended_nothing_leaves_what_another_mended(session: Session) -> None:
    _, service = published(session, "E_ONE_START")
    steps = service.examples[1].steps
    mended_first = (*steps[:ASKED_AGAIN], *steps[9:11], steps[8])  # social insurance, then the fund
    example = service.examples[1].model_copy(update={"steps": mended_first})

    whole = play_example(session, "E_ONE_START", example)

    begun = parts_of(session, whole)
    assert [begun[key].status for key in ("social", "fund")] == [CaseStatus.APPROVED] * 2
    assert (begun["social"].answers["staff"], begun["fund"].answers["staff"]) == (4, 3)
    assert whole.answers["staff"] == 4


# --- ends --------------------------------------------------------------------------------------


def test_a_refused_licence_ends_the_whole_with_its_reason(session: Session) -> None:
    whole = started(session, 4, example=2)

    assert whole.status is CaseStatus.REFUSED
    assert list(parts_of(session, whole)) == ["licence"]
    refusal = queries.letters_of(session, whole)[0]
    assert refusal.kind == LetterKind.REFUSED
    assert refusal.facts["reason"]
    assert [one["status"] for one in refusal.facts["parts"]] == ["refused", *[None] * 6]


def test_withdrawing_the_whole_ends_what_is_at_work_and_leaves_what_is_decided(
    session: Session, browser: Browser
) -> None:
    whole = started(session, LICENCE_DONE)
    browser.sign_in(whole.applicant)

    answer = browser.post(
        f"/cases/{whole.reference}/withdraw", data={"reason": "Changed plans.", "understood": "y"}
    )

    assert answer.status_code == 303
    assert whole.status is CaseStatus.WITHDRAWN
    ends = {key: case.status for key, case in parts_of(session, whole).items()}
    assert ends.pop("licence") is CaseStatus.APPROVED
    assert set(ends.values()) == {CaseStatus.ENDED}
    page = browser.get(f"/cases/{whole.reference}-3").text
    assert "with the application that it is a part of" in page
    assert "You withdrew" not in page


def test_withdrawing_while_a_part_is_with_the_applicant_leaves_everything_in_order(
    session: Session, browser: Browser, tmp_path: Path
) -> None:
    whole = started(session, ASKED_AGAIN, example=1)
    browser.sign_in(whole.applicant)

    browser.post(
        f"/cases/{whole.reference}/withdraw", data={"reason": "Changed plans.", "understood": "y"}
    )

    assert parts_of(session, whole)["social"].status is CaseStatus.ENDED
    assert all(not task.with_applicant for task in whole.tasks)
    found = [one for one in findings(Place(session, tmp_path)) if one.check.startswith("cases.")]
    assert found == []


def test_a_part_is_neither_begun_nor_withdrawn_by_itself(
    session: Session, browser: Browser
) -> None:
    whole = started(session)
    licence = parts_of(session, whole)["licence"]
    browser.sign_in(whole.applicant)

    begun = browser.post("/services/E_ONE_TAX/start")
    form = browser.get(f"/cases/{licence.reference}/withdraw")
    sent = browser.post(
        f"/cases/{licence.reference}/withdraw", data={"reason": "No.", "understood": "y"}
    )

    assert [one.status_code for one in (begun, form, sent)] == [409, 409, 409]
    assert f"Withdraw {whole.reference}" in sent.text
    with pytest.raises(RuleBroken, match="cannot be withdrawn alone"):
        submission.withdraw(
            session, licence, service_of(licence.service_version),
            by=licence.applicant, reason="", now=MONDAY_MORNING,
        )  # fmt: skip

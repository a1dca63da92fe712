"""Nothing is sent before everybody has confirmed just that."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.cases import gates, part_queries
from servicedesk.cases import queries as case_queries
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case
from servicedesk.cases.operations import corrections, drafts, submission
from servicedesk.cases.readiness import readiness
from servicedesk.catalogue.queries import service_of
from servicedesk.confirmations.models import Confirmation
from servicedesk.integrity import Place, findings
from tests.cases.factories import make_case, published
from tests.confirmations.factories import (
    CHEN,
    LIN,
    PEOPLE,
    SONG,
    all_confirm,
    change,
    confirmed,
    draft,
    with_entry,
)
from tests.conftest import Browser

SENDS = {"declared": "y"}


def send(session: Session, case: Case) -> None:
    service, now = service_of(case.service_version), clock.now()
    ready = readiness(session, case, service, now=now)
    submission.submit(session, case, service, ready, by=case.applicant, now=now)


def test_it_is_sent_once_all_have_confirmed_and_not_before(
    session: Session, browser: Browser
) -> None:
    case = draft(session)
    browser.sign_in(case.applicant)
    base = f"/cases/{case.reference}"
    all_confirm(session, case, PEOPLE[:3])

    assert "3 of 4 done" in browser.get(base).text
    check = browser.get(f"{base}/check").text
    assert "Not everybody has confirmed" in check
    assert "Send the application" not in check
    refused = browser.post(f"{base}/submit", data=SENDS)
    assert refused.status_code == 409
    assert "Not everybody has confirmed" in refused.text

    all_confirm(session, case, [CHEN])
    assert "Send the application" in browser.get(f"{base}/check").text
    assert browser.post(f"{base}/submit", data=SENDS).status_code == 303
    assert case.status is CaseStatus.SUBMITTED


def test_a_change_voids_the_confirmations_it_touches_and_no_other(session: Session) -> None:
    case = draft(session)
    all_confirm(session, case)
    amount = {"currency": "CNY", "amount": "2500000.00"}
    before = case.answers

    change(session, case, shareholders=with_entry(before, "shareholders", 1, contribution=amount))
    assert confirmed(session, case) == [LIN, SONG, CHEN]
    with pytest.raises(gates.GateShut):
        gates.require_open(session, case, service_of(case.service_version))

    change(session, case, shareholders=before["shareholders"])
    assert confirmed(session, case) == list(PEOPLE), "they had confirmed just this"

    change(session, case, capital=amount)
    assert confirmed(session, case) == []


def test_what_was_confirmed_last_counts_and_nothing_before(session: Session) -> None:
    case = draft(session)
    all_confirm(session, case)
    first = case.answers["supervisors"]
    change(
        session, case, supervisors=with_entry(case.answers, "supervisors", 0, phone="13800000298")
    )
    all_confirm(session, case, [CHEN])

    change(session, case, supervisors=first)

    assert CHEN not in confirmed(session, case)


def test_a_mended_place_is_confirmed_again_before_it_is_sent_again(session: Session) -> None:
    case = make_case(session, example=1, steps=1)  # with the applicant: lease and a day of payment
    service = service_of(case.service_version)
    page = service.page("capital")
    assert page is not None
    owners = with_entry(case.answers, "shareholders", 1, pay_by="2029-06-30")
    only = page.model_copy(
        update={"fields": tuple(one for one in page.fields if one.key == "shareholders")}
    )
    drafts.save_page(session, case, only, {"shareholders": owners}, now=clock.now())
    lease = case_queries.lists_of(session, case)[-1].items[0]
    corrections.leave(
        session, case, service, lease.id, by=case.applicant, reason="It is right.", now=clock.now()
    )
    ready = readiness(session, case, service, now=clock.now())

    with pytest.raises(gates.GateShut):
        submission.resubmit(session, case, service, ready, by=case.applicant, now=clock.now())


def test_who_confirmed_the_whole_need_not_confirm_its_parts(session: Session) -> None:
    whole = make_case(session, "E_ONE_START", example=0, steps=6)
    part = part_queries.parts_of(session, whole)[0].child
    service = service_of(part.service_version)

    assert part.service_code == "E_SET_LLC"
    standing = gates.standings(session, part, service)[0]
    assert standing.is_open
    assert standing.of > 1
    capital = {"currency": "CNY", "amount": "1.00"}
    change(session, part, capital=capital)
    assert gates.standings(session, part, service)[0].done == 0


def test_a_service_that_asks_nobody_has_no_gate(session: Session, browser: Browser) -> None:
    case = draft(session, "E_NAME")
    browser.sign_in(case.applicant)

    assert gates.standings(session, case, published(session, "E_NAME")[1]) == []
    assert browser.get(f"/cases/{case.reference}/confirmations").status_code == 404


def test_a_confirmation_is_never_changed_and_what_is_missing_is_found(
    session: Session, tmp_path: Path
) -> None:
    case = draft(session)
    all_confirm(session, case)
    send(session, case)
    session.commit()
    place = Place(session, tmp_path)
    assert [one for one in findings(place) if one.check.startswith("confirmations")] == []

    for change_ in ("UPDATE confirmations SET at = now()", "DELETE FROM confirmations"):
        with pytest.raises(DBAPIError, match="append-only"):
            session.execute(sa.text(change_))
        session.rollback()

    session.execute(sa.text("ALTER TABLE confirmations DISABLE TRIGGER USER"))
    first = session.scalars(sa.select(Confirmation).order_by(Confirmation.id)).first()
    assert first is not None
    first.sealed = {**first.sealed, "text": "Something else", "digest": "another"}
    session.flush()
    found = {(one.check, one.what) for one in findings(place)}
    assert ("confirmations.texts", "its text does not fit its hash") in found
    assert ("confirmations.complete", "1 of 4 had not confirmed what was sent") in found

"""Who sees a bundle and its parts, and what is kept of them."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.permissions import Role
from servicedesk.cases import versions, witness
from servicedesk.cases.grounds import Ground
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case, CasePart, CasePerson, Task, TaskState
from servicedesk.cases.operations import corrections, correspondence, reopening
from servicedesk.catalogue import operations as catalogue
from servicedesk.catalogue.definition import LetterKind
from servicedesk.catalogue.queries import service_of, written
from servicedesk.errors import RuleBroken
from servicedesk.integrity import Place, findings
from servicedesk.notices.models import Notice
from tests.cases.bundled import (
    ALL_BUT_THREE,
    ASKED_AGAIN,
    LICENCE_DONE,
    started,
)
from tests.cases.bundled import parts as parts_of
from tests.cases.factories import looking_at, open_task, published
from tests.conftest import Browser
from tests.factories import MONDAY_MORNING, make_user

# --- people ------------------------------------------------------------------------------------


def test_each_office_sees_its_part_and_only_the_registrar_the_whole(
    session: Session, browser: Browser
) -> None:
    whole = started(session, LICENCE_DONE)
    seals = parts_of(session, whole)["seals"]
    officer = make_user(session, role=Role.CLERK, posts={"seals": "clerk"})
    registrar = make_user(session, role=Role.REVIEWER, posts={"market": "reviewer"})

    browser.sign_in(officer)
    assert browser.get(f"/desk/cases/{whole.reference}").status_code == 404
    assert f"A part of {whole.reference}" in browser.get(f"/desk/cases/{seals.reference}").text
    assert whole.reference + "<" not in browser.get("/desk").text
    assert seals.reference in browser.get("/desk").text

    browser.sign_in(registrar)
    page = browser.get(f"/desk/cases/{whole.reference}").text
    assert f'href="/desk/cases/{whole.reference}-1"' in page
    assert f'href="/desk/cases/{seals.reference}"' not in page
    assert whole.reference + "<" not in browser.get("/desk").text  # in nobody's inbox


def test_nobody_does_a_task_that_waits_for_its_part(session: Session, browser: Browser) -> None:
    whole = started(session)
    task = whole.tasks[0]
    browser.sign_in(make_user(session, role=Role.SUPERVISOR, posts={"market": "supervisor"}))

    claimed = browser.post(f"/desk/cases/{whole.reference}/tasks/{task.id}/claim")
    done = browser.post(
        f"/desk/cases/{whole.reference}/tasks/{task.id}/do/confirm", data=looking_at(session, task)
    )

    assert (claimed.status_code, done.status_code) == (409, 409)
    assert task.state is TaskState.WAITING


def test_who_helps_with_the_whole_helps_with_its_parts(session: Session, browser: Browser) -> None:
    whole = started(session)
    helper = make_user(session)
    session.add(CasePerson(case=whole, user=helper, capacity="agent"))
    session.commit()
    licence = parts_of(session, whole)["licence"]
    browser.sign_in(helper)

    assert browser.get(f"/cases/{licence.reference}").status_code == 200
    correspondence.issue(
        session,
        licence,
        service_of(licence.service_version),
        LetterKind.ACCEPTED,
        now=MONDAY_MORNING,
    )
    session.flush()
    told = session.scalars(sa.select(Notice).where(Notice.about == licence.reference)).all()
    assert len(told) == 2


def test_messages_go_to_the_part_whose_office_answers_them(
    session: Session, browser: Browser
) -> None:
    whole = started(session)
    licence = parts_of(session, whole)["licence"]
    browser.sign_in(whole.applicant)

    refused = browser.post(f"/cases/{whole.reference}/messages", data={"body": "When?"})
    taken = browser.post(f"/cases/{licence.reference}/messages", data={"body": "When?"})

    assert (refused.status_code, taken.status_code) == (409, 303)
    assert "Write to us in the part" in browser.get(f"/cases/{whole.reference}").text
    assert licence.message_since is not None


# --- versions and records -------------------------------------------------------------------------


def test_a_part_has_the_version_that_was_in_force_when_the_whole_was_begun(
    session: Session,
) -> None:
    whole = started(session)
    before, _ = published(session, "E_ONE_SEALS")
    whole.created_at = MONDAY_MORNING + timedelta(days=1)
    catalogue.publish(
        session,
        written(before).model_copy(update={"minutes_to_fill": 99}),
        MONDAY_MORNING + timedelta(days=2),
    )

    assert versions.of_part(session, whole, "E_ONE_SEALS").id == before.id
    whole.created_at = MONDAY_MORNING + timedelta(days=3)
    assert versions.of_part(session, whole, "E_ONE_SEALS").number == before.number + 1
    whole.created_at = MONDAY_MORNING - timedelta(days=300)
    assert versions.of_part(session, whole, "E_ONE_SEALS").id == before.id


@pytest.mark.parametrize(("example", "steps"), [(0, 99), (1, ASKED_AGAIN), (2, 99), (4, 99)])
def test_every_check_finds_a_bundle_in_order(
    session: Session, tmp_path: Path, example: int, steps: int
) -> None:
    started(session, steps, example=example)

    found = [one for one in findings(Place(session, tmp_path)) if one.check.startswith("cases.")]

    assert found == []


def test_a_part_that_was_left_alone_or_altered_is_found(session: Session, tmp_path: Path) -> None:
    whole = started(session, LICENCE_DONE)
    place = Place(session, tmp_path)
    tax = parts_of(session, whole)["tax"]

    session.execute(
        sa.update(Task).where(Task.case_id == whole.id, Task.key == "tax").values(state="cancelled")
    )
    session.commit()
    assert [one.what for one in findings(place, only="cases.parts")] == ["has a part left alone"]

    session.execute(sa.delete(CasePart).where(CasePart.child_id == tax.id))
    session.commit()
    assert "is gone" in {one.what for one in findings(place, only="cases.witnesses")}
    assert CasePart in witness.SAID


def test_a_part_that_is_taken_up_again_moves_the_whole_no_more(
    session: Session, tmp_path: Path
) -> None:
    whole = started(session, ALL_BUT_THREE, example=3)
    medical = parts_of(session, whole)["medical"]
    service = service_of(medical.service_version)
    clerk, supervisor = (
        make_user(session, role=Role.SUPERVISOR, posts={"medical": "supervisor"}) for _ in range(2)
    )
    now, due = whole.changed_at + timedelta(minutes=5), whole.committed_due

    reopening.reopen(
        session, medical, service, "work", Ground.RECONSIDERATION,
        reason="It was another company.", by=supervisor, now=now,
    )  # fmt: skip
    session.flush()
    task = open_task(session, medical, "record")
    corrections.ask(
        session, medical, service, task, [("field:staff", "How many?")],
        by=clerk, reason=None, now=now,
    )  # fmt: skip
    session.commit()

    assert (whole.committed_due, medical.status) == (due, CaseStatus.CORRECTING)
    found = [one for one in findings(Place(session, tmp_path)) if one.check.startswith("cases.")]
    assert found == []


def test_the_database_keeps_one_part_for_a_task(session: Session) -> None:
    whole = started(session)
    licence = parts_of(session, whole)["licence"]
    other = Case(
        reference="X26-1", service_code="E_SET_LLC", service_version=licence.service_version,
        applicant=whole.applicant, answers={}, typed={},
        created_at=MONDAY_MORNING, changed_at=MONDAY_MORNING,
    )  # fmt: skip
    session.add(CasePart(whole=whole, task=whole.tasks[0], child=other, opened_at=MONDAY_MORNING))

    with pytest.raises(sa.exc.IntegrityError, match="uq_case_parts_task_id"):
        session.flush()


def test_what_the_licence_needs_and_somebody_took_keeps_the_whole_from_being_sent(
    session: Session,
) -> None:
    started(session)
    with pytest.raises(RuleBroken):
        started(session, applicant=make_user(session))  # the same name, the same unit

    session.rollback()
    assert len(session.scalars(sa.select(Case)).all()) == 2


def test_a_task_of_a_part_is_done_once_by_its_office(session: Session, browser: Browser) -> None:
    whole = started(session, LICENCE_DONE)
    tax = parts_of(session, whole)["tax"]
    task = open_task(session, tax, "confirm")
    browser.sign_in(make_user(session, role=Role.CLERK, posts={"tax": "clerk"}))

    answer = browser.post(
        f"/desk/cases/{tax.reference}/tasks/{task.id}/do/approve", data=looking_at(session, task)
    )

    assert answer.status_code == 303
    assert tax.status is CaseStatus.APPROVED
    done = next(one for one in whole.tasks if one.key == "tax")
    assert (done.state, done.action, done.done_by_id) == (TaskState.DONE, "confirm", None)

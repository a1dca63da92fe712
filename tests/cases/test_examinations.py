"""What officers find and confirm: needed before an action in favour, kept, told."""

import logging
from collections.abc import Mapping
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases import integrity, workflow
from servicedesk.cases.actions import ACTIONS, Leaning
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case, IssuedLetter, TaskState
from servicedesk.cases.operations import corrections, examining, tasks
from servicedesk.cases.operations.examining import NotExamined
from servicedesk.cases.proceedings import Examination
from servicedesk.catalogue import examining as rules
from servicedesk.catalogue.definition import Action, TaskPlan
from servicedesk.integrity import Place
from tests.cases.examined import WHOLE, make_examined
from tests.cases.factories import open_task
from tests.cases.licences import apply_for, definition, officer, take
from tests.factories import MONDAY_MORNING

SEEN = "Seen with the neighbours."


@pytest.fixture
def case(session: Session) -> Case:
    """Return an application that market examines."""
    case = apply_for(session, make_examined())
    take(session, case, "accept", "accept")
    return case


def examine(
    session: Session,
    case: Case,
    found: Mapping[str, Any],
    *,
    action: Action = Action.RECOMMEND,
    by: User | None = None,
) -> None:
    tasks.do(
        session, case, definition(case), open_task(session, case, "examine"), action,
        by=by or officer(session), reason="A reason.", now=MONDAY_MORNING, found=found,
    )  # fmt: skip
    session.commit()


def kept(session: Session) -> list[dict[str, Any]]:
    return list(session.scalars(sa.select(Examination.found).order_by(Examination.id)))


def plan_of(case: Case) -> TaskPlan:
    return workflow.plan_of(definition(case), "review", "examine")


# --- Rules ----------------------------------------------------------------------------------


def test_what_needs_an_examination_is_what_leans_in_favour() -> None:
    leaning = {action for action, words in ACTIONS.items() if words.leaning is Leaning.FOR}

    assert leaning == rules.IN_FAVOUR


def test_what_applies_and_is_not_there_is_lacking_in_the_order_of_the_page(case: Case) -> None:
    plan = plan_of(case)
    lacking = [one.key for one in rules.lacking(plan, {}, {"matter": "样例"})]
    assert lacking == ["matter_found", "points_found", "right_person"]

    dated = {"matter": "样例", "expires_on": "2026-12-01"}
    few = {"matter_found": "样例", "points_found": 12, "right_person": True}
    assert [one.key for one in rules.lacking(plan, few, dated)] == ["why_few", "in_time"]
    assert rules.lacking(plan, WHOLE, {"matter": "样例"}) == []


def test_what_is_not_asked_does_not_count(case: Case) -> None:
    given = {**WHOLE, "why_few": "Left over.", "in_time": True, "strange": 1}

    assert rules.settled(plan_of(case), given, {"matter": "样例"}) == WHOLE


def test_an_officer_who_agrees_begins_with_what_the_applicant_said(case: Case) -> None:
    plan, said = plan_of(case), {"matter": "样例"}
    step = {"do": "recommend", "finds": {"points_found": 70}}

    found = rules.agreed(plan, Action.RECOMMEND, said, step)

    assert found == {"matter_found": "样例", "points_found": 70, "right_person": True}
    assert rules.agreed(plan, Action.ADVISE_REFUSAL, said) == {"matter_found": "样例"}


# --- The guard ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lacks", "words"),
    [
        ("right_person", "Confirm this point first: “The person is who they say.”."),
        ("points_found", "Say first what you found: “Points found”."),
    ],
)
def test_an_action_in_favour_is_refused_and_says_what_lacks(
    session: Session, case: Case, lacks: str, words: str
) -> None:
    found = {key: one for key, one in WHOLE.items() if key != lacks}

    with pytest.raises(NotExamined) as refusal:
        examine(session, case, found)
    session.rollback()

    assert str(refusal.value.words) == words
    assert refusal.value.lacks.key == lacks
    assert open_task(session, case, "examine").state is TaskState.OPEN
    assert kept(session) == []


def test_without_the_guard_nothing_else_refuses_it(
    session: Session, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test before this one fails if the guard is taken out: nothing else would refuse."""
    monkeypatch.setattr(examining, "require_whole", lambda *_, **__: None)

    examine(session, case, {})

    assert open_task(session, case, "decide").state is TaskState.OPEN


def test_a_point_that_does_not_apply_need_not_be_confirmed(session: Session) -> None:
    dated = apply_for(session, make_examined(), expires_on="2026-12-01")
    take(session, dated, "accept", "accept")

    with pytest.raises(NotExamined, match="still valid"):
        examine(session, dated, WHOLE)
    session.rollback()
    examine(session, dated, {**WHOLE, "in_time": True})

    assert kept(session) == [{**WHOLE, "in_time": True}]


def test_what_is_against_needs_nothing_and_keeps_what_is_there(
    session: Session, case: Case
) -> None:
    examine(session, case, {"points_found": 12, "remarks": SEEN}, action=Action.ADVISE_REFUSAL)

    assert kept(session) == [{"points_found": 12, "remarks": SEEN}]


def test_what_is_against_may_find_nothing_at_all(session: Session, case: Case) -> None:
    examine(session, case, {}, action=Action.ADVISE_REFUSAL)

    assert kept(session) == [{}]


def test_corrections_need_nothing(session: Session, case: Case) -> None:
    corrections.ask(
        session, case, definition(case), open_task(session, case, "examine"),
        [("field:matter", "Say more.")], by=officer(session), reason=None, now=MONDAY_MORNING,
    )  # fmt: skip

    assert case.status is CaseStatus.CORRECTING


def test_a_task_that_asks_nothing_keeps_nothing(session: Session, case: Case) -> None:
    examine(session, case, WHOLE)
    take(session, case, "decide", "approve")

    assert len(kept(session)) == 1


# --- Kept -----------------------------------------------------------------------------------


def test_what_was_found_is_witnessed_and_cannot_be_changed(session: Session, case: Case) -> None:
    examine(session, case, WHOLE)

    assert list(integrity.witnesses(Place(session, None))) == []  # type: ignore[arg-type]
    for tampering in ("UPDATE examinations SET number = 9", "DELETE FROM examinations"):
        with pytest.raises(DatabaseError, match="append-only"):
            session.execute(sa.text(tampering))
        session.rollback()


def test_what_was_made_up_is_found_out(session: Session, case: Case) -> None:
    examine(session, case, WHOLE)
    only = session.scalars(sa.select(Examination)).one()
    made_up = Examination(
        case_id=case.id, task_id=only.task_id, number=2, by_id=only.by_id, at=only.at, found={}
    )
    session.add(made_up)
    session.commit()

    found = list(integrity.witnesses(Place(session, None)))  # type: ignore[arg-type]

    assert [what for _, what in found] == ["was made up: no event tells of it"]


def test_each_saving_has_its_own_number(session: Session, case: Case) -> None:
    examine(session, case, WHOLE)
    only = session.scalars(sa.select(Examination)).one()
    again = Examination(
        case_id=case.id, task_id=only.task_id, number=1, by_id=only.by_id, at=only.at, found={}
    )
    session.add(again)

    with pytest.raises(IntegrityError, match="uq_examinations_task_id_number"):
        session.commit()


def test_what_was_saved_for_later_stays_with_the_task(session: Session, case: Case) -> None:
    task, person = open_task(session, case, "examine"), officer(session)
    tasks.keep(
        session, case, definition(case), task, {"points_found": 70}, by=person, now=MONDAY_MORNING
    )
    session.commit()

    assert (task.state, task.holder_id) == (TaskState.OPEN, person.id)
    assert kept(session) == [{"points_found": 70}]
    examine(session, case, WHOLE, by=person)
    assert kept(session) == [{"points_found": 70}, WHOLE]
    assert list(integrity.witnesses(Place(session, None))) == []  # type: ignore[arg-type]


def test_nothing_of_it_is_logged(
    session: Session, case: Case, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    examine(session, case, {**WHOLE, "remarks": SEEN})

    assert "findings kept" in caplog.messages
    assert not any(SEEN in str(vars(record)) for record in caplog.records)


# --- Told -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("action", "end"), [("approve", "approved"), ("refuse", "refused")])
def test_the_decision_tells_what_it_is_to_tell_and_no_more(
    app: Flask, session: Session, case: Case, action: str, end: str
) -> None:
    examine(session, case, {**WHOLE, "remarks": SEEN})
    with app.app_context():
        take(session, case, "decide", action)

    letters = {one.kind: one.facts for one in session.scalars(sa.select(IssuedLetter))}

    label = {"en": "Points found", "zh": "认定积分"}
    assert letters[end]["found"] == [{"label": label, "value": {"en": "90", "zh": "90"}}]
    assert SEEN not in str(letters)
    assert all("found" not in facts for kind, facts in letters.items() if kind != end)


def test_what_was_not_found_again_is_not_told(session: Session, case: Case) -> None:
    examine(session, case, WHOLE)
    take(session, case, "decide", "send_back")
    examine(session, case, {}, action=Action.ADVISE_REFUSAL)
    take(session, case, "decide", "refuse")

    facts = session.scalars(sa.select(IssuedLetter.facts).where(IssuedLetter.kind == "refused"))

    assert "found" not in facts.one()


def test_only_what_stands_is_told(session: Session, case: Case) -> None:
    examine(session, case, WHOLE)
    take(session, case, "decide", "send_back")
    examine(session, case, {**WHOLE, "points_found": 61})
    take(session, case, "decide", "approve")

    facts = session.scalars(
        sa.select(IssuedLetter.facts).where(IssuedLetter.kind == "approved")
    ).one()

    assert [one["value"]["en"] for one in facts["found"]] == ["61"]

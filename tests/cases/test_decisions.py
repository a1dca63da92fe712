"""Who may do what with a task, and what a decision brings."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.cases import chronicle, queries, workflow
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case, CasePerson, Task
from servicedesk.cases.operations import tasks
from servicedesk.catalogue import examining
from servicedesk.catalogue.definition import Action
from servicedesk.catalogue.queries import service_of
from servicedesk.enterprises.models import AddressHolding, Certificate, Enterprise, HoldingState
from servicedesk.enterprises.name_models import EnterpriseName, NameState
from servicedesk.errors import NotPermitted, Overtaken
from servicedesk.notices.models import Notice
from tests.cases.factories import make_case, open_task
from tests.factories import make_user

BEFORE_DECISION = 3  # steps of the first example: accept, confirm, examine


def test_an_approval_brings_enterprise_licence_name_and_address_at_once(session: Session) -> None:
    case = make_case(session, steps=4)

    enterprise = session.scalars(sa.select(Enterprise)).one()
    certificate = session.scalars(sa.select(Certificate)).one()
    name = session.scalars(sa.select(EnterpriseName)).one()
    holding = session.scalars(sa.select(AddressHolding)).one()
    assert case.status is CaseStatus.APPROVED
    assert case.enterprise_id == enterprise.id == certificate.enterprise_id
    assert enterprise.credit_code.startswith("91110114")
    assert name.state is NameState.REGISTERED
    assert holding.state is HoldingState.TAKEN
    assert queries.tasks_of(session, case)[-1].state == "done"


def test_a_refusal_gives_name_and_address_back_and_names_the_remedies(session: Session) -> None:
    case = make_case(session, example=2, steps=4)

    assert case.status is CaseStatus.REFUSED
    assert session.scalars(sa.select(Enterprise)).all() == []
    assert session.scalars(sa.select(EnterpriseName)).one().state is NameState.RELEASED
    assert session.scalars(sa.select(AddressHolding)).one().state is HoldingState.RELEASED
    letter = queries.letters_of(session, case)[0]
    assert letter.facts["reason"]
    assert letter.facts["remedies"] == ["reconsideration", "litigation"]


def test_nobody_decides_what_they_examined(session: Session) -> None:
    case = make_case(session, steps=BEFORE_DECISION)
    examined = next(task for task in case.tasks if task.key == "examine").done_by
    assert examined is not None

    with pytest.raises(NotPermitted, match="Nobody decides what they examined"):
        _do(session, case, open_task(session, case, "decide"), Action.APPROVE, by=examined)


@pytest.mark.parametrize(
    ("role", "posts"),
    [
        (Role.CLERK, {"market": "clerk"}),  # the duty is too low
        (Role.REVIEWER, {"tax": "reviewer"}),  # another department
        (Role.REVIEWER, {}),
    ],
)
def test_a_task_is_for_those_with_the_duty_in_its_department(
    session: Session, role: Role, posts: dict[str, str]
) -> None:
    case = make_case(session, steps=BEFORE_DECISION)
    person = make_user(session, role=role, posts=posts)

    with pytest.raises(NotPermitted):
        _do(session, case, open_task(session, case, "decide"), Action.APPROVE, by=person)


def test_nobody_handles_an_application_of_their_own(session: Session) -> None:
    case = make_case(session)
    clerk = make_user(session, role=Role.CLERK, posts={"window": "clerk"})
    session.add(CasePerson(case=case, user=clerk, capacity="agent"))
    session.commit()

    with pytest.raises(NotPermitted):
        _do(session, case, open_task(session, case, "accept"), Action.ACCEPT, by=clerk)


def test_what_a_colleague_holds_is_theirs(session: Session) -> None:
    case = make_case(session)
    first, second = (
        make_user(session, role=Role.CLERK, posts={"window": "clerk"}) for _ in range(2)
    )
    service, task = service_of(case.service_version), open_task(session, case, "accept")
    tasks.claim(session, case, service, task, by=first, now=case.changed_at)

    with pytest.raises(tasks.HeldByAnother):
        tasks.claim(session, case, service, task, by=second, now=case.changed_at)
    with pytest.raises(tasks.HeldByAnother):
        _do(session, case, task, Action.ACCEPT, by=second)


def test_a_task_is_done_once(session: Session) -> None:
    case = make_case(session)
    task = open_task(session, case, "accept")
    _do(session, case, task, Action.ACCEPT)

    with pytest.raises(Overtaken):
        _do(session, case, task, Action.ACCEPT)


def test_an_action_against_the_application_needs_its_reason(session: Session) -> None:
    case = make_case(session)

    with pytest.raises(tasks.ReasonMissing):
        _do(session, case, open_task(session, case, "accept"), Action.REFUSE_ACCEPTANCE)


def test_sending_back_opens_the_examination_again(session: Session) -> None:
    case = make_case(session, steps=BEFORE_DECISION)
    decider = make_user(session, role=Role.REVIEWER, posts={"market": "reviewer"})
    task = open_task(session, case, "decide")

    _do(session, case, task, Action.SEND_BACK, by=decider, reason="Look at the scope again.")

    assert case.stage == "review"
    assert open_task(session, case, "examine").holder_id is None


def test_every_step_is_chained_and_an_edit_is_found(session: Session) -> None:
    case = make_case(session, steps=4)
    events = list(reversed(queries.events_of(session, case)))
    assert chronicle.breaks(case.id, case.last_seq, case.last_hash, events) == []

    reordered = [*events[:2], events[3], events[2], *events[4:]]
    for broken in (events[:-1], events[1:], reordered):
        assert chronicle.breaks(case.id, case.last_seq, case.last_hash, broken)
    session.expunge(events[2])
    events[2].details = {**events[2].details, "more": "forged"}
    assert chronicle.breaks(case.id, case.last_seq, case.last_hash, events)


def test_the_database_refuses_to_change_history(session: Session) -> None:
    make_case(session)

    for statement in ("UPDATE case_events SET kind = 'x'", "DELETE FROM case_events"):
        with pytest.raises(sa.exc.DatabaseError, match="append-only"):
            session.execute(sa.text(statement))
        session.rollback()


def test_each_letter_is_mailed_to_the_applicant(session: Session) -> None:
    case = make_case(session, steps=4)

    mails = session.scalars(sa.select(Notice).where(Notice.about == case.reference)).all()

    assert {mail.facts["letter"] for mail in mails} == {"receipt", "accepted", "approved"}
    assert {mail.user_id for mail in mails} == {case.applicant_id}


def _do(
    session: Session,
    case: Case,
    task: Task,
    action: Action,
    *,
    by: User | None = None,
    reason: str | None = None,
) -> None:
    person = by or make_user(session, role=Role.CLERK, posts={"window": "clerk"})
    service = service_of(case.service_version)
    plan = workflow.plan_of(service, task.stage, task.key)
    found = examining.agreed(plan, action, case.answers)
    tasks.do(
        session, case, service, task, action,
        by=person, reason=reason, now=case.changed_at, found=found,
    )  # fmt: skip
    session.commit()

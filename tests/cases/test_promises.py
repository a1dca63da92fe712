"""What was promised instead of proved (告知承诺): checked after the approval, with what follows."""

from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.permissions import Role
from servicedesk.cases import commitments, queries
from servicedesk.cases.commitment_queries import commitments_of
from servicedesk.cases.commitments import FINDINGS, CommitmentKind, CommitmentState
from servicedesk.cases.grounds import Ground
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case
from servicedesk.cases.operations import documents, keeping, reopening, revocation
from servicedesk.cases.operations.keeping import NotAwaited
from servicedesk.cases.operations.tasks import ReasonMissing
from servicedesk.catalogue.queries import service_of
from servicedesk.errors import NotPermitted, Overtaken, RuleBroken
from servicedesk.notices.models import Notice
from tests.cases.committed import (
    BEIJING,
    WEDNESDAY,
    approved,
    checker,
    decider,
    give,
    judge,
    only,
    sent,
)
from tests.cases.factories import make_case, play_example, published
from tests.enterprises.members import add_member
from tests.factories import make_user

_K, _S = CommitmentKind, CommitmentState
THURSDAY = WEDNESDAY + timedelta(days=1)
ALL = {
    (kind, state, found)
    for kind, state, found in product(_K, _S, (_S.KEPT, _S.NOT_KEPT, _S.FALSE))
    if (kind, state) != (_K.PAPER, _S.FALSE)
}


@pytest.fixture
def case(session: Session) -> Case:
    return approved(session)


def test_the_approval_of_a_scientist_opens_the_three_promises(session: Session) -> None:
    case = make_case(session, "WP_NEW_ABROAD", steps=3)

    found = commitments_of(session, case)

    assert [one.material for one in found] == ["experience", "degree", "no_crime"]
    assert {(one.kind, one.state) for one in found} == {(_K.PROMISE, _S.OPEN)}
    assert {(one.department, one.duty) for one in found} == {("botc", "reviewer")}
    # 60 working days after Thursday 8 October 2026.
    assert {one.due_at for one in found} == {datetime(2026, 12, 30, 17, tzinfo=BEIJING)}
    letter = next(one for one in queries.letters_of(session, case) if one.kind == "approved")
    assert len(letter.facts["promised"]) == 3


@pytest.mark.parametrize(("example", "steps"), [(0, 2), (1, None), (2, None)])
def test_no_promise_is_opened_before_the_approval_or_without_one(
    session: Session, example: int, steps: int | None
) -> None:
    case = make_case(session, "WP_NEW_ABROAD", example=example, steps=steps or 9)

    assert commitments_of(session, case) == []


def test_the_check_is_due_at_the_end_of_its_limit_in_days_of_its_kind(
    session: Session, case: Case
) -> None:
    promise = only(session, case)

    assert (promise.department, promise.duty) == ("talent", "reviewer")
    assert promise.due_at == datetime(2026, 4, 3, 17, tzinfo=BEIJING)  # 30 calendar days


def test_a_promise_with_its_paper_is_no_promise(session: Session) -> None:
    assert commitments_of(session, approved(session, promises=())) == []


@pytest.mark.parametrize(("kind", "state", "found"), sorted(ALL))
def test_only_what_the_table_has_may_be_found(
    session: Session,
    case: Case,
    kind: CommitmentKind,
    state: CommitmentState,
    found: CommitmentState,
) -> None:
    promise, by = only(session, case), checker(session)
    promise.kind, promise.state = kind, state
    may = found in FINDINGS.get((kind, state), ())

    if may:
        keeping.require_may_judge(case, promise, found, by)
    else:
        with pytest.raises(Overtaken):
            keeping.require_may_judge(case, promise, found, by)


def test_a_promise_that_is_kept_is_over(session: Session, case: Case) -> None:
    promise, by = only(session, case), checker(session)
    letters = len(queries.letters_of(session, case))

    judge(session, promise, _S.KEPT, by=by, now=THURSDAY)

    assert (promise.state, promise.checked_by_id) == (_S.KEPT, by.id)
    assert promise.checked_at == promise.ended_at == THURSDAY
    assert len(queries.letters_of(session, case)) == letters
    with pytest.raises(Overtaken):
        judge(session, promise, _S.FALSE, by=by)


def test_a_promise_that_is_not_kept_gets_a_day_and_the_paper_on_the_closed_case(
    session: Session, case: Case
) -> None:
    promise, by = only(session, case), checker(session)
    with pytest.raises(NotAwaited):
        give(session, promise)

    judge(session, promise, _S.NOT_KEPT, by=by, reason="The school knows nothing of it.")

    assert promise.due_at == datetime(2026, 3, 18, 17, tzinfo=BEIJING)  # ten working days
    assert not promise.ended_at
    letter = queries.letters_of(session, case)[0]
    assert letter.kind == "promise_not_kept"
    assert letter.facts["paper"] == {"en": "Degree", "zh": "学位证书"}
    mails = session.scalars(sa.select(Notice).where(Notice.about == case.reference)).all()
    assert "promise_not_kept" in {mail.facts.get("letter") for mail in mails}
    (document,) = give(session, promise, now=THURSDAY)
    assert promise.given_at == THURSDAY
    documents.mark_in_order(session, case, document, by=by, now=THURSDAY)
    assert promise.state is _S.KEPT


def test_a_promise_may_be_found_kept_after_all_without_a_paper(
    session: Session, case: Case
) -> None:
    promise, by = only(session, case), checker(session)
    judge(session, promise, _S.NOT_KEPT, by=by)

    judge(session, promise, _S.KEPT, by=by, now=THURSDAY)

    assert promise.state is _S.KEPT


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (_S.NOT_KEPT, {"reason": "", "working_days": 3}),
        (_S.NOT_KEPT, {"reason": "It is not so.", "working_days": 0}),
        (_S.FALSE, {"reason": ""}),
    ],
)
def test_what_is_against_the_applicant_needs_a_reason_and_a_time(
    session: Session, case: Case, found: CommitmentState, said: dict[str, Any]
) -> None:
    promise, by = only(session, case), checker(session)

    with pytest.raises(ReasonMissing):
        judge(session, promise, found, by=by, **said)

    session.rollback()
    assert promise.state is _S.OPEN


def test_a_false_promise_is_on_record_until_the_approval_is_revoked(
    session: Session, case: Case
) -> None:
    promise = only(session, case)

    judge(session, promise, _S.FALSE, by=checker(session), reason="The diploma was bought.")

    assert (promise.state, promise.ended_at) == (_S.FALSE, None)
    assert commitments.must_be_revoked(promise.kind, promise.state, promise.due_at, THURSDAY)
    assert queries.letters_of(session, case)[0].kind == "promise_false"
    assert "promise_false" in [event.kind for event in queries.events_of(session, case)]
    revoke(session, case)
    assert (promise.state, promise.ended_at) == (_S.FALSE, THURSDAY)


def test_a_revocation_ends_every_check(session: Session, case: Case) -> None:
    promise = only(session, case)

    revoke(session, case)

    assert (promise.state, promise.ended_at) == (_S.DROPPED, THURSDAY)
    with pytest.raises(Overtaken):
        judge(session, promise, _S.KEPT, by=checker(session))


def revoke(session: Session, case: Case) -> None:
    service = service_of(case.service_version)
    revocation.revoke(
        session, case, service, by=decider(session), reason="A false promise.", now=THURSDAY
    )
    session.commit()


@pytest.mark.parametrize(
    ("state", "due", "must"),
    [
        (_S.FALSE, THURSDAY, True),
        (_S.NOT_KEPT, THURSDAY, False),
        (_S.NOT_KEPT, WEDNESDAY, True),
        (_S.OPEN, WEDNESDAY, False),
        (_S.GIVEN, WEDNESDAY, False),
    ],
)
def test_what_is_not_put_right_in_time_is_revoked(
    state: CommitmentState,
    due: datetime,
    must: bool,  # noqa: FBT001
) -> None:
    now = WEDNESDAY + timedelta(hours=1)

    assert commitments.must_be_revoked(_K.PROMISE, state, due, now) is must
    assert not commitments.must_be_revoked(_K.PAPER, state, due, now)


# --- Who may ---------------------------------------------------------------------------------


def test_who_decided_may_check(session: Session) -> None:
    boss = make_user(
        session,
        role=Role.SUPERVISOR,
        posts={"market": "supervisor", "talent": "reviewer", "window": "clerk"},
    )
    case = approved(session)
    assert case.last_done
    case.last_done.done_by_id = boss.id

    judge(session, only(session, case), _S.KEPT, by=boss)

    assert only(session, case).state is _S.KEPT


@pytest.mark.parametrize("posts", [{"talent": "clerk"}, {"market": "supervisor"}, {}])
def test_only_the_post_that_is_named_checks(
    session: Session, case: Case, posts: dict[str, str]
) -> None:
    with pytest.raises(NotPermitted):
        judge(session, only(session, case), _S.KEPT, by=make_user(session, posts=posts))


@pytest.mark.parametrize("whose", ["their own", "their enterprise's"])
def test_nobody_checks_a_case_of_their_own(session: Session, whose: str) -> None:
    person = checker(session)
    case = approved(session, applicant=person if whose == "their own" else None)
    if whose != "their own":
        case.enterprise_id = make_case(session, steps=4).enterprise_id
        add_member(session, case.enterprise_id, person)
        session.commit()

    with pytest.raises(NotPermitted):
        judge(session, only(session, case), _S.KEPT, by=person)


def test_a_paper_looked_at_is_judged_by_who_checks_and_nobody_else(
    session: Session, case: Case
) -> None:
    promise, by = only(session, case), checker(session)
    judge(session, promise, _S.NOT_KEPT, by=by)
    (document,) = give(session, promise)

    with pytest.raises(NotPermitted):
        documents.mark_in_order(session, case, document, by=decider(session), now=THURSDAY)


def test_nothing_is_promised_that_was_not_sent(session: Session) -> None:
    assert commitments_of(session, sent(session)) == []


def partly_granted(session: Session, granted: str, refused: str) -> Case:
    """Return an application for two permits, with three promises, of which one was granted."""
    _, service = published(session, "JOINT_2")
    example = service.examples[0]
    *before, (first, *_), (second, *_), _issue = example.steps
    ruled = [(first, granted, "confirm"), (second, refused, "object")]
    return play_example(session, "JOINT_2", example.model_copy(update={"steps": [*before, *ruled]}))


def test_a_granted_permit_beside_a_refused_one_has_its_promises_checked_and_is_revoked(
    session: Session,
) -> None:
    case = partly_granted(session, "decide_work", "decide_residence")
    service = service_of(case.service_version)
    supervisor, police = (
        make_user(session, role=Role.SUPERVISOR, posts={department: "supervisor"})
        for department in ("botc", "city_police")
    )
    promised = commitments_of(session, case)
    now = promised[0].opened_at + timedelta(days=1)

    assert case.status is CaseStatus.REFUSED
    assert {one.state for one in promised} == {_S.OPEN}
    assert len(queries.letters_of(session, case)[0].facts["promised"]) == 3
    with pytest.raises(NotPermitted):
        revocation.revoke(session, case, service, by=police, reason="False.", now=now)
    revocation.revoke(session, case, service, by=supervisor, reason="False.", now=now)

    letter = queries.letters_of(session, case)[0]
    assert (letter.kind, letter.facts["office"]["zh"]) == ("revoked", "北京海外学人中心")
    assert {one.state for one in commitments_of(session, case)} == {_S.DROPPED}
    with pytest.raises(RuleBroken):
        revocation.find_revocable(session, case, service)


def test_nothing_is_checked_that_only_a_refused_permit_would_rely_on(session: Session) -> None:
    case = partly_granted(session, "decide_residence", "decide_work")

    assert commitments_of(session, case) == []


def test_a_case_taken_up_again_relies_on_no_promise_until_it_is_decided_anew(
    session: Session,
) -> None:
    case = partly_granted(session, "decide_work", "decide_residence")
    now = commitments_of(session, case)[0].opened_at + timedelta(days=1)
    police = make_user(session, role=Role.SUPERVISOR, posts={"city_police": "supervisor"})
    reopening.reopen(
        session, case, service_of(case.service_version), ground=Ground.HEARING,
        reason="Registered by now.", stage="decisions", by=police, now=now,
    )  # fmt: skip

    assert {one.state for one in commitments_of(session, case)} == {_S.DROPPED}

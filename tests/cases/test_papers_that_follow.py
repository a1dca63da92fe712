"""Papers that may follow the acceptance (容缺): waited for, given, found in order or not."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.cases import queries
from servicedesk.cases.commitment_queries import commitments_of
from servicedesk.cases.commitments import CommitmentState
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.operations import (
    documents,
    drafts,
    housekeeping,
    keeping,
    submission,
)
from servicedesk.cases.operations.documents import TooManyFiles
from servicedesk.cases.operations.keeping import NotAwaited
from servicedesk.cases.operations.pledging import PapersMissing
from servicedesk.catalogue.queries import service_of
from servicedesk.errors import NotPermitted, Overtaken
from servicedesk.integrity import Place, findings
from tests.cases.committed import (
    BEIJING,
    MATERIALS,
    TUESDAY,
    WEDNESDAY,
    accepted,
    clerk,
    decider,
    do,
    give,
    judge,
    only,
    sent,
    stored,
)
from tests.cases.factories import play_example
from tests.catalogue.factories import publish, small, text
from tests.factories import MONDAY_MORNING, make_user

_S = CommitmentState
IN_A_WEEK = datetime(2026, 3, 10, 17, tzinfo=BEIJING)  # five working days after the 3rd


def test_the_acceptance_opens_each_paper_with_its_day(session: Session) -> None:
    case = sent(session, promises=())
    assert commitments_of(session, case) == []

    do(session, case, "accept", "accept", by=clerk(session), now=TUESDAY)

    paper = only(session, case)
    assert (paper.kind, paper.material, paper.state) == ("paper", "lease", _S.OPEN)
    assert (paper.department, paper.duty) == ("window", "clerk")
    assert paper.due_at == IN_A_WEEK
    letter = queries.letters_of(session, case)[0]
    assert letter.kind == "accepted"
    (told,) = letter.facts["follow"]
    assert told["paper"]["zh"] == "租赁合同"
    assert datetime.fromisoformat(told["due"]) == paper.due_at


def test_who_gives_every_paper_at_once_waits_for_none(session: Session) -> None:
    assert commitments_of(session, accepted(session, follows=(), promises=())) == []


def test_an_acceptance_dated_back_takes_no_days_away(session: Session) -> None:
    clock = {
        "starts": "acceptance",
        "legal": {"working_days": 20, "source": "L_ALL"},
        "committed": None,
        "correction": {"deemed_accepted": True, "basis": text(), "source": "L_ALL"},
    }
    case = sent(session, promises=(), clock=clock)
    silent = MONDAY_MORNING + timedelta(days=8)  # Tuesday the 10th

    assert housekeeping.deem_accepted(session, case.id, now=silent)

    assert case.accepted_at == MONDAY_MORNING
    assert only(session, case).due_at == datetime(2026, 3, 17, 17, tzinfo=BEIJING)


def test_nothing_is_approved_before_the_paper_is_there_and_in_order(session: Session) -> None:
    case = accepted(session, promises=())
    paper, boss, looks = only(session, case), decider(session), clerk(session)

    def try_to_approve() -> str:
        with pytest.raises(PapersMissing) as refusal:
            do(session, case, "decide", "approve", by=boss)
        session.rollback()
        return str(refusal.value)

    assert "found in order: Lease." in try_to_approve()
    give(session, paper)
    try_to_approve()
    judge(session, paper, _S.NOT_KEPT, by=looks)
    try_to_approve()
    give(session, paper, "again")
    judge(session, paper, _S.KEPT, by=looks)
    do(session, case, "decide", "approve", by=boss)
    assert case.status is CaseStatus.APPROVED


def test_an_application_may_be_refused_without_the_paper(session: Session) -> None:
    case = accepted(session, promises=())

    do(session, case, "decide", "refuse", by=decider(session))

    assert case.status is CaseStatus.REFUSED
    assert only(session, case).state is _S.DROPPED
    assert only(session, case).ended_at == WEDNESDAY


def test_a_withdrawn_application_waits_for_no_paper(session: Session) -> None:
    case = accepted(session, promises=())
    service = service_of(case.service_version)

    submission.withdraw(session, case, service, by=case.applicant, reason="", now=WEDNESDAY)
    session.commit()

    assert only(session, case).state is _S.DROPPED
    with pytest.raises(NotAwaited):
        give(session, only(session, case))


def test_the_paper_is_kept_when_all_of_it_is_found_in_order(session: Session) -> None:
    case, looks = accepted(session, promises=()), clerk(session)
    paper = only(session, case)
    first, second = give(session, paper, "page 1", "page 2")
    assert (paper.state, paper.given_at) == (_S.GIVEN, WEDNESDAY)

    documents.mark_in_order(session, case, first, by=looks, now=WEDNESDAY)
    assert paper.state is _S.GIVEN
    documents.mark_in_order(session, case, second, by=looks, now=WEDNESDAY)

    assert (paper.state, paper.checked_by_id) == (_S.KEPT, looks.id)
    assert "paper_kept" in [event.kind for event in case.events]
    with pytest.raises(NotAwaited):
        give(session, paper)


def test_whoever_has_a_task_of_the_case_finds_it_in_order_too(session: Session) -> None:
    case = accepted(session, promises=())
    (document,) = give(session, only(session, case))

    with pytest.raises(NotPermitted):
        documents.mark_in_order(
            session, case, document, by=make_user(session, posts={"tax": "clerk"}), now=WEDNESDAY
        )
    documents.mark_in_order(session, case, document, by=decider(session), now=WEDNESDAY)

    assert only(session, case).state is _S.KEPT


def test_a_paper_that_is_not_in_order_is_given_again_in_place_of_the_old(
    session: Session,
) -> None:
    case = accepted(session, promises=())
    paper = only(session, case)
    give(session, paper, "page 1", "page 2")

    judge(session, paper, _S.NOT_KEPT, by=clerk(session), reason="It is not signed.")

    assert (paper.state, paper.reason, paper.given_at) == (_S.NOT_KEPT, "It is not signed.", None)
    assert paper.due_at == datetime(2026, 3, 18, 17, tzinfo=BEIJING)
    letter = queries.letters_of(session, case)[0]
    assert letter.kind == "paper_again"
    assert letter.facts["reason"] == "It is not signed."
    assert [one.name for one in give(session, paper, "signed")] == ["signed.png"]
    assert paper.state is _S.GIVEN


def test_files_may_be_added_until_there_are_enough(session: Session) -> None:
    paper = only(session, accepted(session, promises=()))
    give(session, paper, *(f"page {number}" for number in range(5)))
    give(session, paper, "page 1")  # the same again is the same

    with pytest.raises(TooManyFiles):
        give(session, paper, "page 6")


def test_an_overdue_paper_may_still_be_given(session: Session) -> None:
    paper = only(session, accepted(session, promises=()))

    give(session, paper, now=IN_A_WEEK + timedelta(days=9))

    assert paper.state is _S.GIVEN


def test_what_was_not_given_cannot_be_judged(session: Session) -> None:
    paper = only(session, accepted(session, promises=()))

    for found in (_S.KEPT, _S.NOT_KEPT, _S.FALSE):
        with pytest.raises(Overtaken):
            judge(session, paper, found, by=clerk(session))


def test_whoever_alters_a_commitment_is_found_out(session: Session, tmp_path: Path) -> None:
    case = accepted(session, promises=())
    give(session, only(session, case))
    assert wrong(session, tmp_path) == []

    for tampering in (
        "state = 'kept'",
        "due_at = due_at + interval '1 day'",
        "ended_at = now()",
        "given_at = NULL",
        "department = 'market'",
    ):
        session.execute(sa.text(f"UPDATE commitments SET {tampering}"))  # noqa: S608
        session.expire_all()
        assert wrong(session, tmp_path) == ["was altered"], tampering
        session.rollback()
    session.execute(sa.text("DELETE FROM commitments"))
    session.expire_all()
    assert wrong(session, tmp_path) == ["is gone"]


def wrong(session: Session, nowhere: Path) -> list[str]:
    return [one.what for one in findings(Place(session, nowhere), only="cases.witnesses")]


def test_a_closed_case_that_waits_for_a_paper_is_found(session: Session, tmp_path: Path) -> None:
    case = accepted(session, promises=())
    do(session, case, "decide", "refuse", by=decider(session))
    session.execute(sa.text("UPDATE commitments SET ended_at = NULL, state = 'open'"))

    found = findings(Place(session, tmp_path), only="cases.closed")

    assert [one.what for one in found] == ["is closed and waits for a paper"]


def test_a_paper_is_taken_as_given_by_whoever_helps_and_by_nobody_else(session: Session) -> None:
    case = accepted(session, promises=())
    service, paper = service_of(case.service_version), only(session, case)
    helper = make_user(session)
    drafts.join(session, case, person=helper, now=TUESDAY)

    keeping.give(
        session, case, service, paper, [(stored(session, "p"), "p.png")], by=helper, now=WEDNESDAY
    )

    assert paper.state is _S.GIVEN


def test_an_example_may_bring_a_paper_after_the_acceptance(session: Session) -> None:
    refused = small()["examples"][1]
    steps = [
        ["2026-03-03", "accept", "accept"],
        ["2026-03-05", "applicant", {"brings": ["lease"]}],
        ["2026-03-06", "decide", "approve"],
    ]
    expect = {"outcome": "approved", "letters": ["receipt", "accepted", "approved"]}
    later = refused | {"name": "a paper comes later", "steps": steps, "expect": expect}
    whole = small()["examples"]
    for one in whole:
        one["materials"] = ["passport", "lease"]
    version = publish(session, materials=MATERIALS[:2], examples=[*whole, later])

    case = play_example(session, "T_SMALL", service_of(version).examples[-1])

    assert case.status is CaseStatus.APPROVED
    assert only(session, case).state is _S.KEPT

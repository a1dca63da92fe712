"""Promises and papers to follow in the parts of a bundle, and in a case that is taken up again."""

import copy
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from servicedesk.cases import integrity
from servicedesk.cases.commitment_queries import commitments_of
from servicedesk.cases.commitments import CommitmentState
from servicedesk.cases.grounds import Ground
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case
from servicedesk.cases.operations import reopening, submission
from servicedesk.cases.operations.pledging import PapersMissing
from servicedesk.catalogue import definitions, operations
from servicedesk.catalogue.queries import service_of
from servicedesk.integrity import Place
from tests.cases.bundled import parts
from tests.cases.committed import (
    BEIJING,
    CHANGES,
    MATERIALS,
    WEDNESDAY,
    accepted,
    clerk,
    decider,
    do,
    give,
    judge,
    only,
)
from tests.cases.factories import play_example, published
from tests.catalogue.bundled import Data, first_part, second_part, whole
from tests.factories import MONDAY_MORNING

_S = CommitmentState
LATER = WEDNESDAY + timedelta(days=28)  # Wednesday 1 April
PAPERS = {"materials": ["passport", "lease"], "promises": ["degree"]}


@pytest.fixture
def bundle(session: Session) -> None:
    """Publish a bundle whose form and first part ask for a paper that may follow and a promise."""
    for data in (_promising(first_part()), second_part(), _promising(whole(), _followed())):
        operations.publish(session, definitions.parse(data), MONDAY_MORNING)
    session.commit()


def _promising(data: Data, *more: Data) -> Data:
    asked = copy.deepcopy({"materials": MATERIALS, "promise_check": CHANGES["promise_check"]})
    examples = [one | PAPERS for one in data["examples"]]
    return data | asked | {"examples": [*examples, *more]}


def _followed() -> Data:
    """Return the example in which the paper comes to the part that asks for it."""
    made: dict[str, Any] = whole()["examples"][0]
    steps = [
        ["2026-03-03T10:00+08:00", "first.accept", "accept"],
        ["2026-03-04T10:00+08:00", "first.applicant", {"brings": ["lease"]}],
        ["2026-03-05T10:00+08:00", "first.decide", "approve"],
        ["2026-03-05T12:00+08:00", "second.record", "approve"],
    ]
    papers = {"name": "a paper follows", "materials": ["passport"], "promises": ["degree"]}
    return made | papers | {"steps": steps}


def played(session: Session, steps: int) -> Case:
    example = published(session, "T_WHOLE")[1].examples[-1]
    begun = example.model_copy(update={"steps": example.steps[:steps]})
    return play_example(session, "T_WHOLE", begun)


@pytest.mark.usefixtures("bundle")
def test_what_a_part_asks_for_is_waited_for_in_the_part_alone(session: Session) -> None:
    case = played(session, 4)

    assert case.status is CaseStatus.APPROVED
    assert commitments_of(session, case) == []
    paper, promise = commitments_of(session, parts(session, case)["first"])
    assert (paper.material, paper.state) == ("lease", _S.KEPT)
    assert (promise.material, promise.state) == ("degree", _S.OPEN)


@pytest.mark.usefixtures("bundle")
def test_a_part_that_ends_with_the_whole_waits_for_no_paper(
    session: Session, tmp_path: Path
) -> None:
    case = played(session, 1)
    part = parts(session, case)["first"]
    assert only(session, part).state is _S.OPEN
    service = service_of(case.service_version)

    submission.withdraw(session, case, service, by=case.applicant, reason="", now=LATER)
    session.commit()

    assert only(session, part).ended_at == LATER
    assert list(integrity.closed(Place(session, tmp_path))) == []


def reopen(session: Session, case: Case) -> None:
    service = service_of(case.service_version)
    reopening.reopen(
        session, case, service, "decision", Ground.RECONSIDERATION,
        reason="Look again.", by=decider(session), now=LATER,
    )  # fmt: skip
    session.commit()


@pytest.mark.parametrize("before", ["missing", "given", "not in order"])
def test_a_case_taken_up_again_waits_for_its_paper_again(session: Session, before: str) -> None:
    case, looks = accepted(session, promises=()), clerk(session)
    paper = only(session, case)
    if before != "missing":
        give(session, paper)
    if before == "not in order":
        judge(session, paper, _S.NOT_KEPT, by=looks)
    do(session, case, "decide", "refuse", by=decider(session))
    assert paper.ended_at == WEDNESDAY

    reopen(session, case)

    assert paper.ended_at is None
    assert paper.due_at == datetime(2026, 4, 9, 17, tzinfo=BEIJING)  # 4 to 6 April: holidays
    assert paper.state is (_S.GIVEN if before == "given" else _S.OPEN)
    with pytest.raises(PapersMissing):
        do(session, case, "decide", "approve", by=decider(session), now=LATER)
    session.rollback()
    if before != "given":
        give(session, paper, "anew", now=LATER)
    judge(session, paper, _S.KEPT, by=looks, now=LATER)
    do(session, case, "decide", "approve", by=decider(session), now=LATER)
    assert case.status is CaseStatus.APPROVED

"""What a correction after the acceptance does to papers that may follow."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from servicedesk.cases import queries
from servicedesk.cases.commitment_queries import commitments_of
from servicedesk.cases.commitments import CommitmentState
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.mending import FOLLOWS
from servicedesk.cases.models import Case
from servicedesk.cases.operations import corrections, documents, drafts, submission
from servicedesk.cases.operations.pledging import PaperAwaited
from servicedesk.cases.readiness import readiness
from servicedesk.catalogue.queries import service_of
from tests.cases.committed import BEIJING, MATERIALS, WEDNESDAY, accepted, decider, give, stored
from tests.cases.committed import only as only_of
from tests.cases.factories import open_task
from tests.catalogue.factories import small, text

_S = CommitmentState
LEASE = {
    "key": "lease",
    "name": text("Lease", "租赁合同"),
    "need": "conditional",
    "when": {"==": [{"var": "kind"}, "rented"]},
    "when_words": text("if rented", "租赁的"),
    "may_follow": {"working_days": 5, "source": "OWN"},
}


def corrected_by_the_decider() -> list[dict[str, Any]]:
    """Return stages whose second one may ask for corrections too."""
    stages: list[dict[str, Any]] = small()["stages"]
    stages[1]["tasks"][0]["actions"]["correct"] = "applicant"
    return stages


def asked(session: Session, *, kind: str, follows: tuple[str, ...]) -> Case:
    """Return an accepted application that is asked to mend the kind of its place."""
    case = accepted(
        session, kind=kind, follows=follows, promises=(),
        materials=[MATERIALS[0], LEASE], stages=corrected_by_the_decider(),
    )  # fmt: skip
    ask(session, case, "field:kind")
    return case


def ask(session: Session, case: Case, place: str) -> None:
    corrections.ask(
        session, case, service_of(case.service_version), open_task(session, case, "decide"),
        [(place, "Mend it.")], by=decider(session), reason=None, now=WEDNESDAY,
    )  # fmt: skip
    session.commit()


def send_again(session: Session, case: Case, **answers: str) -> None:
    """Answer the open questions with ``answers``, or leave them as they are, and send."""
    service = service_of(case.service_version)
    if answers:
        page = queries.open_pages(session, case, service)["person"]
        drafts.save_page(session, case, page, answers, now=WEDNESDAY)
    else:
        (item,) = case.lists[-1].items
        corrections.leave(
            session, case, service, item.id, by=case.applicant, reason="It is so.", now=WEDNESDAY
        )
    ready = readiness(session, case, service, now=WEDNESDAY)
    submission.resubmit(session, case, service, ready, by=case.applicant, now=WEDNESDAY)
    session.commit()
    assert case.status is CaseStatus.IN_PROGRESS


def test_a_paper_that_is_not_asked_for_any_more_is_dropped(session: Session) -> None:
    case = asked(session, kind="rented", follows=("lease",))

    send_again(session, case, kind="own")

    assert only_of(session, case).state is _S.DROPPED
    assert only_of(session, case).ended_at == WEDNESDAY


def test_a_paper_that_a_correction_asks_for_may_follow_from_then_on(session: Session) -> None:
    case = asked(session, kind="own", follows=())
    assert commitments_of(session, case) == []
    service = service_of(case.service_version)
    documents.set_marks(session, case, service, FOLLOWS, ["lease"], now=WEDNESDAY)

    send_again(session, case, kind="rented", landlord="周例")

    assert only_of(session, case).state is _S.OPEN
    assert only_of(session, case).due_at == datetime(2026, 3, 11, 17, tzinfo=BEIJING)


def test_a_paper_that_comes_with_the_corrections_is_given(session: Session) -> None:
    case = asked(session, kind="rented", follows=("lease",))
    documents.add_document(
        session, case, service_of(case.service_version), "lease", stored(session, "lease"),
        name="lease.png", by=case.applicant, now=WEDNESDAY,
    )  # fmt: skip

    send_again(session, case)

    assert (only_of(session, case).state, only_of(session, case).given_at) == (_S.GIVEN, WEDNESDAY)


def test_a_paper_that_is_taken_out_again_is_awaited_again(session: Session) -> None:
    case = asked(session, kind="rented", follows=("lease",))
    (document,) = give(session, only_of(session, case))
    documents.remove_document(
        session, case, service_of(case.service_version), document, now=WEDNESDAY
    )

    send_again(session, case)

    assert (only_of(session, case).state, only_of(session, case).given_at) == (_S.OPEN, None)


def test_a_list_cannot_ask_for_a_paper_that_has_its_own_day(session: Session) -> None:
    case = accepted(session, promises=(), stages=corrected_by_the_decider())

    with pytest.raises(PaperAwaited):
        ask(session, case, "material:lease")
    ask(session, case, "material:passport")

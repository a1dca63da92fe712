"""Applications for a small service that lets a paper follow and another be promised."""

import io
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.cases.commitment_queries import commitments_of
from servicedesk.cases.commitments import CommitmentState
from servicedesk.cases.examples import paper as scan
from servicedesk.cases.mending import FOLLOWS, PROMISES
from servicedesk.cases.models import Case, Document
from servicedesk.cases.operations import documents, drafts, keeping, submission, tasks
from servicedesk.cases.pledges import Commitment
from servicedesk.cases.readiness import readiness
from servicedesk.catalogue.definition import Action
from servicedesk.catalogue.queries import service_of
from servicedesk.files import operations as files
from servicedesk.files.models import StoredFile
from tests.cases.factories import open_task
from tests.catalogue.factories import publish, small, text
from tests.factories import MONDAY_MORNING, make_user

BEIJING = ZoneInfo("Asia/Shanghai")
TUESDAY = MONDAY_MORNING + timedelta(days=1)  # 3 March 2026
WEDNESDAY = MONDAY_MORNING + timedelta(days=2)
MATERIALS: list[dict[str, Any]] = [
    {"key": "passport", "name": text("Passport", "护照"), "need": "required"},
    {
        "key": "lease",
        "name": text("Lease", "租赁合同"),
        "need": "required",
        "may_follow": {"working_days": 5, "source": "OWN"},
    },
    {"key": "degree", "name": text("Degree", "学位证书"), "need": "by_promise"},
]
CHANGES: dict[str, Any] = {
    "materials": MATERIALS,
    "promise_check": {
        "department": "talent",  # which has no task of the case
        "duty": "reviewer",
        "limit": {"calendar_days": 30, "source": "OWN"},
    },
    "result": {
        "name": text("A notice", "告知书"),
        "validity": text("One year", "一年"),
        "effect": "none",
        "certificate": "notice",
    },
}


def sent(
    session: Session,
    *,
    follows: Sequence[str] = ("lease",),
    promises: Sequence[str] = ("degree",),
    kind: str = "own",
    applicant: User | None = None,
    now: datetime = MONDAY_MORNING,
    **changes: Any,  # noqa: ANN401 - any part of a definition
) -> Case:
    """Return an application that was sent, with these papers to follow and promised."""
    whole = CHANGES | changes
    version = publish(session, **whole, examples=_examples(whole["materials"]))
    service, person = service_of(version), applicant or make_user(session, name="Lin Qiao")
    case = drafts.start(session, version, service, by=person, enterprise_id=None, now=now)
    answers = {"full_name": "林乔", "kind": kind}
    answers |= {"landlord": "周例"} if kind == "rented" else {}
    drafts.save_page(session, case, service.pages[0], answers, title="林乔", now=now)
    for material in service.materials:
        if material.key not in {*follows, *promises} and material.need != "conditional":
            documents.add_document(
                session, case, service, material.key, stored(session, material.key, now=now),
                name=f"{material.key}.png", by=person, now=now,
            )  # fmt: skip
    documents.set_marks(session, case, service, FOLLOWS, list(follows), now=now)
    documents.set_marks(session, case, service, PROMISES, list(promises), now=now)
    ready = readiness(session, case, service, now=now)
    submission.submit(session, case, service, ready, by=person, now=now)
    session.commit()
    return case


def _examples(materials: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the examples of the small service, with the papers of this one."""
    papers = {
        "materials": [one["key"] for one in materials if one["need"] == "required"],
        "promises": [one["key"] for one in materials if one["need"] == "by_promise"],
    }
    return [one | papers for one in small()["examples"]]


def accepted(session: Session, *, now: datetime = TUESDAY, **wishes: Any) -> Case:  # noqa: ANN401
    """Return such an application that was accepted."""
    case = sent(session, **wishes)
    do(session, case, "accept", "accept", by=clerk(session), now=now)
    return case


def approved(session: Session, *, now: datetime = WEDNESDAY, **wishes: Any) -> Case:  # noqa: ANN401
    """Return such an application that was approved, without a paper to follow."""
    case = accepted(session, **{"follows": (), **wishes})
    do(session, case, "decide", "approve", by=decider(session), now=now)
    return case


def do(
    session: Session, case: Case, key: str, action: str, *, by: User, now: datetime = WEDNESDAY
) -> None:
    """Do the open task ``key`` of the case."""
    tasks.do(
        session, case, service_of(case.service_version), open_task(session, case, key),
        Action(action), by=by, reason="A reason.", now=now,
    )  # fmt: skip
    session.commit()


def clerk(session: Session) -> User:
    return make_user(session, role=Role.CLERK, posts={"window": "clerk"})


def decider(session: Session) -> User:
    return make_user(session, role=Role.SUPERVISOR, posts={"market": "supervisor"})


def checker(session: Session) -> User:
    return make_user(session, role=Role.REVIEWER, posts={"talent": "reviewer"})


def only(session: Session, case: Case) -> Commitment:
    """Return the one commitment of the case."""
    (found,) = commitments_of(session, case)
    return found


def stored(session: Session, words: str, *, now: datetime = WEDNESDAY) -> StoredFile:
    return files.store(session, io.BytesIO(scan(words)), now=now)


def give(
    session: Session, commitment: Commitment, *words: str, now: datetime = WEDNESDAY
) -> list[Document]:
    """Give a paper as its applicant would; return what is in force for it then."""
    case = commitment.case
    given = [(stored(session, one), f"{one}.png") for one in words or ("page",)]
    service = service_of(case.service_version)
    keeping.give(session, case, service, commitment, given, by=case.applicant, now=now)
    session.commit()
    session.expire(case, ["documents"])
    return [
        one
        for one in case.documents
        if one.material == commitment.material and one.removed_at is None
    ]


def judge(
    session: Session,
    commitment: Commitment,
    found: CommitmentState,
    *,
    by: User,
    now: datetime = WEDNESDAY,
    **more: Any,  # noqa: ANN401 - reason, working_days
) -> None:
    """Say what was found, with a reason and ten working days unless said otherwise."""
    case = commitment.case
    said = {} if found is CommitmentState.KEPT else {"reason": "It was withdrawn.", **more}
    if found is CommitmentState.NOT_KEPT:
        said.setdefault("working_days", 10)
    service = service_of(case.service_version)
    keeping.judge(session, case, service, commitment, found, by=by, now=now, **said)
    session.commit()

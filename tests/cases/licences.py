"""A small licence for tests: accepted at the window, examined and decided by market."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.cases.models import Case
from servicedesk.cases.operations import drafts, submission, tasks
from servicedesk.cases.readiness import readiness
from servicedesk.catalogue import definitions
from servicedesk.catalogue.definition import Action, LetterKind, Service
from servicedesk.catalogue.models import CatalogueEntry, ServiceVersion
from servicedesk.catalogue.queries import service_of
from tests.cases.definitions import TEXT, make_service, make_task
from tests.cases.factories import open_task
from tests.factories import MONDAY_MORNING, make_user

_FIELDS = [
    {"key": "matter", "kind": "text", "label": TEXT},
    {"key": "expires_on", "kind": "date", "label": TEXT, "required": False},
]
CLOCK: dict[str, Any] = {
    "starts": "acceptance",
    "legal": {"working_days": 20, "extend": 10, "extend_by": TEXT, "source": "L_ALL"},
    "committed": {"working_days": 10, "source": "OWN"},
    "correction": {"working_days": 5, "deemed_accepted": True, "basis": TEXT, "source": "L_ALL"},
}
RESULT = {"name": TEXT, "validity": TEXT}
WAY = [
    {
        "key": "acceptance",
        "tasks": [
            make_task(
                "accept",
                {
                    "accept": "next",
                    "correct": "applicant",
                    "refuse_acceptance": "end.not_accepted",
                },
                department="window",
                duty="clerk",
            )
        ],
    },
    {
        "key": "review",
        "tasks": [
            make_task(
                "examine",
                {"recommend": "next", "advise_refusal": "next", "correct": "applicant"},
            )
        ],
    },
    {
        "key": "decision",
        "tasks": [
            make_task(
                "decide",
                {"approve": "end.approved", "refuse": "end.refused", "send_back": "review"},
                not_who_did=["examine"],
            )
        ],
    },
]


def make_licence(
    clock: Mapping[str, Any] | None = None,
    result: Mapping[str, Any] | None = None,
    way: Sequence[dict[str, Any]] = WAY,
    **more: object,
) -> Service:
    """Return the definition, with more said of its clock and its result."""
    return make_service(
        list(way),
        **{
            "item_type": "licence",
            "sections": [{"key": "all", "title": TEXT}],
            "pages": [{"key": "only", "section": "all", "title": TEXT, "fields": _FIELDS}],
            "letters": {kind.value: {} for kind in LetterKind},
            "clock": CLOCK | dict(clock or {}),
            "result": RESULT | dict(result or {}),
            **more,
        },
    )


def make_joint() -> Service:
    """Return one on which two authorities decide; the refusal of one of them is final."""
    said = {"en": "It stands by itself.", "zh": "独立有效。"}
    final = {"en": "It is final.", "zh": "为最终决定。"}
    actions = {"confirm": "next", "object": "end.refused"}
    work = make_task(
        "decide_work", actions, not_who_did=["decide_residence"],
        ruling={
            "name": {"en": "Work permit", "zh": "工作许可"},
            "granted": said,
            "remedies": ["reconsideration", "litigation"],
        },
    )  # fmt: skip
    residence = make_task(
        "decide_residence", actions, department="police", not_who_did=["decide_work"],
        ruling={"name": {"en": "Residence permit", "zh": "居留许可"}, "refused": final},
    )  # fmt: skip
    way = [{"key": "decisions", "join": "each", "tasks": [work, residence]}]
    return make_licence().model_copy(update={"stages": make_service(way).stages})


def apply_for(
    session: Session,
    service: Service,
    *,
    now: datetime = MONDAY_MORNING,
    applicant: User | None = None,
    **answers: object,
) -> Case:
    """Return an application for the licence that was sent."""
    person = applicant or make_user(session)
    case = drafts.start(
        session, _version(session, service), service, by=person, enterprise_id=None, now=now
    )
    page = service.pages[0]
    drafts.save_page(session, case, page, {"matter": "样例", **answers}, title="样例", now=now)
    ready = readiness(session, case, service, now=now)
    submission.submit(session, case, service, ready, by=person, now=now)
    session.commit()
    return case


def officer(session: Session, **posts: str) -> User:
    """Return somebody at the window and in market, or with the posts given."""
    role = Role.SUPERVISOR if "supervisor" in posts.values() else Role.REVIEWER
    return make_user(session, role=role, posts=posts or {"window": "clerk", "market": "reviewer"})


def take(
    session: Session,
    case: Case,
    key: str,
    action: str,
    *,
    by: User | None = None,
    now: datetime = MONDAY_MORNING,
) -> User:
    """Do the open task ``key``; return who did it."""
    person = by or officer(session)
    tasks.do(
        session, case, definition(case), open_task(session, case, key), Action(action),
        by=person, reason="A reason.", now=now,
    )  # fmt: skip
    session.commit()
    return person


def definition(case: Case) -> Service:
    """Return the definition that the case is pinned to."""
    return service_of(case.service_version)


def _version(session: Session, service: Service) -> ServiceVersion:
    """Return the version that ``service`` is, in force from now on."""
    digest = definitions.digest(service)
    version = session.scalar(sa.select(ServiceVersion).where(ServiceVersion.digest == digest))
    if version is None:
        last = session.scalar(sa.select(sa.func.max(ServiceVersion.number)))
        version = ServiceVersion(
            code=service.code,
            number=1 + (last or 0),
            definition=definitions.dump(service),
            digest=digest,
            published_at=MONDAY_MORNING,
        )
        session.add(version)
        session.flush()
    entry = session.get(CatalogueEntry, service.code) or CatalogueEntry(code=service.code)
    entry.current_id = version.id
    entry.audience, entry.topics, entry.grams = service.audience, [], []
    entry.name_en, entry.name_zh, entry.name_pinyin = service.name.en, service.name.zh, ""
    session.add(entry)
    return version

"""A small service that asks for files on its page: one of the applicant, some of each owner."""

import copy
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from servicedesk.accounts.models import User
from servicedesk.cases import examples, queries
from servicedesk.cases.models import Case
from servicedesk.cases.operations import submission
from servicedesk.cases.readiness import readiness
from servicedesk.catalogue.models import ServiceVersion
from servicedesk.catalogue.queries import service_of
from tests.cases.factories import fill_in
from tests.catalogue.factories import publish, small, text
from tests.conftest import Browser
from tests.factories import MONDAY_MORNING, make_user
from tests.files.factories import pdf

ID_PAPER = {
    "key": "id_paper", "kind": "files", "label": text("Identity paper", "身份证明"),
    "help": text("Both sides.", "正反面。"),
}  # fmt: skip
OWNERS: dict[str, Any] = {
    "key": "owners", "kind": "group", "label": text("Owners", "股东名单"),
    "item": text("owner", "股东"), "title": ["name"],
    "fields": [
        {"key": "name", "kind": "text", "label": text("Name", "姓名")},
        {"key": "paper", "kind": "files", "max_files": 2, "label": text("Paper", "证明")},
    ],
}  # fmt: skip
ANSWERS: dict[str, Any] = {
    "full_name": "Lin Qiao",
    "kind": "own",
    "id_paper": ["Passport of Lin Qiao"],
    "owners": [
        {"name": "林乔", "paper": ["Identity card of Lin Qiao, front", "The same, back"]},
        {"name": "周例", "paper": ["Passport of Zhou Li"]},
    ],
}
GOOD = {"f_full_name": "Lin Qiao", "f_kind": "own"}
ONE, OTHER = pdf(1), pdf(2)


def with_files(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a definition that is in order but for ``changes``."""
    whole = small(materials=[], **changes)
    whole["pages"][0]["fields"] += copy.deepcopy([ID_PAPER, OWNERS])
    for example in whole["examples"]:
        example |= {"materials": [], "answers": ANSWERS}
    first = whole["examples"][0]["steps"]
    first[0][2] = {"correct": ["id_paper"]}
    first[1][2] = {"answers": {"id_paper": [f"Passport of Lin Qiao{examples.MENDED}"]}}
    return whole


def published(session: Session) -> ServiceVersion:
    return publish(session, **with_files())


def draft(session: Session, *, applicant: User | None = None) -> Case:
    """Return a draft with an answer to everything."""
    version = published(session)
    service = service_of(version)
    case = examples.prepare(
        session, version, service, service.examples[0],
        applicant=applicant or make_user(session, name="Lin Qiao"), now=MONDAY_MORNING,
    )  # fmt: skip
    session.commit()
    return case


def empty_draft(session: Session, browser: Browser) -> Case:
    """Return a draft of who sits at ``browser``, without an answer."""
    published(session)
    browser.sign_in(make_user(session))
    browser.post("/services/T_SMALL/start", data={"request_key": "a" * 24})
    return session.scalars(sa.select(Case).order_by(Case.id)).all()[-1]


def send(session: Session, case: Case) -> None:
    service = service_of(case.service_version)
    ready = readiness(session, case, service, now=MONDAY_MORNING)
    submission.submit(session, case, service, ready, by=case.applicant, now=MONDAY_MORNING)
    session.commit()


def path(case: Case) -> str:
    return f"/cases/{case.reference}/person"


def give(browser: Browser, case: Case, data: Mapping[str, Any] = {}, **files: Any) -> TestResponse:  # noqa: ANN401
    """Open the page and send it with ``files``: names of inputs, contents or (name, content)."""
    sent = {name: [_upload(one) for one in _several(given)] for name, given in files.items()}
    return fill_in(browser, path(case), {**data, **sent})


def cards(*names: str) -> dict[str, str]:
    """Return what the cards of owners with these names send, without their files."""
    return {f"f_owners-{at}-f_name": name for at, name in enumerate(names)}


def in_force(session: Session, case: Case) -> list[tuple[str, str]]:
    """Return the place and name of each document that counts."""
    return [(one.material, one.name) for one in queries.documents_in_force(session, case)]


def _several(given: Any) -> Sequence[Any]:  # noqa: ANN401
    return given if isinstance(given, list) else [given]


def _upload(given: bytes | tuple[str, bytes]) -> tuple[BytesIO, str]:
    name, content = given if isinstance(given, tuple) else ("passport.pdf", given)
    return BytesIO(content), name

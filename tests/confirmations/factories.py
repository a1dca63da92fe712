"""Applications whose people have not confirmed yet, and what they do about it."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.cases import examples, gates
from servicedesk.cases.models import Case
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.queries import service_of
from servicedesk.confirmations import operations, queries
from servicedesk.confirmations.models import ConfirmationRequest
from servicedesk.confirmations.queries import Row
from servicedesk.confirmations.texts import confirmable
from tests.cases.factories import published
from tests.conftest import Browser
from tests.factories import make_user
from tests.notices.factories import deliver_all, mails, text_of

WEEKS = timedelta(days=14)
# Who is named in the first example of E_SET_LLC, in the order of the form.
LIN, ZHOU, SONG, CHEN = "林乔", "周若谷", "宋知微", "陈一禾"
PEOPLE = (LIN, ZHOU, SONG, CHEN)
EMAILS = {LIN: "lin", ZHOU: "zhou", SONG: "song", CHEN: "chen"}


def draft(
    session: Session,
    code: str = "E_SET_LLC",
    *,
    example: int = 0,
    applicant: User | None = None,
    papers: Sequence[str] = (),
    **answers: object,
) -> Case:
    """Return an example's application, filled in; nobody was asked to confirm it."""
    version, service = published(session, code)
    chosen = service.examples[example]
    given = {"answers": chosen.answers | answers, "materials": (*chosen.materials, *papers)}
    changed = chosen.model_copy(update=given)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gates, "GATES", [])
        case = examples.prepare(
            session, version, service, changed,
            applicant=applicant or make_user(session), now=clock.now(),
        )  # fmt: skip
    session.commit()
    return case


def rows(session: Session, case: Case) -> dict[str, Row]:
    """Return who has to confirm, by name."""
    session.expire_all()
    found = queries.rows(session, case, service_of(case.service_version))
    return {one.person.name: one for one in found}


def confirmed(session: Session, case: Case) -> list[str]:
    """Return the names of those who have confirmed what the application says of them now."""
    return [name for name, row in rows(session, case).items() if row.is_confirmed]


def all_confirm(session: Session, case: Case, names: Sequence[str] = PEOPLE) -> None:
    """Let people confirm, by the operations, without links and codes."""
    service = service_of(case.service_version)
    for name in names:
        operations.ask(session, case, rows(session, case)[name].person)
        row = rows(session, case)[name]
        operations.confirm(
            session, case, row, confirmable(service, row.person, "zh", {}),
            seen=row.person.digest, now=clock.now(),
        )  # fmt: skip
    session.commit()


def invite(session: Session, case: Case, name: str, *, language: str = "en") -> ConfirmationRequest:
    """Send somebody their link."""
    person = rows(session, case)[name].person
    asked = operations.invite(
        session, case, service_of(case.service_version), person,
        email=f"{EMAILS.get(name, 'somebody')}@example.org", language=language,
        representative="张代表" if person.is_organisation else "",
        by=case.applicant, now=clock.now(), kept=WEEKS,
    )  # fmt: skip
    session.commit()
    return asked


def link_of(session: Session, case: Case, name: str) -> str:
    """Return the address of somebody's personal page."""
    asked = rows(session, case)[name].request
    assert asked is not None
    return f"/confirm/{asked.sealed['secret']}"


def enter(app: Flask, session: Session, phone: Browser, link: str) -> None:
    """Have the code mailed, and give it."""
    assert phone.post(f"{link}/ask").status_code == 303
    code = last_code(app, session)
    assert phone.post(f"{link}/code", data={"code": code}).status_code == 303


def last_code(app: Flask, session: Session) -> str:
    """Return the code that was mailed last."""
    with app.app_context():
        deliver_all(app, session)
    found = [
        match[1]
        for mail in mails(app)
        if (match := re.search(r"^(\d{6})\s*$", text_of(mail), re.MULTILINE))
    ]
    return found[-1]


def say_yes(phone: Browser, link: str) -> int:
    """Read the page and confirm what it shows; return the status of the answer."""
    return phone.post(f"{link}/data", data={"seen": seen_on(phone, f"{link}/data")}).status_code


def seen_on(phone: Browser, path: str) -> str:
    """Return what the page says of the state it shows."""
    return (
        phone.get(path).text.partition('name="seen"')[2].partition('value="')[2].partition('"')[0]
    )


def change(session: Session, case: Case, **answers: Any) -> None:  # noqa: ANN401 - any JSON
    """Change answers of the draft, as its form does in the end."""
    case.answers = {**case.answers, **answers}
    session.commit()


def with_entry(
    answers: Mapping[str, Any], group: str, at: int, **said: object
) -> list[dict[str, Any]]:
    """Return the cards of a group, one of them changed."""
    cards = [dict(card) for card in answers[group]]
    cards[at] |= said
    return cards


def service(session: Session, code: str = "E_SET_LLC") -> Service:
    """Return a definition."""
    return published(session, code)[1]


def requests(session: Session) -> Sequence[ConfirmationRequest]:
    """Return all requests there are."""
    return session.scalars(sa.select(ConfirmationRequest)).all()


def everybody_confirms(session: Session, case: Case) -> None:
    """Let all who have not yet confirm what the application says of them now."""
    names = [name for name, row in rows(session, case).items() if not row.is_confirmed]
    all_confirm(session, case, names)

"""What the desk knows is filled in with its source, and never over an answer."""

from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases import examples, known
from servicedesk.cases.models import Case
from servicedesk.catalogue.queries import service_of
from tests.catalogue.factories import SMALL, publish, text
from tests.conftest import Browser
from tests.factories import MONDAY_MORNING, make_user

ASKED = {
    "key": "phone",
    "kind": "phone",
    "label": text("Telephone", "电话"),
    "prefill": ["enterprise.name", "earlier"],
}


def _pages() -> list[dict[str, Any]]:
    first, *rest = SMALL["pages"]
    named = {**first["fields"][0], "prefill": "person.name"}
    return [{**first, "fields": [named, *first["fields"][1:], ASKED]}, *rest]


def _begun(session: Session, person: User, answers: dict[str, Any]) -> Case:
    told = [
        {**one, "answers": {**one["answers"], "phone": "+8613800000101"}}
        for one in SMALL["examples"]
    ]
    version = publish(session, pages=_pages(), examples=told)
    service = service_of(version)
    example = service.examples[1].model_copy(update={"answers": answers, "materials": ()})
    case = examples.prepare(
        session, version, service, example, applicant=person, now=MONDAY_MORNING
    )
    session.commit()
    return case


def test_the_account_and_an_earlier_application_are_asked(app: Flask, session: Session) -> None:
    person = make_user(session, name="Lin Qiao")
    with app.app_context():
        sent = _begun(session, person, {"full_name": "Lin", "phone": "+8613800000102"})
        sent.submitted_at = MONDAY_MORNING
        session.commit()
        case = _begun(session, person, {})
        page = service_of(case.service_version).pages[0]
        found = known.found(session, case, page, person)

    assert {key: one.answer for key, one in found.items()} == {
        "full_name": "Lin Qiao",
        "phone": "+8613800000102",
    }
    assert str(found["full_name"].source) == "From your account"
    assert str(found["phone"].source) == f"From your application {sent.reference}"


def test_an_answer_stays_as_it_is(app: Flask, session: Session) -> None:
    person = make_user(session, name="Lin Qiao")
    with app.app_context():
        case = _begun(session, person, {"full_name": "Lin"})
        page = service_of(case.service_version).pages[0]
        assert "full_name" not in known.found(session, case, page, person)


def test_a_strangers_application_is_never_asked(app: Flask, session: Session) -> None:
    with app.app_context():
        theirs = _begun(session, make_user(session), {"phone": "+8613800000102"})
        theirs.submitted_at = MONDAY_MORNING
        session.commit()
        person = make_user(session)
        case = _begun(session, person, {})
        page = service_of(case.service_version).pages[0]
        assert "phone" not in known.found(session, case, page, person)


def test_the_page_says_where_it_knows_it_from(
    app: Flask, session: Session, browser: Browser
) -> None:
    person = make_user(session, name="Lin Qiao")
    with app.app_context():
        case = _begun(session, person, {})
    browser.sign_in(person)
    page = browser.get(f"/cases/{case.reference}/person").text
    assert 'value="Lin Qiao"' in page
    assert "From your account" in page

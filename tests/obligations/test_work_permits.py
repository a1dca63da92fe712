"""Permits of people at an enterprise: known from what was granted here, told without a name."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.cases.advice import ADVICE
from servicedesk.cases.models import Case
from servicedesk.cases.operations import drafts
from servicedesk.enterprises.models import Enterprise
from servicedesk.obligations import queries
from servicedesk.obligations.duties import Obligation, prefill
from servicedesk.obligations.duty_kinds import Kind
from servicedesk.obligations.known import known_of
from tests.cases.factories import make_case, published
from tests.conftest import Browser
from tests.enterprises.members import add_member
from tests.obligations.factories import NOW, TODAY, enter


@pytest.fixture
def enterprise(session: Session) -> Enterprise:
    return enter(session, {"annual_report_2025": {"year": 2025}})


def grant(session: Session, enterprise: Enterprise, code: str = "WP_NEW_ABROAD") -> Case:
    """Let the enterprise have an application of somebody at it, approved; the first example."""
    case = make_case(session, code, steps=99)
    values = {"enterprise_id": enterprise.id, "for_enterprise": True}
    session.execute(sa.update(Case).where(Case.id == case.id).values(values))
    session.commit()
    session.expire_all()
    return case


def permits(session: Session, enterprise: Enterprise, day: date = TODAY) -> list[Obligation]:
    owed = queries.owed_by(session, [enterprise], today=day)[enterprise.id]
    return [one for one in owed if one.kind is Kind.WORK_PERMIT]


def test_it_is_to_be_extended_thirty_days_before_it_ends(
    session: Session, enterprise: Enterprise
) -> None:
    case = grant(session, enterprise)
    until = known_of(session, [enterprise])[enterprise.id].permits[Kind.WORK_PERMIT][0].until

    found = permits(session, enterprise, until)

    assert [(one.subject, one.due_on) for one in found] == [
        (case.reference, until - timedelta(days=30))
    ]
    assert case.answers["full_name"] not in str(found[0])
    (over,) = permits(session, enterprise, until + timedelta(days=1))
    assert over.left(until + timedelta(days=1)) < 0


def test_a_later_permit_of_the_same_person_takes_its_place(
    session: Session, enterprise: Enterprise
) -> None:
    grant(session, enterprise)
    second = grant(session, enterprise)

    assert [one.subject for one in permits(session, enterprise)] == [second.reference]


def test_a_permit_that_was_cancelled_is_none(session: Session, enterprise: Enterprise) -> None:
    first, cancelled = grant(session, enterprise), grant(session, enterprise, "WP_CAN")
    before = len(permits(session, enterprise))
    cancelled.closed_at = NOW + timedelta(days=365)  # after the permit was granted
    cancelled.answers = cancelled.answers | {"full_name": first.answers["full_name"].lower()}
    session.commit()

    assert before == 1
    assert permits(session, enterprise) == []


def test_one_of_another_enterprise_is_not_theirs(session: Session, enterprise: Enterprise) -> None:
    grant(session, enter(session))

    assert permits(session, enterprise) == []


def test_a_residence_permit_is_known_too(session: Session, enterprise: Enterprise) -> None:
    case = grant(session, enterprise, "RP_WORK")

    owed = queries.owed_by(session, [enterprise], today=TODAY)[enterprise.id]

    (found,) = [one for one in owed if one.kind is Kind.RESIDENCE_PERMIT]
    assert found.subject == case.reference
    assert prefill(found)["full_name"] == case.answers["full_name"]


def test_what_granted_it_is_linked_and_its_person_filled_in(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    case = grant(session, enterprise)
    browser.sign_in(add_member(session, enterprise.id))
    path = f"/enterprises/{enterprise.id}/obligations"

    assert f'href="/cases/{case.reference}"' in browser.get(path).text
    data = {"kind": "work_permit", "subject": case.reference}
    begun = browser.post(f"{path}/start", data=data).headers["Location"].rsplit("/", 1)[1]

    draft = session.scalars(sa.select(Case).where(Case.reference == begun)).one()
    brought = draft.answers[ADVICE]["answers"]
    assert brought["full_name"] == case.answers["full_name"]
    assert brought["birth_date"] == case.answers["birth_date"]


def test_an_application_for_one_person_is_not_that_for_another(
    session: Session, enterprise: Enterprise
) -> None:
    grant(session, enterprise)
    (found,) = permits(session, enterprise)
    version, service = published(session, found.service)
    person = add_member(session, enterprise.id)
    draft = drafts.start(session, version, service, by=person, enterprise_id=enterprise.id, now=NOW)
    session.commit()
    assert queries.applications_for(session, enterprise.id, [found]) == {}

    draft.answers = prefill(found)
    session.commit()
    assert queries.applications_for(session, enterprise.id, [found]) == {found.key: draft.reference}

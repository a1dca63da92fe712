"""Mandates: given to a person or an enterprise, extended, revoked, told of before they end."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.enterprises.member_roles import MemberRole
from servicedesk.enterprises.models import Enterprise, Mandate
from servicedesk.enterprises.queries.register import get_enterprise
from servicedesk.extensions import db
from servicedesk.members.operations import mandates
from servicedesk.notices.mails import compose
from servicedesk.notices.models import Notice
from servicedesk.park import local_day
from tests.cases.factories import published
from tests.conftest import Browser
from tests.enterprises.members import add_member, give_mandate, make_enterprise
from tests.factories import make_user
from tests.members.test_members import kinds, link_in_last_mail


@pytest.fixture
def enterprise(session: Session) -> Enterprise:
    return make_enterprise(session)


@pytest.fixture
def owner(session: Session, browser: Browser, enterprise: Enterprise) -> None:
    browser.sign_in(add_member(session, enterprise.id, role=MemberRole.OWNER))


def terms(
    agent: str, *services: str, acts: str = "prepare", days: int = 100, begins: int = 0
) -> dict[str, object]:
    today = local_day(clock.now())
    return {
        "agent": agent,
        "services": list(services),
        "acts": acts,
        **boxes("first_day", today + timedelta(days=begins)),
        **boxes("last_day", today + timedelta(days=days)),
    }


def boxes(name: str, day: date) -> dict[str, str]:
    return {f"{name}-y": str(day.year), f"{name}-m": str(day.month), f"{name}-d": str(day.day)}


def sent(session: Session) -> list[tuple[str, str]]:
    session.expire_all()
    found = session.scalars(sa.select(Notice).order_by(Notice.id))
    return [(one.kind, one.address) for one in found]


@pytest.mark.usefixtures("owner")
def test_a_person_is_mandated_by_mail_once_they_accept(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    agent = make_user(session)
    path = f"/enterprises/{enterprise.id}/mandates/new"
    assert browser.get(path).status_code == 200

    assert browser.post(path, data=terms(agent.email, "E_CHG_NAME")).status_code == 303

    assert session.scalar(sa.select(sa.func.count()).select_from(Mandate)) == 0
    link = link_in_last_mail(session)
    browser.sign_in(agent)
    assert published(session, "E_CHG_NAME")[1].name.en in browser.get(link).text
    assert browser.post(link).status_code == 303
    given = session.scalars(sa.select(Mandate)).one()
    assert (given.user_id, given.services, given.may_send) == (agent.id, ["E_CHG_NAME"], False)
    assert sent(session)[-1] == ("mandate_granted", agent.email)
    page = browser.get("/enterprises").text
    assert enterprise.name in page
    assert "100 days left" in page
    today = local_day(clock.now())
    seen = get_enterprise(session, enterprise.id, visible_to=agent, today=today)
    assert seen.id == enterprise.id
    assert browser.get(f"/enterprises/{enterprise.id}/members").status_code == 404


@pytest.mark.usefixtures("owner")
def test_an_enterprise_is_mandated_by_its_code_at_once(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    agency = make_enterprise(session, "Agency Ltd")
    boss = add_member(session, agency.id, role=MemberRole.OWNER)
    clerk = add_member(session, agency.id, role=MemberRole.PREPARER)
    path = f"/enterprises/{enterprise.id}/mandates/new"

    answer = browser.post(path, data=terms(agency.credit_code, acts="send"))

    assert answer.status_code == 303
    assert ("mandate_granted", boss.email) in sent(session)
    assert browser.post(path, data=terms(agency.credit_code)).status_code == 409
    browser.sign_in(clerk)
    assert "through Agency Ltd" in browser.get("/enterprises").text


@pytest.mark.usefixtures("owner")
@pytest.mark.parametrize(
    "wrong",
    [
        terms("nobody"),
        terms("911100000000000000"),
        terms("91110114MA00000000"),
        terms("a@example.org", days=365),
        terms("a@example.org", begins=-1),
        terms("a@example.org", days=3, begins=4),
        terms("a@example.org", "NO_SUCH_SERVICE"),
        terms("a@example.org", acts="everything"),
    ],
)
def test_a_mandate_beyond_the_limits_is_asked_again(
    session: Session, browser: Browser, enterprise: Enterprise, wrong: dict[str, object]
) -> None:
    path = f"/enterprises/{enterprise.id}/mandates/new"

    assert browser.post(path, data=wrong).status_code == 422
    assert sent(session) == []


@pytest.mark.usefixtures("owner")
def test_a_mandate_is_extended_and_revoked_by_version(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    given = give_mandate(session, enterprise.id, days=5, may_send=True)
    path = f"/enterprises/{enterprise.id}/mandates/{given.id}"
    today = local_day(clock.now())

    def extend(days: int, version: int) -> int:
        data = {"version": str(version), **boxes("last_day", today + timedelta(days=days))}
        return browser.post(f"{path}/extend", data=data).status_code

    assert browser.get(path).status_code == 200
    assert extend(365, 1) == 422
    assert extend(200, 1) == 303
    assert extend(100, 1) == 409
    assert browser.post(f"{path}/revoke", data={"version": "1"}).status_code == 409
    assert browser.post(f"{path}/revoke", data={"version": "2"}).status_code == 303
    assert browser.post(f"{path}/revoke", data={"version": "3"}).status_code == 409
    assert session.get_one(Mandate, given.id).revoked_at is not None
    assert [kind for kind, _ in sent(session)] == ["mandate_granted", "mandate_revoked"]
    assert kinds(session, enterprise.id)[1:] == [
        "mandate_granted",
        "mandate_extended",
        "mandate_revoked",
    ]


def test_an_agent_gives_a_mandate_up_and_the_owners_are_told(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    owner = add_member(session, enterprise.id, role=MemberRole.OWNER)
    agent = make_user(session)
    given = give_mandate(session, enterprise.id, agent)
    path = f"/enterprises/{enterprise.id}/mandates/{given.id}/give-up"
    browser.sign_in(agent)

    assert path in browser.get("/enterprises").text
    assert enterprise.name in browser.get(path).text
    assert browser.post(path, data={"version": "9"}).status_code == 409
    assert browser.post(path, data={"version": "1"}).status_code == 303
    assert browser.post(path, data={"version": "2"}).status_code == 409

    session.expire_all()
    assert session.get_one(Mandate, given.id).revoked_at is not None
    assert sent(session)[-1] == ("mandate_given_up", owner.email)
    assert kinds(session, enterprise.id)[-1] == "mandate_given_up"
    assert enterprise.name not in browser.get("/enterprises").text


@pytest.mark.parametrize(
    ("role", "status"),
    [(MemberRole.OWNER, 200), (MemberRole.OFFICER, 404), (MemberRole.VIEWER, 404), (None, 404)],
)
def test_only_an_owner_gives_up_what_an_agency_holds(
    session: Session,
    browser: Browser,
    enterprise: Enterprise,
    role: MemberRole | None,
    status: int,
) -> None:
    agency = make_enterprise(session)
    given = give_mandate(session, enterprise.id, agency_id=agency.id)
    somebody = make_user(session)
    if role:
        add_member(session, agency.id, somebody, role=role)
    path = f"/enterprises/{enterprise.id}/mandates/{given.id}/give-up"
    browser.sign_in(somebody)

    assert browser.get(path).status_code == status
    assert (path in browser.get("/enterprises").text) is (status == 200)
    assert browser.post(path, data={"version": "1"}).status_code == (303 if status == 200 else 404)


def test_both_sides_are_told_thirty_and_seven_days_before_the_end_once(
    app: Flask, session: Session, enterprise: Enterprise
) -> None:
    owner = add_member(session, enterprise.id, role=MemberRole.OWNER)
    given = give_mandate(session, enterprise.id, days=31)
    now = clock.now()

    told = []
    for day in (0, 1, 2, 24, 25, 31, 32):
        told.append(mandates.tell_of_ends(session, now=now + timedelta(days=day)))
        session.commit()

    assert told == [0, 1, 0, 1, 0, 0, 0]
    agent = given.user
    assert agent is not None
    assert sent(session) == [("mandate_ending", one.email) for one in (agent, owner, agent, owner)]
    with app.test_request_context():
        notice = db.session.scalars(sa.select(Notice)).first()
        assert notice is not None
        assert "ends on" in str(compose(notice, None)["Subject"])


def test_the_table_refuses_two_mandates_of_one_agent_at_once(
    session: Session, enterprise: Enterprise
) -> None:
    agent = make_user(session)
    give_mandate(session, enterprise.id, agent, days=5)

    with pytest.raises(sa.exc.IntegrityError, match="ex_mandates_user_id"):
        give_mandate(session, enterprise.id, agent, days=1)


def test_somebody_elses_mandate_is_not_there(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    other = make_enterprise(session, "Another Ltd")
    given = give_mandate(session, other.id)
    browser.sign_in(add_member(session, enterprise.id, role=MemberRole.OWNER))

    for number in (other.id, enterprise.id):
        path = f"/enterprises/{number}/mandates/{given.id}"
        assert browser.get(path).status_code == 404
        assert browser.post(f"{path}/revoke", data={"version": "1"}).status_code == 404

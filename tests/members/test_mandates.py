"""Mandates: given to a person or an enterprise, extended, revoked, told of before they end."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.cases import acting
from servicedesk.cases.models import Case, CasePerson
from servicedesk.cases.operations import drafts
from servicedesk.catalogue.definition import Audience
from servicedesk.catalogue.models import CatalogueEntry
from servicedesk.enterprises.member_roles import Act, MemberRole
from servicedesk.enterprises.models import Enterprise, EnterpriseState, Mandate
from servicedesk.enterprises.queries import members
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


def helped(session: Session, enterprise: Enterprise, person: User) -> Case:
    """Begin an application of the enterprise in which the person helps."""
    version, service = published(session, "E_CHG_NAME")
    owner = add_member(session, enterprise.id, role=MemberRole.OWNER)
    case = drafts.start(
        session, version, service, by=owner, enterprise_id=enterprise.id, now=clock.now()
    )
    session.add(CasePerson(case=case, user=person, capacity="agent"))
    session.commit()
    return case


def acts(session: Session, person: User, case: Case) -> frozenset[Act]:
    session.expire_all()
    return acting.acts_in(session, person, case, now=clock.now())


@pytest.mark.parametrize("through_agency", [False, True])
def test_whose_mandate_is_revoked_helps_in_no_application_any_more(
    session: Session, enterprise: Enterprise, *, through_agency: bool
) -> None:
    agency, agent = make_enterprise(session, "Agency Ltd"), make_user(session)
    add_member(session, agency.id, agent)
    given = (
        give_mandate(session, enterprise.id, agency_id=agency.id)
        if through_agency
        else give_mandate(session, enterprise.id, agent)
    )
    case = helped(session, enterprise, agent)
    assert Act.SEND in acts(session, agent, case)

    mandates.revoke(session, given, version=1, by=case.applicant, now=clock.now())
    session.commit()

    assert acts(session, agent, case) == frozenset()


def test_whose_mandate_has_ended_helps_no_more_unless_it_was_given_anew(
    session: Session, enterprise: Enterprise
) -> None:
    gone, renewed = make_user(session), make_user(session)
    give_mandate(session, enterprise.id, gone, days=-1)
    give_mandate(session, enterprise.id, renewed, days=-1)
    give_mandate(session, enterprise.id, renewed, began=0)
    cases = [helped(session, enterprise, one) for one in (gone, renewed)]

    assert [mandates.end_help(session, now=clock.now()) for _ in range(2)] == [2, 0]
    session.commit()

    assert acts(session, gone, cases[0]) == frozenset()
    assert Act.SEND in acts(session, renewed, cases[1])


@pytest.mark.usefixtures("owner")
def test_an_enterprise_that_has_ended_is_nobodys_agent(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    agency = make_enterprise(session, "Agency Ltd")
    officer = add_member(session, agency.id)
    give_mandate(session, enterprise.id, agency_id=agency.id, may_send=True, days=10)
    today = local_day(clock.now())
    assert members.acts_in(session, officer, enterprise.id, None, today=today)

    agency.state = EnterpriseState.DEREGISTERED
    session.commit()

    assert not members.acts_in(session, officer, enterprise.id, None, today=today)
    path = f"/enterprises/{enterprise.id}/mandates/new"
    answer = browser.post(path, data=terms(agency.credit_code, begins=20))
    assert answer.status_code == 422
    assert "deregistered and acts for nobody" in answer.text


def test_all_services_for_enterprises_are_those_that_persons_may_have_too(
    session: Session, enterprise: Enterprise
) -> None:
    for code in ("E_CHG_NAME", "WP_EXT"):
        published(session, code)
    agent = make_user(session)
    give_mandate(session, enterprise.id, agent)
    query = sa.select(CatalogueEntry.code).where(members.covers(CatalogueEntry.code))
    audiences = {one.code: one.audience for one in session.scalars(sa.select(CatalogueEntry))}

    covered = set(session.scalars(query.join(Mandate, sa.true())))

    wanted = {Audience.ENTERPRISE, Audience.BOTH}
    assert covered == {code for code, audience in audiences.items() if audience in wanted}
    assert Audience.BOTH in {audiences[code] for code in covered}

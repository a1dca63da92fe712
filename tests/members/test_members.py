"""Members: invited by mail, given roles, leaving; and what they began goes on with others."""

import re

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.permissions import Role
from servicedesk.cases.models import Case, CaseEvent
from servicedesk.cases.operations import drafts
from servicedesk.enterprises.member_models import Invitation, MemberEvent
from servicedesk.enterprises.member_roles import MemberRole
from servicedesk.enterprises.models import Enterprise, Member
from servicedesk.notices.models import Notice
from tests.cases.factories import published
from tests.conftest import Browser
from tests.enterprises.members import add_member, give_mandate, make_enterprise
from tests.factories import make_user


@pytest.fixture
def enterprise(session: Session) -> Enterprise:
    return make_enterprise(session)


def link_in_last_mail(session: Session) -> str:
    session.expire_all()
    notice = session.scalars(sa.select(Notice).order_by(Notice.id.desc())).first()
    assert notice is not None
    return f"/enterprises/join/{notice.facts['secret']['$secret']}"


def role_of(session: Session, enterprise_id: int, user_id: int) -> MemberRole | None:
    session.expire_all()
    found = session.get(Member, (enterprise_id, user_id))
    return found.role if found else None


def kinds(session: Session, enterprise_id: int) -> list[str]:
    query = sa.select(MemberEvent.kind).where(MemberEvent.enterprise_id == enterprise_id)
    return [str(one) for one in session.scalars(query.order_by(MemberEvent.id))]


def test_who_is_invited_by_mail_becomes_a_member_once(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    owner = add_member(session, enterprise.id, role=MemberRole.OWNER)
    invited, other = make_user(session), make_user(session)
    browser.sign_in(owner)
    path = f"/enterprises/{enterprise.id}/members"

    answer = browser.post(f"{path}/invite", data={"email": invited.email, "role": "officer"})

    assert answer.status_code == 303
    assert invited.email in browser.get(path).text
    link = link_in_last_mail(session)
    browser.sign_in(other)
    refused = browser.get(link)
    assert refused.status_code == 403
    assert "sent to another e-mail address" in refused.text
    assert browser.post(link).status_code == 403
    browser.sign_in(invited)
    assert enterprise.name in browser.get(link).text
    assert browser.post(link).status_code == 303
    assert role_of(session, enterprise.id, invited.id) is MemberRole.OFFICER
    assert browser.post(link).status_code == 409
    assert kinds(session, enterprise.id) == ["joined", "invited", "joined"]


def test_a_stranger_with_the_link_is_asked_to_sign_in_and_comes_back(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    browser.sign_in(add_member(session, enterprise.id, role=MemberRole.OWNER))
    data = {"email": "new@example.org", "role": "viewer"}
    browser.post(f"/enterprises/{enterprise.id}/members/invite", data=data)
    link = link_in_last_mail(session)
    browser.sign_out()

    answer = browser.get(link)

    assert answer.status_code == 303
    assert link.rpartition("/")[2] in answer.location


@pytest.mark.parametrize(
    ("whom", "status"),
    [
        ((MemberRole.OWNER, "owner"), 303),
        ((MemberRole.OFFICER, "preparer"), 303),
        ((MemberRole.OFFICER, "officer"), 422),
        ((MemberRole.PREPARER, "viewer"), 403),
        ((MemberRole.VIEWER, "viewer"), 403),
    ],
)
def test_each_role_invites_up_to_what_it_may(
    session: Session,
    browser: Browser,
    enterprise: Enterprise,
    whom: tuple[MemberRole, str],
    status: int,
) -> None:
    role, wanted = whom
    browser.sign_in(add_member(session, enterprise.id, role=role))

    data = {"email": "someone@example.org", "role": wanted}
    answer = browser.post(f"/enterprises/{enterprise.id}/members/invite", data=data)

    assert answer.status_code == status


def test_an_invitation_can_be_taken_back(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    owner, invited = add_member(session, enterprise.id, role=MemberRole.OWNER), make_user(session)
    browser.sign_in(owner)
    path = f"/enterprises/{enterprise.id}"
    data = {"email": invited.email, "role": "viewer"}
    browser.post(f"{path}/members/invite", data=data)
    assert browser.post(f"{path}/members/invite", data=data).status_code == 409
    link = link_in_last_mail(session)
    number = session.scalar(sa.select(Invitation.id))

    assert browser.post(f"{path}/invitations/{number}/withdraw").status_code == 303

    browser.sign_in(invited)
    assert browser.get(link).status_code == 409
    assert browser.post(link).status_code == 409


def test_a_role_changes_by_version_and_the_last_owner_stays(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    owner = add_member(session, enterprise.id, role=MemberRole.OWNER)
    viewer = add_member(session, enterprise.id, role=MemberRole.VIEWER)
    browser.sign_in(owner)
    path = f"/enterprises/{enterprise.id}/members"

    def change(user_id: int, role: str, version: int) -> int:
        data = {"role": role, "version": str(version)}
        return browser.post(f"{path}/{user_id}/role", data=data).status_code

    assert change(viewer.id, "preparer", 1) == 303
    assert change(viewer.id, "officer", 1) == 409  # somebody changed it since
    assert role_of(session, enterprise.id, viewer.id) is MemberRole.PREPARER
    assert change(owner.id, "viewer", 1) == 409
    assert browser.post(f"{path}/{owner.id}/end", data={"version": "1"}).status_code == 409
    assert role_of(session, enterprise.id, owner.id) is MemberRole.OWNER
    browser.sign_in(viewer)
    assert change(owner.id, "viewer", 1) == 403


def test_open_applications_go_on_with_another_when_somebody_leaves(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    owner = add_member(session, enterprise.id, role=MemberRole.OWNER)
    leaving = add_member(session, enterprise.id, role=MemberRole.OFFICER)
    version, service = published(session, "E_CHG_NAME")
    case = drafts.start(
        session, version, service, by=leaving, enterprise_id=enterprise.id, now=clock.now()
    )
    session.commit()
    browser.sign_in(owner)
    path = f"/enterprises/{enterprise.id}/members/{leaving.id}/end"

    without = browser.post(path, data={"version": "1"})
    assert without.status_code == 422
    assert "Choose who goes on" in without.text
    answer = browser.post(path, data={"version": "1", "heir": str(owner.id)})

    assert answer.status_code == 303
    session.expire_all()
    assert session.get_one(Case, case.id).applicant_id == owner.id
    assert "handed_on" in set(session.scalars(sa.select(CaseEvent.kind)))
    assert role_of(session, enterprise.id, leaving.id) is None
    assert "1 application handed on" in browser.get(f"/enterprises/{enterprise.id}/members").text
    browser.sign_in(leaving)
    assert browser.get(f"/cases/{case.reference}").status_code == 404
    assert browser.get(f"/enterprises/{enterprise.id}").status_code == 404


def test_the_agent_who_set_it_up_invites_the_first_owner_and_nobody_else(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    agent = make_user(session)
    give_mandate(session, enterprise.id, agent, may_send=True)
    browser.sign_in(agent)
    path = f"/enterprises/{enterprise.id}/members"

    assert "invite its first owner" in browser.get(path).text
    bad = browser.post(f"{path}/invite", data={"email": "a@example.org", "role": "viewer"})
    assert bad.status_code == 422
    good = browser.post(f"{path}/invite", data={"email": "a@example.org", "role": "owner"})
    assert good.status_code == 303
    add_member(session, enterprise.id, role=MemberRole.OWNER)
    assert browser.get(path).status_code == 404


@pytest.mark.parametrize(
    "change", ["UPDATE member_events SET at = now()", "DELETE FROM member_events"]
)
def test_what_was_done_cannot_be_changed(
    session: Session, enterprise: Enterprise, change: str
) -> None:
    add_member(session, enterprise.id)

    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        session.execute(sa.text(change))


def test_a_role_is_chosen_from_those_offered(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    browser.sign_in(add_member(session, enterprise.id, role=MemberRole.OFFICER))

    page = browser.get(f"/enterprises/{enterprise.id}/members").text

    assert re.findall(r'name="role"[^>]*value="(\w+)"', page) == ["preparer", "viewer"]


def invite(browser: Browser, enterprise: Enterprise, email: str, role: str) -> None:
    data = {"email": email, "role": role}
    path = f"/enterprises/{enterprise.id}/members/invite"
    assert browser.post(path, data=data).status_code == 303


def test_who_is_demoted_keeps_no_invitation_that_they_could_not_send_any_more(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    keeper, leaver = (add_member(session, enterprise.id, role=MemberRole.OWNER) for _ in range(2))
    second, third = make_user(session), make_user(session)
    browser.sign_in(leaver)
    invite(browser, enterprise, second.email, "owner")
    link = link_in_last_mail(session)
    invite(browser, enterprise, third.email, "viewer")
    kept = link_in_last_mail(session)
    browser.sign_in(keeper)
    path = f"/enterprises/{enterprise.id}/members/{leaver.id}/role"
    assert browser.post(path, data={"role": "officer", "version": "1"}).status_code == 303

    browser.sign_in(second)
    assert browser.post(link).status_code == 409
    browser.sign_in(third)
    assert browser.post(kept).status_code == 303

    assert role_of(session, enterprise.id, second.id) is None
    assert role_of(session, enterprise.id, third.id) is MemberRole.VIEWER


def test_an_invitation_counts_no_more_than_who_sent_it(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    add_member(session, enterprise.id, role=MemberRole.OWNER)
    sender = add_member(session, enterprise.id, role=MemberRole.OWNER)
    invited = make_user(session)
    browser.sign_in(sender)
    invite(browser, enterprise, invited.email, "officer")
    link = link_in_last_mail(session)
    session.get_one(Member, (enterprise.id, sender.id)).role = MemberRole.OFFICER
    session.commit()

    browser.sign_in(invited)
    assert browser.get(link).status_code == 409
    assert browser.post(link).status_code == 409
    assert role_of(session, enterprise.id, invited.id) is None


def test_who_could_not_send_an_invitation_does_not_take_it_back(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    owner, officer = (
        add_member(session, enterprise.id, role=role)
        for role in (MemberRole.OWNER, MemberRole.OFFICER)
    )
    browser.sign_in(owner)
    invite(browser, enterprise, "owner@example.org", "owner")
    invite(browser, enterprise, "viewer@example.org", "viewer")
    first, second = session.scalars(sa.select(Invitation.id).order_by(Invitation.id))
    path = f"/enterprises/{enterprise.id}"
    browser.sign_in(officer)

    page = browser.get(f"{path}/members").text
    assert f"/invitations/{first}/withdraw" not in page
    assert f"/invitations/{second}/withdraw" in page
    assert browser.post(f"{path}/invitations/{first}/withdraw").status_code == 403
    assert browser.post(f"{path}/invitations/{second}/withdraw").status_code == 303


def test_the_registrar_invites_the_first_owner_of_an_enterprise_that_has_none(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    registrar = make_user(session, role=Role.SUPERVISOR, posts={"market": "supervisor"})
    wrong, invited = make_user(session), make_user(session)
    path = f"/desk/register/{enterprise.credit_code}/first-owner"
    browser.sign_in(registrar)
    assert path in browser.get(f"/enterprises/{enterprise.id}").text
    assert browser.get(path).status_code == 200
    assert browser.post(path, data={"email": invited.email, "reason": " "}).status_code == 422
    data = {"reason": "The licence and an identity card were shown at the counter."}
    links = []
    for person in (wrong, invited):
        given = data | {"email": person.email}
        assert browser.post(path, data=given).status_code == 303
        links.append(link_in_last_mail(session))

    browser.sign_in(wrong)
    assert browser.post(links[0]).status_code == 409
    browser.sign_in(invited)
    assert browser.post(links[1]).status_code == 303

    assert role_of(session, enterprise.id, invited.id) is MemberRole.OWNER
    said = session.scalars(sa.select(MemberEvent).order_by(MemberEvent.id)).all()[-2]
    assert (said.kind, said.actor_id) == ("invited", registrar.id)
    assert said.details["reason"] == data["reason"]
    browser.sign_in(registrar)
    assert path not in browser.get(f"/enterprises/{enterprise.id}").text
    given = data | {"email": wrong.email}
    assert browser.post(path, data=given).status_code == 409


def test_nobody_but_the_registrar_invites_a_first_owner(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    browser.sign_in(make_user(session, role=Role.SUPERVISOR, posts={"window": "supervisor"}))

    data = {"email": "someone@example.org", "reason": "Somebody asked."}
    path = f"/desk/register/{enterprise.credit_code}/first-owner"
    assert browser.post(path, data=data).status_code == 403

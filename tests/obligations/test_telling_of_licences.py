"""Telling that a licence is there, and taking that back: who may, and what stays."""

import re
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, Final

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from servicedesk import integrity
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.enterprises.member_roles import MemberRole
from servicedesk.enterprises.models import Enterprise, EnterpriseState
from servicedesk.errors import Overtaken
from servicedesk.obligations.licences import Licence
from servicedesk.obligations.models import LicenceTelling
from servicedesk.obligations.operations import licences
from tests.conftest import Browser
from tests.enterprises.members import add_member, give_mandate
from tests.enterprises.together import at_once
from tests.factories import make_user
from tests.obligations.factories import NOW, TODAY, change, reckon
from tests.obligations.licensed import LICENCE, REMINDER, enter_licensed, kept, owed, tell

OLD = date(2021, 2, 3)
TYPED: Final[dict[str, str]] = {
    "number": "京 20260001",
    "authority": "北京市药品监督管理局",
    "valid_from-y": "2026", "valid_from-m": "5", "valid_from-d": "1",
    "valid_until-y": "2031", "valid_until-m": "4", "valid_until-d": "30",
    "seen": "0",
}  # fmt: skip
NO_END = {"valid_until-y": "", "valid_until-m": "", "valid_until-d": ""}


@pytest.fixture
def enterprise(session: Session) -> Enterprise:
    return enter_licensed(session)


def address(enterprise: Enterprise, line: str = "BS088") -> str:
    return f"/enterprises/{enterprise.id}/obligations/licences/{line}"


def calendar(browser: Browser, enterprise: Enterprise) -> str:
    return browser.get(f"/enterprises/{enterprise.id}/obligations").text


def said(session: Session) -> list[tuple[int, str | None, int]]:
    session.expire_all()
    query = sa.select(LicenceTelling).order_by(LicenceTelling.seq)
    return [(one.seq, one.number, one.by_id) for one in session.scalars(query)]


@pytest.mark.parametrize("state", [EnterpriseState.REVOKED, EnterpriseState.DEREGISTERED])
def test_who_has_ended_needs_none_and_tells_of_none(
    session: Session, browser: Browser, enterprise: Enterprise, state: EnterpriseState
) -> None:
    browser.sign_in(add_member(session, enterprise.id))
    enterprise.state = state
    session.commit()

    assert owed(session, enterprise) == []
    assert browser.post(address(enterprise), data=TYPED).status_code == 404


def test_an_officer_tells_of_it_and_it_is_due_no_more(
    app: Flask, session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    reckon(session)
    officer = add_member(session, enterprise.id)
    browser.sign_in(officer)
    before = calendar(browser, enterprise)
    form = browser.get(address(enterprise)).text

    answer = browser.post(address(enterprise), data=TYPED | NO_END)
    page = calendar(browser, enterprise)

    assert f'href="{address(enterprise)}">Tell us of the licence' in before
    assert "drug production licence" in form
    assert answer.status_code == 303
    assert page.count("We have noted the licence.") == 1
    assert "Tell us of the licence" not in page
    assert "京 20260001" in page
    assert officer.name in page
    assert "from 1 May 2026, without a last day" in page
    assert kept(session) == []  # at once, not when the job runs next
    place = integrity.Place(session, app.config["DATA_DIR"])
    assert list(integrity.findings(place, only="obligations.list")) == []


def test_it_is_renewed_before_its_last_day(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    browser.sign_in(add_member(session, enterprise.id))
    browser.post(address(enterprise), data=TYPED)
    first = kept(session)

    form = browser.get(address(enterprise)).text
    again = TYPED | {"valid_until-y": "2036", "seen": "1"}
    browser.post(address(enterprise), data=again)

    assert first == [("licence_renewal", "BS088", date(2031, 4, 30))]
    assert 'value="京 20260001"' in form
    assert 'name="seen" type="hidden" value="1"' in form
    assert kept(session) == [("licence_renewal", "BS088", date(2036, 4, 30))]
    assert [seq for seq, _, _ in said(session)] == [1, 2]


def test_it_is_taken_back_and_both_stay_with_who_did_it(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    officer, owner = (
        add_member(session, enterprise.id),
        add_member(session, enterprise.id, role=MemberRole.OWNER),
    )
    browser.sign_in(officer)
    browser.post(address(enterprise), data=TYPED)
    browser.sign_in(owner)

    answer = browser.post(f"{address(enterprise)}/take-back", data={"seen": "1"})
    page = calendar(browser, enterprise)

    assert answer.status_code == 303
    assert kept(session) == [("licence", "BS088", REMINDER)]
    assert said(session) == [(1, "京 20260001", officer.id), (2, None, owner.id)]
    log = page[page.index("Who told what about licences") :]
    assert log.index(owner.name) < log.index(officer.name)
    assert "All that was told is taken back." in page
    again = browser.post(f"{address(enterprise)}/take-back", data={"seen": "2"})
    assert again.status_code == 409
    assert len(said(session)) == 2


def test_with_the_line_out_of_the_scope_nothing_is_owed(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    officer = add_member(session, enterprise.id)
    tell(session, enterprise, officer)
    change(session, enterprise, scope=["BS001"])
    browser.sign_in(officer)

    assert owed(session, enterprise) == []
    assert browser.get(address(enterprise)).status_code == 404
    assert "Renew or correct" not in calendar(browser, enterprise)


@pytest.mark.parametrize("line", ["BS001", "BS090", "nothing"])
def test_only_a_line_of_the_scope_that_needs_a_licence_can_be_told(
    session: Session, browser: Browser, enterprise: Enterprise, line: str
) -> None:
    browser.sign_in(add_member(session, enterprise.id))

    assert browser.get(address(enterprise, line)).status_code == 404
    assert browser.post(address(enterprise, line), data=TYPED).status_code == 404
    assert said(session) == []


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (MemberRole.OWNER, True),
        (MemberRole.OFFICER, True),
        (MemberRole.PREPARER, False),
        (MemberRole.VIEWER, False),
    ],
)
def test_owners_and_officers_tell_and_others_look(
    session: Session, browser: Browser, enterprise: Enterprise, role: MemberRole, *, may: bool
) -> None:
    browser.sign_in(add_member(session, enterprise.id, role=role))

    page = calendar(browser, enterprise)
    opened = browser.get(address(enterprise)).status_code
    sent = browser.post(address(enterprise), data=TYPED).status_code
    back = browser.post(f"{address(enterprise)}/take-back", data={"seen": "1"}).status_code

    assert "Licence to follow: Drug production" in page
    assert ("Tell us of the licence" in page) is may
    assert (opened, sent, back) == ((200, 303, 303) if may else (403, 403, 403))


def test_an_agent_sees_what_is_told_without_who_told_it_and_tells_nothing(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    officer, agent = add_member(session, enterprise.id), make_user(session)
    give_mandate(session, enterprise.id, agent, may_send=True)
    tell(session, enterprise, officer)
    browser.sign_in(agent)

    page = calendar(browser, enterprise)

    assert "京 20260001" in page
    assert officer.name not in page
    assert "Take back" not in page
    assert browser.post(address(enterprise), data=TYPED | {"seen": "1"}).status_code == 403


def test_a_clerk_sees_who_told_and_a_stranger_finds_nothing(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    officer = add_member(session, enterprise.id)
    tell(session, enterprise, officer)
    browser.sign_in(make_user(session, role=Role.CLERK, posts={"market": "clerk"}))
    page = calendar(browser, enterprise)
    clerk = browser.post(address(enterprise), data=TYPED).status_code
    browser.sign_in(make_user(session))

    assert officer.name in page
    assert "Renew or correct" not in page
    assert clerk == 403
    assert browser.get(address(enterprise)).status_code == 404
    assert browser.post(address(enterprise), data=TYPED).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"number": "  "}, "Enter the number as the licence has it."),
        ({"number": "9" * 81}, "Keep it to at most 80 characters."),
        ({"authority": ""}, "Enter the authority as the licence names it."),
        ({"valid_from-m": "13"}, "There is no such day."),
        ({"valid_until-d": ""}, "Enter the day as well."),
        ({"valid_until-y": "2020"}, "The last day cannot be before the first."),
        ({"valid_until-y": "2026", "valid_until-m": "5", "valid_until-d": "5"}, "has ended"),
        ({"valid_from-d": "7"}, "This day is still to come."),  # tomorrow
    ],
)
def test_bad_input_is_told_and_kept(
    session: Session,
    browser: Browser,
    enterprise: Enterprise,
    wrong: dict[str, str],
    message: str,
) -> None:
    browser.sign_in(add_member(session, enterprise.id))

    answer = browser.post(address(enterprise), data=TYPED | wrong)

    assert answer.status_code == 422
    assert message in answer.text
    assert f'value="{(TYPED | wrong)["valid_until-y"]}"' in answer.text
    assert said(session) == []


def test_one_that_counts_to_its_last_day_today_is_held(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    browser.sign_in(add_member(session, enterprise.id))
    last_day = {"valid_until-y": "2026", "valid_until-m": "5", "valid_until-d": "6"}

    assert browser.post(address(enterprise), data=TYPED | last_day).status_code == 303


@pytest.mark.parametrize(
    ("first_day", "is_taken"), [(date(2026, 7, 1), True), (date(2026, 7, 2), False)]
)
def test_one_that_follows_on_one_that_is_held_may_be_told_before_it_counts(
    session: Session, enterprise: Enterprise, first_day: date, *, is_taken: bool
) -> None:
    officer = add_member(session, enterprise.id)
    tell(session, enterprise, officer)
    following = Licence("2", "A", first_day, None)

    if is_taken:
        tell(session, enterprise, officer, following, seen=1)
    else:
        with pytest.raises(licences.NotHeldYet):
            tell(session, enterprise, officer, following, seen=1)

    assert len(said(session)) == 1 + is_taken


def test_the_same_again_adds_nothing(session: Session, enterprise: Enterprise) -> None:
    officer = add_member(session, enterprise.id)
    tell(session, enterprise, officer)
    tell(session, enterprise, officer, seen=1)

    assert len(said(session)) == 1


def test_of_two_who_tell_at_once_the_second_looks_again(
    engine_url: str, session: Session, enterprise: Enterprise
) -> None:
    people = [add_member(session, enterprise.id).id for _ in range(4)]
    number = enterprise.id

    def work(own: Session, person: int) -> None:
        by = own.get_one(User, person)
        licences.tell(own, number, "BS088", LICENCE, seen=0, by=by, now=NOW)

    found = at_once(engine_url, [partial(work, person=person) for person in people])

    assert sorted(type(one).__name__ for one in found) == ["NoneType"] + ["Overtaken"] * 3
    assert len(said(session)) == 1
    assert kept(session) == [("licence_renewal", "BS088", date(2026, 6, 30))]


def test_who_is_overtaken_sees_both_and_may_send_again(
    session: Session, browser: Browser, enterprise: Enterprise
) -> None:
    colleague = add_member(session, enterprise.id)
    tell(session, enterprise, colleague)
    browser.sign_in(add_member(session, enterprise.id))

    answer = browser.post(address(enterprise), data=TYPED | {"number": "another"})
    seen = re.search(r'name="seen" type="hidden" value="(\d+)"', answer.text)
    again = browser.post(address(enterprise), data=TYPED | {"number": "another", "seen": "1"})

    assert answer.status_code == 409
    assert 'value="another"' in answer.text
    assert f"Told meanwhile by {colleague.name}: 京 20260001" in answer.text
    assert seen
    assert seen[1] == "1"
    assert again.status_code == 303


def test_a_take_back_of_what_was_renewed_meanwhile_takes_nothing_back(
    session: Session, enterprise: Enterprise
) -> None:
    officer = add_member(session, enterprise.id)
    tell(session, enterprise, officer)
    tell(session, enterprise, officer, replace(LICENCE, valid_until=None), seen=1)

    with pytest.raises(Overtaken):
        licences.take_back(session, enterprise.id, "BS088", seen=1, by=officer, now=NOW)


@pytest.mark.parametrize(
    "harm",
    [
        sa.update(LicenceTelling).values(number="other"),
        sa.delete(LicenceTelling),
        sa.text("TRUNCATE licence_tellings"),
    ],
)
def test_what_was_told_is_never_changed(
    session: Session,
    enterprise: Enterprise,
    harm: Any,  # noqa: ANN401
) -> None:
    tell(session, enterprise, add_member(session, enterprise.id))

    with pytest.raises(ProgrammingError, match="append-only"):
        session.execute(harm)


@pytest.mark.parametrize(
    "row",
    [
        {"number": "1"},
        {"number": "1", "authority": "A"},
        {"valid_until": TODAY},
        {"number": "1", "authority": "A", "valid_from": TODAY, "valid_until": OLD},
    ],
)
def test_the_database_takes_a_whole_licence_or_none(
    session: Session, enterprise: Enterprise, row: dict[str, Any]
) -> None:
    person = add_member(session, enterprise.id)
    session.add(
        LicenceTelling(
            enterprise_id=enterprise.id, line="BS088", seq=1, by_id=person.id, at=NOW, **row
        )
    )

    with pytest.raises(IntegrityError):
        session.flush()

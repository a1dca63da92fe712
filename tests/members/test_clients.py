"""An agent with fifty clients has one list."""

import re

from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.cases.operations import drafts
from servicedesk.enterprises.member_roles import MemberRole
from tests.cases.factories import published
from tests.conftest import Browser
from tests.enterprises.members import add_member, give_mandate, make_enterprise
from tests.factories import make_user
from tests.races.statements import counted

STATEMENTS = 8  # session, person, page, roles, mandates, names of services, open applications


def take_on(session: Session, agent: User, numbers: range) -> None:
    """Give the agent clients, each with an open application; every tenth mandate ends soon."""
    version, service = published(session, "E_CHG_NAME")
    for number in numbers:
        enterprise = make_enterprise(session, f"Client {number:02} Ltd")
        days = 20 if number % 10 == 0 else 200
        give_mandate(session, enterprise.id, agent, services=("E_CHG_NAME",), days=days)
        drafts.start(
            session, version, service, by=agent, enterprise_id=enterprise.id, now=clock.now()
        )
    session.commit()


def names(page: str) -> list[str]:
    return re.findall(r"Client \d\d Ltd(?=</a><br>)", page)


def test_fifty_clients_are_one_list_at_the_cost_of_three(
    app: Flask, session: Session, browser: Browser
) -> None:
    agent = make_user(session)
    browser.sign_in(agent)
    browser.get("/enterprises")  # what is looked up once a process
    take_on(session, agent, range(3))
    with counted(app) as few:
        browser.get("/enterprises")
    take_on(session, agent, range(3, 50))
    with counted(app) as many:
        first = browser.get("/enterprises").text

    assert len(few) == len(many) <= STATEMENTS
    following = re.search(r"after=[\w-]+", first)
    assert following
    second = browser.get(f"/enterprises?{following[0]}").text
    assert names(first) + names(second) == [f"Client {number:02} Ltd" for number in range(50)]
    assert first.count('data-label="Open applications">1<') == 25
    assert names(browser.get("/enterprises?mandates=ending").text) == [
        f"Client {number:02} Ltd" for number in range(0, 50, 10)
    ]
    assert names(browser.get("/enterprises?q=client+41").text) == ["Client 41 Ltd"]


def test_a_client_is_found_by_code_and_shown_with_role_and_mandate(
    session: Session, browser: Browser
) -> None:
    person = make_user(session)
    mine, other = (
        make_enterprise(session, "Client 01 Ltd"),
        make_enterprise(session, "Client 02 Ltd"),
    )
    add_member(session, mine.id, person, MemberRole.PREPARER)
    give_mandate(session, other.id, person, days=-1)
    browser.sign_in(person)

    page = browser.get(f"/enterprises?q={mine.credit_code[:12]}").text

    assert names(page) == ["Client 01 Ltd"]  # the other mandate has ended
    assert "Preparer" in page
    assert names(browser.get("/enterprises?q=nothing").text) == []


def test_a_person_finds_their_enterprises_and_what_is_due_from_the_front_page(
    session: Session, browser: Browser
) -> None:
    enterprise = make_enterprise(session)
    browser.sign_in(add_member(session, enterprise.id))

    assert 'href="/cases"' in browser.get("/").text
    matters = browser.get("/cases").text
    for path in ("/enterprises", "/obligations"):
        assert f'href="{path}"' in matters
        assert browser.get(path).status_code == 200

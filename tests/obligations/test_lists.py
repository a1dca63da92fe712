"""Lists over many enterprises: of the person who acts for them, and of the desk."""

import csv
import io
import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import integrity
from servicedesk.accounts.permissions import Role
from servicedesk.cases.operations import drafts
from servicedesk.obligations.models import OpenObligation
from servicedesk.obligations.operations import reckoning
from tests.cases.factories import published
from tests.conftest import Browser
from tests.enterprises.members import add_member, give_mandate
from tests.enterprises.together import at_once
from tests.factories import make_user
from tests.obligations.factories import NOW, TODAY, change, enter, reckon
from tests.races.statements import counted

LIST = "/desk/register/obligations"
OLD = date(2021, 2, 3)  # owes the reports of 2024 and 2025


def kept(session: Session) -> list[tuple[str, str]]:
    session.expire_all()
    query = sa.select(OpenObligation).order_by(OpenObligation.due_on, OpenObligation.id)
    return [(one.kind.value, one.subject) for one in session.scalars(query)]


def test_the_job_keeps_what_the_register_says(session: Session) -> None:
    enterprise = enter(session)
    reckon(session)
    before = kept(session)
    change(session, enterprise, annual_report_2025={"year": 2025})
    reckon(session)

    assert before == [("annual_report", "2025"), ("annual_report", "2026")]
    assert kept(session) == [("annual_report", "2026")]
    assert list(reckoning.stale(session, today=TODAY)) == []
    assert list(reckoning.stale(session, today=TODAY + timedelta(days=1))) == [[enterprise.id]]


def test_a_draft_is_noticed_without_a_filing(session: Session) -> None:
    enterprise = enter(session)
    person = add_member(session, enterprise.id)
    reckon(session)
    version, service = published(session, "E_CHG_NAME")
    later = NOW + timedelta(minutes=3)
    case = drafts.start(
        session, version, service, by=person, enterprise_id=enterprise.id, now=later
    )
    case.answers = {"happened_on": "2026-05-01"}
    session.commit()

    reckon(session, later + timedelta(minutes=5))

    assert ("change", case.reference) in kept(session)


def test_two_workers_keep_each_thing_once(engine_url: str, session: Session) -> None:
    ids = [enter(session).id for _ in range(3)]

    found = at_once(engine_url, [lambda own: reckoning.renew(own, ids, now=NOW) for _ in range(4)])

    assert sorted(map(str, found)) == ["0", "0", "0", "6"]
    assert len(kept(session)) == 6


def findings(session: Session, app: Flask) -> list[str]:
    place = integrity.Place(session, app.config["DATA_DIR"])
    return [one.what for one in integrity.findings(place, only="obligations.list")]


@pytest.mark.parametrize(
    "harm",
    [
        sa.delete(OpenObligation).where(OpenObligation.subject == "2025"),
        sa.update(OpenObligation).values(due_on=date(2030, 1, 1)),
    ],
)
def test_the_check_finds_a_list_that_disagrees(
    app: Flask, session: Session, harm: sa.Update | sa.Delete
) -> None:
    enter(session)
    reckon(session)
    before = findings(session, app)
    session.execute(harm)
    session.commit()

    assert before == []
    assert "not what the register says" in findings(session, app)[0]


def test_what_was_filed_since_is_no_finding(app: Flask, session: Session) -> None:
    enterprise = enter(session)
    reckon(session)
    change(session, enterprise, annual_report_2025={"year": 2025})

    assert findings(session, app) == []


def test_an_agent_has_one_list_of_all_clients_by_day(
    app: Flask, session: Session, browser: Browser
) -> None:
    agent = make_user(session)
    for number in range(20):
        client = enter(session, name=f"Client {number:02} Ltd")
        give_mandate(session, client.id, agent, services=("E_ANNUAL",))
    stranger = enter(session, name="Stranger Ltd")
    reckon(session)
    browser.sign_in(agent)
    browser.get("/obligations")

    with counted(app) as sent:
        first = browser.get("/obligations").text
    after = re.search(r"after=[\w-]+", first)
    second = browser.get(f"/obligations?{after[0]}").text if after else ""
    panel = browser.get("/enterprises").text

    found = re.findall(r"<th.*?>(Annual report for \d+)<span", first + second, re.DOTALL)
    assert found == ["Annual report for 2025"] * 20 + ["Annual report for 2026"] * 20
    assert len(sent) <= 6
    assert stranger.name not in first + second
    assert "What is due next" in panel
    assert panel.count("Annual report for 2025") == 5


def test_an_agent_sees_no_draft_of_a_service_that_is_not_theirs(
    session: Session, browser: Browser
) -> None:
    enterprise = enter(session)
    member, agent, namer = (
        add_member(session, enterprise.id),
        make_user(session),
        make_user(session),
    )
    give_mandate(session, enterprise.id, agent, services=("E_ANNUAL",))
    give_mandate(session, enterprise.id, namer, services=("E_CHG_NAME",))
    version, service = published(session, "E_CHG_NAME")
    case = drafts.start(session, version, service, by=member, enterprise_id=enterprise.id, now=NOW)
    case.answers = {"happened_on": "2026-05-01"}
    session.commit()
    reckon(session)
    seen = []
    for who in (member, agent, namer):
        browser.sign_in(who)
        seen.append(case.reference in browser.get("/obligations").text)

    assert seen == [True, False, True]


def overdue(page: str) -> list[str]:
    return re.findall(r'lang="zh-CN">(Company \d+ Ltd)</a>', page)


def test_the_desk_lists_what_is_overdue_the_longest_first(
    app: Flask, session: Session, browser: Browser
) -> None:
    late = [enter(session, registered_on=OLD) for _ in range(30)]  # 2024 is over, 2025 is not
    enter(session)
    enter(session, {"beneficial_owners_filed": None}, registered_on=OLD)
    reckon(session)
    browser.sign_in(make_user(session, role=Role.SUPERVISOR, posts={"market": "supervisor"}))
    browser.get(LIST)

    with counted(app) as sent:
        first = browser.get(f"{LIST}?kind=annual_report").text
    after = re.search(r"after=[\w-]+", first)
    assert after
    second = browser.get(f"{LIST}?kind=annual_report&{after[0]}").text
    owners = browser.get(f"{LIST}?kind=beneficial_owners").text

    names = [one.name for one in late]
    assert (overdue(first) + overdue(second))[:30] == names
    assert len(overdue(first) + overdue(second)) == 31
    assert len(overdue(owners)) == 1
    assert len(sent) <= 8


def test_the_table_for_programs_runs_nothing(session: Session, browser: Browser) -> None:
    enter(session, name="=HYPERLINK(1)", registered_on=OLD)
    reckon(session)
    browser.sign_in(make_user(session, role=Role.SUPERVISOR, posts={"market": "supervisor"}))

    answer = browser.get(f"{LIST}.csv")

    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert answer.content_type.startswith("text/csv")
    assert rows[1][:4] == ["2025-06-30", "310", "Annual report for 2024", "'=HYPERLINK(1)"]


def test_drafts_and_permits_are_no_matter_of_the_desk_s_list(
    session: Session, browser: Browser
) -> None:
    enterprise = enter(session)
    person = add_member(session, enterprise.id)
    version, service = published(session, "E_CHG_NAME")
    case = drafts.start(session, version, service, by=person, enterprise_id=enterprise.id, now=NOW)
    case.answers = {"happened_on": "2026-01-01"}
    session.commit()
    reckon(session)
    browser.sign_in(make_user(session, role=Role.SUPERVISOR, posts={"market": "supervisor"}))

    said = browser.get(LIST).text + browser.get(f"{LIST}?kind=change").text
    assert case.reference not in said + browser.get(f"{LIST}.csv").text


def test_who_applies_has_no_list_of_the_desk(session: Session, browser: Browser) -> None:
    browser.sign_in(make_user(session))

    assert [browser.get(path).status_code for path in (LIST, f"{LIST}.csv")] == [403, 403]

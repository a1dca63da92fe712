"""Who hears of what is due, how long before, and that nobody hears of it twice."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.enterprises.member_roles import MemberRole
from servicedesk.enterprises.models import AddressHolding, HoldingState
from servicedesk.notices.mails import compose
from servicedesk.notices.models import Notice
from servicedesk.obligations import queries
from servicedesk.obligations.operations import reminding
from tests.enterprises.factories import make_unit
from tests.enterprises.members import add_member, give_mandate
from tests.enterprises.together import at_once
from tests.factories import make_user
from tests.obligations.factories import NOW, TODAY, change, enter, reckon

DUE = date(2026, 6, 30)  # of the annual report


def told(session: Session) -> list[Notice]:
    query = sa.select(Notice).where(Notice.kind == reminding.KIND).order_by(Notice.id)
    return list(session.scalars(query))


def remind_on(session: Session, day: date) -> None:
    """Let it be ``day``, and the job run twice."""
    for _ in range(2):
        for number in reminding.to_remind(session, today=day):
            reminding.remind(session, number, now=NOW + (day - TODAY))
        session.commit()


def test_there_is_one_mail_sixty_thirty_and_seven_days_before(session: Session) -> None:
    enterprise = enter(session)
    add_member(session, enterprise.id)
    reckon(session)
    counts = []
    for left in range(61, -2, -1):
        remind_on(session, DUE - timedelta(days=left))
        counts.append(len(told(session)))

    assert counts == [0] + [1] * 30 + [2] * 23 + [3] * 9


@pytest.mark.parametrize(("left", "count"), [(60, 1), (5, 1), (0, 1), (-1, 0)])
def test_what_was_missed_is_not_made_up(session: Session, left: int, count: int) -> None:
    enterprise = enter(session)
    add_member(session, enterprise.id)
    reckon(session)

    remind_on(session, DUE - timedelta(days=left))

    assert len(told(session)) == count


def test_of_two_workers_at_once_one_tells(engine_url: str, session: Session) -> None:
    enterprise = enter(session)
    add_member(session, enterprise.id)
    number, now = enterprise.id, NOW + timedelta(days=30)

    found = at_once(
        engine_url, [lambda own: reminding.remind(own, number, now=now) for _ in range(4)]
    )

    assert sorted(map(str, found)) == ["0", "0", "0", "1"]
    assert len(told(session)) == 1


def test_those_who_may_act_are_told_each_in_their_language(app: Flask, session: Session) -> None:
    enterprise = enter(session)
    owner = add_member(session, enterprise.id, make_user(session, language="zh"), MemberRole.OWNER)
    preparer = add_member(session, enterprise.id, role=MemberRole.PREPARER)
    add_member(session, enterprise.id, role=MemberRole.VIEWER)
    agent, other = make_user(session), make_user(session)
    give_mandate(session, enterprise.id, agent, services=("E_ANNUAL",))
    give_mandate(session, enterprise.id, other, services=("E_CHG_NAME",))
    give_mandate(session, enterprise.id, make_user(session), days=-1)
    reckon(session)

    remind_on(session, DUE - timedelta(days=30))

    notices = {one.user_id: one for one in told(session)}
    assert notices.keys() == {owner.id, preparer.id, agent.id}
    with app.test_request_context():
        mails = {
            person.id: str(compose(notices[person.id], person).get_body(("plain",)))
            for person in (owner, preparer)
        }
        english = compose(notices[preparer.id], preparer).get_body(("plain",))
        assert english is not None
        said = english.get_content()
    assert "Annual report for 2025" in said
    assert "30 June 2026" in said
    assert f"/enterprises/{enterprise.id}/obligations" in said
    assert notices[owner.id].language == "zh"
    assert mails[owner.id] != mails[preparer.id]


def test_nobody_hears_of_what_was_done_since_the_list_was_made(session: Session) -> None:
    enterprise = enter(session)
    add_member(session, enterprise.id)
    reckon(session)
    change(session, enterprise, annual_report_2025={"year": 2025})

    remind_on(session, DUE - timedelta(days=30))

    assert told(session) == []


def test_of_a_lease_the_register_itself_tells(session: Session) -> None:
    enterprise = enter(session, {"annual_report_2025": {"year": 2025}})
    add_member(session, enterprise.id)
    session.add(
        AddressHolding(
            unit=make_unit(session), enterprise_id=enterprise.id, state=HoldingState.TAKEN,
            since=NOW, until=TODAY + timedelta(days=20),
        )
    )  # fmt: skip
    session.commit()
    reckon(session)

    remind_on(session, TODAY)

    assert told(session) == []


def test_who_acts_for_many_gets_one_mail_a_day(app: Flask, session: Session) -> None:
    agent, enterprises = make_user(session), [enter(session, name=f"Client {n}") for n in range(3)]
    for one in enterprises:
        give_mandate(session, one.id, agent)
    reckon(session)

    remind_on(session, DUE - timedelta(days=60))

    (notice,) = told(session)
    with app.test_request_context():
        mail = compose(notice, agent)
    assert mail["Subject"] == "Due at 3 enterprises, first by 30 June 2026"
    said = str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert all(one.name in said for one in enterprises)


def test_a_viewer_with_a_mandate_is_reminded_and_begins_by_it(session: Session) -> None:
    enterprise = enter(session)
    person = add_member(session, enterprise.id, role=MemberRole.VIEWER)
    give_mandate(session, enterprise.id, person)
    reckon(session)

    rights = queries.rights_of(session, person, enterprise.id, today=TODAY)
    remind_on(session, DUE - timedelta(days=60))

    assert "E_ANNUAL" in rights.begins
    assert [one.user_id for one in told(session)] == [person.id]

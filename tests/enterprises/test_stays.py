"""Leases that end: who hears of it, how often, and what nobody takes away."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.catalogue.definition import Service
from servicedesk.enterprises.member_roles import MemberRole
from servicedesk.enterprises.models import AddressHolding, Enterprise, HoldingState
from servicedesk.enterprises.operations import stays
from servicedesk.enterprises.queries import address_stock
from servicedesk.enterprises.queries.address_stock import EndingView
from servicedesk.notices.mails import compose
from servicedesk.notices.models import Notice
from tests.enterprises.approving import approved
from tests.enterprises.factories import NOW, make_enterprise, make_unit
from tests.enterprises.members import add_member, give_mandate
from tests.factories import make_user
from tests.shipped import services

TODAY = date(2026, 5, 6)
DAYS = (60, 30, 7)


def asked_of(service: Service, key: str) -> bool:
    return any(field.key == key for page in service.pages for field in page.fields)


@pytest.fixture
def enterprise(session: Session) -> Enterprise:
    make_unit(session)
    return make_enterprise(
        session, make_user(session, language="zh"), address_kind="park", unit="9-207"
    )


def _stay(session: Session) -> AddressHolding:
    return session.scalars(sa.select(AddressHolding)).one()


def _told(session: Session, until: date, day: date = TODAY) -> int:
    """Let it be ``day``; return how many notices there are then."""
    _stay(session).until = until
    session.flush()
    now = NOW + (day - TODAY)
    for holding_id in address_stock.to_warn(session, today=day, days=DAYS):
        stays.warn(session, holding_id, days=DAYS, now=now)
    session.flush()
    return session.scalars(
        sa.select(sa.func.count()).select_from(Notice).where(Notice.kind == "place_ends")
    ).one()


@pytest.mark.usefixtures("enterprise")
def test_its_people_hear_of_the_end_sixty_thirty_and_seven_days_before(session: Session) -> None:
    until = TODAY + timedelta(days=61)

    told = [_told(session, until, TODAY + timedelta(days=day)) for day in range(63)]

    assert told == [0] + [1] * 30 + [2] * 23 + [3] * 9
    assert _stay(session).state is HoldingState.TAKEN  # nothing is taken away by a machine


@pytest.mark.parametrize(("left", "count"), [(61, 0), (60, 1), (3, 1), (0, 1), (-1, 0)])
@pytest.mark.usefixtures("enterprise")
def test_one_notice_is_enough_for_a_lease_that_is_entered_late(
    session: Session, left: int, count: int
) -> None:
    until = TODAY + timedelta(days=left)

    assert [_told(session, until), _told(session, until)] == [count, count]


def test_the_notice_says_where_and_until_when(
    app: Flask, session: Session, enterprise: Enterprise
) -> None:
    _told(session, TODAY + timedelta(days=30))
    notice = session.scalars(sa.select(Notice).where(Notice.kind == "place_ends")).one()

    with app.test_request_context():
        mail = compose(notice, None)

    said = mail.as_string(), str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert enterprise.name in said[1]
    assert "9-207" in said[1]
    assert f"/enterprises/{enterprise.id}" in said[1]


@pytest.mark.usefixtures("enterprise")
def test_staff_see_what_is_over_and_what_ends_soon(session: Session) -> None:
    for left, view in ((-1, EndingView.OVER), (0, EndingView.SOON), (60, EndingView.SOON)):
        _stay(session).until = TODAY + timedelta(days=left)
        session.flush()

        counts = address_stock.count_ending(session, today=TODAY)

        assert counts == {one: int(one is view) for one in EndingView}
        assert address_stock.ending(session, view, today=TODAY).items == [_stay(session)]
    _stay(session).until = TODAY + timedelta(days=61)
    session.flush()
    assert set(address_stock.count_ending(session, today=TODAY).values()) == {0}


def test_those_hear_of_it_who_prepare_a_move(session: Session, enterprise: Enterprise) -> None:
    (owner,) = [one.user for one in enterprise.members]
    add_member(session, enterprise.id, role=MemberRole.VIEWER)
    moving, naming = make_user(session), make_user(session)
    give_mandate(session, enterprise.id, moving, services=("E_CHG_ADDR",), began=400, days=400)
    give_mandate(session, enterprise.id, naming, services=("E_CHG_NAME",), began=400, days=400)

    _told(session, TODAY + timedelta(days=30))

    query = sa.select(Notice.user_id).where(Notice.kind == "place_ends")
    assert set(session.scalars(query)) == {owner.id, moving.id}


@pytest.mark.parametrize("code", [one.code for one in services() if asked_of(one, "unit")])
def test_who_asks_for_a_place_asks_until_when_it_is_let(code: str) -> None:
    (service,) = (one for one in services() if one.code == code)

    assert asked_of(service, "lease_until") or asked_of(service, "hosted_years")


def test_the_lease_ends_on_the_day_that_was_agreed(session: Session) -> None:
    make_unit(session)
    make_unit(session, "9-208")
    at_park: dict[str, Any] = {"address_kind": "park", "unit": "9-207"}
    enterprise = make_enterprise(session, **at_park, lease_until="2029-05-05")
    assert _stay(session).until == date(2029, 5, 5)

    moved = at_park | {"unit": "9-208", "lease_until": "2030-05-05"}
    approved(session, enterprise, "change_address", **moved)

    taken = sa.select(AddressHolding).where(AddressHolding.state == HoldingState.TAKEN)
    assert session.scalars(taken).one().until == date(2030, 5, 5)

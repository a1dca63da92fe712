"""The pages of the park's places: what the public sees, what staff see, who may change what."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.enterprises.models import AddressHolding, AddressUnit, HoldingState
from servicedesk.enterprises.operations import address_stock, addresses
from servicedesk.enterprises.operations.address_stock import Change, Terms
from servicedesk.park import local_day
from tests.conftest import Browser
from tests.enterprises.factories import NOW, make_enterprise, make_unit
from tests.factories import make_user
from tests.races.statements import counted

STOCK = "/desk/register/addresses"
TENANT = "北京云蔚样例仪器有限公司"
REASON = {"reason": "Agreed with the park"}


@pytest.fixture
def clerk(session: Session, browser: Browser) -> User:
    clerk = make_user(session, role=Role.CLERK, posts={"park": "clerk"})
    browser.sign_in(clerk)
    return clerk


def _settle(session: Session, unit: AddressUnit, ends: int | None = None) -> AddressHolding:
    until = local_day(clock.now()) + timedelta(days=ends) if ends is not None else None
    change = Change(make_user(session), "From the list of tenants", NOW)
    stay = address_stock.settle(session, unit, TENANT, change, until=until)
    session.commit()
    return stay


def _terms(unit: AddressUnit, **other: object) -> dict[str, object]:
    return {"capacity": 3, "area": 80, "seen": Terms.of(unit).state} | REASON | other


def test_everybody_sees_what_is_free_and_nobody_s_name(session: Session, browser: Browser) -> None:
    _settle(session, make_unit(session, "9-201"))
    make_unit(session, "9-202")
    _settle(session, make_unit(session, "9-H01", kind="hosted", capacity=5))

    page = browser.get("/addresses?building=9").text

    assert "9-202" in page
    assert "9-201" not in page
    assert re.search(r"9-H01.*?>4</td>", page, re.DOTALL)
    assert TENANT not in page
    assert "/addresses" in browser.get("/register").text


@pytest.mark.usefixtures("clerk")
def test_the_overview_finds_a_company_and_the_building_draws_its_floors(
    session: Session, browser: Browser
) -> None:
    _settle(session, make_unit(session, "9-201"), ends=-1)
    make_unit(session, "9-301", floor=3)
    addresses.hold(session, "9-301", case_id=1, now=NOW)
    session.commit()

    overview = browser.get(f"{STOCK}?q=云蔚样例").text
    drawn = browser.get(f"{STOCK}/buildings/9").text

    assert "units/9-201" in overview
    assert "units/9-301" not in overview
    assert 'aria-label="9-201, Lease over"' in drawn
    assert 'aria-label="9-301, Held"' in drawn
    assert drawn.index(">F3<") < drawn.index(">F2<")
    assert browser.get(f"{STOCK}/buildings/99").status_code == 404
    assert TENANT in browser.get(f"{STOCK}/ending").text


@pytest.mark.usefixtures("clerk")
def test_a_place_says_who_is_here_and_who_was(session: Session, browser: Browser) -> None:
    unit = make_unit(session, "9-201")
    stay = _settle(session, unit)
    browser.post(f"{STOCK}/places/{stay.id}/release", data=REASON)
    enterprise = make_enterprise(session, address_kind="park", unit="9-201")

    page = browser.get(f"{STOCK}/units/9-201").text

    assert page.index(enterprise.name) < page.index(TENANT)
    assert "Place released" in page
    assert REASON["reason"] in page
    assert "9-201" in browser.get(f"/enterprises/{enterprise.id}").text


@pytest.mark.usefixtures("clerk")
def test_terms_are_changed_and_never_below_what_is_taken(
    session: Session, browser: Browser
) -> None:
    unit = make_unit(session, "9-201", capacity=2)
    _settle(session, unit)
    _settle(session, unit)
    path = f"{STOCK}/units/9-201/change"
    lease = {"lease_en": "One year", "lease_zh": "一年"}

    assert browser.get(path).status_code == 200
    assert browser.post(path, data=_terms(unit, reason="")).status_code == 422
    assert browser.post(path, data=_terms(unit, lease_en="One year")).status_code == 422
    below = browser.post(path, data=_terms(unit, capacity=1, area=""))
    assert below.status_code == 409
    assert "2 of the places at 9-201 are held or taken" in below.text
    assert REASON["reason"] in below.text  # what was typed is kept
    stale = _terms(unit, **lease)
    assert browser.post(path, data=stale).status_code == 303
    assert (unit.capacity, unit.area, unit.lease_zh) == (3, 80, "一年")
    assert browser.post(path, data=stale).status_code == 409


@pytest.mark.usefixtures("clerk")
def test_a_place_is_added_entered_prolonged_released_and_closed(
    session: Session, browser: Browser
) -> None:
    make_unit(session, "9-201")
    new = {
        "building": "9", "code": "9-401", "kind": "room", "floor": 4, "capacity": 1,
        "address_en": "Room 9-401", "address_zh": "9-401 室",
    }  # fmt: skip
    assert browser.post(f"{STOCK}/new", data=new | REASON | {"code": "8-401"}).status_code == 422
    assert browser.post(f"{STOCK}/new", data=new | REASON).status_code == 303
    assert browser.post(f"{STOCK}/new", data=new | REASON).status_code == 409
    path, entered = f"{STOCK}/units/9-401", {"occupant": TENANT} | REASON
    assert browser.post(f"{path}/enter", data=entered).status_code == 303
    assert browser.post(f"{path}/enter", data=entered).status_code == 409
    assert browser.post(f"{path}/out-of-use", data=REASON).status_code == 409
    stay = session.scalars(sa.select(AddressHolding)).one()
    place, seen = f"{STOCK}/places/{stay.id}", {"seen": ""} | REASON
    past = {"until-y": "2020", "until-m": "1", "until-d": "1"}
    later = {"until-y": "2099", "until-m": "1", "until-d": "1"}
    assert browser.post(f"{place}/prolong", data=seen | past).status_code == 422
    assert browser.post(f"{place}/prolong", data=seen | later).status_code == 303
    assert browser.post(f"{place}/prolong", data=seen | past | later).status_code == 409
    assert stay.until is not None
    assert stay.until.year == 2099
    assert browser.post(f"{place}/release", data=REASON).status_code == 303
    assert stay.state is HoldingState.RELEASED
    assert browser.get(f"{place}/release").status_code == 404
    assert browser.post(f"{path}/out-of-use", data=REASON).status_code == 303
    assert browser.post(f"{path}/enter", data=entered).status_code == 409
    assert browser.post(f"{path}/use", data=REASON).status_code == 303


@pytest.mark.parametrize(
    ("role", "post", "answers"),
    [
        (Role.CLERK, "park", (200, 200, 303)),
        (Role.SUPERVISOR, "park", (200, 200, 303)),
        (Role.CLERK, "window", (200, 403, 403)),
        (Role.REVIEWER, "park", (200, 403, 403)),
        (Role.ADMIN, None, (200, 403, 403)),
        (Role.APPLICANT, None, (403, 403, 403)),
    ],
)
def test_staff_see_the_stock_and_the_park_s_own_change_it(
    session: Session,
    browser: Browser,
    role: Role,
    post: str | None,
    answers: tuple[int, int, int],
) -> None:
    unit = make_unit(session, "9-201")
    stay = _settle(session, unit)
    browser.sign_in(make_user(session, role=role, posts={post: "clerk"} if post else None))

    for path in ("", "/buildings/9", "/units/9-201", "/ending"):
        assert browser.get(f"{STOCK}{path}").status_code == answers[0]
    for path in ("new", "units/9-201/change", f"places/{stay.id}/release"):
        assert browser.get(f"{STOCK}/{path}").status_code == answers[1]
    told = browser.post(f"{STOCK}/places/{stay.id}/release", data=REASON)
    assert told.status_code == answers[2]


@pytest.mark.usefixtures("clerk")
def test_pages_cost_no_more_statements_for_more_places(
    app: Flask, session: Session, browser: Browser
) -> None:
    paths = [
        "/addresses?building=9", STOCK, f"{STOCK}/buildings/9", f"{STOCK}/units/9-H01",
        f"{STOCK}/ending",
    ]  # fmt: skip
    hosted = make_unit(session, "9-H01", kind="hosted", capacity=50)
    costs = []
    for how_many in (2, 20):
        for number in range(how_many):
            _settle(session, hosted, ends=-1)
            make_unit(session, f"9-{how_many}{number:02}")
        costs.append([_statements(app, browser, path) for path in paths])

    assert costs[0] == costs[1]
    assert max(costs[0]) <= 8


def _statements(app: Flask, browser: Browser, path: str) -> int:
    browser.get(path)
    with counted(app) as sent:
        assert browser.get(path).status_code == 200
    return len(sent)

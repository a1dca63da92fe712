"""What staff change of the park's places, and what nobody may."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import integrity
from servicedesk.catalogue.registry import Weight
from servicedesk.enterprises import checks, effects, set_ups
from servicedesk.enterprises import integrity as register_integrity
from servicedesk.enterprises.address_models import AddressChange
from servicedesk.enterprises.models import (
    AddressHolding,
    AddressUnit,
    Certificate,
    CertificateState,
    Enterprise,
    EnterpriseState,
    HoldingState,
)
from servicedesk.enterprises.operations import address_stock, addresses
from servicedesk.enterprises.operations.address_stock import Change, Place, Terms
from servicedesk.enterprises.queries import address_stock as queries
from servicedesk.enterprises.queries import addresses as stays
from servicedesk.enterprises.queries.address_stock import Asked
from servicedesk.errors import NotFound, Overtaken
from servicedesk.words import Text
from tests.enterprises.factories import NOW, make_application, make_enterprise, make_unit
from tests.enterprises.matters import example, make_matter
from tests.factories import make_user

TODAY = date(2026, 5, 6)
OVER = TODAY - timedelta(days=1)


@pytest.fixture
def change(session: Session) -> Change:
    return Change(make_user(session), "Agreed with the park", NOW)


def _taken(session: Session, code: str = "9-207") -> int:
    session.expire_all()
    return session.scalars(sa.select(AddressUnit.taken).where(AddressUnit.code == code)).one()


def test_a_place_is_added_to_a_building_and_can_be_held(session: Session, change: Change) -> None:
    beside = make_unit(session)
    terms = Terms(2, 30, Text("One year", "一年"))

    unit = address_stock.add(
        session, Place("9-301", "room", beside, 3, Text("Room 9-301", "9-301 室"), terms), change
    )
    addresses.hold(session, "9-301", case_id=1, now=NOW)

    assert (unit.building, unit.taken, unit.lease_zh) == ("9", 1, "一年")
    with pytest.raises(address_stock.PlaceExists):
        address_stock.add(session, Place("9-301", "room", beside, 3, Text("a", "b"), terms), change)


def test_capacity_never_goes_below_what_is_taken(session: Session, change: Change) -> None:
    unit = make_unit(session, capacity=3)
    for case_id in (1, 2):
        addresses.hold(session, unit.code, case_id=case_id, now=NOW)
    seen = Terms.of(unit).state

    with pytest.raises(address_stock.BelowTaken):
        address_stock.change_terms(session, unit, Terms(1, 72, None), change, seen=seen)
    address_stock.change_terms(session, unit, Terms(2, 72, None), change, seen=seen)

    assert unit.capacity == 2
    with pytest.raises(sa.exc.IntegrityError, match="never_over_capacity"):
        session.execute(sa.update(AddressUnit).where(AddressUnit.id == unit.id).values(capacity=1))


def test_of_two_who_change_the_terms_the_second_looks_again(
    session: Session, change: Change
) -> None:
    unit = make_unit(session)
    seen = Terms.of(unit).state
    address_stock.change_terms(session, unit, Terms(2, 72, None), change, seen=seen)

    with pytest.raises(Overtaken):
        address_stock.change_terms(session, unit, Terms(5, 72, None), change, seen=seen)
    with pytest.raises(address_stock.NothingChanges):
        address_stock.change_terms(
            session, unit, Terms(2, 72, None), change, seen=Terms.of(unit).state
        )


def test_a_place_goes_out_of_use_only_when_nobody_is_there(
    session: Session, change: Change
) -> None:
    unit = make_unit(session)
    addresses.hold(session, unit.code, case_id=1, now=NOW)
    with pytest.raises(address_stock.SomebodyIsThere):
        address_stock.take_out_of_use(session, unit, change)
    with pytest.raises(sa.exc.IntegrityError, match="out_of_use_is_empty"), session.begin_nested():
        session.execute(
            sa.update(AddressUnit).where(AddressUnit.id == unit.id).values(out_of_use_at=NOW)
        )
    addresses.give_back(session, case_id=1, now=NOW)

    address_stock.take_out_of_use(session, unit, change)

    with pytest.raises(addresses.AddressTaken):
        addresses.hold(session, unit.code, case_id=2, now=NOW)
    address_stock.put_into_use(session, unit, change)
    addresses.hold(session, unit.code, case_id=2, now=NOW)


def test_who_is_here_and_who_was_is_one_list(session: Session, change: Change) -> None:
    unit = make_unit(session)
    stay = address_stock.settle(session, unit, "北京样例有限公司", change, until=None)
    address_stock.release(session, stay, change)
    enterprise = make_enterprise(session, address_kind="park", unit=unit.code)

    found = queries.holdings_of(session, unit).items

    assert [one.state for one in found] == [HoldingState.TAKEN, HoldingState.RELEASED]
    assert [one.enterprise_id for one in found] == [enterprise.id, None]
    assert _taken(session) == 1


def test_a_place_is_released_once(session: Session, change: Change) -> None:
    unit = make_unit(session, capacity=2)
    stay = address_stock.settle(session, unit, "北京样例有限公司", change, until=None)
    addresses.hold(session, unit.code, case_id=1, now=NOW)
    address_stock.release(session, stay, change)

    for holding in session.scalars(sa.select(AddressHolding)):
        with pytest.raises(Overtaken):  # released, or held for an application
            address_stock.release(session, holding, change)
    assert _taken(session) == 1


def test_a_stay_is_prolonged_from_the_day_that_was_looked_at(
    session: Session, change: Change
) -> None:
    unit = make_unit(session)
    stay = address_stock.settle(session, unit, "北京样例有限公司", change, until=OVER)
    stay.warned_days = 7
    later = TODAY + timedelta(days=365)

    address_stock.prolong(session, stay, later, change, seen=str(OVER))

    assert stay.until == later
    assert stay.warned_days is None
    with pytest.raises(Overtaken):
        address_stock.prolong(session, stay, None, change, seen=str(OVER))
    with pytest.raises(address_stock.NothingChanges):
        address_stock.prolong(session, stay, later, change, seen=str(later))


def test_every_change_is_on_record_and_nobody_alters_it(session: Session, change: Change) -> None:
    unit = make_unit(session)
    stay = address_stock.settle(session, unit, "北京样例有限公司", change, until=None)
    address_stock.prolong(session, stay, TODAY, change, seen="")
    address_stock.release(session, stay, change)
    address_stock.take_out_of_use(session, unit, change)

    kept = queries.changes_of(session, unit)

    assert [one.what[0]["say"] for one in kept] == [
        "Taken out of use",
        "Place released",
        "Lasts until %(until)s, before: %(before)s",
        "Entered who is here",
    ]
    assert {(one.by, one.reason, one.at) for one in kept} == {(change.by, change.reason, NOW)}
    for alter in (sa.delete(AddressChange), sa.update(AddressChange).values(reason="x")):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), session.begin_nested():
            session.execute(alter)


def test_a_company_that_moves_takes_the_new_place_and_leaves_the_old(session: Session) -> None:
    make_unit(session)
    make_unit(session, "9-208")
    enterprise = make_enterprise(session, address_kind="park", unit="9-207")
    addresses.hold(session, "9-208", case_id=5, now=NOW, enterprise_id=enterprise.id)
    assert (_taken(session), _taken(session, "9-208")) == (1, 1)

    taken = addresses.move(session, case_id=5, enterprise_id=enterprise.id, now=NOW, until=TODAY)

    assert (_taken(session), _taken(session, "9-208")) == (0, 1)
    assert (taken.state, taken.until) == (HoldingState.TAKEN, TODAY)
    assert stays.taken_places(session, enterprise.id) == [taken]


def test_a_company_that_leaves_frees_all_its_places_once(session: Session) -> None:
    make_unit(session)
    enterprise = make_enterprise(session, address_kind="park", unit="9-207")

    assert addresses.vacate(session, enterprise_id=enterprise.id, now=NOW) == 1
    assert addresses.vacate(session, enterprise_id=enterprise.id, now=NOW) == 0
    assert _taken(session) == 0


def test_what_was_released_meanwhile_is_not_taken(session: Session, change: Change) -> None:
    unit = make_unit(session, "9-H01", kind="hosted")
    admitted = address_stock.settle(session, unit, "北京样例有限公司", change, until=None)
    address_stock.release(session, admitted, change)

    with pytest.raises(NotFound):
        addresses.take(session, case_id=1, enterprise_id=None, admission=admitted)
    assert _taken(session, "9-H01") == 0


def test_a_hosted_stay_has_the_last_day_of_its_proof_which_ends_with_it(
    session: Session, change: Change
) -> None:
    make_unit(session, "9-H01", kind="hosted", capacity=3)
    answers = {
        "company_kind": "registered",
        "company_name": "北京样例有限公司",
        "unit": "9-H01",
        "hosted_from": "2026-05-01",
        "hosted_years": "2",
    }
    application = make_application(make_user(session), answers)
    effects.hold(session, "host_address", application, NOW)
    set_ups.host_address(session, application, by=None, now=NOW)
    stay = session.scalars(sa.select(AddressHolding)).one()
    proof = session.scalars(sa.select(Certificate)).one()
    assert stay.until == proof.valid_until == date(2028, 4, 30)

    address_stock.release(session, stay, change)

    assert proof.state is CertificateState.REVOKED


def test_places_are_found_by_code_building_kind_room_left_and_company(
    session: Session, change: Change
) -> None:
    room, hosted = make_unit(session), make_unit(session, "9-H01", kind="hosted", capacity=3)
    make_unit(session, "8-101")
    address_stock.settle(session, hosted, "北京云蔚样例仪器有限公司", change, until=None)
    enterprise = make_enterprise(session, address_kind="park", unit=room.code)

    def found(**asked: object) -> list[str]:
        return [one.code for one in queries.search(session, Asked(**asked)).items]  # type: ignore[arg-type]

    assert found(text="9-2") == ["9-207"]
    assert found(text="云蔚样例") == ["9-H01"]
    assert found(text=enterprise.name[2:6]) == ["9-207"]
    assert found(building="9") == ["9-207", "9-H01"]
    assert found(building="9", kind="hosted", free=2) == ["9-H01"]
    assert found(building="9", free=3) == []
    assert found(text="zzzz") == []


def test_a_building_counts_what_is_taken_held_and_over(session: Session, change: Change) -> None:
    unit = make_unit(session, capacity=5)
    address_stock.settle(session, unit, "北京样例有限公司", change, until=OVER)
    address_stock.settle(session, unit, "北京样例二有限公司", change, until=TODAY)
    addresses.hold(session, unit.code, case_id=1, now=NOW)
    address_stock.take_out_of_use(session, make_unit(session, "9-208"), change)

    found = queries.get_building(session, "9", today=TODAY)

    assert (found.capacity, found.taken, found.held, found.over, found.free) == (5, 2, 1, 1, 2)


@pytest.mark.parametrize(
    ("typed", "weight", "words"),
    [
        ("北京市昌平区示例路 1 号示例 4 号楼 4-201 室", Weight.WRONG, "no paper proof is needed"),
        ("昌平区示例路1号示例四栋201", Weight.WRONG, "choose 4-201"),
        ("昌平区示例路1号示例4号楼209室", Weight.LOOK, "Is it one of these standard addresses"),
        ("北京市昌平区示例大街 8 号院 2 号楼 301 室", None, ""),
    ],
)
def test_an_own_address_that_is_the_park_s_own_needs_no_paper_and_is_chosen_there(
    session: Session, typed: str, weight: Weight | None, words: str
) -> None:
    answers = example("E_SET_LLC", 1) | {"address_kind": "own", "own_address": typed}

    found = checks.registered_address(make_matter(session, "E_SET_LLC", answers))

    assert [(one.weight, one.place) for one in found] == (
        [(weight, "own_address")] if weight else []
    )
    assert all(words in str(one.words) and "art. 13" in str(one.rule) for one in found)


def test_what_is_not_whole_is_found(app: Flask, session: Session) -> None:
    """D2: what the database cannot keep by itself, ``servicedesk check`` says."""
    make_unit(session)
    enterprise = make_enterprise(session, address_kind="park", unit="9-207")
    place = integrity.Place(session, app.config["DATA_DIR"])
    assert list(register_integrity.addresses(place)) == []

    session.execute(
        sa.update(Enterprise).values(facts=enterprise.facts | {"address_unit": "4-201"})
    )
    (said,) = register_integrity.addresses(place)
    assert said[1] == "is registered at place 4-201 and has not taken it"

    session.execute(sa.update(Enterprise).values(state=EnterpriseState.DEREGISTERED))
    session.execute(sa.update(AddressHolding).values(ended_at=NOW))
    session.execute(sa.update(AddressUnit).where(AddressUnit.code == "9-207").values(taken=0))

    assert len(list(register_integrity.addresses(place))) == 3


def test_who_stays_registered_where_staff_released_the_place_is_no_fault(
    app: Flask, session: Session, change: Change
) -> None:
    make_unit(session)
    make_enterprise(session, address_kind="park", unit="9-207")
    (holding,) = session.scalars(sa.select(AddressHolding))

    address_stock.release(session, holding, change)

    assert (
        list(register_integrity.addresses(integrity.Place(session, app.config["DATA_DIR"]))) == []
    )

"""Holding, taking and giving back places of the park."""

from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.enterprises import reference
from servicedesk.enterprises.models import AddressHolding, AddressUnit, HoldingState
from servicedesk.enterprises.operations import addresses
from servicedesk.errors import NotFound
from tests.enterprises.factories import NOW, make_unit
from tests.enterprises.together import at_once


def _hold(session: Session, *, case_id: int, code: str = "9-207") -> str:
    addresses.hold(session, code, case_id=case_id, now=NOW)
    return code


def taken(session: Session, code: str = "9-207") -> int:
    session.expire_all()
    return session.scalars(sa.select(AddressUnit.taken).where(AddressUnit.code == code)).one()


def test_of_fifty_who_want_the_last_place_exactly_one_gets_it(
    session: Session, engine_url: str
) -> None:
    make_unit(session)
    make_unit(session, "9-208")

    came = at_once(engine_url, [partial(_hold, case_id=n) for n in range(1, 51)])

    losers = [one for one in came if isinstance(one, addresses.AddressTaken)]
    assert len(losers) == 49
    assert {loser.free for loser in losers} == {("9-208",)}
    assert taken(session) == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(AddressHolding)) == 1


def test_a_hosted_address_takes_as_many_as_it_holds(session: Session, engine_url: str) -> None:
    make_unit(session, "9-H01", kind="hosted", capacity=3)

    came = at_once(engine_url, [partial(_hold, case_id=n, code="9-H01") for n in range(1, 11)])

    assert came.count("9-H01") == 3
    assert taken(session, "9-H01") == 3


def test_the_loser_is_offered_the_nearest_free_places_of_the_kind(session: Session) -> None:
    make_unit(session)
    for code, floor in (("9-101", 1), ("9-901", 9), ("9-210", 2), ("9-301", 3)):
        make_unit(session, code, floor=floor)
    make_unit(session, "9-D01", kind="desk")
    _hold(session, case_id=1)

    with pytest.raises(addresses.AddressTaken) as caught:
        _hold(session, case_id=2)

    assert caught.value.free == ("9-210", "9-101", "9-301")
    assert "9-210, 9-101, 9-301" in str(caught.value)


def test_holding_again_is_the_same_and_another_place_frees_the_first(session: Session) -> None:
    make_unit(session)
    make_unit(session, "9-208")
    _hold(session, case_id=1)
    _hold(session, case_id=1)
    assert taken(session) == 1

    _hold(session, case_id=1, code="9-208")

    assert (taken(session), taken(session, "9-208")) == (0, 1)


def test_giving_back_frees_the_place_once(session: Session) -> None:
    make_unit(session)
    _hold(session, case_id=1)

    addresses.give_back(session, case_id=1, now=NOW)
    addresses.give_back(session, case_id=1, now=NOW)

    assert taken(session) == 0


def test_what_is_taken_is_not_given_back_with_the_application(session: Session) -> None:
    make_unit(session)
    _hold(session, case_id=1)
    holding = addresses.take(session, case_id=1, enterprise_id=None)
    addresses.give_back(session, case_id=1, now=NOW)

    assert holding.state is HoldingState.TAKEN
    assert taken(session) == 1


def test_the_database_itself_refuses_one_more_than_there_are(session: Session) -> None:
    make_unit(session)

    with pytest.raises(sa.exc.IntegrityError, match="never_over_capacity"):
        session.execute(sa.update(AddressUnit).where(AddressUnit.code == "9-207").values(taken=2))


def test_a_place_that_does_not_exist_cannot_be_held(session: Session) -> None:
    with pytest.raises(NotFound):
        _hold(session, case_id=1, code="9-999")


def test_the_demo_park_is_stocked_once(session: Session) -> None:
    stock = reference.demo_units()
    session.execute(sa.delete(AddressUnit))

    assert addresses.stock(session, stock) == len(stock)
    session.flush()
    assert addresses.stock(session, stock) == 0

"""Places of the park, and many who want them, leave them or change them at the same moment."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import count

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.enterprises.models import (
    AddressHolding,
    AddressUnit,
    Enterprise,
    HoldingState,
)
from servicedesk.enterprises.operations import address_stock, addresses
from servicedesk.enterprises.operations.address_stock import Change, Terms
from servicedesk.enterprises.queries import address_stock as queries
from servicedesk.errors import Overtaken
from tests.enterprises.factories import NOW, make_unit
from tests.enterprises.together import at_once
from tests.factories import make_user

HERE, THERE = "9-101", "9-102"
OPEN = AddressHolding.state != HoldingState.RELEASED
_cases = count(5001)


def _hold(session: Session, *, case_id: int, code: str = HERE) -> str:
    addresses.hold(session, code, case_id=case_id, now=NOW)
    return "held"


def _move(session: Session, *, case_id: int, enterprise_id: int, to: str) -> str:
    """Apply for a place and get it, in one transaction: the longest way there is."""
    addresses.hold(session, to, case_id=case_id, now=NOW, enterprise_id=enterprise_id)
    addresses.move(session, case_id=case_id, enterprise_id=enterprise_id, now=NOW)
    return "moved"


def _change(session: Session, by_id: int) -> Change:
    return Change(session.get_one(User, by_id), "Tried at once", NOW)


def _companies(session: Session, code: str, how_many: int) -> list[int]:
    """Return the ids of companies that are at a place."""
    found = []
    for _ in range(how_many):
        number = next(_cases)
        enterprise = Enterprise(
            credit_code=f"TEST{number:014}", name=f"北京样例{number}有限公司", name_pinyin="",
            org_form="llc", facts={}, registered_on=NOW.date(),
        )  # fmt: skip
        session.add(enterprise)
        session.flush()
        addresses.hold(session, code, case_id=number, now=NOW)
        addresses.take(session, case_id=number, enterprise_id=enterprise.id)
        found.append(enterprise.id)
    session.commit()
    return found


def _counts(session: Session) -> dict[str, tuple[int, int]]:
    """Return what each place counts, and how many are there."""
    session.expire_all()
    there = (
        sa.select(sa.func.count())
        .where(OPEN, AddressHolding.unit_id == AddressUnit.id)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(AddressUnit.code, AddressUnit.taken, there).where(AddressUnit.building == "9")
    )
    return {code: (taken, open_there) for code, taken, open_there in rows}


def _wrong(came: Sequence[object], *expected: type[Exception]) -> list[object]:
    return [one for one in came if isinstance(one, Exception) and not isinstance(one, expected)]


def test_of_fifty_applications_at_once_ten_get_the_ten_places(
    session: Session, engine_url: str
) -> None:
    make_unit(session, HERE, kind="hosted", capacity=10)

    came = at_once(engine_url, [partial(_hold, case_id=n) for n in range(1, 51)])

    assert came.count("held") == 10
    assert _wrong(came, addresses.AddressTaken) == []
    assert _counts(session) == {HERE: (10, 10)}


def test_of_fifty_who_move_between_two_full_places_nobody_does(
    session: Session, engine_url: str
) -> None:
    for code in (HERE, THERE):
        make_unit(session, code, capacity=25)
    moves = [(one, THERE) for one in _companies(session, HERE, 25)]
    moves += [(one, HERE) for one in _companies(session, THERE, 25)]

    came = at_once(engine_url, _moves(moves))

    assert [type(one) for one in came] == [addresses.AddressTaken] * 50
    assert _counts(session) == {HERE: (25, 25), THERE: (25, 25)}


def test_fifty_who_move_both_ways_wait_for_each_other_and_never_in_a_circle(
    session: Session, engine_url: str
) -> None:
    for code in (HERE, THERE):
        make_unit(session, code, capacity=28)
    companies = {code: _companies(session, code, 25) for code in (HERE, THERE)}
    moves = [
        (one, there)
        for pair in zip(companies[HERE], companies[THERE], strict=True)
        for one, there in zip(pair, (THERE, HERE), strict=True)
    ]

    came = at_once(engine_url, _moves(moves))

    assert _wrong(came, addresses.AddressTaken) == []
    assert came.count("moved") >= 6  # both had room for three
    counts = _counts(session)
    assert all(taken == there <= 28 for taken, there in counts.values())
    assert sum(taken for taken, _ in counts.values()) == 50
    places = session.scalars(
        sa.select(sa.func.count()).where(OPEN).group_by(AddressHolding.enterprise_id)
    )
    assert set(places) == {1}


def test_who_releases_while_others_prolong_releases_once_and_for_good(
    session: Session, engine_url: str
) -> None:
    unit, by_id = make_unit(session, HERE, capacity=1), make_user(session).id
    change = _change(session, by_id)
    stay_id = address_stock.settle(session, unit, "北京样例有限公司", change, until=None).id
    session.commit()

    def release(other: Session) -> str:
        held = other.get_one(AddressHolding, stay_id)
        address_stock.release(other, held, _change(other, by_id))
        return "released"

    def prolong(other: Session) -> str:
        held = other.get_one(AddressHolding, stay_id)
        change = _change(other, by_id)
        address_stock.prolong(other, held, NOW.date(), change, seen="")
        return "prolonged"

    came = at_once(engine_url, [release, prolong] * 10)

    assert _wrong(came, Overtaken) == []
    assert came.count("released") == 1
    assert came.count("prolonged") <= 1
    assert _counts(session) == {HERE: (0, 0)}
    said = [one.what[0]["say"] for one in queries.changes_of(session, unit)]
    assert said[0] == "Place released"  # the last word
    assert len(said) == 2 + came.count("prolonged")


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_place_made_smaller_while_it_is_held_is_never_too_small(
    session: Session, engine_url: str, *, is_closed: bool
) -> None:
    unit, by_id = make_unit(session, HERE, kind="hosted", capacity=10), make_user(session).id
    seen, unit_id = Terms.of(unit).state, unit.id

    def shrink(other: Session) -> str:
        here, change = other.get_one(AddressUnit, unit_id), _change(other, by_id)
        if is_closed:
            address_stock.take_out_of_use(other, here, change)
        else:
            address_stock.change_terms(other, here, Terms(4, 72, None), change, seen=seen)
        return "smaller"

    works: list[Callable[[Session], str]] = [partial(_hold, case_id=n) for n in range(1, 13)]
    works[6:6] = [shrink, shrink]
    came = at_once(engine_url, works)

    refusals = (
        addresses.AddressTaken, address_stock.BelowTaken, address_stock.SomebodyIsThere,
        address_stock.NothingChanges, Overtaken,
    )  # fmt: skip
    assert _wrong(came, *refusals) == []
    session.expire_all()
    assert (unit.taken, unit.taken) == _counts(session)[HERE]
    assert unit.taken <= unit.capacity
    assert unit.out_of_use_at is None or unit.taken == 0
    assert came.count("smaller") <= 1


def _moves(moves: Sequence[tuple[int, str]]) -> list[partial[str]]:
    return [
        partial(_move, case_id=next(_cases), enterprise_id=enterprise_id, to=code)
        for enterprise_id, code in moves
    ]

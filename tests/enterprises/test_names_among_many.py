"""Like names are found by keys as by comparing with every one."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from servicedesk.enterprises.name_index import kept
from servicedesk.enterprises.name_likeness import Likeness, compare, keys, rank
from servicedesk.enterprises.name_models import EnterpriseName, NameKey, NameState
from servicedesk.enterprises.queries import names
from servicedesk.enterprises.queries.names import Own
from tests.enterprises.factories import NOW

MOST = 3  # few, so that a probe that is cut short would show
TRADES = st.text("瑞睿锐康慷源元泰秦乐岳华華", min_size=2, max_size=4)
INDUSTRIES = st.sampled_from(["", "科技", "技术", "咨询", "生物科技", "生物工程", "航天", "宠物"])
NAMES = st.tuples(TRADES, INDUSTRIES)
STATES = st.sampled_from([*NameState, NameState.REGISTERED, NameState.REGISTERED])
HELD = st.lists(st.tuples(NAMES, STATES), min_size=10, max_size=30, unique_by=lambda one: one[0])


def add(session: Session, number: int, trade: str, industry: str, state: NameState) -> None:
    compared = keys(trade, industry)
    days = 30 if number % 2 else 400  # ago: barred still, or not
    session.add(
        EnterpriseName(
            id=number,
            state=state,
            full_name=f"北京{trade}{industry}有限公司",
            division="北京",
            trade_name=trade,
            industry=industry,
            form="有限公司",
            trade_key=compared.trade_key,
            industry_key=compared.industry_key,
            since=NOW,
            until=NOW + timedelta(days=1 if number % 3 else -1)
            if state is NameState.RESERVED
            else None,
            ended_on=NOW.date() - timedelta(days=days) if state is NameState.FORMER else None,
            keys=[NameKey(key=key, shelf=compared.shelf) for key in kept(compared)],
        )
    )


def by_comparing(session: Session, asked: tuple[str, str]) -> list[tuple[int, Likeness]]:
    """Return the likest names, found the long way."""
    candidate, found = keys(*asked), []
    for name in session.scalars(sa.select(EnterpriseName).where(names.stands_in_the_way(NOW))):
        held = keys(name.trade_name, name.industry)
        likeness = compare(candidate, held)
        if likeness is not None:
            found.append((rank(likeness, candidate, held.shelf, name.id), name.id, likeness))
    return [(name_id, likeness) for _, name_id, likeness in sorted(found)[:MOST]]


@given(HELD, NAMES)
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_they_are_the_same_as_by_comparing_with_every_name(
    session: Session, held: Sequence[tuple[tuple[str, str], NameState]], asked: tuple[str, str]
) -> None:
    session.execute(sa.text("DROP INDEX IF EXISTS uq_enterprise_names_held"))  # two of one class
    for number, (name, state) in enumerate(held, 1):
        add(session, number, *name, state)
    session.flush()

    like = names.like(session, keys(*asked), now=NOW, most=MOST)
    found = [(one.name.id, one.likeness) for one in like]
    expected = by_comparing(session, asked)
    is_free = names.without_like(session, [keys(*asked)], now=NOW) == [0]
    session.rollback()

    assert found == expected
    assert is_free == (not expected)


def test_of_names_equally_alike_those_of_the_own_industry_come_first(session: Session) -> None:
    add(session, 1, "瑞康", "宠物", NameState.REGISTERED)
    add(session, 2, "瑞康", "航天", NameState.REGISTERED)
    session.flush()

    (found,) = names.like(session, keys("睿康", "航天"), now=NOW, most=1)
    session.rollback()

    assert found.likeness is Likeness.SAME_SOUND
    assert sa.inspect(found.name).identity == (2,)


@pytest.mark.parametrize(
    "own", [Own(case_id=7), Own(holder_id=5), Own(enterprise_id=3), Own(name_id=1)]
)
def test_ones_own_names_do_not_stand_in_the_way(session: Session, own: Own) -> None:
    session.execute(sa.text("SET session_replication_role = replica"))  # no such person is there
    add(session, 1, "瑞康", "科技", NameState.RESERVED)
    session.flush()
    mine = {"case_id": 7, "holder_id": 5, "enterprise_id": 3}
    session.execute(sa.update(EnterpriseName).values(until=None, **mine))

    strangers = Own(case_id=8, holder_id=6, enterprise_id=4, name_id=2)
    asked = keys("瑞康", "科技")
    is_found = [bool(names.like(session, asked, own=one, now=NOW)) for one in (own, strangers)]
    is_same = [names.find_same(session, asked, "", own=one, now=NOW) for one in (own, strangers)]
    session.rollback()

    assert is_found == [False, True]
    assert [one is not None for one in is_same] == [False, True]

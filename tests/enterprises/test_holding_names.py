"""Holding, reserving, using and losing a name."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.catalogue.registry import Matter
from servicedesk.enterprises import effects, pick_lists
from servicedesk.enterprises.days import end_of
from servicedesk.enterprises.holdings import reservation
from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.name_likeness import keys
from servicedesk.enterprises.name_models import EnterpriseName, NameEnd, NameKey, NameState
from servicedesk.enterprises.name_parts import NameParts
from servicedesk.enterprises.operations import names
from servicedesk.enterprises.queries import names as name_queries
from servicedesk.park import local_day
from tests.enterprises.factories import (
    NOW,
    make_application,
    make_enterprise,
    make_unit,
    set_up_answers,
)
from tests.enterprises.together import at_once
from tests.factories import make_user

LAST_MOMENT = end_of(NOW.date() + timedelta(days=60))
SECOND = timedelta(seconds=1)
RUIKANG = NameParts("北京", "瑞康", "生物科技", "有限公司")


def hold(
    session: Session, holder: User, case_id: int, parts: NameParts = RUIKANG
) -> EnterpriseName:
    return names.hold(session, parts, holder_id=holder.id, case_id=case_id, now=NOW)


def reserved(session: Session, holder: User, case_id: int = 1) -> EnterpriseName:
    name = hold(session, holder, case_id)
    names.reserve(name, needs_approval=False, days=None, now=NOW)
    session.commit()
    return name


def test_of_many_who_ask_for_one_name_at_once_exactly_one_gets_it(
    session: Session, engine_url: str
) -> None:
    people = [make_user(session).id for _ in range(8)]
    works = [
        partial(_hold_as, holder_id=person, case_id=case_id)
        for case_id, person in enumerate(people, 1)
    ]

    came = at_once(engine_url, works)

    losers = [one for one in came if isinstance(one, names.NameTaken)]
    assert len(losers) == len(people) - 1
    assert all("北京瑞康生物科技有限公司" in str(loser) for loser in losers)
    assert session.scalar(sa.select(sa.func.count()).select_from(EnterpriseName)) == 1


def test_a_name_without_industry_cannot_slip_past_one_with_it(
    session: Session, engine_url: str
) -> None:
    people = [make_user(session).id for _ in range(6)]
    bare = NameParts("北京", "瑞康", "", "有限公司")
    works = [
        partial(_hold_as, holder_id=person, case_id=n, parts=bare if n % 2 else RUIKANG)
        for n, person in enumerate(people, 1)
    ]

    at_once(engine_url, works)

    assert session.scalar(sa.select(sa.func.count()).select_from(EnterpriseName)) == 1


def _hold_as(session: Session, *, holder_id: int, case_id: int, parts: NameParts = RUIKANG) -> int:
    return names.hold(session, parts, holder_id=holder_id, case_id=case_id, now=NOW).id


def _give_up(session: Session, *, enterprise_id: int) -> int:
    return getattr(names.give_up(session, enterprise_id=enterprise_id, day=NOW.date()), "id", 0)


@pytest.mark.parametrize("index", ["uq_enterprise_names_held", "uq_enterprise_names_whole"])
def test_the_indexes_alone_keep_two_equal_names_out(session: Session, index: str) -> None:
    name = reserved(session, make_user(session))
    columns = (one.name for one in EnterpriseName.__table__.columns if one.name != "id")
    row = {column: getattr(name, column) for column in columns}
    row |= {"full_name": "x"} if index.endswith("held") else {"trade_key": "x"}

    with pytest.raises(sa.exc.IntegrityError, match=index):
        session.execute(sa.insert(EnterpriseName).values(**row))


@pytest.mark.parametrize(
    ("trade_name", "industry", "is_taken"),
    [
        ("瑞康", "生物科技", True),
        ("瑞康", "生物技术", True),  # another word for it
        ("瑞康", "生物科技发展", True),  # one word more
        ("瑞康", "", True),
        ("瑞康", "咨询", False),
        ("睿康", "生物科技", False),
    ],
)
def test_the_same_trade_name_is_refused_in_the_same_industry(
    session: Session, trade_name: str, industry: str, *, is_taken: bool
) -> None:
    reserved(session, make_user(session))
    other = make_user(session)
    parts = NameParts("北京市", trade_name, industry, "有限责任公司")

    if is_taken:
        with pytest.raises(names.NameTaken, match="reserved for somebody else"):
            hold(session, other, 2, parts)
    else:
        assert hold(session, other, 2, parts).state is NameState.RESERVED


def test_a_reservation_lasts_to_the_end_of_its_last_day(session: Session) -> None:
    holder = make_user(session)
    name = hold(session, holder, 1)

    until = names.reserve(name, needs_approval=False, days=None, now=NOW)
    assert until == LAST_MOMENT
    until = names.reserve(name, needs_approval=True, days=None, now=NOW)
    assert local_day(until) == NOW.date() + timedelta(days=365)


def test_what_has_become_of_a_reservation_is_told_day_by_day(session: Session) -> None:
    name = reserved(session, make_user(session))

    def told(now: datetime) -> tuple[str, int, str]:
        held = reservation(name, now=now)
        assert held is not None
        assert held.last_day == LAST_MOMENT.date()
        return held.state, held.days_left, str(held.left)

    assert told(NOW) == ("running", 60, "60 days left")
    assert told(LAST_MOMENT - timedelta(days=1)) == ("running", 1, "1 day left")
    assert told(LAST_MOMENT - SECOND) == ("running", 0, "today is the last day")
    assert told(LAST_MOMENT + SECOND)[0] == "lapsed"
    name.used_by_case_id = 7
    assert told(LAST_MOMENT + SECOND)[0] == "in_use"


def test_the_list_of_ones_reserved_names_counts_the_days_down(session: Session) -> None:
    holder = make_user(session)
    reserved(session, holder)

    def notes(now: datetime) -> list[tuple[str, str]]:
        matter = Matter(session, {}, holder.id, None, now, "E_SET_LLC", {})
        listed = pick_lists.my_names(matter)
        return [(one.note.en, one.note.zh) for one in listed if one.note]

    assert notes(NOW) == [
        ("reserved until 5 July 2026, 60 days left", "保留至 2026 年 7 月 5 日，还有 60 日")
    ]
    assert notes(LAST_MOMENT - SECOND)[0][0].endswith("the last day")
    assert notes(LAST_MOMENT + SECOND) == []


def test_a_lapsed_name_is_free_at_once_even_before_the_job_runs(session: Session) -> None:
    reserved(session, make_user(session))
    other = make_user(session)

    with pytest.raises(names.NameTaken):
        names.hold(session, RUIKANG, holder_id=other.id, case_id=2, now=LAST_MOMENT - SECOND)
    later = LAST_MOMENT + SECOND
    name = names.hold(session, RUIKANG, holder_id=other.id, case_id=2, now=later)

    assert name.state is NameState.RESERVED


def test_the_job_releases_only_what_is_over_and_may_run_again(session: Session) -> None:
    name = reserved(session, make_user(session))
    over = LAST_MOMENT + SECOND

    assert names.lapse(session, now=LAST_MOMENT - timedelta(hours=1)) == 0
    assert names.lapse(session, now=over) == 1
    assert names.lapse(session, now=over) == 0
    session.commit()
    assert name.state is NameState.RELEASED
    lapsed = reservation(name, now=over)
    assert lapsed is not None
    assert lapsed.state == "lapsed"


@pytest.mark.parametrize(("held", "asked"), [("乐康", "岳康"), ("岳康", "乐康"), ("泰康", "秦康")])
def test_a_like_name_is_found_whoever_came_first(session: Session, held: str, asked: str) -> None:
    hold(session, make_user(session), 1, NameParts("北京", held, "咨询", "有限公司"))

    (found,) = name_queries.like(session, keys(asked, "管理咨询"), now=NOW)

    assert found.name.trade_name == held


def test_names_held_before_the_tables_grew_are_found_after_the_nightly_job(
    session: Session,
) -> None:
    old = hold(session, make_user(session), 1, NameParts("北京", "乐康", "咨询", "有限公司"))
    old.keys = [NameKey(key="=乐康", shelf="")]
    session.commit()

    assert names.renew_keys(session, now=NOW) == 1
    assert names.renew_keys(session, now=NOW) == 0
    session.commit()
    assert "ryue kang" in {one.key for one in old.keys}


def test_what_stands_in_nobodys_way_is_found_no_more(session: Session) -> None:
    name = hold(session, make_user(session), 1)
    names.let_go(session, case_id=1, now=NOW)
    session.commit()

    names.renew_keys(session, now=NOW)
    session.commit()

    assert name.keys == []


def test_a_name_in_use_by_a_set_up_does_not_lapse(session: Session) -> None:
    holder = make_user(session)
    name = reserved(session, holder)
    names.use(session, name.id, holder_id=holder.id, case_id=7, now=NOW)

    assert names.lapse(session, now=NOW + timedelta(days=400)) == 0


def test_a_reserved_name_serves_its_holder_and_one_set_up_only(session: Session) -> None:
    holder, stranger = make_user(session), make_user(session)
    name = reserved(session, holder)

    with pytest.raises(names.NameNotYours, match="not yours"):
        names.use(session, name.id, holder_id=stranger.id, case_id=7, now=NOW)
    names.use(session, name.id, holder_id=holder.id, case_id=8, now=NOW)
    with pytest.raises(names.NameNotYours, match="another application"):
        names.use(session, name.id, holder_id=holder.id, case_id=9, now=NOW)


def test_two_set_ups_of_one_person_cannot_both_use_a_name(
    session: Session, engine_url: str
) -> None:
    holder = make_user(session)
    name = reserved(session, holder)

    def use(session: Session, case_id: int) -> int:
        used = names.use(session, name_id, holder_id=holder_id, case_id=case_id, now=NOW)
        return used.id

    name_id, holder_id = name.id, holder.id
    came = at_once(engine_url, [partial(use, case_id=n) for n in range(10, 16)])

    assert sum(isinstance(one, names.NameNotYours) for one in came) == 5


def test_a_correction_that_changes_the_name_lets_the_old_one_go(session: Session) -> None:
    holder = make_user(session)
    old = hold(session, holder, 1)
    new = hold(session, holder, 1, NameParts("北京", "澄野", "生物科技", "有限公司"))
    session.flush()
    session.refresh(old)

    assert (old.state, new.state) == (NameState.RELEASED, NameState.RESERVED)
    assert hold(session, holder, 1, NameParts("北京", "澄野", "生物科技", "有限公司")) is new


def test_withdrawing_a_set_up_gives_a_reserved_name_back_to_its_holder(session: Session) -> None:
    make_unit(session)
    holder = make_user(session)
    name = reserved(session, holder)
    answers = set_up_answers(name_source="reserved", name_choice=str(name.id))
    application = make_application(holder, answers, case_id=50)

    effects.hold(session, "register_enterprise", application, NOW)
    used_by = name.used_by_case_id
    effects.release(session, "register_enterprise", 50, NOW)
    session.commit()

    assert used_by == 50
    session.refresh(name)
    assert (name.state, name.used_by_case_id) == (NameState.RESERVED, None)


def test_a_name_given_up_is_barred_for_a_year(session: Session) -> None:
    enterprise = make_enterprise(session, trade_name="瑞康")
    day = NOW.date() - timedelta(days=364)
    names.give_up(session, enterprise_id=enterprise.id, day=day, end=NameEnd.ANNULLED)
    session.commit()
    other = make_user(session)

    with pytest.raises(names.NameTaken, match="free from 2026-05-07"):
        hold(session, other, 2)
    later = NOW + timedelta(days=1)
    name = names.hold(session, RUIKANG, holder_id=other.id, case_id=2, now=later)
    assert name.state is NameState.RESERVED


def test_giving_a_name_up_may_be_repeated(session: Session) -> None:
    enterprise = make_enterprise(session)
    first = names.give_up(session, enterprise_id=enterprise.id, day=NOW.date())
    again = names.give_up(session, enterprise_id=enterprise.id, day=NOW.date() + timedelta(days=9))

    assert first is not None
    assert (first.state, first.ended_by) == (NameState.FORMER, NameEnd.DEREGISTERED)
    assert (again, first.ended_on) == (None, NOW.date())


def test_an_enterprise_takes_the_name_held_for_its_change(session: Session) -> None:
    enterprise = make_enterprise(session)
    old = name_queries.find_registered(session, enterprise.id)
    assert old is not None
    held = hold(session, make_user(session), 70)

    new = names.change(session, case_id=70, enterprise=enterprise, now=NOW)
    again = names.change(session, case_id=70, enterprise=enterprise, now=NOW)
    session.commit()

    assert again is new is held
    assert (new.state, new.enterprise_id) == (NameState.REGISTERED, enterprise.id)
    assert (old.state, old.ended_by, old.ended_on) == (
        NameState.FORMER,
        NameEnd.CHANGED,
        NOW.date(),
    )


def test_an_enterprise_may_change_the_form_of_its_name_only(session: Session) -> None:
    enterprise = make_enterprise(session, trade_name="瑞康")
    parts = replace(RUIKANG, form="股份有限公司")
    holder = make_user(session).id

    with pytest.raises(names.NameTaken):
        names.hold(session, parts, holder_id=holder, case_id=70, now=NOW)
    names.hold(session, parts, holder_id=holder, case_id=70, enterprise_id=enterprise.id, now=NOW)
    new = names.change(session, case_id=70, enterprise=enterprise, now=NOW)
    session.commit()

    assert new.full_name == "北京瑞康生物科技股份有限公司"


def test_nobody_gets_a_name_while_it_is_given_up(session: Session, engine_url: str) -> None:
    enterprise_id = make_enterprise(session, trade_name="瑞康").id
    people = [make_user(session).id for _ in range(5)]
    works = [partial(_hold_as, holder_id=one, case_id=n) for n, one in enumerate(people, 1)]
    came = at_once(engine_url, [partial(_give_up, enterprise_id=enterprise_id), *works])

    assert isinstance(came[0], int)
    assert all(isinstance(one, names.NameTaken) for one in came[1:])


def test_who_gives_a_name_up_second_changes_nothing(session: Session, engine_url: str) -> None:
    enterprise_id = make_enterprise(session).id
    later = NOW.date() + timedelta(days=9)
    engine = sa.create_engine(engine_url)

    def give_up_later() -> bool:
        with Session(engine) as other:
            found = names.give_up(other, enterprise_id=enterprise_id, day=later)
            other.commit()
            return found is not None

    with ThreadPoolExecutor(1) as pool:
        first = names.give_up(session, enterprise_id=enterprise_id, day=NOW.date())
        second = pool.submit(give_up_later)
        with pytest.raises(TimeoutError):
            second.result(timeout=5)  # it waits for the first
        session.commit()
        is_given_up_again = second.result(timeout=30)
    engine.dispose()

    assert first is not None
    session.refresh(first)
    assert (is_given_up_again, first.ended_on) == (False, NOW.date())


def test_a_change_of_name_is_made_once_by_many_at_once(session: Session, engine_url: str) -> None:
    enterprise_id = make_enterprise(session).id
    held = hold(session, make_user(session), 70)
    session.commit()
    held_id = held.id

    def change(session: Session) -> int:
        enterprise = session.get_one(Enterprise, enterprise_id)
        return names.change(session, case_id=70, enterprise=enterprise, now=NOW).id

    came = at_once(engine_url, [change] * 4)

    states = session.scalars(sa.select(EnterpriseName.state)).all()
    assert came == [held_id] * 4
    assert sorted(states) == [NameState.FORMER, NameState.REGISTERED]

"""Holding, reserving, using and losing a name."""

from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.enterprises import effects
from servicedesk.enterprises.models import EnterpriseName, NameState
from servicedesk.enterprises.name_parts import NameParts
from servicedesk.enterprises.operations import names
from tests.enterprises.factories import NOW, make_application, make_unit, set_up_answers
from tests.enterprises.together import at_once
from tests.factories import make_user

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
    name = names.hold(session, parts, holder_id=holder_id, case_id=case_id, now=NOW)
    return name.id


def test_the_index_alone_keeps_two_equal_names_out(session: Session) -> None:
    name = reserved(session, make_user(session))
    row = {
        column.name: getattr(name, column.name)
        for column in EnterpriseName.__table__.columns
        if column.name != "id"
    }

    with pytest.raises(sa.exc.IntegrityError, match="uq_enterprise_names_held"):
        session.execute(sa.insert(EnterpriseName).values(**row))


@pytest.mark.parametrize(
    ("trade_name", "industry", "is_taken"),
    [
        ("瑞康", "生物科技", True),
        ("瑞康", "生物技术", True),  # another word for it
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


def test_a_reservation_lasts_sixty_days_or_a_year(session: Session) -> None:
    holder = make_user(session)
    name = hold(session, holder, 1)

    assert names.reserve(name, needs_approval=False, days=None, now=NOW) == NOW + timedelta(60)
    assert names.reserve(name, needs_approval=True, days=None, now=NOW) == NOW + timedelta(365)


def test_a_lapsed_name_is_free_at_once_even_before_the_job_runs(session: Session) -> None:
    reserved(session, make_user(session))
    later = NOW + timedelta(days=60)

    name = names.hold(session, RUIKANG, holder_id=make_user(session).id, case_id=2, now=later)

    assert name.state is NameState.RESERVED


def test_the_job_releases_only_what_is_over_and_may_run_again(session: Session) -> None:
    name = reserved(session, make_user(session))

    assert names.lapse(session, now=NOW + timedelta(days=59)) == 0
    assert names.lapse(session, now=NOW + timedelta(days=60)) == 1
    assert names.lapse(session, now=NOW + timedelta(days=60)) == 0
    session.commit()
    assert name.state is NameState.RELEASED


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
    name = reserved(session, make_user(session))
    name.state = NameState.FORMER
    name.ended_on = NOW.date() - timedelta(days=364)
    session.commit()
    other = make_user(session)

    with pytest.raises(names.NameTaken, match="given up less than a year ago"):
        hold(session, other, 2)
    name.ended_on = NOW.date() - timedelta(days=365)
    assert hold(session, other, 2).state is NameState.RESERVED

"""One name is held once, wherever its parts end: where it was written out, they are guessed."""

from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.enterprises import name_checks
from servicedesk.enterprises.days import end_of
from servicedesk.enterprises.name_checks import Asking
from servicedesk.enterprises.name_models import EnterpriseName, NameState
from servicedesk.enterprises.name_parts import NameParts
from servicedesk.enterprises.name_verdicts import Verdict
from servicedesk.enterprises.operations import imports, names
from servicedesk.enterprises.operations.imports import DoesNotFit
from tests.enterprises import tables
from tests.enterprises.factories import NOW, make_enterprise
from tests.enterprises.together import at_once
from tests.factories import make_user

# One name, whose end is read as the industry or only half of it: both are in the list.
WHOLE = (
    NameParts("北京", "湖心", "细胞技术", "有限公司"),
    NameParts("北京", "湖心细胞", "技术", "有限公司"),
)


def hold(session: Session, *, parts: NameParts, holder_id: int, case_id: int) -> int:
    return names.hold(session, parts, holder_id=holder_id, case_id=case_id, now=NOW).id


def test_a_whole_name_is_had_once_wherever_its_parts_end(session: Session, engine_url: str) -> None:
    people = [make_user(session).id for _ in range(6)]
    works = [
        partial(hold, holder_id=person, case_id=n, parts=WHOLE[n % 2])
        for n, person in enumerate(people, 1)
    ]

    came = at_once(engine_url, works)

    losers = [one for one in came if isinstance(one, names.NameTaken)]
    assert len(losers) == len(people) - 1
    assert session.scalars(sa.select(EnterpriseName.full_name)).all() == [WHOLE[0].full]


def test_two_enterprises_do_not_change_to_one_whole_name(session: Session, engine_url: str) -> None:
    """What is held for a change is in no unique index."""
    holder = make_user(session).id
    enterprises = [make_enterprise(session, trade_name=one).id for one in ("澄野", "听澜")]

    def hold_for_change(session: Session, at: int) -> int:
        return names.hold(
            session, WHOLE[at],
            holder_id=holder, case_id=70 + at, enterprise_id=enterprises[at], now=NOW,
        ).id  # fmt: skip

    came = at_once(engine_url, [partial(hold_for_change, at=at) for at in (0, 1)])

    assert [isinstance(one, names.NameTaken) for one in came].count(True) == 1


def test_a_lapsed_reservation_of_a_whole_name_keeps_nobody_out(session: Session) -> None:
    name = names.hold(session, WHOLE[0], holder_id=make_user(session).id, case_id=1, now=NOW)
    names.reserve(name, needs_approval=False, days=None, now=NOW)
    session.commit()
    holder, later = make_user(session).id, end_of(NOW.date() + timedelta(days=61))

    held = names.hold(session, WHOLE[1], holder_id=holder, case_id=2, now=later)

    assert held.state is NameState.RESERVED


def test_who_registers_a_name_that_was_entered_meanwhile_is_told(session: Session) -> None:
    enterprise, other = (make_enterprise(session, trade_name=one) for one in ("澄野", "听澜"))
    holder = make_user(session).id
    names.hold(
        session, WHOLE[0], holder_id=holder, case_id=70, enterprise_id=enterprise.id, now=NOW
    )
    names.give_up(session, enterprise_id=other.id, day=NOW.date())
    names.enter(session, {other.id: WHOLE[0].full}, now=NOW)
    session.commit()

    with pytest.raises(names.NameTaken, match="北京湖心细胞技术有限公司"):
        names.change(session, case_id=70, enterprise=enterprise, now=NOW)


def test_a_whole_name_is_found_wherever_its_parts_end(session: Session) -> None:
    name = "北京湖心细胞技术有限公司"
    imports.enter_file(
        session, tables.file_of(tables.row(名称=name)), "x", now=NOW
    )  # read as 湖心细胞 | 技术
    asked = name_checks.answer(session, WHOLE[0], Asking(), now=NOW)

    assert asked.verdict is Verdict.REFUSED
    assert [(one.held.full_name, str(one.why)) for one in asked.near] == [
        (name, "is this very name")
    ]
    assert f"“{name}” is registered already. Choose another trade name." in [
        str(one.words) for one in asked.findings
    ]


def test_what_is_reserved_as_a_whole_is_not_brought_in(session: Session) -> None:
    parts = WHOLE[0]
    names.hold(session, parts, holder_id=make_user(session).id, case_id=1, now=NOW)
    session.commit()
    spelt = "北京湖心 细胞技术有限公司"  # the blank counts for nothing

    found = imports.try_out(session, tables.file_of(tables.row(名称=spelt)), NOW)

    assert [(one.row, one.column, str(one.words)) for one in found.faults] == [
        (2, "name", f"“{parts.full}” is registered or reserved already.")
    ]
    with pytest.raises(DoesNotFit):
        imports.enter_file(session, tables.file_of(tables.row(名称=parts.full)), "x", now=NOW)

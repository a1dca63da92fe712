"""Names and places of which there is one, and two who want it at the same moment."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case, Submission
from servicedesk.enterprises.models import AddressHolding, AddressUnit, Certificate
from servicedesk.enterprises.name_models import EnterpriseName
from tests.races.crowd import Click, Crowd, statuses
from tests.races.factories import broken_chains, kinds, ready_draft

ROOM = "4-201"  # holds one
SHARED = "1-H01"  # holds many
FREE = f"{ROOM} is taken. Free and nearest to it: 4-202, 4-203, "


def test_of_two_who_reserve_one_name_at_once_one_gets_it(session: Session, crowd: Crowd) -> None:
    rivals = [ready_draft(session, "E_NAME") for _ in range(2)]

    answers = crowd.click(_all_sent(crowd, rivals))

    assert statuses(answers) == [303, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert "青棱样例" in refused.text
    assert len(session.scalars(sa.select(EnterpriseName)).all()) == 1
    assert len(session.scalars(sa.select(Certificate)).all()) == 1
    _one_was_sent(session, rivals, CaseStatus.APPROVED)


def test_of_ten_who_reserve_names_that_sound_alike_one_gets_it(
    session: Session, crowd: Crowd
) -> None:
    spellings = ("青棱样例", "青稜样例")
    rivals = [ready_draft(session, "E_NAME", trade_name=spellings[n % 2]) for n in range(10)]

    answers = crowd.click(_all_sent(crowd, rivals))

    assert statuses(answers) == [303] + [409] * 9
    _one_was_sent(session, rivals, CaseStatus.APPROVED)


def test_of_two_who_take_the_last_place_one_gets_it_and_the_other_hears_what_is_free(
    session: Session, crowd: Crowd
) -> None:
    rivals = _founders_in(session, ROOM)

    answers = crowd.click(_all_sent(crowd, rivals))

    assert statuses(answers) == [303, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert FREE in refused.text
    assert _unit(session, ROOM).taken == 1
    assert len(session.scalars(sa.select(AddressHolding)).all()) == 1
    assert len(session.scalars(sa.select(EnterpriseName)).all()) == 1
    _one_was_sent(session, rivals, CaseStatus.SUBMITTED)


def test_who_comes_a_moment_after_the_last_place_went_hears_the_same(
    session: Session, crowd: Crowd
) -> None:
    first, second = _founders_in(session, ROOM)

    assert statuses(crowd.click(_all_sent(crowd, [first]))) == [303]
    late = crowd.click(_all_sent(crowd, [second]))

    assert statuses(late) == [409]
    assert FREE in late[0].text


def test_a_shared_place_is_given_to_as_many_as_it_holds(session: Session, crowd: Crowd) -> None:
    rivals = [ready_draft(session, "E_HOST", unit=SHARED) for _ in range(6)]
    unit = _unit(session, SHARED)
    unit.taken = unit.capacity - 2
    session.commit()

    answers = crowd.click(_all_sent(crowd, rivals))

    assert statuses(answers) == [303, 303, 409, 409, 409, 409]
    assert unit.taken == unit.capacity
    assert len(session.scalars(sa.select(AddressHolding)).all()) == 2
    assert broken_chains(session) == []


def _all_sent(crowd: Crowd, cases: list[Case]) -> list[Click]:
    return [
        Click(
            crowd.window(case.applicant),
            f"/cases/{case.reference}/submit",
            {"declared": "y", "request_key": f"key-of-{case.reference}-sent"},
        )
        for case in cases
    ]


def _founders_in(session: Session, code: str) -> list[Case]:
    """Return two set-ups of different companies that want the same room."""
    return [
        ready_draft(session, "E_SET_LLC", address_kind="park", unit=code, trade_name=trade_name)
        for trade_name in ("澄野样例", "听松样例")
    ]


def _unit(session: Session, code: str) -> AddressUnit:
    return session.scalars(sa.select(AddressUnit).where(AddressUnit.code == code)).one()


def _one_was_sent(session: Session, rivals: list[Case], status: CaseStatus) -> None:
    """Check that one of the rivals went through, and that the others are as they were."""
    sent = [case for case in rivals if case.submitted_at]
    assert [case.status for case in sent] == [status]
    for case in rivals:
        if case not in sent:
            assert case.status is CaseStatus.DRAFT
            assert "submitted" not in kinds(session, case)
    assert [one.case_id for one in session.scalars(sa.select(Submission))] == [sent[0].id]
    assert broken_chains(session) == []

"""One click that arrives several times at once: one effect, and the same answer to each (R6)."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import Token, TokenPurpose, User
from servicedesk.accounts.permissions import Role
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Task
from servicedesk.notices.models import Notice
from tests.cases.factories import make_case
from tests.factories import make_user
from tests.races.crowd import Click, Crowd

CLICKS = 8
KEY = {"request_key": "k" * 24}


def answers(crowd: Crowd, user: User, path: str, data: Mapping[str, str]) -> set[tuple[int, str]]:
    """Send one form several times at once; return the different answers."""
    window = crowd.window(user)
    given = crowd.click([Click(window, path, {**data, **KEY})] * CLICKS)
    return {(one.status_code, one.location) for one in given}


def test_the_next_task_is_one_task(session: Session, crowd: Crowd) -> None:
    for example in (0, 1, 2):
        make_case(session, example=example)
    clerk = make_user(session, role=Role.CLERK, posts={"window": "clerk"})

    given = answers(crowd, clerk, "/desk/next", {})

    assert len(given) == 1
    assert session.scalar(_count(Task).where(Task.holder_id == clerk.id)) == 1


def test_an_invitation_is_one_mail_and_one_link(session: Session, crowd: Crowd) -> None:
    case = make_case(session)
    path = f"/cases/{case.reference}/people"

    given = answers(crowd, case.applicant, path, {"email": "friend@example.org"})

    assert given == {(303, f"/cases/{case.reference}")}
    of_joining = Token.purpose == TokenPurpose.JOIN_CASE
    assert session.scalar(_count(Token).where(of_joining)) == 1
    assert session.scalar(_count(Notice).where(Notice.kind == "case_invitation")) == 1


def test_a_withdrawal_is_withdrawn_to_every_click(session: Session, crowd: Crowd) -> None:
    case = make_case(session)
    data = {"reason": "Other premises.", "understood": "y"}

    given = answers(crowd, case.applicant, f"/cases/{case.reference}/withdraw", data)

    assert given == {(303, f"/cases/{case.reference}")}
    assert case.status is CaseStatus.WITHDRAWN


def _count(model: type[object]) -> sa.Select[int]:
    return sa.select(sa.func.count()).select_from(model)

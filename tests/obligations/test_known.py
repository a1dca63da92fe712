"""What is known of an enterprise, from what was filed of it."""

import pytest
from sqlalchemy.orm import Session

from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.operations import register
from servicedesk.enterprises.operations.register import Decision
from servicedesk.obligations import duties
from servicedesk.obligations.duty_kinds import Kind
from servicedesk.obligations.known import known_of
from tests.factories import make_user
from tests.obligations.factories import NOW, TODAY, change, enter


@pytest.mark.parametrize("filing", [1, 2], ids=["set-up", "transfer"])
def test_a_correction_is_a_change_of_owners_where_what_it_corrects_was_one(
    session: Session, filing: int
) -> None:
    def owner(name: str) -> dict[str, str]:
        return {"name": name, "kind": "person", "percent": "100"}

    enterprise = enter(session, {"shareholders": [owner("林乔")]})
    if filing > register.SET_UP_SEQ:
        change(session, enterprise, shareholders=[owner("周若")])
    before = kinds(session, enterprise)
    by = Decision(None, make_user(session), NOW, "Misread")
    register.correct(session, enterprise, filing, {"shareholders": [owner("周若谷")]}, decision=by)
    session.flush()

    assert kinds(session, enterprise) == before
    assert (Kind.BENEFICIAL_OWNERS in before) == (filing > register.SET_UP_SEQ)


def kinds(session: Session, enterprise: Enterprise) -> set[Kind]:
    """Return which kinds of duties are worked out for the enterprise."""
    known = known_of(session, [enterprise])[enterprise.id]
    return {one.kind for one in duties.owed(known, TODAY)}

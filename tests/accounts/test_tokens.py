"""One-time secrets: for one purpose, for a while, once."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from servicedesk.accounts import tokens
from servicedesk.accounts.models import TokenPurpose
from tests.factories import MONDAY_MORNING

CONFIRM, TRACK = TokenPurpose.CONFIRM_EMAIL, TokenPurpose.TRACK
NOW = MONDAY_MORNING


def test_a_secret_is_good_for_its_own_purpose_only(session: Session) -> None:
    secret = tokens.issue(session, CONFIRM, "7", now=NOW)

    with pytest.raises(tokens.LinkSpent):
        tokens.spend(session, TokenPurpose.RESET_PASSWORD, secret, now=NOW)
    assert tokens.spend(session, CONFIRM, secret, now=NOW) == "7"


def test_a_secret_expires(session: Session) -> None:
    secret = tokens.issue(session, CONFIRM, "7", now=NOW)
    ends = NOW + tokens.LIFETIMES[CONFIRM]

    assert tokens.subject_of(session, CONFIRM, secret, now=ends) is None
    assert tokens.subject_of(session, CONFIRM, secret, now=ends - timedelta(seconds=1)) == "7"


def test_a_code_opens_once_and_only_for_its_subject(session: Session) -> None:
    code = tokens.issue_code(session, TRACK, "R26-00001", now=NOW)

    assert len(code) == 6
    assert not tokens.spend_code(session, TRACK, "R26-00002", code, now=NOW)
    assert tokens.spend_code(session, TRACK, "R26-00001", f" {code} ", now=NOW)
    assert not tokens.spend_code(session, TRACK, "R26-00001", code, now=NOW)


def test_five_wrong_codes_void_the_right_one(session: Session) -> None:
    code = tokens.issue_code(session, TRACK, "R26-00001", now=NOW)
    wrong = f"{(int(code) + 1) % 10**6:06}"

    for _ in range(5):
        assert not tokens.spend_code(session, TRACK, "R26-00001", wrong, now=NOW)
    assert not tokens.spend_code(session, TRACK, "R26-00001", code, now=NOW)


def test_a_new_code_voids_the_one_before(session: Session) -> None:
    old = tokens.issue_code(session, TRACK, "R26-00001", now=NOW)
    new = tokens.issue_code(session, TRACK, "R26-00001", now=NOW)

    assert old == new or not tokens.spend_code(session, TRACK, "R26-00001", old, now=NOW)
    assert tokens.spend_code(session, TRACK, "R26-00001", new, now=NOW)


def test_sweeping_deletes_what_has_expired_and_may_run_twice(session: Session) -> None:
    tokens.issue(session, CONFIRM, "7", now=NOW)
    later = NOW + timedelta(days=3)

    assert tokens.sweep(session, now=later) == 1
    assert tokens.sweep(session, now=later) == 0

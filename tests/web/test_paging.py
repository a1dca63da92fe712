"""Keyset pages: nothing twice, nothing missed, whatever happens in between."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.web.paging import Key, Page, one_of, page_of
from tests.factories import make_user

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ORDERS = [
    [Key(User.id)],
    [Key(User.id, descending=True)],
    [Key(User.created_at), Key(User.id)],
    [Key(User.created_at, descending=True), Key(User.id)],
    [Key(User.name), Key(User.id, descending=True)],
]


@pytest.fixture
def people(session: Session) -> list[int]:
    """Add eleven people, several at the same moment, and return their ids."""
    users = [make_user(session, name=f"Person {number % 3}") for number in range(11)]
    for number, user in enumerate(users):
        user.created_at = START + timedelta(minutes=number % 4)
    session.commit()
    return [user.id for user in users]


def _page(session: Session, keys: list[Key], **cursors: str | None) -> Page[User]:
    return page_of(session, sa.select(User), keys, size=4, **cursors)


@pytest.mark.parametrize("keys", ORDERS)
def test_walking_forwards_and_back_sees_everybody_once(
    session: Session, people: list[int], keys: list[Key]
) -> None:
    pages = [_page(session, keys)]
    while pages[-1].following:
        pages.append(_page(session, keys, after=pages[-1].following))
    back = [pages[-1]]
    while back[-1].preceding:
        back.append(_page(session, keys, before=back[-1].preceding))

    seen = [user.id for page in pages for user in page.items]
    assert sorted(seen) == sorted(people)
    assert [len(page.items) for page in pages] == [4, 4, 3]
    assert [user.id for page in reversed(back) for user in page.items] == seen
    assert pages[0].preceding is None


def test_a_row_that_goes_meanwhile_hides_no_other(session: Session, people: list[int]) -> None:
    first = _page(session, [Key(User.id)])
    session.delete(session.get_one(User, people[0]))
    session.commit()

    second = _page(session, [Key(User.id)], after=first.following)

    assert [user.id for user in second.items] == people[4:8]


def test_an_empty_list_is_false_and_leads_nowhere(session: Session) -> None:
    page = _page(session, [Key(User.id)])

    assert not page
    assert (page.following, page.preceding) == (None, None)


def _cursor(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "%%%",
        "né",
        _cursor("text"),
        _cursor([]),
        _cursor(["text", 1]),
        _cursor([{"moment": "2026-03-02T09:00:00"}, 1]),
        _cursor([{"moment": "2026-03-02T09:00:00Z"}, 10**30]),
        _cursor([{"moment": "2026-03-02T09:00:00Z"}, True]),
        _cursor([{"day": "2026-03-02"}, 1]),
        _cursor([None, None]),
        _cursor([{"moment": "2026-03-02T09:00:00Z"}, 2**62]),
        _cursor([{"moment": "2026-03-02T09:00:00Z"}, 2**31]),
        _cursor([{"moment": "2026-03-02T09:00:00Z"}, "\ud800"]),
        base64.urlsafe_b64encode(b"[" * 2900).decode(),
        base64.urlsafe_b64encode(b"[" * 50_000).decode(),
    ],
)
def test_a_made_up_cursor_is_the_first_page(
    session: Session, people: list[int], cursor: str
) -> None:
    keys = [Key(User.created_at), Key(User.id)]

    page = _page(session, keys, after=cursor)

    assert len(page.items) == 4
    assert page.preceding is None
    assert people


def test_orders_come_from_a_list_of_what_is_allowed() -> None:
    allowed = {"due": 1, "number": 2}

    assert one_of("number", allowed, "due") == ("number", 2)
    assert one_of("number; DROP TABLE users", allowed, "due") == ("due", 1)
    assert one_of(None, allowed, "due") == ("due", 1)

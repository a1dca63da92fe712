"""Who may listen to which topics, and what a listener is told."""

import asyncio
from datetime import timedelta
from unittest.mock import patch

import psycopg
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import live
from servicedesk.streams import LOOK_AGAIN, Listener

KEYS = ["the newest key", "an older key"]


def test_a_ticket_is_good_for_its_topics() -> None:
    assert live.topics_of(KEYS, live.ticket(KEYS, ["case:1", "board:2"])) == {"case:1", "board:2"}


def test_a_ticket_signed_with_the_older_key_still_counts() -> None:
    assert live.topics_of(KEYS, live.ticket(KEYS[1:], ["case:1"])) == {"case:1"}


def test_a_ticket_of_somebody_else_opens_nothing() -> None:
    assert live.topics_of(KEYS, live.ticket(["another key"], ["case:1"])) == frozenset()
    assert live.topics_of(KEYS, "nonsense") == frozenset()
    assert live.topics_of(KEYS, "") == frozenset()


def test_a_ticket_ends() -> None:
    ticket = live.ticket(KEYS, ["case:1"])

    with patch.object(live, "TICKET_LIFETIME", timedelta(seconds=-2)):
        assert live.topics_of(KEYS, ticket) == frozenset()


def heard(listener: Listener) -> list[str]:
    return asyncio.run(listener.wait(0.01))


def test_a_listener_hears_its_topics_once_each_and_in_order() -> None:
    listener = Listener(frozenset({"a", "b"}))

    for topic in ("b", "a", "c", "b"):
        listener.tell(topic)

    assert heard(listener) == ["b", "a"]
    assert heard(listener) == []


def test_a_listener_who_is_too_slow_is_told_to_look_at_everything() -> None:
    topics = [f"case:{number}" for number in range(100)]
    listener = Listener(frozenset(topics))

    for topic in topics:
        listener.tell(topic)

    assert heard(listener)[0] == LOOK_AGAIN


def test_a_topic_is_told_once_when_its_transaction_commits_and_never_otherwise(
    session: Session, engine_url: str
) -> None:
    address = sa.make_url(engine_url).set(drivername="postgresql")
    with psycopg.connect(address.render_as_string(hide_password=False), autocommit=True) as ear:
        ear.execute(f"LISTEN {live.CHANNEL}")
        live.announce(session, "case:1")
        session.rollback()
        live.announce(session, "case:2", "inbox:market")
        with session.begin_nested() as inner:
            live.announce(session, "case:2")
            inner.rollback()
        assert list(ear.notifies(timeout=0.1)) == []

        session.commit()
        session.commit()

        assert [one.payload for one in ear.notifies(timeout=0.5)] == ["case:2", "inbox:market"]

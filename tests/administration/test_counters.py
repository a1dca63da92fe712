"""Administrators add counters to a hall and change them."""

from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.errors import Overtaken
from servicedesk.extensions import db
from servicedesk.hall import queries
from servicedesk.hall.hours_models import HallChange
from servicedesk.hall.operations import counters
from servicedesk.hall.operations.counters import CounterExists, CounterSaid
from tests.administration.conftest import shown
from tests.conftest import Browser
from tests.factories import make_user
from tests.hall.factories import hall_of, make_clerk
from tests.races.crowd import at_once

PAGE = "/admin/halls/training/counters"
SAID = {
    "number": "9", "side_en": "upstairs", "side_zh": "二层", "kind": "full", "lines": ["advice"],
    "equipment": ["camera"], "reason": "We have moved",
}  # fmt: skip


@pytest.mark.usefixtures("admin")
def test_a_new_counter_can_be_signed_on_to_and_is_in_the_history(
    browser: Browser, another_browser: Browser, session: Session
) -> None:
    assert browser.post(f"{PAGE}/new", data=SAID).status_code == 303

    counter = queries.get_counter(session, "training", 9)
    assert (counter.side.zh, counter.queue_keys, counter.equipment) == (
        "二层",
        ["advice"],
        ["camera"],
    )
    history = browser.get("/admin/halls/training/hours").text
    assert "Counter 9 is new" in history
    assert "We have moved" in history
    another_browser.sign_in(make_clerk(session))
    assert "Counter 9 · Camera" in another_browser.get("/desk/counter").text


@pytest.mark.usefixtures("admin")
def test_a_change_tells_what_is_different_and_nothing_else(
    browser: Browser, session: Session
) -> None:
    browser.post(f"{PAGE}/new", data=SAID)
    data = shown(browser, f"{PAGE}/9") | {
        "lines": ["registration", "advice"],
        "equipment": ["scanner"],
    }

    assert browser.post(f"{PAGE}/9", data=data | {"reason": "Busy"}).status_code == 303

    change = session.scalars(sa.select(HallChange).order_by(HallChange.id.desc())).first()
    assert change is not None
    assert [one["say"] for one in change.what] == [
        "Counter %(number)s usually serves %(lines)s",
        "Counter %(number)s has this now: %(thing)s",
        "Counter %(number)s has this no more: %(thing)s",
    ]


@pytest.mark.usefixtures("admin")
def test_what_is_wrong_is_said_and_stays_on_the_page(browser: Browser) -> None:
    taken = browser.post(f"{PAGE}/new", data=SAID | {"number": "8"})
    empty = browser.post(f"{PAGE}/new", data={"side_en": "upstairs"})
    same = browser.post(f"{PAGE}/8", data=shown(browser, f"{PAGE}/8") | {"reason": "None"})

    assert [one.status_code for one in (taken, empty, same)] == [422, 422, 422]
    assert "There is a counter 8 already" in taken.text
    assert 'value="upstairs"' in empty.text
    assert "Nothing would be different" in same.text


@pytest.mark.usefixtures("admin")
def test_a_page_that_is_old_changes_nothing(browser: Browser, session: Session) -> None:
    data = shown(browser, f"{PAGE}/8") | {"reason": "Moved"}
    browser.post(f"{PAGE}/8", data=data | {"side_en": "upstairs"})

    assert browser.post(f"{PAGE}/8", data=data | {"side_en": "downstairs"}).status_code == 409
    session.expire_all()
    assert queries.get_counter(session, "training", 8).side.en == "upstairs"


@pytest.mark.usefixtures("admin")
def test_words_from_before_the_tables_are_read_as_nothing_special(
    browser: Browser, another_browser: Browser, session: Session
) -> None:
    counter = queries.get_counter(session, "training", 8)
    counter.kind, counter.equipment = "reception", ["printer", "camera"]
    session.commit()
    another_browser.sign_in(make_clerk(session))

    assert "All visits" in browser.get(PAGE).text
    assert browser.get(f"{PAGE}/8").status_code == 200
    assert "Counter 8 · Camera" in another_browser.get("/desk/counter").text


def test_only_administrators_change_counters(browser: Browser, session: Session) -> None:
    browser.sign_in(make_user(session, role=Role.SUPERVISOR, posts={"window": "supervisor"}))

    for method, path in (("get", PAGE), ("get", f"{PAGE}/new"), ("post", f"{PAGE}/8")):
        assert getattr(browser, method)(path).status_code == 403
    browser.sign_in(make_user(session, role=Role.ADMIN))
    assert browser.get(f"{PAGE}/99").status_code == 404


def test_two_who_add_one_number_and_two_who_change_one_counter(
    app: Flask, session: Session
) -> None:
    admin = make_user(session, role=Role.ADMIN).id
    said = CounterSaid.of(queries.get_counter(session, "training", 1))
    session.commit()

    def do(what: str) -> str:
        with app.app_context(), db.sessionmaker() as own:
            about = {"by": own.get_one(User, admin), "reason": "Test", "now": clock.now()}
            hall = hall_of(own)
            other = CounterSaid(said.side, said.kind, said.equipment, frozenset({"advice"}))
            try:
                if what == "add":
                    counters.add(own, hall, 9, said, **about)  # type: ignore[arg-type]
                else:
                    counters.change(own, hall, hall.counters[0], other, seen=said.state, **about)  # type: ignore[arg-type]
            except (CounterExists, Overtaken) as refusal:
                return type(refusal).__name__
            own.commit()
            return what

    works = [partial(do, what) for what in ("add", "add", "change", "change")]

    assert sorted(at_once(works)) == ["CounterExists", "Overtaken", "add", "change"]

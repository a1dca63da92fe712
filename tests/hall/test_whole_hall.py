"""The whole hall over HTTP, step by step at random, against a model made of lists (R1, R2)."""

from dataclasses import dataclass, field
from itertools import count
from typing import Final

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.orm import Session

from servicedesk.hall import hall_files
from servicedesk.hall.links import token_of
from servicedesk.hall.models import Hall, Priority, Queue, Ticket
from servicedesk.hall.operations import halls
from tests.conftest import Browser
from tests.hall.factories import TRAINING, hall_of, make_clerk, make_sitting

_NUMBERS: Final = count(1)
SITS_IN: Final = ("advice", "advice", "registration")  # by clerk
CLERKS: Final = len(SITS_IN)
LINES: Final = tuple(dict.fromkeys(SITS_IN))
ONE_IN: Final = 3


@dataclass
class Person:
    """A ticket as the model knows it."""

    id: int
    line: str
    has_priority: bool
    place: float  # the order of coming, in all lines together
    status: str = "waiting"
    counter: int | None = None
    is_away: bool = False


@dataclass
class Line:
    """One line as lists: who waits in the order of their turn, and why the last were called."""

    waiting: list[Person] = field(default_factory=list)
    lately: list[str] = field(default_factory=list)

    def join(self, person: Person) -> None:
        """Let somebody stand at their place."""
        self.waiting = sorted([*self.waiting, person], key=lambda one: one.place)

    def next(self) -> tuple[Person, str] | None:
        """Say who must be called now; written without a look at ``line_up``."""
        here = [one for one in self.waiting if not one.is_away]
        if not here:
            return None
        first = here[0]
        privileged = [one for one in here if one.has_priority]
        ordinary = [one for one in here if not one.has_priority]
        recent = self.lately[-(ONE_IN - 1) :]
        if privileged and privileged[0] is not first and not (ordinary and "ahead" in recent):
            return privileged[0], "ahead"
        return first, "turn"


class WholeHall(RuleBasedStateMachine):
    """Kiosk, phones and counters of a new hall; every answer is held against the model."""

    app: Flask
    session: Session

    def __init__(self) -> None:
        super().__init__()
        self.lines = {key: Line() for key in LINES}
        self.people: list[Person] = []
        self.browsers: list[Browser] = []

    @initialize()
    def open_the_hall(self) -> None:
        """Set up a hall of this run's own, with clerks in it."""
        key = f"hall-{next(_NUMBERS)}"
        said = next(one for one in hall_files.halls() if one.key == TRAINING)
        halls.set_up(self.session, [said.model_copy(update={"key": key})])
        self.session.commit()
        self.hall: Hall = hall_of(self.session, key)
        for number, line in enumerate(SITS_IN, start=1):
            clerk = make_clerk(self.session)
            make_sitting(self.session, number, hall=key, clerk=clerk, queues=[line])
            self.browsers.append(self._browser(sign_in=clerk))
        self.kiosk = self._browser()
        for has_priority in (False, False, True, False):
            self.take("advice", has_priority)

    @rule(line=st.sampled_from(LINES), has_priority=st.sampled_from([False, False, True]))
    def take(self, line: str, has_priority: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Take a ticket."""
        data = {"queue": line, "language": "zh"}
        if has_priority:
            data["priority"] = Priority.AGE.value
        answer = self.kiosk.post(f"/hall/{self.hall.key}/kiosk", data=data)

        assert answer.status_code == 303
        newest = max(one.id for one in self._tickets())
        person = Person(newest, line, has_priority, place=len(self.people))
        self.people.append(person)
        self.lines[line].join(person)

    @rule(clerk=st.integers(0, CLERKS - 1))
    def call_next(self, clerk: int) -> None:
        """Press next: who is called must be who the lists say."""
        here = self._at(clerk)
        data = {"seen": str(self._ticket(here).version)} if here else {}
        answer = self.browsers[clerk].post("/desk/counter/next", data=data)

        if here is not None and here.status == "called":
            assert answer.status_code == 409
            return
        assert answer.status_code == 303
        if here is not None:
            here.status, here.counter = "done", None
        line = self.lines[SITS_IN[clerk]]
        found = line.next()
        if found is not None:
            person, why = found
            line.waiting.remove(person)
            line.lately.append(why)
            person.status, person.counter = "called", clerk

    @rule(clerk=st.integers(0, CLERKS - 1), action=st.sampled_from(["start", "miss", "hold"]))
    def act_here(self, clerk: int, action: str) -> None:
        """Start, mark as missed or hold who is at the counter."""
        here = self._at(clerk)
        if here is None:
            return
        leads = {("called", "start"): "serving", ("called", "miss"): "no_show",
                 ("serving", "hold"): "held"}.get((here.status, action))  # fmt: skip
        answer = self._act(clerk, here, action)
        assert answer == (303 if leads else 409)
        if leads:
            here.status = leads
            here.counter = clerk if leads == "serving" else None

    @rule(clerk=st.integers(0, CLERKS - 1))
    def call_somebody_who_is_not_there(self, clerk: int) -> None:
        """Call, and mark as missed: chance alone does both too rarely."""
        self.call_next(clerk)
        self.act_here(clerk, "miss")

    @rule(clerk=st.integers(0, CLERKS - 1))
    def serve_somebody(self, clerk: int) -> None:
        """Call, start and finish."""
        self.call_next(clerk)
        self.act_here(clerk, "start")
        self.finish(clerk)

    @rule(clerk=st.integers(0, CLERKS - 1))
    def finish(self, clerk: int) -> None:
        """End the visit."""
        here = self._at(clerk)
        if here is None:
            return
        answer = self._act(clerk, here, "finish", outcome="served")
        assert answer == (303 if here.status == "serving" else 409)
        if here.status == "serving":
            here.status, here.counter = "done", None

    @rule(clerk=st.integers(0, CLERKS - 1), to=st.sampled_from(LINES))
    def transfer(self, clerk: int, to: str) -> None:
        """Send somebody on: they stand where they would, had they come there first."""
        here = self._at(clerk)
        if here is None:
            return
        assert self._act(clerk, here, "transfer", to=str(self._queue(to).id)) == 303
        here.status, here.counter, here.line = "waiting", None, to
        self.lines[to].join(here)

    @rule(
        clerk=st.integers(0, CLERKS - 1),
        action=st.sampled_from(["start", "miss", "hold", "finish", "transfer"]),
    )
    def do_and_take_back(self, clerk: int, action: str) -> None:
        """What is taken back at once was never done."""
        here = self._at(clerk)
        more = {"outcome": "served"} if action == "finish" else {}
        if action == "transfer":
            more = {"to": str(self._queue("registration").id)}
        if here is not None and self._act(clerk, here, action, **more) == 303:
            assert self.browsers[clerk].post("/desk/counter/undo").status_code == 303

    @rule(clerk=st.integers(0, CLERKS - 1))
    def call_and_take_back(self, clerk: int) -> None:
        """Nor was a call that is taken back."""
        if self._at(clerk) is None and self.lines[SITS_IN[clerk]].next():
            assert self.browsers[clerk].post("/desk/counter/next").status_code == 303
            assert self.browsers[clerk].post("/desk/counter/undo").status_code == 303

    @rule(clerk=st.integers(0, CLERKS - 1), which=st.integers(0, 20))
    def somebody_comes_back(self, clerk: int, which: int) -> None:
        """Somebody who missed the call stands where they stood."""
        missed = [one for one in self.people if one.status == "no_show"]
        if not missed:
            return
        person = missed[which % len(missed)]
        assert self._act(clerk, person, "back") == 303
        person.status = "waiting"
        self.lines[person.line].join(person)

    @rule(clerk=st.integers(0, CLERKS - 1), which=st.integers(0, 20))
    def resume(self, clerk: int, which: int) -> None:
        """Go on with somebody on hold."""
        held = [one for one in self.people if one.status == "held"]
        if not held:
            return
        person, is_free = held[which % len(held)], self._at(clerk) is None
        assert self._act(clerk, person, "resume") == (303 if is_free else 409)
        if is_free:
            person.status, person.counter = "serving", clerk

    @rule(which=st.integers(0, 20))
    def give_up(self, which: int) -> None:
        """Give a place up."""
        if person := self._somebody_who_waits(which):
            self._by_phone(person, "leave")
            self.lines[person.line].waiting.remove(person)
            person.status = "left"

    @rule(which=st.integers(0, 20))
    def let_two_pass(self, which: int) -> None:
        """Stand behind the next two, and before whoever follows them."""
        if person := self._somebody_who_waits(which):
            self._by_phone(person, "pass")
            waiting = self.lines[person.line].waiting
            behind = [one.place for one in waiting[waiting.index(person) + 1 :]]
            if behind:
                last = behind[:2][-1]
                person.place = (last + (behind[2] if len(behind) > 2 else last + 1)) / 2
            waiting.remove(person)
            self.lines[person.line].join(person)

    @rule(which=st.integers(0, 20), action=st.sampled_from(["late", "back"]))
    def be_away_or_back(self, which: int, action: str) -> None:
        """Whoever is late keeps the place, and is not called until they are back."""
        if person := self._somebody_who_waits(which):
            self._by_phone(person, action)
            person.is_away = action == "late"

    @invariant()
    def the_hall_is_as_the_model_says(self) -> None:
        """Every ticket has the status, the line and the counter of the model."""
        if not self.people:
            return
        self.session.expire_all()
        rows = {one.id: one for one in self._tickets()}
        assert {key: (row.status.value, row.queue.key) for key, row in rows.items()} == {
            one.id: (one.status, one.line) for one in self.people
        }
        numbers = {one.id: one.number for one in self.hall.counters}
        for one in self.people:
            if one.counter is not None:
                at = rows[one.id].counter_id
                assert at is not None
                assert numbers[at] == one.counter + 1

    def _act(self, clerk: int, person: Person, action: str, **more: str) -> int:
        ticket = self._ticket(person)
        data = {"seen": str(ticket.version)} | more
        path = f"/desk/counter/tickets/{ticket.id}/{action}"
        return self.browsers[clerk].post(path, data=data).status_code

    def _at(self, clerk: int) -> Person | None:
        return next((one for one in self.people if one.counter == clerk), None)

    def _ticket(self, person: Person) -> Ticket:
        return self.session.get_one(Ticket, person.id, populate_existing=True)

    def _somebody_who_waits(self, which: int) -> Person | None:
        waiting = [one for one in self.people if one.status == "waiting"]
        return waiting[which % len(waiting)] if waiting else None

    def _by_phone(self, person: Person, action: str) -> None:
        token = token_of(self._ticket(person).nonce)
        assert self.kiosk.post(f"/hall/tickets/{token}/{action}").status_code == 303

    def _queue(self, key: str) -> Queue:
        return next(one for one in self.hall.queues if one.key == key)

    def _tickets(self) -> list[Ticket]:
        ids = [queue.id for queue in self.hall.queues]
        query = sa.select(Ticket).where(Ticket.queue_id.in_(ids)).order_by(Ticket.id)
        return list(self.session.scalars(query))

    def _browser(self, sign_in: object = None) -> Browser:
        browser = self.app.test_client()
        assert isinstance(browser, Browser)
        browser.desk = self.session
        if sign_in is not None:
            browser.sign_in(sign_in)  # type: ignore[arg-type]
        return browser


@pytest.fixture
def whole_hall(app: Flask, session: Session) -> type[WholeHall]:
    """Return the machine on this test's database."""
    return type("OnThisDatabase", (WholeHall,), {"app": app, "session": session})


def test_the_hall_does_what_lists_would(whole_hall: type[WholeHall]) -> None:
    run_state_machine_as_test(
        whole_hall,
        settings=settings(
            max_examples=20,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

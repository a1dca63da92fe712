"""The day that ``simulation`` plays, lived by a running service desk over HTTP.

Who comes, who has booked and stays away, who misses the call and how long visits take are those
of the same seed; whose turn it is, the desk says, and so who waits too long and gives up.  People
come only for lines that the clerks serve.  Training, demonstration and load test are this one
thing.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from servicedesk import clock
from servicedesk.hall import simulation
from servicedesk.hall.line_up import Rules
from servicedesk.hall.live_client import CallRefused, DeskAway, LiveDesk
from servicedesk.hall.simulation import Report, SimulatedCounter, SimulatedHall, Visit

KIOSKS: Final = 4  # people who take a ticket at the same moment
_LOOK_AGAIN: Final = 0.25  # seconds, while nobody waits
_MISSED_AFTER: Final = 2  # minutes, as in ``simulation``
_CALLED: Final = frozenset({"action-not-allowed", "overtaken"})  # at this very moment
_OVER: Final = frozenset({"done", "no_show", "left", "settled"})


@dataclass(frozen=True)
class Staff:
    """The tokens that the desk knows, sorted by what they are for."""

    kiosk: str
    clerks: Sequence[str]


class NoSuchTokens(Exception):
    """A day needs a token that gives out tickets and one of a clerk."""


@dataclass
class LiveDay:
    """A day while it is lived; ``stop`` ends it in order."""

    desk: LiveDesk
    hall: str
    staff: Staff
    speed: float  # minutes of the day in a minute of ours
    seed: int
    busy: float = 1.0
    minutes: float | None = None  # of the day, from its beginning; None: all
    sent_twice: float = 0.05  # of all changes
    tell: Callable[[str], None] = print
    visits: list[Visit] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    _tickets: dict[str, tuple[Visit, str]] = field(default_factory=dict)  # by number
    _calls: dict[str, float] = field(default_factory=dict)  # the minute, by number
    _called: Counter[int] = field(default_factory=Counter)
    _asked_for: set[int] = field(default_factory=set)  # visits whose ticket is not here yet
    _lock: threading.Condition = field(default_factory=threading.Condition)  # notified of tickets
    _stopping: threading.Event = field(default_factory=threading.Event)
    _everybody_came: threading.Event = field(default_factory=threading.Event)

    def live(self) -> Report:
        """Live the day to its end, or until ``stop``; return how long people waited."""
        shown = self.desk.call("GET", f"/{self.hall}")
        self._is_training = shown["is_training"]
        plan = _plan(shown, self.desk.call("GET", f"/{self.hall}/services"), self.busy)
        places = self._open_counters(shown)
        plan = self._with_served(plan, {key for _, place in places for key in place["serves"]})
        coming = simulation.who_comes(plan, seed=self.seed)
        first = coming[0].came if coming else plan.opens
        if self.minutes is not None:
            coming = [one for one in coming if one.came < first + self.minutes]
        self._first, self._began, self._began_at = first, time.monotonic(), clock.now()
        clerks = [
            threading.Thread(target=self._clerk, args=(token, place, plan))
            for token, place in places
        ]
        for clerk in clerks:
            clerk.start()
        try:
            self._let_come(coming)
        finally:
            self._everybody_came.set()
            for clerk in clerks:
                clerk.join()
            self._see_that_nobody_is_lost()
        return Report(self.visits)

    def stop(self) -> None:
        """Let nobody else come or be called; counters are closed, tickets stay as they are."""
        self._stopping.set()

    @property
    def is_stopped(self) -> bool:
        """Whether the day was ended before its time."""
        return self._stopping.is_set()

    @property
    def others(self) -> int:
        """How many were called whose ticket somebody else had taken."""
        return len(self._calls.keys() - self._tickets.keys())

    def _open_counters(self, shown: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        """Sign the clerks on so that many lines are served; return whose token is at which counter.

        Nothing is raised: who cannot sign on is told of, and the others begin.
        """
        free = [one for one in shown["counters"] if one["serves"]]
        opened: list[tuple[str, dict[str, Any]]] = []
        for token in self.staff.clerks[: len(free)]:
            place = _best_place(free, [key for _, one in opened for key in one["serves"]])
            free.remove(place)
            on = {"hall": self.hall, "counter": place["number"], "lines": place["serves"]}
            try:
                self._change("/counter/sign-on", on, token)
            except (CallRefused, DeskAway) as error:
                self.tell(f"counter {place['number']}: {error}")
            else:
                opened.append((token, place))
        if not opened:
            self._fault("no clerk could sign on to a counter")
        return opened

    def _with_served(self, plan: SimulatedHall, served: Collection[str]) -> SimulatedHall:
        """Return ``plan`` with people for the ``served`` lines only, and tell of the others."""
        others = [key for key in plan.visits if key not in served]
        if others:
            self.tell(f"nobody serves: {', '.join(others)}")
        visits = {key: count for key, count in plan.visits.items() if key in served}
        return replace(plan, visits=visits)

    def _let_come(self, coming: Sequence[Visit]) -> None:
        """Let everybody come at their minute, and give up when their patience ends."""
        patience = float(simulation.assumptions()["patience"])
        agenda = sorted(
            (
                (visit.came + delay, work, visit)
                for visit in coming
                if not simulation.stays_away(visit)
                for delay, work in ((0.0, self._come), (patience, self._give_up))
                if delay == 0 or visit.booked_for is None
            ),
            key=lambda one: (one[0], one[2].number),
        )
        last = max((one.came for one in coming), default=0)
        with ThreadPoolExecutor(KIOSKS) as kiosks:
            for minute, work, visit in agenda:
                if minute > last and self._is_quiet():
                    return
                if self._stopping.wait(max(self._seconds_until(minute), 0)):
                    return
                kiosks.submit(self._without_end, work, visit)

    def _is_quiet(self) -> bool:
        """Whether everybody who came has been called."""
        with self._lock:
            return all(one.called is not None or one.gave_up for one in self.visits)

    def _come(self, visit: Visit) -> None:
        body: dict[str, Any] = {"language": visit.language}
        body |= {"services": [visit.service]} if visit.service else {"lines": [visit.queue]}
        if visit.has_priority:
            body["priority"] = "age"
        if visit.booked_for is not None and self._is_training:
            body["booked_for"] = self._moment(visit.booked_for).isoformat()
        with self._lock:
            self._asked_for.add(visit.number)
        try:
            taken = self._change(f"/{self.hall}/tickets", body, self.staff.kiosk)
            with self._lock:
                visit.came = self._minute()
                self.visits.append(visit)
                self._tickets[taken["number"]] = (visit, taken["token"])
                self._match(taken["number"])
        finally:
            with self._lock:
                self._asked_for.remove(visit.number)
                self._lock.notify_all()

    def _give_up(self, visit: Visit) -> None:
        with self._lock:  # others come meanwhile
            found = next((token for one, token in self._tickets.values() if one is visit), None)
        if visit.called is not None or found is None:
            return
        try:
            seen = self.desk.call("GET", f"/tickets/{found}")["version"]
            self._change(f"/tickets/{found}/leave", {"version": seen}, None)
        except CallRefused as refusal:
            if refusal.code not in _CALLED:
                raise
        else:
            visit.gave_up = True

    def _clerk(self, token: str, place: dict[str, Any], plan: SimulatedHall) -> None:
        """Serve at a counter that is open, and close it."""
        of_others = random.Random(f"{self.seed} {place['number']}")  # noqa: S311
        try:
            while not self._stopping.is_set():
                if not self._serve(token, of_others, plan):
                    break
        except (CallRefused, DeskAway) as error:
            self._fault(f"counter {place['number']}: {error}")
        finally:
            self._without_end(self._sign_off, token)

    def _serve(self, token: str, of_others: random.Random, plan: SimulatedHall) -> bool:
        """Call who is next and serve them; return whether to go on.

        A visit brings its own chance, which no other clerk uses: nobody is called twice.
        """
        is_last_look = self._everybody_came.is_set()
        ticket = self._change("/counter/next", {}, token)["ticket"]
        if ticket is None:
            self._stopping.wait(_LOOK_AGAIN)
            return not is_last_look
        visit = self._note_call(ticket)
        chance = visit.chance if visit else of_others
        path = f"/counter/tickets/{ticket['id']}"
        if chance.random() < simulation.assumptions()["missed"]:
            self._sleep(_MISSED_AFTER)
            self._change(f"{path}/miss", {"version": ticket["version"]}, token)
            return True
        started = self._change(f"{path}/start", {"version": ticket["version"]}, token)["ticket"]
        usual = plan.usual(ticket["line"], visit.service if visit else "")
        self._sleep(simulation.length_of_visit(usual, chance))
        self._change(f"{path}/finish", {"version": started["version"]}, token)
        return True

    def _note_call(self, ticket: dict[str, Any]) -> Visit | None:
        """Note who was called, and return whose ticket it is; None: somebody took it elsewhere.

        The call may be heard before the kiosk's answer, so it waits for those asked for by now.
        """
        number = ticket["number"]
        with self._lock:
            self._called[ticket["id"]] += 1
            if self._called[ticket["id"]] > 1:
                self.faults.append(f"{number} was called twice")
            self._calls[number] = self._minute()
            asked_for = set(self._asked_for)
            self._lock.wait_for(
                lambda: number in self._tickets or asked_for.isdisjoint(self._asked_for)
            )
            return self._match(number)

    def _match(self, number: str) -> Visit | None:
        """Bring call and visit together, whichever was heard first."""
        visit, _token = self._tickets.get(number, (None, ""))
        if visit is not None and number in self._calls:
            visit.called = max(self._calls[number], visit.came)
        return visit

    def _sign_off(self, token: str) -> None:
        """Leave nobody at the counter, and close it."""
        here = self.desk.call("GET", "/counter", token=token)["ticket"]
        if here is not None:
            action = "miss" if here["status"] == "called" else "finish"
            seen = {"version": here["version"]}
            self._change(f"/counter/tickets/{here['id']}/{action}", seen, token)
        self._change("/counter/sign-off", {}, token)

    def _see_that_nobody_is_lost(self) -> None:
        """Ask for every ticket we took: each is over, or waits when we stopped early."""
        for number, (visit, token) in sorted(self._tickets.items()):
            status = self.desk.call("GET", f"/tickets/{token}")["status"]
            is_left = self._stopping.is_set() and status == "waiting"
            if status not in _OVER and not is_left:
                self._fault(f"{number} is lost: it is {status}")
            if visit.called is None and status == "done":
                self._fault(f"{number} was served, and nobody here called it")

    def _change(self, path: str, body: dict[str, Any], token: str | None) -> Any:  # noqa: ANN401
        times = 2 if random.random() < self.sent_twice else 1  # noqa: S311 - no secret
        return self.desk.call("POST", path, body, token=token, times=times)

    def _without_end(self, work: Callable[..., None], *about: object) -> None:
        """Do ``work``; what goes wrong is a fault to report, not the end of the day."""
        try:
            work(*about)
        except (CallRefused, DeskAway) as error:
            self._fault(str(error))

    def _fault(self, words: str) -> None:
        with self._lock:
            self.faults.append(words)

    def _sleep(self, minutes: float) -> None:
        self._stopping.wait(minutes * 60 / self.speed)

    def _minute(self) -> float:
        return self._first + (time.monotonic() - self._began) * self.speed / 60

    def _seconds_until(self, minute: float) -> float:
        return (minute - self._first) * 60 / self.speed - (time.monotonic() - self._began)

    def _moment(self, minute: float) -> datetime:
        return self._began_at + timedelta(seconds=(minute - self._first) * 60 / self.speed)


def sort_tokens(desk: LiveDesk, tokens: Sequence[str]) -> Staff:
    """Return what each token is for, as the desk says.

    Raises:
        NoSuchTokens: there is none that gives out tickets, or none of a clerk.
    """
    scopes = [(desk.call("GET", "/token", token=one)["scope"], one) for one in tokens]
    clerks = [token for scope, token in scopes if scope == "staff"]
    kiosks = [token for scope, token in scopes if scope in {"kiosk", "integrator"}]
    if not clerks:
        raise NoSuchTokens("a day needs a token of scope staff for each clerk")
    return Staff((kiosks or clerks)[0], clerks)


def _best_place(free: Sequence[dict[str, Any]], served: Collection[str]) -> dict[str, Any]:
    """Return the counter with most lines that are not ``served`` yet, the first of such."""
    return max(free, key=lambda place: len(set(place["serves"]).difference(served)))


def _plan(shown: dict[str, Any], offered: dict[str, Any], busy: float) -> SimulatedHall:
    """Return the hall as the desk shows it, with the numbers that are assumed."""
    minutes = {line["key"]: line["minutes"] for line in shown["lines"]}
    return SimulatedHall(
        counters=[SimulatedCounter(frozenset(one["serves"])) for one in shown["counters"]],
        minutes=minutes,
        visits=simulation.assumed_visits(minutes, busy=busy),
        rules=Rules(),
        services=simulation.by_line(
            (one["line"], one["code"], one["minutes"])
            for one in offered["services"]
            if one["gives_tickets"]
        ),
    )

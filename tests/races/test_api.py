"""A busy hall of programs: kiosks and clerks at the API at the same moment (R1, R6)."""

import random
from collections import Counter as Count
from collections.abc import Callable
from secrets import token_hex

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.api.scopes import Scope
from servicedesk.hall.models import Call, Queue, Ticket
from servicedesk.hall.ticket_life import TicketStatus
from tests.api.factories import Answer, Program, make_token
from tests.races.crowd import Crowd, at_once
from tests.races.test_hall import _at_a_counter, _passed_over

CLERKS, TAKERS, EACH = 8, 4, 12
LINES = ("registration", "work_permits", "advice")
AGAIN = 0.3  # of all changes are sent a second time, to another server


class Sender:
    """A program that reaches any of the servers, and sends some changes twice."""

    def __init__(self, crowd: Crowd, token: str, seed: int) -> None:
        self.programs = [Program(server, _NoSession(), token) for server in crowd.servers]
        self.chance = random.Random(seed)
        self.wrong: list[str] = []

    def post(self, path: str, body: object = None) -> Answer:
        """Send a change, perhaps twice: the answers have to be the same."""
        key = token_hex(16)
        answer = self._one().post(path, body, Idempotency_Key=key)
        if self.chance.random() < AGAIN:
            again = self._one().post(path, body, Idempotency_Key=key)
            if (again.status_code, again.data) != (answer.status_code, answer.data):
                self.wrong.append(f"{path}: {answer.data!r}, then {again.data!r}")
        return answer

    def _one(self) -> Program:
        return self.chance.choice(self.programs)


class _NoSession(Session):
    """The senders' threads share no session of the test."""

    def expire_all(self) -> None:
        """Nothing to forget."""


def test_eight_clerks_and_four_kiosks_at_the_api_call_everybody_once_and_in_order(
    crowd: Crowd, session: Session
) -> None:
    kiosk = make_token(session, Scope.KIOSK)
    takers = [Sender(crowd, kiosk, number) for number in range(TAKERS)]
    clerks = [
        Sender(crowd, make_token(session, Scope.STAFF, of=_at_a_counter(session, number)), number)
        for number in range(1, CLERKS + 1)
    ]
    done: list[int] = []

    at_once([*(_taking(one) for one in takers), *(_serving(one, done) for one in clerks)])

    session.expire_all()
    tickets = session.scalars(sa.select(Ticket)).all()
    calls = session.scalars(sa.select(Call)).all()
    assert [one for sender in (*takers, *clerks) for one in sender.wrong] == []
    assert len(tickets) == TAKERS * EACH
    assert Count(call.ticket_id for call in calls).most_common(1)[0][1] == 1  # 0 twice
    assert {one.status for one in tickets} == {TicketStatus.DONE}  # 0 lost
    assert sorted(done) == sorted(one.id for one in tickets)
    assert _passed_over(session) == []
    for queue in session.scalars(sa.select(Queue).where(Queue.key.in_(LINES))):
        numbers = sorted(one.number for one in tickets if one.issuing_queue_id == queue.id)
        assert numbers == list(range(1, len(numbers) + 1))


def _taking(sender: Sender) -> Callable[[], None]:
    def take() -> None:
        for _ in range(EACH):
            line = sender.chance.choice(LINES)
            answer = sender.post("/training/tickets", {"lines": [line], "language": "zh"})
            assert answer.status_code == 201, answer.data

    return take


def _serving(sender: Sender, done: list[int]) -> Callable[[], None]:
    """Serve until everybody has come and gone."""

    def serve() -> None:
        while len(done) < TAKERS * EACH:
            called = sender.post("/counter/next").json["ticket"]
            if called is None:
                continue
            path, seen = f"/counter/tickets/{called['id']}", {"version": called["version"]}
            started = sender.post(f"{path}/start", seen).json["ticket"]
            sender.post(f"{path}/finish", {"version": started["version"]})
            done.append(called["id"])

    return serve

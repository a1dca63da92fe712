"""What a visit is for, as its clerk's program and its holder's see and change it."""

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.api.scopes import Scope
from servicedesk.hall.counter_models import NOTE_LENGTH, Alarm, VisitNote
from tests.api.conftest import MakeProgram
from tests.api.factories import Answer, Program
from tests.hall.factories import make_clerk, make_sitting, make_ticket
from tests.races.statements import counted

TAKE = "/training/tickets"


@pytest.fixture
def user(session: Session) -> User:
    """Return a clerk who has opened counter 1."""
    found = make_clerk(session)
    make_sitting(session, clerk=found)
    return found


class AtWork:
    """A clerk's program, with somebody at the counter who is being served."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.ticket = program.post("/counter/next").json["ticket"]
        self.path = f"/counter/tickets/{self.ticket['id']}"
        self.do("start")

    def do(self, action: str, **said: object) -> Answer:
        """Do something with the ticket as it was shown last."""
        answer = self.program.post(
            f"{self.path}/{action}", {"version": self.ticket["version"]} | said
        )
        self.ticket = (answer.json or {}).get("ticket") or self.ticket
        return answer

    @property
    def stops(self) -> list[tuple[object, ...]]:
        """What the visit is for, as it was shown last."""
        keys = ("line", "service", "quantity", "is_done", "outcome")
        return [tuple(one[key] for key in keys) for one in self.ticket["stops"]]


@pytest.fixture
def at_work(program: MakeProgram, user: User) -> AtWork:
    """Return a clerk's program, with somebody there for two services of one line."""
    program(Scope.KIOSK).post(TAKE, {"services": ["E_NAME", "E_SET_LLC"]})
    return AtWork(program(Scope.STAFF, of=user))


def test_a_clerk_sees_and_changes_what_the_visit_is_for(at_work: AtWork) -> None:
    both = {one[1] for one in at_work.stops}
    first = at_work.stops[0][1]
    counted_again = at_work.do("stops/0/quantity", quantity=3)
    three = at_work.stops[0]
    at_work.do("services", service="WP_CAN")
    added = at_work.stops[2]
    at_work.do("stops/2/remove")
    without = at_work.stops
    at_work.do("stops/0/finish", outcome="papers_missing")

    assert both == {"E_NAME", "E_SET_LLC"}
    assert counted_again.status_code == 200
    assert three == ("registration", first, 3, False, None)
    assert added == ("work_permits", "WP_CAN", 1, False, None)
    assert len(without) == 2
    assert at_work.stops[0] == ("registration", first, 3, True, "papers_missing")
    assert at_work.ticket["status"] == "serving"


def test_with_the_last_thing_the_visit_ends(at_work: AtWork) -> None:
    at_work.do("stops/0/finish")
    last = at_work.do("stops/1/remove")
    gone = at_work.do("stops/7/finish")
    done = at_work.do("stops/0/quantity", quantity=2)
    none = at_work.do("stops/1/quantity", quantity=0)
    at_work.do("stops/1/finish")

    assert (last.status_code, last.json["code"]) == (409, "last-stop")
    assert (gone.status_code, done.status_code, none.status_code) == (404, 404, 422)
    assert at_work.ticket["status"] == "done"
    assert [one[3:] for one in at_work.stops] == [(True, "served"), (True, "served")]


def test_a_holder_sees_the_way(program: MakeProgram, user: User) -> None:
    taken = program(Scope.KIOSK).post(TAKE, {"lines": ["registration", "advice"]}).json
    before = program().get(f"/tickets/{taken['token']}")
    AtWork(program(Scope.STAFF, of=user)).do("stops/0/finish")
    after = program().get(f"/tickets/{taken['token']}", If_None_Match=before.headers["ETag"])

    assert before.json["stops"] == taken["stops"]
    assert before.json["stops"] == [
        {"line": "advice", "service": None, "is_done": False},
        {"line": "registration", "service": None, "is_done": False},
    ]
    assert [one["is_done"] for one in after.json["stops"]] == [True, False]


def test_a_note_is_kept_with_the_ticket(at_work: AtWork, session: Session) -> None:
    kept = at_work.do("notes", body="  Brings the lease tomorrow. ")
    refused = [at_work.do("notes", body=one) for one in ("  ", "x" * (NOTE_LENGTH + 1), "\0")]
    stale = at_work.do("notes", body="Another", version=at_work.ticket["version"] + 1)

    note = session.scalars(sa.select(VisitNote)).one()
    assert kept.status_code == 201
    assert (kept.json["id"], kept.json["ticket_id"]) == (note.id, at_work.ticket["id"])
    assert note.body == kept.json["body"] == "Brings the lease tomorrow."
    assert [one.status_code for one in refused] == [422, 422, 422]
    assert stale.status_code == 409


def test_a_clerk_calls_for_help_once(program: MakeProgram, user: User, session: Session) -> None:
    clerk, elsewhere = program(Scope.STAFF, of=user), make_clerk(session)
    make_sitting(session, 2, clerk=elsewhere)
    before = clerk.get("/counter").json["help_called"]

    called = clerk.post("/counter/help")
    clerk.post("/counter/help")
    of_another = program(Scope.STAFF, of=elsewhere).get("/counter").json["help_called"]
    nowhere = program(Scope.STAFF).post("/counter/help")

    alarm = session.scalars(sa.select(Alarm)).one()
    assert (before, called.json["help_called"], of_another) == (False, True, False)
    assert alarm.by_id == user.id
    assert (nowhere.status_code, nowhere.json["code"]) == (409, "counter-not-open")


def test_the_stops_of_many_cost_no_more(
    app: Flask, program: MakeProgram, user: User, session: Session
) -> None:
    clerk, costs = program(Scope.STAFF, of=user), []
    clerk.get("/counter")  # the first notes that the token is used
    for how_many in (3, 7):
        for _ in range(how_many):
            make_ticket(session)
        with counted(app) as sent:
            assert clerk.get("/counter").json["next"][-1]["stops"]
        costs.append(len(sent))

    assert costs[0] == costs[1]

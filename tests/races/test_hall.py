"""A busy hall: many clerks and kiosks at the same moment (R1, R2)."""

import random
from collections import Counter as Count
from collections.abc import Callable
from secrets import token_hex

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.hall import models
from servicedesk.hall.appointment_models import Slot
from servicedesk.hall.appointment_queries import free_starts
from servicedesk.hall.counter_models import Alarm
from servicedesk.hall.models import Call, Hall, Queue, Sitting, Ticket, TicketEvent
from servicedesk.hall.operations import calling, hours, recording
from servicedesk.hall.ticket_life import TicketStatus
from tests.factories import make_user
from tests.hall.factories import hall_of, make_clerk, make_sitting, make_ticket
from tests.races.crowd import Click, Crowd, Window, at_once, statuses

CLERKS, TAKERS, EACH = 16, 4, 30
LINES = ("registration", "work_permits", "advice")
COUNTER = "/desk/counter"
TAKE = "/hall/training/kiosk"


class HalfWay(RuntimeError):
    """A call that fails after it has chosen somebody and before it is committed."""


@pytest.fixture
def failing_calls(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let every twentieth call fail half way, and return the tickets that it was for."""
    chance, failed = random.Random(2026), []
    really = recording.record

    def record(session: Session, ticket: Ticket, *args: object, **kwargs: object) -> None:
        really(session, ticket, *args, **kwargs)  # type: ignore[arg-type]
        if chance.random() < 0.05:
            session.flush()
            failed.append(ticket.id)
            raise HalfWay

    monkeypatch.setattr("servicedesk.hall.operations.calling.record", record)
    return failed


def test_sixteen_clerks_and_four_kiosks_call_everybody_once_and_in_order(
    crowd: Crowd, session: Session, failing_calls: list[int]
) -> None:
    clerks = [_at_a_counter(session, number) for number in range(1, CLERKS + 1)]
    windows = [crowd.window(clerk) for clerk in clerks]
    people = [crowd.window(make_clerk(session)) for _ in range(TAKERS)]

    takers = [_taker(crowd, number, window) for number, window in enumerate(people)]
    at_once([*takers, *(_clerk(crowd, number, window) for number, window in enumerate(windows))])

    session.expire_all()
    tickets = session.scalars(sa.select(Ticket)).all()
    calls = session.scalars(sa.select(Call).order_by(Call.id)).all()
    assert len(tickets) == TAKERS * EACH
    assert failing_calls
    assert Count(call.ticket_id for call in calls).most_common(1)[0][1] == 1  # 0 twice
    assert {one.status for one in tickets} == {TicketStatus.DONE}  # 0 lost
    assert _passed_over(session) == []
    for queue in session.scalars(sa.select(Queue).where(Queue.key.in_(LINES))):
        numbers = sorted(one.number for one in tickets if one.issuing_queue_id == queue.id)
        assert numbers == list(range(1, len(numbers) + 1))


def test_two_clerks_at_one_counter_are_one(crowd: Crowd, session: Session) -> None:
    counter = hall_of(session).counters[0]
    data: dict[str, str | list[str]] = {"counter": str(counter.id), "queues": ["advice"]}
    data["languages"] = ["zh"]
    windows = [crowd.window(make_clerk(session)) for _ in range(2)]

    answers = crowd.click([Click(window, f"{COUNTER}/sign-on", data) for window in windows])

    assert statuses(answers) == [303, 409]
    assert len(session.scalars(sa.select(Sitting)).all()) == 1


def test_one_clerk_who_presses_next_ten_times_calls_one(crowd: Crowd, session: Session) -> None:
    clerk = make_clerk(session)
    make_sitting(session, clerk=clerk)
    for _ in range(3):
        make_ticket(session)
    window = crowd.window(clerk)

    answers = crowd.click([Click(window, f"{COUNTER}/next") for _ in range(10)])

    assert statuses(answers) == [303] + [409] * 9
    assert len(session.scalars(sa.select(Call)).all()) == 1


def test_ten_clerks_who_press_next_call_ten_people(crowd: Crowd, session: Session) -> None:
    clerks = [_at_a_counter(session, number) for number in range(1, 11)]
    tickets = [make_ticket(session) for _ in range(15)]

    crowd.click([Click(crowd.window(clerk), f"{COUNTER}/next") for clerk in clerks])

    called = {one.number for one in tickets if one.status is TicketStatus.CALLED}
    assert called == set(range(1, 11))


def test_people_at_four_kiosks_get_different_numbers(crowd: Crowd, session: Session) -> None:
    windows = [crowd.window(make_clerk(session)) for _ in range(20)]
    data = {"queue": "advice", "language": "zh"}

    answers = crowd.click([Click(window, TAKE, data) for window in windows])

    numbers = session.scalars(sa.select(Ticket.number).order_by(Ticket.number)).all()
    assert statuses(answers) == [303] * 20
    assert numbers == list(range(1, 21))


def test_a_call_and_a_break_at_the_same_moment_leave_nobody_waiting_in_vain(
    crowd: Crowd, session: Session
) -> None:
    clerk = make_clerk(session)
    sitting = make_sitting(session, clerk=clerk)
    ticket = make_ticket(session)
    window = crowd.window(clerk)

    crowd.click(
        [Click(window, f"{COUNTER}/next"), Click(window, f"{COUNTER}/break", {"reason": "lunch"})]
    )

    assert (sitting.break_since is None) or (ticket.status is TicketStatus.WAITING)


def test_a_counter_that_calls_for_help_ten_times_at_once_calls_once(
    crowd: Crowd, session: Session
) -> None:
    clerk = make_clerk(session)
    make_sitting(session, clerk=clerk)
    window = crowd.window(clerk)

    answers = crowd.click([Click(window, f"{COUNTER}/alarm") for _ in range(10)])

    assert statuses(answers) == [303] * 10
    assert len(session.scalars(sa.select(Alarm)).all()) == 1


def test_of_two_windows_that_change_a_visit_at_once_one_does(
    crowd: Crowd, session: Session
) -> None:
    clerk = make_clerk(session)
    sitting = make_sitting(session, clerk=clerk)
    ticket = make_ticket(session)
    calling.call_next(session, sitting, now=clock.now())
    session.commit()
    window = crowd.window(clerk)
    path = f"{COUNTER}/tickets/{ticket.id}/stops/0/quantity"
    seen = str(ticket.version)

    answers = crowd.click(
        [Click(window, path, {"seen": seen, "quantity": str(number)}) for number in range(2, 10)]
    )

    assert statuses(answers) == [303] + [409] * 7
    assert ticket.stops[0].quantity in range(2, 10)


def _at_a_counter(session: Session, number: int) -> User:
    """Return a clerk who sits at counter ``number``, which is added if there is none."""
    hall: Hall = hall_of(session)
    if number not in {one.number for one in hall.counters}:
        session.add(
            models.Counter(
                hall=hall, number=number, side_en="left", side_zh="左侧", kind="full",
                queue_keys=list(LINES),
            )
        )  # fmt: skip
        session.commit()
    clerk = make_clerk(session)
    make_sitting(session, number, clerk=clerk)
    return clerk


def _press(crowd: Crowd, number: int, window: Window, path: str, **data: str) -> int:
    """Send a form; 500 for one that failed half way."""
    server = crowd.servers[number % len(crowd.servers)]
    client = server.test_client()
    client.set_cookie(server.config["SESSION_COOKIE_NAME"], window.cookie)
    headers = {"X-CSRFToken": window.token, "Origin": "http://localhost"}
    try:
        return client.post(
            path, data={"request_key": token_hex(16)} | data, headers=headers
        ).status_code
    except HalfWay:
        return 500


def _taker(crowd: Crowd, number: int, window: Window) -> Callable[[], None]:
    def take() -> None:
        chance = random.Random(number)
        for _ in range(EACH):
            assert (
                _press(crowd, number, window, TAKE, queue=chance.choice(LINES), language="zh")
                == 303
            )

    return take


def _clerk(crowd: Crowd, number: int, window: Window) -> Callable[[], None]:
    """Serve until everybody has come and gone."""

    def serve() -> None:
        server = crowd.servers[number % len(crowd.servers)]
        while True:
            _press(crowd, number, window, f"{COUNTER}/next")
            with server.app_context(), Session(_engine(crowd)) as own:
                here = _here(own, window_number=number + 1)
                done = own.scalar(
                    sa.select(sa.func.count()).where(Ticket.status == TicketStatus.DONE)
                )
            if here is not None:
                path = f"{COUNTER}/tickets/{here[0]}"
                _press(crowd, number, window, f"{path}/start", seen=str(here[1]))
                _press(crowd, number, window, f"{path}/finish", seen=str(here[1] + 1))
            elif done == TAKERS * EACH:
                return

    return serve


def _engine(crowd: Crowd) -> sa.Engine:
    bind = crowd.session.get_bind()
    assert isinstance(bind, sa.Engine)
    return bind


def _here(session: Session, window_number: int) -> tuple[int, int] | None:
    query = (
        sa.select(Ticket.id, Ticket.version)
        .join(Ticket.counter)
        .where(models.Counter.number == window_number, Ticket.status == TicketStatus.CALLED)
    )
    row = session.execute(query).first()
    return (row[0], row[1]) if row else None


def _passed_over(session: Session) -> list[tuple[int, int]]:
    """Return pairs of tickets of one line of which the later was called before the earlier.

    Calls of one line are serialised, so their ids are in the order in which they were made; a
    ticket counts as there once its taking was recorded before the call.
    """
    taken = dict(
        session.execute(
            sa.select(TicketEvent.ticket_id, TicketEvent.id).where(TicketEvent.action == "take")
        ).all()
    )
    called = dict(
        session.execute(
            sa.select(TicketEvent.ticket_id, TicketEvent.id).where(TicketEvent.action == "call")
        ).all()
    )
    tickets = session.scalars(sa.select(Ticket)).all()
    return [
        (one.number, other.number)
        for one in tickets
        for other in tickets
        if one.queue_id == other.queue_id
        and one.place < other.place
        and taken[one.id] < called[other.id] < called[one.id]
    ]


def test_two_hundred_people_for_twenty_slots_of_five_get_exactly_a_hundred(
    crowd: Crowd, session: Session
) -> None:
    hall = hall_of(session)
    queue = next(one for one in hall.queues if one.key == "advice")
    queue.public_places = 5
    hours.follow_calendar(session, hall, now=clock.now())
    session.commit()
    times = free_starts(session, queue, 1, by_staff=False, now=clock.now())[:20]
    data = [
        {"start": times[number % 20].isoformat(), "what": "advice", "persons": "1"}
        for number in range(200)
    ]
    windows = [crowd.window(make_user(session)) for _ in range(200)]

    answers = []
    for begin in range(0, 200, 50):
        some = zip(windows[begin : begin + 50], data[begin : begin + 50], strict=True)
        answers += crowd.click([Click(window, "/hall/training/book", one) for window, one in some])

    assert statuses(answers) == [303] * 100 + [409] * 100
    taken = session.scalars(
        sa.select(Slot.taken).where(Slot.queue_id == queue.id, Slot.starts_at.in_(times))
    ).all()
    assert sorted(taken) == [5] * 20
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert "Nearest to it are free" in refused.text


def test_one_person_with_ten_windows_holds_two_times(crowd: Crowd, session: Session) -> None:
    hall = hall_of(session)
    hours.follow_calendar(session, hall, now=clock.now())
    session.commit()
    times = free_starts(session, hall.queues[0], 1, by_staff=False, now=clock.now())
    window = crowd.window(make_user(session))

    answers = crowd.click(
        [
            Click(
                window,
                "/hall/training/book",
                {"start": start.isoformat(), "what": hall.queues[0].key, "persons": "1"},
            )
            for start in times[:10]
        ]
    )

    assert statuses(answers) == [303] * 2 + [409] * 8

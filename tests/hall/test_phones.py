"""Tickets from phones: near the hall only, so many in a time, one open ticket a phone."""

from collections.abc import Callable
from datetime import timedelta
from secrets import token_bytes
from threading import Barrier, Thread

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.errors import DeskError
from servicedesk.extensions import db
from servicedesk.hall import door_codes
from servicedesk.hall.hall_files import joining_of
from servicedesk.hall.joining import Joining
from servicedesk.hall.models import Ticket
from servicedesk.hall.operations import by_phone
from servicedesk.hall.stops import Stop
from tests.conftest import Browser
from tests.hall.factories import hall_of

JOIN = "/hall/training/join"


def figures(session: Session) -> Joining:
    found = joining_of(hall_of(session).joining)
    assert found is not None
    return found


def code(session: Session, *, minutes_ago: int = 0, hall: str = "training") -> str:
    then = clock.now() - timedelta(minutes=minutes_ago)
    return door_codes.code_of(hall_of(session, hall).id, figures(session), then)


def how_many(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(Ticket)) or 0


def taken(browser: Browser, session: Session) -> str:
    """Scan the code, take a ticket, and return where that leads."""
    scanned = code(session)
    assert browser.get(f"{JOIN}?code={scanned}").status_code == 200
    data = {"services": "line:advice", "language": "en", "code": scanned}
    answer = browser.post(JOIN, data=data)
    assert answer.status_code == 303, answer.text
    return answer.location


def test_a_phone_in_the_hall_takes_a_ticket_and_comes_back_to_it(
    browser: Browser, session: Session
) -> None:
    where = taken(browser, session)

    assert "Your ticket number" in browser.get(where).text
    assert browser.get(f"{JOIN}?code={code(session)}").location == where
    again = {"services": "line:advice", "language": "en", "code": code(session)}
    assert browser.post(JOIN, data=again).status_code == 409
    browser.post(f"{where}/leave")
    assert taken(browser, session) != where


def test_the_kiosk_shows_a_code_that_leads_there(browser: Browser) -> None:
    assert "Scan this code and take the ticket there" in browser.get("/hall/training/kiosk").text
    first = browser.get("/hall/training/kiosk/now")
    assert "Scan this code" in first.text
    headers = {"If-None-Match": first.headers["ETag"]}

    assert browser.get("/hall/training/kiosk/now", headers=headers).status_code == 304


def test_a_code_that_is_old_altered_or_another_hall_s_gives_nothing(
    browser: Browser, session: Session
) -> None:
    good = code(session)
    bad = [
        code(session, minutes_ago=14),
        code(session, hall="changping"),
        ("B" if good[0] == "A" else "A") + good[1:],
        good[:-4],
        "é",
        "",
    ]
    for one in bad:
        data = {"services": "line:advice", "language": "en", "code": one}
        assert browser.post(JOIN, data=data).status_code == 422, one

    assert how_many(session) == 0


def test_a_poster_s_code_leads_to_the_check_in_alone(browser: Browser, session: Session) -> None:
    page = browser.get(JOIN).text

    assert "Check in with your appointment" in page
    assert 'name="services"' not in page
    wrong = browser.post(f"{JOIN}/check-in", data={"code": "ABC234"})
    assert wrong.status_code == 422
    assert browser.get("/hall/training/poster").status_code == 200
    assert how_many(session) == 0


def test_a_phone_without_a_mark_takes_nothing(browser: Browser, session: Session) -> None:
    data = {"services": "line:advice", "language": "en", "code": code(session)}

    assert browser.post(JOIN, data=data).status_code == 409
    assert how_many(session) == 0


def test_a_phone_takes_so_many_in_a_time(browser: Browser, session: Session) -> None:
    for _ in range(figures(session).most_of_phone):
        browser.post(f"{taken(browser, session)}/leave")
    data = {"services": "line:advice", "language": "en", "code": code(session)}

    answer = browser.post(JOIN, data=data)

    assert answer.status_code == 429
    assert how_many(session) == figures(session).most_of_phone


def all_at_once(app: Flask, works: list[Callable[[Session], object]]) -> list[str]:
    """Run each in a session and a thread of its own; return how each ended."""
    gate, ended = Barrier(len(works)), []

    def run(work: Callable[[Session], object]) -> None:
        with app.app_context(), db.sessionmaker() as session:
            gate.wait()
            try:
                work(session)
                session.commit()
                ended.append("taken")
            except DeskError as error:
                ended.append(type(error).__name__)

    threads = [Thread(target=run, args=[work], daemon=True) for work in works]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    return sorted(ended)


def taking(device: bytes, hall: str = "training") -> Callable[[Session], object]:
    def work(session: Session) -> object:
        found = hall_of(session, hall)
        line = next(queue for queue in found.queues if queue.key == "advice")
        return by_phone.take_by_phone(
            session, found, [Stop(line.id)], device=device, language="en", now=clock.now()
        )

    return work


def test_of_many_phones_at_once_as_many_get_one_as_the_hall_gives(
    app: Flask, session: Session
) -> None:
    hall = hall_of(session)
    hall.joining = (hall.joining or {}) | {"of_hall": 5}
    session.commit()

    ended = all_at_once(app, [taking(token_bytes(32)) for _ in range(12)])

    assert ended == ["ManyFromPhones"] * 7 + ["taken"] * 5
    assert how_many(session) == 5


def test_one_phone_at_once_gets_one_ticket(app: Flask, session: Session) -> None:
    phone = token_bytes(32)

    ended = all_at_once(app, [taking(phone) for _ in range(8)])

    assert ended == ["HasTicket"] * 7 + ["taken"]
    assert how_many(session) == 1


def test_one_phone_in_two_halls_at_once_gets_one_ticket(app: Flask, session: Session) -> None:
    other = hall_of(session, "exit-entry")
    other.hours = hall_of(session).hours
    session.commit()
    phone = token_bytes(32)

    ended = all_at_once(app, [taking(phone), taking(phone, "exit-entry")] * 3)

    assert ended == ["HasTicket"] * 5 + ["taken"]
    assert how_many(session) == 1

"""Lines and services with hours of their own: what is closed now is not given out, nor offered."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import pytest
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.hall import door_codes, queries
from servicedesk.hall.hall_files import joining_of
from servicedesk.hall.operations import tickets, visits
from servicedesk.hall.stops import Stop
from servicedesk.park import park
from tests.catalogue.factories import publish
from tests.conftest import Browser
from tests.hall.factories import hall_of, make_clerk, make_sitting, queue_of

HALL: Final = "changping"
SATURDAY: Final = datetime(2026, 12, 5, 10, tzinfo=park().time_zone)  # the hall is closed
TUESDAY: Final = datetime(2026, 12, 1, 10, tzinfo=park().time_zone)
PAGES: Final = (f"/hall/{HALL}/kiosk", f"/hall/{HALL}/kiosk/services", "join", "reception")


@pytest.fixture
def page(
    browser: Browser, session: Session, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, datetime], str]:
    """Return a page of the hall as it is at a moment."""

    def shown(path: str, moment: datetime) -> str:
        monkeypatch.setattr(clock, "now", lambda: moment)
        hall = hall_of(session, HALL)
        if path == "join":
            figures = joining_of(hall.joining)
            assert figures is not None
            path = f"/hall/{HALL}/join?code={door_codes.code_of(hall.id, figures, moment)}"
        if path == "reception":
            browser.sign_in(make_clerk(session))
            path = f"/desk/hall/{HALL}/reception"
        answer = browser.get(path)
        assert answer.status_code == 200
        return answer.text

    return shown


@pytest.mark.parametrize("path", PAGES)
def test_a_line_that_is_open_alone_gives_tickets(
    page: Callable[[str, datetime], str], session: Session, path: str
) -> None:
    queue_of(session, "advice", HALL).hours = {"week": {"sat": ["09:00-12:00"]}}
    session.commit()

    shown = page(path, SATURDAY)

    assert "No tickets are given out" not in shown
    assert (
        'value="line:advice"' in shown
        or '<button class="sd-kiosk-line" name="queue" value="advice"' in shown
    )
    assert 'value="line:registration"' not in shown
    assert 'name="queue" value="registration"' not in shown


def test_the_list_and_the_interface_say_that_it_is_open(
    page: Callable[[str, datetime], str], browser: Browser, session: Session
) -> None:
    queue_of(session, "advice", HALL).hours = {"week": {"sat": ["09:00-12:00"]}}
    session.commit()

    assert "Open until 12:00" in page("/hall", SATURDAY)
    said = browser.get(f"/api/v1/hall/{HALL}").get_json()
    assert (said["open_until"], said["gives_tickets"]) == ("12:00", True)


@pytest.mark.parametrize("path", PAGES)
def test_a_line_that_is_closed_is_not_offered(
    page: Callable[[str, datetime], str], session: Session, path: str
) -> None:
    queue_of(session, "advice", HALL).hours = {"week": {"tue": ["14:00-17:00"]}}
    session.commit()

    shown = page(path, TUESDAY)

    assert 'value="line:advice"' not in shown
    assert 'name="queue" value="advice"' not in shown
    assert 'value="line:registration"' in shown or 'name="queue" value="registration"' in shown


@pytest.mark.parametrize("path", PAGES[1:])
def test_a_service_that_is_closed_is_not_offered(
    page: Callable[[str, datetime], str], session: Session, path: str
) -> None:
    close_in_the_morning(session)

    assert 'value="T_SMALL"' not in page(path, TUESDAY)
    assert 'value="T_SMALL"' in page(path, TUESDAY.replace(hour=15))


def test_a_ticket_is_given_out_only_if_everything_on_it_is_open(session: Session) -> None:
    close_in_the_morning(session)
    hall = hall_of(session, HALL)
    make_sitting(session, 2, hall=HALL, queues=("registration", "advice"), at=TUESDAY)
    wanted = [
        Stop(queue_of(session, "registration", HALL).id),
        Stop(queue_of(session, "advice", HALL).id, "T_SMALL"),
    ]

    for stops in (wanted, wanted[::-1]):
        with pytest.raises(tickets.NoTicketsNow):
            visits.take_visit(session, hall, stops, language="en", now=TUESDAY)

    later = TUESDAY.replace(hour=15)
    assert len(visits.take_visit(session, hall, wanted, language="en", now=later).stops) == 2


def test_what_was_booked_is_checked_in_by_its_first_line(session: Session) -> None:
    close_in_the_morning(session)
    queue = queue_of(session, "registration", HALL)
    stops = [Stop(queue.id), Stop(queue_of(session, "advice", HALL).id, "T_SMALL")]

    ticket = tickets.take(
        session, queue.hall, queue, language="en", now=TUESDAY, stops=stops, booked_for=TUESDAY
    )

    assert len(ticket.stops) == 2


def test_a_hall_is_open_as_long_as_one_of_its_lines(session: Session) -> None:
    queue_of(session, "advice", HALL).hours = {"week": {"tue": ["09:00-20:00"]}}
    hall = hall_of(session, HALL)

    def now(hour: int) -> str | None:
        return queries.opening_now(session, hall, None, TUESDAY.replace(hour=hour)).ends

    assert (now(10), now(18), now(20)) == ("20:00", "20:00", None)


def close_in_the_morning(session: Session) -> None:
    """Publish a service of the line for advice, which is served in the afternoon only."""
    publish(session, appointment={"needed": True, "queue": "advice", "minutes": 15})
    hall = hall_of(session, HALL)
    hall.hours = {**hall.hours, "services": {"T_SMALL": {"week": {"tue": ["14:00-17:00"]}}}}
    session.commit()

"""What the figures and phases of a hall do to booking."""

from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.hall import wishes
from servicedesk.hall.itinerary import Phase
from servicedesk.hall.operations import hours
from tests.conftest import Browser
from tests.factories import make_user
from tests.hall.factories import hall_of


def test_the_page_says_for_how_long_this_hall_holds_a_time(
    browser: Browser, session: Session
) -> None:
    hall = hall_of(session)
    hours.follow_calendar(session, hall, now=clock.now())
    browser.sign_in(make_user(session))
    hall.booking = {**(hall.booking or {}), "held": 7}
    session.commit()

    assert (
        "held for you for 7 minutes"
        in browser.get("/hall/training/book?line=advice&persons=1").text
    )


def test_lines_are_visited_by_their_phase_whatever_they_are_called(session: Session) -> None:
    hall = hall_of(session)
    for queue in hall.queues:
        queue.phase = Phase.COLLECT if queue.key == "advice" else Phase.HAND_IN

    assert wishes.bookable(hall)[-1].key == "advice"

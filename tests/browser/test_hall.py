"""Kiosk, phone, counter and board together: one visit as everybody in the hall sees it."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.hall import queries
from servicedesk.hall.models import WAITING, Ticket
from servicedesk.hall.operations import calling, serving, sittings, tickets
from servicedesk.hall.operations.serving import Outcome
from servicedesk.hall.ticket_life import TicketStatus
from tests.browser.conftest import MakeVisitor
from tests.browser.running_desk import Desk
from tests.browser.visitors import Visitor
from tests.hall.factories import hall_of, make_clerk, queue_of

pytestmark = pytest.mark.browser

HALL, LINE = "/hall/training", "advice"
SPOKEN = """() => {
    window.said = [];
    const speak = words => { window.said.push(words.text); setTimeout(() => words.onend(), 20); };
    Object.defineProperty(window, "speechSynthesis", { value: { speak } });
    window.SpeechSynthesisUtterance = function (text) { this.text = text; };
    window.AudioContext = undefined;
}"""


@pytest.fixture(autouse=True)
def empty_line(desk: Desk) -> None:
    """Let whom other tests have left in the line go: here it is said who is called next."""
    with desk.session() as session:
        line = queue_of(session, LINE)
        query = sa.select(Ticket).where(Ticket.queue_id == line.id, Ticket.status == WAITING)
        for ticket in session.scalars(query):
            tickets.leave(session, ticket, now=clock.now())
        session.commit()


@pytest.mark.parametrize(("language", "counter"), [("en", 1), ("zh", 4)])
def test_a_visit_from_the_kiosk_to_the_end(
    desk: Desk, visitor: MakeVisitor, language: str, counter: int
) -> None:
    kiosk, board = visitor(language=language), visitor(language=language)
    board.page.add_init_script(f"({SPOKEN})()")
    board.go(f"{HALL}/board")
    number, phone = take(kiosk), visitor(language=language, width=390)
    phone.go(kiosk.page.url.replace(f"{HALL}/kiosk/", "/hall/tickets/"))
    clerk = at_a_counter(desk, visitor, language, counter)

    clerk.page.locator(".sd-callnext").click()

    expect(clerk.page.locator(".sd-ticket")).to_have_text(number)
    expect(board.page.locator(".calls li.new b").first).to_have_text(number)
    expect(phone.page.locator(".sd-goto b")).to_have_text(str(counter))
    assert [number in words for words in spoken(board, 2)] == [True, True]

    clerk.key("s")
    expect(clerk.page.locator(".sd-finish")).to_be_visible()
    clerk.key("f")
    expect(clerk.page.locator(".sd-ticket")).to_have_count(0)
    expect(board.page.locator(".calls")).not_to_contain_text(number)
    expect(phone.page.locator(".sd-goto")).to_have_count(0)


def test_two_calls_in_one_second_are_both_shown_and_both_spoken(
    desk: Desk, visitor: MakeVisitor
) -> None:
    board = visitor()
    board.page.add_init_script(f"({SPOKEN})()")
    board.go(f"{HALL}/board")
    clerks = [at_a_counter(desk, visitor, "en", number) for number in (2, 3)]
    kiosk = visitor()
    numbers = [take(kiosk) for _ in clerks]

    for clerk in clerks:
        clerk.page.locator(".sd-callnext").click(no_wait_after=True)

    for number in numbers:
        expect(board.page.locator(".calls")).to_contain_text(number)
    said = spoken(board, 4)
    assert sorted(one for one in numbers for words in said if one in words) == sorted(numbers * 2)


def test_a_board_that_hears_nothing_says_so(visitor: MakeVisitor) -> None:
    board = visitor()
    board.page.clock.install()
    board.go(f"{HALL}/board")
    expect(board.page.locator(".sd-stale")).to_be_hidden()

    board.page.context.set_offline(True)
    for _ in range(2):  # an answer that was on its way may still come in between
        board.page.wait_for_timeout(300)
        board.page.clock.run_for(30_000)

    expect(board.page.locator(".sd-stale")).to_be_visible()
    board.complaints.clear()  # of the browser, that it is offline


def test_without_events_board_and_phone_ask_by_themselves(desk: Desk, visitor: MakeVisitor) -> None:
    clerk = at_a_counter(desk, visitor, "en", 5)
    board, phone, kiosk = visitor(), visitor(width=390), visitor()
    for one in (board, phone):
        one.page.route("**/events?*", lambda route: route.abort())
        one.page.clock.install()
    number = take(kiosk)
    board.go(f"{HALL}/board")
    phone.go(kiosk.page.url.replace(f"{HALL}/kiosk/", "/hall/tickets/"))

    clerk.page.locator(".sd-callnext").click()
    expect(clerk.page.locator(".sd-ticket")).to_have_text(number)
    board.page.clock.run_for(6_000)
    phone.page.clock.run_for(21_000)

    expect(board.page.locator(".calls")).to_contain_text(number)
    expect(phone.page.locator(".sd-goto b")).to_have_text("5")
    for one in (board, phone):
        one.complaints.clear()  # of the browser, that events are blocked


def test_kiosk_board_and_ticket_work_without_scripts(visitor: MakeVisitor) -> None:
    person = visitor(scripts=False)

    number = take(person, "work_permits")
    person.go(person.page.url.replace(f"{HALL}/kiosk/", "/hall/tickets/"))
    person.page.locator('form[action$="/late"] button').click()
    expect(person.page.locator(".bi-pause-circle")).to_be_visible()
    person.go(f"{HALL}/board")

    expect(person.page.locator(".sd-board")).to_be_visible()
    assert 'http-equiv="refresh"' in person.page.content()
    assert number


def spoken(board: Visitor, count: int) -> list[str]:
    """Return what the board has said, once there is so much.

    Not by Playwright's waiting for a function: our pages forbid what it evaluates again.
    """
    for _ in range(200):
        said: list[str] = board.page.evaluate("window.said")
        if len(said) >= count:
            return said
        board.page.wait_for_timeout(50)
    return said


def take(kiosk: Visitor, line: str = LINE) -> str:
    """Take a ticket and return its number."""
    kiosk.go(f"{HALL}/kiosk")
    kiosk.page.locator(f"button[name=queue][value={line}]").click()
    kiosk.page.wait_for_load_state()
    return kiosk.page.locator(".sd-stub h1 > span").inner_text()


def at_a_counter(desk: Desk, visitor: MakeVisitor, language: str, number: int) -> Visitor:
    """Sign a new clerk on to counter ``number`` of the hall, by the page."""
    with desk.session() as session:
        vacate(session, number)
        email = make_clerk(session, language=language).email
    clerk = visitor(language=language)
    clerk.sign_in(email)
    clerk.go("/desk/counter")
    options = clerk.page.locator("select[name=counter] optgroup").last.locator("option")
    value = options.nth(number - 1).get_attribute("value")
    assert value
    clerk.page.select_option("select[name=counter]", value)
    clerk.page.check(f"input[value={LINE}]")
    clerk.press_primary()
    expect(clerk.page.locator(".sd-counter")).to_be_visible()
    return clerk


def vacate(session: Session, number: int) -> None:
    """Close counter ``number`` if it is open: tests of a run share the hall."""
    hall, now = hall_of(session), clock.now()
    for sitting in queries.open_sittings(session, hall):
        if sitting.counter.number == number:
            ticket = queries.find_open_ticket(session, sitting.counter_id)
            if ticket is not None and ticket.status is TicketStatus.CALLED:
                calling.miss(session, ticket, sitting, now=now)
            elif ticket is not None:
                serving.finish(session, ticket, sitting, Outcome.SERVED, now=now)
            session.flush()
            sittings.sign_off(session, sitting, now=now)
    session.commit()

"""Boards over time: never silently stale, never two voices at once, readable at ten metres.

On a screen of 55 inches (69 cm high when it lies, 122 cm when it stands) letters of 7 vh are
48 mm high, of 4 vh standing 49 mm: at ten metres more than a 210th of the distance.
"""

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.permissions import Role
from servicedesk.hall import queries, steering_queries
from servicedesk.hall.models import Sitting, Ticket
from servicedesk.hall.operations import calling, steering
from servicedesk.hall.ticket_life import TicketStatus
from servicedesk.words import Text
from tests import databases
from tests.browser.conftest import MakeVisitor
from tests.browser.running_desk import Desk
from tests.factories import make_user
from tests.ground import running
from tests.hall.factories import hall_of, make_sitting, make_ticket

pytestmark = pytest.mark.browser

BOARD = "/hall/training/board"
STALE_WITHIN = 20_000 + 1_000 + 5_000  # milliseconds: stated in board.js, one look, one poll
SIZES = """() => [...document.querySelectorAll(".calls li > b")]
    .map(part => parseFloat(getComputedStyle(part).fontSize))"""  # at once: it draws itself anew
CAP = 0.7  # of the size of our letters, how high a capital is
# Keeps when each voice began and ended; one takes 300 ms.
VOICES = """() => {
    window.said = [];
    const speak = words => {
        const one = { text: words.text, from: performance.now(), to: 1e12 };
        window.said.push(one);
        setTimeout(() => { one.to = performance.now(); words.onend(); }, 300);
    };
    Object.defineProperty(window, "speechSynthesis", { value: { speak } });
    window.SpeechSynthesisUtterance = function (text) { this.text = text; };
    window.AudioContext = undefined;
}"""


@pytest.fixture
def address(server_url: str, template: str) -> Iterator[tuple[str, str]]:
    """Yield a database of one's own and a port for a server that is stopped and started."""
    with databases.clone(server_url, template) as url:
        yield url, f"127.0.0.1:{running.free_port()}"


def test_a_board_says_that_it_is_stale_and_goes_on_when_the_server_is_back(
    chromium: Browser, address: tuple[str, str], tmp_path: Path
) -> None:
    url, place = address
    env = running.environment(database_url=url, data_dir=str(tmp_path), base_url=f"http://{place}")

    def serve() -> subprocess.Popen[bytes]:
        server = running.start("serve", "--bind", place, env=env, log=tmp_path / "log")
        assert running.until(lambda: running.status(f"http://{place}/healthz") == 200, 60)
        return server

    server = serve()
    context = chromium.new_context(base_url=f"http://{place}")
    try:
        page = context.new_page()
        page.goto(BOARD)
        page.evaluate("window.isTheSame = true")
        expect(page.locator(".sd-stale")).to_be_hidden()
        stop(server)
        expect(page.locator(".sd-stale")).to_be_visible(timeout=STALE_WITHIN)
        before = page.locator(".asof time").get_attribute("datetime")

        server = serve()
        expect(page.locator(".sd-stale")).to_be_hidden(timeout=15_000)
        assert page.locator(".asof time").get_attribute("datetime") != before
        assert page.evaluate("window.isTheSame")
    finally:
        context.close()
        stop(server)


@pytest.mark.parametrize("path", [BOARD, "/hall/training"])
def test_a_page_whose_ticket_for_events_has_ended_gets_another(
    visitor: MakeVisitor, path: str
) -> None:
    one, asked = visitor(), []

    def refuse_the_first(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            route.fulfill(status=403)
        else:
            route.continue_()

    one.page.route("**/events?*", refuse_the_first)
    one.go(path)
    one.page.evaluate("window.isTheSame = true")
    with one.page.expect_response(lambda got: "/events?" in got.url and got.ok, timeout=15_000):
        pass

    assert len(set(asked)) == 2
    assert one.page.evaluate("window.isTheSame")


def test_calls_and_a_message_at_once_are_shown_and_spoken_one_after_the_other(
    desk: Desk, visitor: MakeVisitor
) -> None:
    board = visitor()
    board.page.add_init_script(f"({VOICES})()")
    board.go(BOARD)
    with desk.session() as session:
        numbers = called(session, 7, 8)
        announced(session, "The printer rests", "打印机暂停")

    for number in numbers:
        expect(board.page.locator(".calls")).to_contain_text(number)
    expect(board.page.locator(".said")).to_contain_text("The printer rests")
    said = spoken(board.page, 6)
    for words in (*numbers, "The printer rests", "打印机暂停"):
        assert any(words in one["text"] for one in said)
    assert all(one["to"] <= other["from"] for one, other in pairwise(said))
    board.page.wait_for_timeout(6_000)  # a poll later: nothing is said twice
    texts = [one["text"] for one in board.page.evaluate("window.said")]
    assert len(texts) == len(set(texts))
    with desk.session() as session:
        withdrawn(session)


@pytest.mark.parametrize(("width", "height", "least"), [(1920, 1080, 7.0), (1080, 1920, 4.0)])
def test_a_board_is_readable_at_ten_metres_and_nothing_is_cut_off(
    desk: Desk, visitor: MakeVisitor, width: int, height: int, least: float
) -> None:
    with desk.session() as session:
        called(session, 5, 6)
        for _ in range(5):
            make_ticket(session, "work_permits")
        announced(session, "As long as it may be" * 4, "这样长的通知最长可有三十个字" * 2)
    board = visitor()
    board.page.set_viewport_size({"width": width, "height": height})

    for shown in (BOARD, f"{BOARD}?queue=work_permits", f"{BOARD}?counter=5"):
        board.go(shown)
        assert not cut_off(board.page), shown
        sizes = board.page.evaluate(SIZES)
        assert all(CAP * size / height * 100 >= least for size in sizes), shown
    with desk.session() as session:
        withdrawn(session)


def spoken(page: Page, count: int) -> list[dict[str, Any]]:
    """Return what was spoken to its end, once there is so much."""
    for _ in range(100):
        said: list[dict[str, Any]] = page.evaluate("window.said")
        if len([one for one in said if one["to"] < 1e12]) >= count:
            return said
        page.wait_for_timeout(200)
    raise AssertionError(said)


def stop(server: subprocess.Popen[bytes]) -> None:
    """Kill a web server, and whatever it started."""
    running.kill_session(server.pid)
    server.wait()


def cut_off(page: Page) -> bool:
    """Return whether anything on the board lies outside the screen."""
    return bool(
        page.evaluate(
            """() => [...document.querySelectorAll(".sd-board *")].some(part => {
                const box = part.getBoundingClientRect();
                return box.width && (box.bottom > innerHeight + 1 || box.right > innerWidth + 1);
            })"""
        )
    )


def called(session: Session, *counters: int) -> list[str]:
    """Call somebody to each of the counters, and return their numbers."""
    numbers = []
    for number in counters:
        sitting = sitting_at(session, number)
        ticket = make_ticket(session)
        calling.call_chosen(session, ticket, sitting, words="for the board", now=clock.now())
        numbers.append(ticket.name)
    session.commit()
    return numbers


def sitting_at(session: Session, number: int) -> Sitting:
    """Return who sits at a counter; somebody new, if nobody does, with nobody before them."""
    found = {one.counter.number: one for one in queries.open_sittings(session, hall_of(session))}
    sitting = found.get(number) or make_sitting(session, number)
    here = queries.find_open_ticket(session, sitting.counter_id)
    if here is not None:
        calling.miss(session, here, sitting, now=clock.now())
        session.commit()
    return sitting


def announced(session: Session, en: str, zh: str) -> None:
    """Announce a message in the hall."""
    now, by = clock.now(), make_user(session, role=Role.SUPERVISOR)
    until = now + timedelta(minutes=10)
    steering.announce(session, hall_of(session), Text(en, zh), until=until, by=by, now=now)
    session.commit()


def withdrawn(session: Session) -> None:
    """Leave the hall without messages, for the tests that follow."""
    now, by = clock.now(), make_user(session, role=Role.SUPERVISOR)
    for message in steering_queries.announced(session, hall_of(session), now):
        steering.withdraw(session, message, by=by, now=now)
    # Counters and lines are free again for the tests that come after.
    settled = {"status": TicketStatus.SETTLED, "ended_at": now}
    session.execute(sa.update(Ticket).where(Ticket.ended_at.is_(None)).values(settled))
    session.execute(sa.update(Sitting).where(Sitting.ended_at.is_(None)).values(ended_at=now))
    session.commit()

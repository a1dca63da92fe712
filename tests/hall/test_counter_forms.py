"""Every form of the counter names its ticket, the version looked at and a request key."""

from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import islice

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.hall.models import Call, Sitting, Ticket
from servicedesk.hall.stops import Stop
from servicedesk.hall.ticket_life import TicketStatus
from tests.cases.factories import make_case
from tests.conftest import Browser
from tests.hall.factories import make_clerk, make_sitting, make_ticket, queue_of

COUNTER = "/desk/counter"
# What is about the counter, not about a ticket.
OF_THE_COUNTER = {"sign-off", "break", "return", "alarm", "undo", "next", "sign-on"}


class Forms(HTMLParser):
    """Reads the POST forms of a page: their addresses, with the names of their fields."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self._fields: dict[str, str] | None = None
        self.keys: dict[str, int] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a form, or read one of its fields."""
        said = {name: value or "" for name, value in attrs}
        if key := said.get("data-key"):
            self.keys[key] = self.keys.get(key, 0) + 1
        if tag == "form":
            is_post = said.get("method") == "post"
            self._fields = {} if is_post else None
            if self._fields is not None:
                self.found.append((said.get("action", ""), self._fields))
        elif self._fields is not None and said.get("name"):
            self._fields[said["name"]] = said.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """End a form."""
        if tag == "form":
            self._fields = None


@pytest.fixture
def clerk(session: Session, browser: Browser) -> User:
    """Return a clerk who is signed in."""
    clerk = make_clerk(session)
    browser.sign_in(clerk)
    return clerk


@pytest.fixture
def sitting(session: Session, clerk: User) -> Sitting:
    """Return where the clerk sits."""
    return make_sitting(session, clerk=clerk)


def act(browser: Browser, ticket: Ticket, action: str, **more: str) -> int:
    data = {"seen": str(ticket.version)} | more
    return browser.post(f"{COUNTER}/tickets/{ticket.id}/{action}", data=data).status_code


def in_every_state(browser: Browser, session: Session) -> Iterator[str]:
    """Yield the counter's pages from free to served, as they are when they are looked at."""
    held, missed, ticket = (make_ticket(session) for _ in range(3))
    make_ticket(session)
    for one, steps in ((held, ("start", "hold")), (missed, ("miss",))):
        browser.post(f"{COUNTER}/next")
        for step in steps:
            act(browser, one, step)
    yield browser.get(COUNTER).text
    browser.post(f"{COUNTER}/next")
    yield browser.get(COUNTER).text
    act(browser, ticket, "start")
    act(browser, ticket, "services", service="E_NAME", quantity="1")
    ticket.plan([*ticket.stops, Stop(queue_of(session, "advice").id)])
    session.commit()
    case = make_case(session)
    act(browser, ticket, "case", reference=case.reference)
    act(browser, ticket, "notes", body="A note")
    yield browser.get(COUNTER).text
    for page in ("services", "case", "papers", "transfer"):
        yield browser.get(f"{COUNTER}/tickets/{ticket.id}/{page}").text


@pytest.mark.usefixtures("sitting")
def test_every_form_about_a_ticket_says_which_and_as_it_was_seen(
    browser: Browser, session: Session
) -> None:
    seen_actions = set()
    for page in in_every_state(browser, session):
        for address, fields in Forms(page).found:
            if "/counter/" not in address:
                continue
            assert len(fields["request_key"]) >= 16, address
            assert fields["csrf_token"], address
            action = address.removeprefix(f"{COUNTER}/")
            seen_actions.add(action.rpartition("/")[2])
            if action not in OF_THE_COUNTER and not action.startswith("notes/"):
                versions = _versions(session, address)
                assert fields["seen"] == versions, address

    expected = {
        "next", "start", "recall", "miss", "resume", "back", "hold", "finish", "quantity",
        "remove", "notes", "erase", "services", "case", "open", "detach", "transfer", "alarm",
        "undo", "in-order", "accept",
    }  # fmt: skip
    assert expected <= seen_actions


@pytest.mark.usefixtures("sitting")
def test_every_button_of_the_counter_has_a_key_of_its_own(
    browser: Browser, session: Session
) -> None:
    pages = list(islice(in_every_state(browser, session), 3))

    for page in pages:
        assert max(Forms(page).keys.values()) == 1
        told = page.partition('id="keys"')[2]
        for key in Forms(page).keys:
            assert f"<kbd>{key}</kbd>" in told
    served = Forms(pages[2]).keys
    assert set("nhtafocpyu!") <= set(served)


def test_a_clerk_who_signs_in_again_finds_counter_and_visit(
    browser: Browser, session: Session, clerk: User, sitting: Sitting
) -> None:
    ticket = make_ticket(session)
    browser.post(f"{COUNTER}/next")
    act(browser, ticket, "start")
    browser.sign_out()

    answer = browser.post(f"{COUNTER}/tickets/{ticket.id}/finish", data={"seen": "9"})
    assert answer.status_code in {302, 303}
    assert "/sign-in" in answer.headers["Location"]
    assert ticket.status is TicketStatus.SERVING

    browser.sign_in(clerk)
    page = browser.get(COUNTER).text
    assert f"Counter {sitting.counter.number}" in page
    assert "Now serving" in page
    assert ticket.name in page
    assert act(browser, ticket, "finish") == 303


@pytest.mark.usefixtures("sitting")
def test_next_on_an_old_page_neither_finishes_nor_calls(browser: Browser, session: Session) -> None:
    first, second = make_ticket(session), make_ticket(session)
    browser.post(f"{COUNTER}/next")
    old = str(first.version)
    act(browser, first, "start")

    answer = browser.post(f"{COUNTER}/next", data={"seen": old})

    assert answer.status_code == 409
    assert (first.status, second.status) == (TicketStatus.SERVING, TicketStatus.WAITING)
    assert len(session.scalars(sa.select(Call)).all()) == 1


@pytest.mark.usefixtures("sitting")
def test_finish_and_call_next_keeps_the_outcome(browser: Browser, session: Session) -> None:
    first, second = make_ticket(session), make_ticket(session)
    browser.post(f"{COUNTER}/next")
    act(browser, first, "start")

    browser.post(f"{COUNTER}/next", data={"seen": str(first.version), "outcome": "papers_missing"})

    assert (first.status, first.outcome) == (TicketStatus.DONE, "papers_missing")
    assert second.status is TicketStatus.CALLED


def _versions(session: Session, address: str) -> str:
    """Return the version of the ticket that an address names."""
    ticket_id = int(address.partition("/tickets/")[2].partition("/")[0])
    version = session.scalar(sa.select(Ticket.version).where(Ticket.id == ticket_id))
    return str(version)

"""What the page of a ticket offers follows its state, without being drawn anew."""

import re
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.hall.links import token_of
from servicedesk.hall.models import Sitting, Ticket
from servicedesk.hall.operations import calling, serving, tickets
from servicedesk.hall.ticket_life import TicketStatus
from servicedesk.resources import STATIC
from tests.conftest import Browser
from tests.hall.factories import make_sitting, make_ticket

WAITING = {"late", "pass", "away", "tell", "language", "leave"}
OFFERED = {  # where it stands: what can be done from the phone
    "waiting": WAITING,
    "away": WAITING - {"late", "away"} | {"back"},
    "called": {"leave"},
    "no_show": {"leave"},
    "serving": set(),
    "held": set(),
}


def bring_to(session: Session, state: str) -> Ticket:
    """Return a ticket that stands there."""
    ticket, sitting, now = make_ticket(session), make_sitting(session), clock.now()
    if state == "away":
        tickets.be_late(session, ticket, now=now)
    elif state != "waiting":
        _serve(session, ticket, sitting, state)
    session.commit()
    return ticket


def _serve(session: Session, ticket: Ticket, sitting: Sitting, state: str) -> None:
    now = clock.now()
    calling.call_chosen(session, ticket, sitting, words="In order", now=now)
    if state == "no_show":
        calling.miss(session, ticket, sitting, now=now)
    if state in {"serving", "held"}:
        serving.start(session, ticket, sitting, now=now)
    if state == "held":
        serving.hold(session, ticket, sitting, now=now + timedelta(seconds=1))


def forms(page: str) -> dict[str, list[set[str]]]:
    """Return each form of the ticket, with the states of all that holds it."""
    found: dict[str, list[set[str]]] = {}
    within: list[tuple[str, set[str] | None]] = []
    for tag in re.finditer(r"<(/?)(div|details|form|section|main)\b([^>]*)>", page):
        is_end, name, rest = tag.groups()
        if is_end:
            within.pop()
            continue
        while_ = re.search(r'data-while="([^"]*)"', rest)
        within.append((name, set(while_[1].split()) if while_ else None))
        if action := re.search(r'action="/hall/tickets/[^/"]+/(\w+)"', rest):
            found[action[1]] = [states for _, states in within if states is not None]
    return found


@pytest.mark.parametrize("state", OFFERED)
def test_what_is_offered_follows_the_state_that_is_fetched_again(
    session: Session, browser: Browser, state: str
) -> None:
    before, ticket = make_ticket(session), bring_to(session, state)
    link = f"/hall/tickets/{token_of(ticket.nonce)}"
    waited = browser.get(f"/hall/tickets/{token_of(before.nonce)}").text

    assert f'data-state="{state}"' in browser.get(f"{link}/now").text
    for page in (browser.get(link).text, waited):  # drawn in this state, or earlier
        seen = {name for name, within in forms(page).items() if all(state in one for one in within)}
        assert seen == OFFERED[state]


def test_the_style_hides_what_is_of_another_state() -> None:
    style = (STATIC / "hall.css").read_text("utf-8")

    for state in ("waiting", "away", "called", "no_show"):
        hidden = f':has([data-state="{state}"]) [data-while]:not([data-while~="{state}"])'
        assert hidden in style
    assert '[data-state="no_show"])) [data-while] { display: none !important; }' in style


def test_nothing_is_offered_of_a_visit_that_is_over(session: Session, browser: Browser) -> None:
    ticket = make_ticket(session)
    tickets.leave(session, ticket, now=clock.now())
    session.commit()

    assert ticket.status is TicketStatus.LEFT
    assert not forms(browser.get(f"/hall/tickets/{token_of(ticket.nonce)}").text)

"""One ticket for several things at the kiosk, and one by the phone that scans its code."""

import re

import pytest
from playwright.sync_api import expect

from servicedesk import clock
from servicedesk.hall import door_codes
from servicedesk.hall.hall_files import joining_of
from servicedesk.hall.links import token_of
from servicedesk.hall.models import Priority, Ticket
from servicedesk.hall.operations import calling
from tests.browser.conftest import MakeVisitor
from tests.browser.running_desk import Desk
from tests.browser.test_hall import HALL, at_a_counter, vacate
from tests.hall.factories import hall_of, make_sitting, make_ticket

pytestmark = pytest.mark.browser

OTHERS = 20  # who may wait here, too


@pytest.mark.parametrize("scripts", [True, False])
def test_several_things_are_ticked_for_one_number(visitor: MakeVisitor, *, scripts: bool) -> None:
    kiosk = visitor(scripts=scripts)
    kiosk.go(f"{HALL}/kiosk/services")
    for line in ("registration", "advice"):
        box = kiosk.page.locator(f'input[value="line:{line}"]')
        kiosk.page.locator(".sd-menu details", has=box).locator("summary").click()
        box.check()

    kiosk.press_primary()

    expect(kiosk.page.locator(".sd-stub h1 > span")).to_have_text(re.compile("^Z"))
    expect(kiosk.page.locator(".sd-route > li")).to_have_count(2)


@pytest.mark.parametrize(("language", "counter"), [("en", 5), ("zh", 6)])
def test_a_phone_takes_a_ticket_and_its_title_says_how_it_stands(
    desk: Desk, visitor: MakeVisitor, language: str, counter: int
) -> None:
    phone = visitor(language=language, width=390)
    phone.go(f"{HALL}/join?code={shown_code(desk)}")
    phone.page.locator(".sd-menu details").last.locator("summary").click()
    phone.page.locator('input[value="line:advice"]').check()
    phone.press_primary()
    expect(phone.page.locator(".sd-stub h1 > span")).to_be_visible()
    number = phone.page.locator(".sd-stub h1 > span").inner_text()
    expect(phone.page).to_have_title(re.compile(f".+ · {number}"))

    phone.page.locator('form[action$="/late"] button').click()
    phone.page.locator('form[action$="/back"] button').click()
    expect(phone.page.locator('form[action$="/late"]')).to_be_visible()
    clerk = at_a_counter(desk, visitor, language, counter)
    here = clerk.page.locator(".sd-ticket")
    clerk.page.locator(".sd-callnext").click()
    for _ in range(OTHERS):
        if here.inner_text() == number:
            break
        clerk.key("m")
        expect(here).to_have_count(0)
        clerk.page.locator(".sd-callnext").click()

    expect(phone.page.locator(".sd-goto b")).to_have_text(str(counter))
    expect(phone.page).to_have_title(re.compile(f"{counter}.* · {number}"))


def test_who_reads_why_others_go_first_sees_the_call_all_the_same(
    desk: Desk, visitor: MakeVisitor
) -> None:
    with desk.session() as session:
        mine = make_ticket(session, "work_permits")
        make_ticket(session, "work_permits", priority=Priority.AGE)
        ticket_id, token = mine.id, token_of(mine.nonce)
    phone = visitor(width=390)
    phone.go(f"/hall/tickets/{token}")
    phone.page.locator("[data-fragment] summary").click()
    expect(phone.page.locator("[data-fragment] details")).to_have_attribute("open", "")

    with desk.session() as session:
        vacate(session, 7)
        ticket, sitting = session.get_one(Ticket, ticket_id), make_sitting(session, 7)
        calling.call_chosen(session, ticket, sitting, words="Test", now=clock.now())
        session.commit()

    expect(phone.page.locator(".sd-goto b")).to_have_text("7")


def shown_code(desk: Desk) -> str:
    """Return the code that the kiosk shows."""
    with desk.session() as session:
        hall = hall_of(session)
        figures = joining_of(hall.joining)
        assert figures is not None
        return door_codes.code_of(hall.id, figures, clock.now())

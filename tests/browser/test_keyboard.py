"""A clerk works a task with the keyboard alone and always sees where it is."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from servicedesk.accounts.permissions import Role
from tests.browser.conftest import MakeVisitor
from tests.browser.running_desk import Desk
from tests.browser.visitors import Visitor
from tests.cases.factories import play_example, published
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.browser

CODE = "WP_NEW_ABROAD"
MOST_TABS = 120
_FOCUS_SHOWS = """() => {
    const shows = one => one && getComputedStyle(one).outlineStyle !== "none"
        && parseFloat(getComputedStyle(one).outlineWidth) >= 2;
    const here = document.activeElement;
    const after = getComputedStyle(here, "::after");
    return shows(here) || shows(here.nextElementSibling)
        || (after.outlineStyle !== "none" && parseFloat(after.outlineWidth) >= 2);
}"""


def test_a_clerk_claims_and_accepts_by_keyboard_alone(desk: Desk, visitor: MakeVisitor) -> None:
    with desk.session() as session:
        reference, email = waiting_application(session)
    clerk = visitor()

    clerk.go("/sign-in")
    tab_to(clerk, "[name=email]")
    clerk.page.keyboard.type(email)
    tab_to(clerk, "[name=password]")
    clerk.page.keyboard.type(PASSWORD)
    clerk.page.keyboard.press("Enter")
    clerk.arrives("/desk")

    tab_to(clerk, f'form[action*="/{reference}/"][action$="/claim"] button')
    clerk.page.keyboard.press("Enter")
    clerk.arrives(f"/desk/cases/{reference}")
    accept = f'form[action*="/{reference}/"][action$="/do/accept"] button'
    tab_to(clerk, accept)
    clerk.page.keyboard.press("Space")
    expect(clerk.page.locator(accept)).to_have_count(0)


def test_the_first_tab_skips_to_the_content(visitor: MakeVisitor) -> None:
    person = visitor()
    person.go("/services")

    person.page.keyboard.press("Tab")
    expect(person.page.locator(".sd-skip")).to_be_focused()
    person.page.keyboard.press("Enter")

    expect(person.page.locator("#main")).to_be_focused()


def test_keys_move_through_the_inbox_and_open(desk: Desk, visitor: MakeVisitor) -> None:
    with desk.session() as session:
        _, email = waiting_application(session)
    clerk = visitor()
    clerk.sign_in(email)

    clerk.key("j")
    expect(clerk.page.locator("tr.is-cursor")).to_have_count(1)
    clerk.key("/")
    expect(clerk.page.locator("#q")).to_be_focused()
    clerk.page.keyboard.press("Escape")


def waiting_application(session: Session) -> tuple[str, str]:
    """Return the number of an application that nobody has taken, and the address of a clerk."""
    example = published(session, CODE)[1].examples[0].model_copy(update={"steps": ()})
    reference = play_example(session, CODE, example).reference
    return reference, make_user(session, role=Role.CLERK, posts={"talent": "clerk"}).email


def tab_to(person: Visitor, selector: str) -> None:
    """Press Tab until the focus is there; it must show at every stop."""
    target = person.page.locator(selector)
    expect(target).to_have_count(1)
    for _ in range(MOST_TABS):
        person.page.keyboard.press("Tab")
        assert person.page.evaluate(_FOCUS_SHOWS), f"no focus to see on {_here(person.page)}"
        if target.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"{selector} cannot be reached with Tab")


def _here(page: Page) -> str:
    return str(page.evaluate("document.activeElement.outerHTML.slice(0, 200)"))

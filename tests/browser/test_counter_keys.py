"""A clerk serves a visit by the keyboard alone, and calls for help without a word."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MakeVisitor
from tests.browser.running_desk import Desk
from tests.browser.test_hall import at_a_counter, take

pytestmark = pytest.mark.browser


def test_a_visit_by_the_keyboard_alone(desk: Desk, visitor: MakeVisitor) -> None:
    take(visitor())
    clerk = at_a_counter(desk, visitor, "en", 6)
    page = clerk.page

    clerk.key("?")
    expect(page.locator("#keys")).to_be_visible()
    expect(page.locator("#keys")).to_contain_text("call the supervisor quietly")
    clerk.key("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    clerk.key("n")
    expect(page.locator(".sd-ticket")).to_be_visible()  # whoever is first: others test here, too
    clerk.key("s")
    expect(page.locator(".sd-finish")).to_be_visible()
    clerk.key("o")
    expect(page.locator("textarea[name=body]")).to_be_focused()
    page.keyboard.type("no h, f or n! does anything here")
    expect(page.locator("textarea[name=body]")).to_have_value("no h, f or n! does anything here")
    clerk.key("Tab")
    clerk.key("Enter")
    expect(page.locator(".sd-notes")).to_contain_text("does anything here")
    clerk.key("a")
    expect(page.locator("select[name=service]")).to_be_visible()
    page.go_back()
    clerk.key("!")
    expect(page.locator(".sd-help")).to_contain_text("Sent")
    expect(page.locator(".sd-ticket")).to_be_visible()  # whoever is first: others test here, too
    clerk.key("f")
    expect(page.locator(".sd-ticket")).to_have_count(0)


def test_the_main_things_need_no_scrolling(desk: Desk, visitor: MakeVisitor) -> None:
    take(visitor())
    clerk = at_a_counter(desk, visitor, "en", 7)
    clerk.page.set_viewport_size({"width": 1280, "height": 720})
    clerk.key("n")
    expect(clerk.page.locator(".sd-ticket")).to_be_visible()
    clerk.key("s")
    expect(clerk.page.locator(".sd-finish")).to_be_visible()

    for what in (".sd-ticket", ".sd-stops", ".sd-finish", ".sd-callnext", ".c-case h2", "#ln"):
        box = clerk.page.locator(what).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 720, what

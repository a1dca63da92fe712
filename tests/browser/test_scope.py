"""Phrases of business scope are found as people look for them; all are there without scripts."""

import re

import pytest
from playwright.sync_api import expect

from servicedesk import clock
from servicedesk.cases.operations import drafts
from tests.browser.conftest import MakeVisitor
from tests.browser.running_desk import Desk
from tests.cases.factories import published
from tests.factories import make_user

pytestmark = pytest.mark.browser

SOFTWARE = ["软件", "軟件", "software", "sofware", "ruanjian", "rjkf", "BS049", "ＢＳ０４９"]


def _scope_page(desk: Desk, language: str) -> tuple[str, str]:
    with desk.session() as session:
        version, service = published(session, "E_SET_LLC")
        user = make_user(session, language=language)
        case = drafts.start(session, version, service, by=user, enterprise_id=None, now=clock.now())
        session.commit()
        return user.email, f"/cases/{case.reference}/scope"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_phrase_is_found_in_any_language_by_sound_code_and_with_a_slip(
    desk: Desk, visitor: MakeVisitor, language: str
) -> None:
    email, path = _scope_page(desk, language)
    person = visitor(language=language)
    person.sign_in(email)
    person.go(path)
    development = person.one('[data-pick-entry]:has([value="BS049"])')
    farming = person.one('[data-pick-entry]:has([value="BS005"])')

    for words in SOFTWARE:
        person.page.fill("[data-pick-find]", words)
        expect(development).to_be_visible()
        expect(farming).to_be_hidden()
    person.page.fill("[data-pick-find]", "zzzzzz")
    expect(person.page.locator("[data-pick-entry]:visible")).to_have_count(0)


def test_the_main_business_is_offered_from_what_is_chosen(desk: Desk, visitor: MakeVisitor) -> None:
    email, path = _scope_page(desk, "en")
    person = visitor()
    person.sign_in(email)
    person.go(path)
    for code in ("BS001", "BS049"):
        person.answer("f_scope", [code])

    offered = person.page.locator('[name=f_main_scope] option:not([hidden]):not([value=""])')
    expect(offered).to_have_count(2)
    person.answer("f_main_scope", "BS049")
    person.page.uncheck('[name=f_scope][value="BS049"]')
    expect(offered).to_have_count(2)  # what is chosen stays, for its author to see
    person.press_primary()
    expect(person.page.locator(".sd-errors a")).to_have_count(1)


def test_without_scripts_every_phrase_is_a_click_away(desk: Desk, visitor: MakeVisitor) -> None:
    email, path = _scope_page(desk, "zh")
    person = visitor(language="zh", scripts=False)
    person.sign_in(email)
    person.go(path)

    for summary in person.page.locator(".sd-pick-group summary").all():
        summary.click()
    expect(person.page.locator("[name=f_scope]:visible")).to_have_count(125)
    person.page.check('[name=f_scope][value="BS125"]')
    person.page.select_option("[name=f_main_scope]", "BS125")
    person.press_primary()
    expect(person.page).not_to_have_url(re.compile(re.escape(path)))

"""People who confirm on their phones: invited on the board, by a link and a mailed code."""

import re
from collections.abc import Mapping

from playwright.sync_api import expect

from tests.browser.looking import glance
from tests.browser.running_desk import link_in
from tests.browser.visitors import Visitor

PHONE = 390
_LOOKED_AT: set[tuple[str, str]] = set()


def invite(founder: Visitor, people: Mapping[str, tuple[str, str]]) -> None:
    """Invite people from the board: name -> (address, language).  Nobody else is invited."""
    for name, (email, language) in people.items():
        person = founder.page.locator("fieldset[data-person]").filter(has_text=name)
        person.locator("input[type=email]").fill(email)
        person.locator("select").select_option(language)
    emails = [email for email, _ in people.values()]
    for box in founder.page.locator("fieldset[data-person] input[type=email]").all():
        if box.input_value() not in emails:
            box.fill("")
    founder.press_primary()


def names_on(founder: Visitor) -> list[str]:
    """Return who is to be invited, as the board names them."""
    return founder.page.locator("fieldset[data-person] legend span").all_inner_texts()


def open_link(phone: Visitor, email: str) -> str:
    """Open the link of the invitation, have the code mailed and enter it; return the link."""
    mail = phone.desk.await_mail(email, "/confirm/")
    link = link_in(mail, "/confirm/").partition("?")[0]
    phone.go(link)
    assert glanced(phone, "phone-link") == []
    phone.press_primary()
    expect(phone.page.locator("[name=code]")).to_be_visible()
    assert glanced(phone, "phone-code") == []
    mailed = r"(?m)^(\d{6})$"
    code = re.search(mailed, phone.desk.await_mail(email, mailed))
    assert code
    phone.page.fill("[name=code]", code[1])
    phone.press_primary()
    expect(phone.page.locator("[name=seen]")).to_have_count(1)
    return link.removeprefix(phone.desk.address)


def confirm(phone: Visitor) -> None:
    """Say that it is right."""
    assert glanced(phone, "phone-data") == []
    phone.press_primary()
    expect(phone.page.locator(".sd-notice.is-ok")).to_be_visible()
    assert glanced(phone, "phone-confirmed") == []


def glanced(phone: Visitor, name: str) -> list[str]:
    """Return what is wrong with a page on a phone; it is looked at once in each language.

    A page without scripts is not: what looks at it is a script, which would wait for ever.
    """
    if not phone.scripts or (name, phone.language) in _LOOKED_AT:
        return []
    _LOOKED_AT.add((name, phone.language))
    return glance(phone.page, f"confirm-{name}", phone.language)

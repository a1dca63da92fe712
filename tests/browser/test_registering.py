"""A company registers, in a real browser, from signing up to the licence; once in each language."""

import re
from collections.abc import Sequence
from itertools import cycle
from typing import Any, Final

import pytest
from playwright.sync_api import Locator, expect

from servicedesk.accounts.permissions import Role
from servicedesk.cases.examples import paper
from servicedesk.catalogue.definition import Service
from tests.accounts.factories import GOOD_PASSWORD
from tests.browser import phones
from tests.browser.conftest import MakeVisitor
from tests.browser.running_desk import Desk, link_in
from tests.browser.visitors import Visitor
from tests.cases.factories import published
from tests.factories import make_user

pytestmark = pytest.mark.browser

CODE = "E_SET_LLC"
EXAMPLES = {"en": 0, "zh": 3}  # which of the service's examples; each is another company
MEND = {"field:capital": "Say why so much.", "material:articles": "Page 2 is missing."}


# Who does each task of the registration.
STAFF: Final = {
    "accept": (Role.CLERK, {"window": "clerk"}),
    "examine": (Role.REVIEWER, {"market": "reviewer"}),
    "address": (Role.CLERK, {"park": "clerk"}),
    "decide": (Role.REVIEWER, {"market": "reviewer"}),
}


@pytest.fixture
def service(desk: Desk) -> Service:
    with desk.session() as session:
        return published(session, CODE)[1]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_company_registers_and_mends_and_gets_its_licence(
    desk: Desk, visitor: MakeVisitor, service: Service, language: str
) -> None:
    founder = visitor(language=language)
    email = f"founder.{language}@example.org"
    sign_up(founder, email)
    answers = answers_of(service, language)

    reference = start(founder)
    for page in service.pages:
        fill_in(founder, reference, service, page.key, answers)
    upload(founder, reference, service.examples[EXAMPLES[language]].materials)
    confirm_on_phones(founder, visitor, reference, language)
    send(founder, reference)
    founder.arrives(f"/cases/{reference}/sent")
    founder.sees(reference)

    clerk = visitor(language=language)
    staff = hire(desk, language)
    clerk.sign_in(staff["accept"])
    claim(clerk, reference)
    ask_for_corrections(clerk, reference)

    mail = desk.await_mail(email, f"/cases/{reference}", count=2)  # the first was the receipt
    assert mail.startswith("zh-CN" if language == "zh" else "en\n")
    mend(founder, reference, answers)

    see_the_difference(clerk, reference)
    finish(clerk, "accept")
    for key, action in (("examine", "recommend"), ("address", "confirm"), ("decide", "approve")):
        officer = visitor(language=language)
        officer.sign_in(staff[key])
        claim(officer, reference)
        finish(officer, action)

    see_the_licence(founder, reference, answers["trade_name"])
    follow(visitor(language=language), email, reference)


# --- What each of them does -----------------------------------------------------------------


def hire(desk: Desk, language: str) -> dict[str, str]:
    """Return the address of one person for each task, who reads ``language``."""
    with desk.session() as session:
        return {
            key: make_user(session, role=role, posts=posts, language=language).email
            for key, (role, posts) in STAFF.items()
        }


def sign_up(person: Visitor, email: str) -> None:
    """Make an account and confirm its address with the mailed link."""
    person.go("/")
    person.page.locator('.sd-top a[href="/sign-in"]').click()
    person.page.locator('main a[href="/sign-up"]').click()
    person.page.fill("[name=name]", "林乔")
    person.page.fill("[name=email]", email)
    person.page.fill("[name=password]", GOOD_PASSWORD)
    person.press_primary()
    person.arrives("/sign-up/sent")
    mail = person.desk.await_mail(email, "/account/confirm/")
    assert mail.startswith("zh-CN" if person.language == "zh" else "en\n")
    person.go(link_in(mail, "/account/confirm/"))
    person.page.fill("[name=password]", GOOD_PASSWORD)
    person.press_primary()
    person.arrives("/sign-in")
    person.sign_in(email, GOOD_PASSWORD)


def start(person: Visitor) -> str:
    """Find the service, begin an application, and return its number."""
    person.go("/services")
    person.page.fill("main [name=q]", "设立" if person.language == "zh" else "set up a company")
    person.page.press("main [name=q]", "Enter")
    person.page.locator(f'main a[href="/services/{CODE}"]').first.click()
    person.press_primary()
    person.page.wait_for_url(re.compile(r"/cases/R\d\d-\d+$"))
    return person.page.url.rpartition("/")[2]


def answers_of(service: Service, language: str) -> dict[str, Any]:
    """Return an example's answers, paid in by a day within five years of today."""
    answers = dict(service.examples[EXAMPLES[language]].answers)
    answers["shareholders"] = [{**one, "pay_by": "2029-01-31"} for one in answers["shareholders"]]
    return answers


def fill_in(
    person: Visitor, reference: str, service: Service, key: str, answers: dict[str, Any]
) -> None:
    """Fill in one page; on that of the owners go astray first, as people do."""
    person.go(f"/cases/{reference}/{key}")
    page = service.page(key)
    assert page is not None
    own = {field.key: answers[field.key] for field in page.fields if field.key in answers}
    person.answer_page(own)
    if key == "capital":
        go_astray(person)
    person.press_primary()
    person.arrives(f"/cases/{reference}/{key}", is_there=False)


def go_astray(person: Visitor) -> None:
    """Add an owner and remove it again; send sums that do not agree, and see what is said."""
    count = person.cards("shareholders").count()
    person.add_card("shareholders")
    person.answer(f"f_shareholders-{count}-f_full_name", "多余的人")
    person.remove_card("shareholders", count)
    amount = '[name="f_shareholders-0-f_contribution-amount"]'
    right = person.page.input_value(amount)
    open_card(person, 0)
    person.page.fill(amount, "1.00")
    person.press_primary()
    errors = person.one(".sd-errors")
    expect(errors).to_be_focused()
    assert errors.locator("a").count() >= 1
    errors.locator("a").first.click()
    open_card(person, 0)
    assert person.page.input_value(amount) == "1.00", "what was typed is still there"
    person.page.fill(amount, right)


def open_card(person: Visitor, number: int) -> None:
    """Open a card that is closed to one line."""
    closed = person.page.locator(f'[data-card="shareholders:{number}"] details:not([open])')
    if closed.count():
        closed.locator("summary").click()


def upload(person: Visitor, reference: str, materials: Sequence[str]) -> None:
    """Send a paper for each material."""
    person.go(f"/cases/{reference}/materials")
    for key in materials:
        send_paper(person, key)
    person.press_primary()
    person.arrives(f"/cases/{reference}")


def leave_as_it_is(person: Visitor, address: str) -> None:
    """Leave a place of the list as it is, and say why."""
    link = person.page.locator(f'a[href$="{address}"]')
    place = person.page.locator(".sd-mendlist li", has=link)
    place.locator("summary").click()
    place.locator("textarea").fill("The amount is as the shareholders agreed.")
    place.locator("form button").click()
    expect(place.locator("summary")).to_have_count(0)


def send_paper(person: Visitor, key: str, words: str | None = None) -> None:
    """Choose a file for one material and send it."""
    form = person.page.locator(f"#{key} form[enctype]")
    form.locator("[type=file]").set_input_files(
        {"name": f"{key}.png", "mimeType": "image/png", "buffer": paper(words or key)}
    )
    before = person.page.locator(f"#{key} .sd-docs li").count()
    form.locator("button").click()
    expect(person.page.locator(f"#{key} .sd-docs li")).to_have_count(before + 1)


def confirm_on_phones(
    founder: Visitor, visitor: MakeVisitor, reference: str, language: str
) -> None:
    """Let everybody whom the application names confirm on a phone, in one language or the other."""
    board = f"/cases/{reference}/confirmations"
    founder.go(board)
    names = phones.names_on(founder)
    assert len(names) > 1
    others = cycle(("en", "zh"))
    people = {
        name: (f"phone{number}.{language}@example.org", next(others))
        for number, name in enumerate(names)
    }
    phones.invite(founder, people)
    founder.arrives(board)
    for email, reads in people.values():
        phone = visitor(language=reads, width=phones.PHONE)
        phones.open_link(phone, email)
        phones.confirm(phone)


def send(person: Visitor, reference: str) -> None:
    """Check the answers, declare and send."""
    person.go(f"/cases/{reference}/check")
    person.page.check("[name=declared]")
    person.press_primary()


def claim(officer: Visitor, reference: str) -> None:
    """Find the application in the inbox and take its task."""
    officer.go("/desk?view=open")
    row = officer.page.locator("tr", has=officer.page.locator(f'a[href$="{reference}"]'))
    row.locator('form[action$="/claim"] button').click()
    officer.arrives(f"/desk/cases/{reference}")


def ask_for_corrections(clerk: Visitor, reference: str) -> None:
    """Name everything that is wrong, at one time."""
    clerk.page.locator('.sd-decide a[href$="/correct"]').click()
    for place, words in MEND.items():
        clerk.page.check(f'[name=place][value="{place}"]')
        clerk.page.fill(f'[name="words:{place}"]', words)
    clerk.press_primary()
    clerk.arrives(f"/desk/cases/{reference}")


def mend(founder: Visitor, reference: str, answers: dict[str, Any]) -> None:
    """Mend exactly what was asked, see that nothing else is open, and send again."""
    founder.go(f"/cases/{reference}/name")
    assert founder.page.locator("[name^=f_]").count() == 0
    founder.go(f"/cases/{reference}")
    for words in MEND.values():
        founder.sees(words)
    founder.page.locator(f'.sd-mendlist a[href$="/{reference}/capital"]').click()
    assert founder.page.locator('[name^="f_shareholders"]').count() == 0
    founder.answer("f_capital", {**answers["capital"], "amount": sum_in_words(answers)})
    founder.press_primary()
    founder.arrives(f"/cases/{reference}")
    leave_as_it_is(founder, f"/{reference}/capital")  # what was saved again was not mended
    founder.page.locator('.sd-mendlist a[href$="#articles"]').click()
    founder.page.locator('#articles form[action$="/remove"] button').click()
    expect(founder.page.locator("#articles .sd-docs li")).to_have_count(0)
    send_paper(founder, "articles", words="articles, signed")
    founder.go(f"/cases/{reference}")
    founder.page.locator(f'.sd-mend a.btn-primary[href$="/{reference}/check"]').click()
    founder.page.check("[name=declared]")
    founder.press_primary()
    founder.arrives(f"/cases/{reference}/sent")


def sum_in_words(answers: dict[str, Any]) -> str:
    """Return the same amount as before, typed in another way."""
    return f"{float(answers['capital']['amount']):,.2f}"


def see_the_difference(clerk: Visitor, reference: str) -> None:
    """See on the desk's page what came back changed, and its preview."""
    clerk.go(f"/desk/cases/{reference}")
    expect(clerk.page.locator(".sd-diff ins")).not_to_have_count(0)
    preview = clerk.page.locator("img.sd-sheet-page").first
    preview.scroll_into_view_if_needed()
    expect(preview).to_have_js_property("complete", value=True)
    assert preview.evaluate("picture => picture.naturalWidth") > 100


def finish(officer: Visitor, action: str) -> None:
    """Finish the task in hand by one of its actions; confirm what it asks first."""
    button = officer.page.locator(f'form[action$="/do/{action}"] button')
    link = officer.page.locator(f'.sd-decide a[href$="/do/{action}"]')
    if link.count():
        confirm_all(officer, link)
    else:
        button.click()
    expect(button.or_(link)).to_have_count(0)


def confirm_all(officer: Visitor, link: Locator) -> None:
    """Open the page of an action, leave a point out, see what is said, and confirm all points."""
    address = link.get_attribute("href") or ""
    link.click()
    officer.arrives(address)
    points = officer.page.locator("main .sd-declare [type=checkbox]:visible")
    for at in range(1, points.count()):
        points.nth(at).check()
    officer.press_primary()
    errors = officer.one(".sd-errors")
    expect(errors).to_be_focused()
    assert errors.locator("a").count() == 1
    errors.locator("a").click()
    points.first.check()
    officer.press_primary()
    officer.arrives(address.partition("/tasks/")[0])


def see_the_licence(founder: Visitor, reference: str, trade_name: str) -> None:
    """Open the result, save its PDF, and verify it as anybody can."""
    founder.go(f"/cases/{reference}")
    founder.page.locator('main a.btn-primary[href^="/verify/"]').click()
    founder.sees(trade_name)
    expect(founder.page.locator(".sd-notice.is-ok")).to_be_visible()
    with founder.page.expect_download() as download:
        founder.page.locator('main a[href$="/certificate.pdf"]').click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")


def follow(stranger: Visitor, email: str, reference: str) -> None:
    """See the one word by the number alone, and the rest with the mailed code."""
    stranger.go("/track")
    stranger.page.fill("main [name=number]", reference)
    stranger.press_primary()
    expect(stranger.page.locator("main .sd-tag.is-ok")).to_be_visible()
    assert stranger.page.locator(".sd-route").count() == 0
    stranger.ask_and_type_code(reference, email)

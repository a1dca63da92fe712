"""Where no script runs, every question is there and every button works."""

import pytest
from playwright.sync_api import expect

from servicedesk import clock
from servicedesk.cases.operations import drafts
from tests.browser.conftest import MakeVisitor
from tests.browser.running_desk import Desk
from tests.cases.factories import published
from tests.factories import make_user

pytestmark = pytest.mark.browser


def test_owners_are_added_removed_and_saved_without_scripts(
    desk: Desk, visitor: MakeVisitor
) -> None:
    with desk.session() as session:
        version, service = published(session, "E_SET_LLC")
        user = make_user(session)
        case = drafts.start(session, version, service, by=user, enterprise_id=None, now=clock.now())
        kind = service.page("kind")
        assert kind
        answers = {"org_form": "llc", "business_term": "long", "approval_first": False}
        drafts.save_page(session, case, kind, answers, title=None, now=clock.now())
        session.commit()
        email, reference = user.email, case.reference
    example = service.examples[0].answers
    owners = [{**one, "pay_by": "2029-01-31"} for one in example["shareholders"]]

    person = visitor(scripts=False)
    person.sign_in(email)
    person.go(f"/cases/{reference}/capital")
    person.answer_page({"capital": example["capital"], "shareholders": owners})
    person.add_card("shareholders")
    person.answer("f_shareholders-2-f_full_name", "多余的人")
    person.remove_card("shareholders", 2)
    first = person.page.locator('[name="f_shareholders-0-f_full_name"]')
    expect(first).to_have_value(owners[0]["full_name"])
    person.press_primary()

    person.arrives(f"/cases/{reference}/capital", is_there=False)
    person.go(f"/cases/{reference}/check")
    for owner in owners:
        person.sees(owner["full_name"])


def test_errors_are_listed_with_links_to_their_places_without_scripts(
    visitor: MakeVisitor,
) -> None:
    person = visitor(scripts=False)
    person.go("/sign-up")
    person.page.fill("[name=name]", "林乔")
    person.press_primary()

    links = person.page.locator(".sd-errors a")
    assert links.count() == 2, "address and password are missing"
    for link in links.all():
        place = link.get_attribute("href")
        assert place
        assert person.page.locator(place).count() == 1
    expect(person.page.locator("[name=name]")).to_have_value("林乔")

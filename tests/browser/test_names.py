"""A name is declared and reserved on the spot, in each language, with scripts and without."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MakeVisitor
from tests.browser.running_desk import Desk
from tests.cases.factories import published
from tests.factories import make_user

pytestmark = pytest.mark.browser

TRADE_NAMES = {("en", True): "青棱样例", ("zh", True): "雪樵样例", ("zh", False): "砚田样例"}


@pytest.mark.parametrize(("language", "scripts"), TRADE_NAMES)
def test_a_name_is_reserved_at_once(
    desk: Desk, visitor: MakeVisitor, language: str, *, scripts: bool
) -> None:
    with desk.session() as session:
        service = published(session, "E_NAME")[1]
        email = make_user(session, language=language).email
    trade_name = TRADE_NAMES[language, scripts]
    answers: dict[str, Any] = {**service.examples[0].answers, "trade_name": trade_name}

    person = visitor(language=language, scripts=scripts)
    person.sign_in(email)
    person.go("/services/E_NAME")
    person.press_primary()
    person.page.wait_for_url(re.compile(r"/cases/N\d\d-\d+$"))
    reference = person.page.url.rpartition("/")[2]
    for page in service.pages:
        person.go(f"/cases/{reference}/{page.key}")
        own = {field.key: answers[field.key] for field in page.fields if field.key in answers}
        person.answer_page(own)
        person.press_primary()
        person.arrives(f"/cases/{reference}/{page.key}", is_there=False)
    person.go(f"/cases/{reference}/check")
    person.page.check("[name=declared]")
    person.press_primary()
    person.arrives(f"/cases/{reference}/sent")

    person.go(f"/cases/{reference}")
    expect(person.page.locator(".sd-standing .sd-tag.is-ok")).to_be_visible()
    person.page.locator('main a.btn-primary[href^="/verify/"]').click()
    person.sees(trade_name)

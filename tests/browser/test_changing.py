"""An enterprise changes and ends, in a real browser: from its page to its history.

What the register knows is not asked; what would change stands as a difference before the sending.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import pytest
from playwright.sync_api import expect

from servicedesk import clock
from servicedesk.accounts.permissions import Role
from servicedesk.cases.models import Case
from servicedesk.catalogue.definition import Example, Service
from servicedesk.park import local_day
from tests.browser.conftest import MakeVisitor
from tests.browser.running_desk import Desk
from tests.browser.test_registering import claim, finish, send, upload
from tests.browser.visitors import Visitor
from tests.cases.factories import published
from tests.confirmations.factories import everybody_confirms
from tests.enterprises.factories import make_enterprise
from tests.factories import make_user

pytestmark = pytest.mark.browser

POSTS: Final = {  # who does each task of these services
    "accept": (Role.CLERK, "window", "clerk"),
    "address": (Role.CLERK, "park", "clerk"),
    "examine": (Role.REVIEWER, "market", "reviewer"),
    "decide": (Role.REVIEWER, "market", "reviewer"),
}


@dataclass(frozen=True)
class Change:
    """A service about an enterprise, and what is to be seen in its entry afterwards."""

    code: str
    language: str
    trade_name: str
    seen: str


CHANGES: Final = (
    Change("E_CHG_ADDR", "en", "听澜", "7-202"),
    Change("E_CHG_CAP_DEC", "zh", "听松", "3,000,000.00"),
    Change("E_DEREG_S", "en", "听竹", "Deregistered"),
)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.code)
def test_an_enterprise_changes_from_its_page_to_its_history(
    desk: Desk, visitor: MakeVisitor, change: Change
) -> None:
    code, language = change.code, change.language
    email = f"owner.{code.lower()}@example.org"
    with desk.session() as session:
        founder = make_user(session, email=email, language=language)
        enterprise = make_enterprise(session, founder, trade_name=change.trade_name)
        ours, credit_code = enterprise.id, enterprise.credit_code
        service = published(session, code)[1]
    owner = visitor(language=language)
    owner.sign_in(email)

    reference = begin(owner, ours, code)
    with desk.session() as session:
        known = session.query(Case).filter_by(reference=reference).one().answers
    asked = {key: one for key, one in today_of(service.examples[0]).items() if key not in known}
    fill_in(owner, reference, service, asked)
    upload(owner, reference, service.examples[0].materials)
    with desk.session() as session:
        everybody_confirms(session, session.query(Case).filter_by(reference=reference).one())
    owner.go(f"/cases/{reference}/check")
    expect(owner.page.locator(".sd-diff ins").first).to_be_visible()
    send(owner, reference)
    owner.arrives(f"/cases/{reference}/sent")

    for _, key, action in service.examples[0].steps:
        officer = visitor(language=language)
        officer.sign_in(hire(desk, key, language))
        claim(officer, reference)
        finish(officer, str(action))

    owner.go(f"/register/{credit_code}")
    expect(owner.page.locator("main")).to_contain_text(change.seen)
    expect(owner.page.locator(".sd-timeline > li")).to_have_count(2)


def begin(owner: Visitor, enterprise_id: int, code: str) -> str:
    """Begin the service from the page of the enterprise; return the application's number."""
    owner.go(f"/enterprises/{enterprise_id}")
    owner.page.locator(f'main a[href^="/services/{code}?"]').click()
    owner.press_primary()
    owner.page.wait_for_url("**/cases/*")
    return owner.page.url.rpartition("/")[2]


def fill_in(owner: Visitor, reference: str, service: Service, answers: Mapping[str, Any]) -> None:
    """Fill in every page that is asked; what the register knows is on none of them."""
    for page in service.pages:
        own = {one.key: answers[one.key] for one in page.fields if one.key in answers}
        if not own:
            continue
        owner.go(f"/cases/{reference}/{page.key}")
        expect(owner.page.locator("[name=f_credit_code]")).to_have_count(0)
        owner.answer_page(own)
        owner.press_primary()
        owner.arrives(f"/cases/{reference}/{page.key}", is_there=False)


def hire(desk: Desk, key: str, language: str) -> str:
    """Return the address of somebody who does the task ``key``."""
    role, department, duty = POSTS[key]
    with desk.session() as session:
        return make_user(session, role=role, posts={department: duty}, language=language).email


def today_of(example: Example) -> dict[str, Any]:
    """Return the example's answers as if it were sent today: its days are as many days ago."""
    later = local_day(clock.now()) - date.fromisoformat(example.at[:10])
    return {key: _moved(answer, later) for key, answer in example.answers.items()}


def _moved(answer: Any, later: timedelta) -> Any:  # noqa: ANN401 - any JSON
    try:
        return (date.fromisoformat(answer) + later).isoformat()
    except (TypeError, ValueError):
        return answer

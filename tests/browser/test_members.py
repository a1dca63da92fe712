"""An owner lets others in; an agent prepares and cannot send; the owner sends.  No script runs."""

from datetime import timedelta

import pytest

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.cases.models import Case
from servicedesk.enterprises.member_roles import MemberRole
from servicedesk.park import local_day
from tests.browser.conftest import MakeVisitor
from tests.browser.running_desk import Desk, link_in
from tests.browser.visitors import Visitor
from tests.enterprises.members import add_member, make_enterprise
from tests.factories import PASSWORD, make_user
from tests.races.factories import ready_draft

pytestmark = pytest.mark.browser
_NAMES = {"en": "云杉样例", "zh": "红松样例"}  # each is held once
_LINK = r"/enterprises/join/[\w-]+"


def accept(person: Visitor, desk: Desk, email: str) -> None:
    """Follow the link of the invitation before signing in, as people do, and accept."""
    person.go(link_in(desk.await_mail(email, _LINK), "/enterprises/join/"))
    person.arrives("/sign-in")
    person.page.fill("[name=email]", email)
    person.page.fill("[name=password]", PASSWORD)
    person.press_primary()
    person.press_primary()
    person.arrives("/enterprises/join", is_there=False)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_agent_prepares_and_the_owner_sends(
    desk: Desk, visitor: MakeVisitor, language: str
) -> None:
    with desk.session() as session:
        enterprise = make_enterprise(session, f"Example {language} Ltd")
        owner = add_member(
            session, enterprise.id, make_user(session, language=language), MemberRole.OWNER
        )
        officer, agent = (make_user(session, language=language) for _ in range(2))
        number, boss, agent_id = enterprise.id, owner.email, agent.id
        helper, outsider = officer.email, agent.email
    first = visitor(language=language, scripts=False)
    first.sign_in(boss)
    first.go(f"/enterprises/{number}/members")
    first.page.fill("[name=email]", helper)
    first.page.locator("[name=role][value=officer]").check()
    first.page.locator('form[action$="/invite"] button').click()
    first.sees(helper)
    first.go(f"/enterprises/{number}/mandates/new")
    first.page.fill("[name=agent]", outsider)
    first.page.locator("[name=acts][value=prepare]").check()
    last = local_day(clock.now()) + timedelta(days=90)
    for part, value in (("y", last.year), ("m", last.month), ("d", last.day)):
        first.page.fill(f"[name=last_day-{part}]", str(value))
    first.press_primary()
    first.sees(outsider)

    accept(visitor(language=language, scripts=False), desk, helper)
    second = visitor(language=language, scripts=False)
    accept(second, desk, outsider)
    second.sees(f"Example {language} Ltd")
    with desk.session() as session:
        applicant = session.get_one(User, agent_id)
        case = ready_draft(session, "E_NAME", applicant=applicant, trade_name=_NAMES[language])
        case.enterprise_id, case.for_enterprise = number, True
        session.commit()
        reference, case_id = case.reference, case.id
    second.go(f"/cases/{reference}/check")
    assert second.page.locator("[name=declared]").count() == 0
    second.page.locator('form[action$="/ask-to-send"] button').click()
    desk.await_mail(boss, rf"/cases/{reference}/check")

    first.go(f"/cases/{reference}/check")
    first.page.locator("[name=declared]").check()
    first.press_primary()
    first.arrives(f"/cases/{reference}/sent")
    with desk.session() as session:
        sent = session.get_one(Case, case_id)
        assert sent.submitted_at is not None
        assert session.get_one(User, sent.applicant_id).email == outsider

"""Five people confirm on their phones, in two languages; one puts their own line right."""

from collections.abc import Mapping
from typing import Any

import pytest
from playwright.sync_api import expect

from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case
from tests.browser.conftest import MakeVisitor
from tests.browser.looking import look
from tests.browser.phones import PHONE, confirm, glanced, invite, open_link
from tests.browser.running_desk import Desk
from tests.browser.visitors import Visitor
from tests.confirmations.factories import CHEN, LIN, SONG, ZHOU, confirmed, draft
from tests.factories import make_user

pytestmark = pytest.mark.browser

TANG = "唐小满"
AGENT: Mapping[str, Any] = {
    "agent_acts": True,
    "agent_name": TANG,
    "agent_phone": "13800000216",
    "agent_id_number": "110114199505239245",
}
# Who reads in which language; the first is the founder's own.
LANGUAGES: Mapping[str, str] = {LIN: "zh", ZHOU: "en", SONG: "zh", CHEN: "en", TANG: "zh"}


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_five_people_confirm_and_one_puts_their_line_right(
    desk: Desk, visitor: MakeVisitor, *, scripts: bool
) -> None:
    mark = "s" if scripts else "n"
    emails = {name: f"{mark}{number}@example.org" for number, name in enumerate(LANGUAGES)}
    with desk.session() as session:
        case = draft(
            session,
            trade_name="脚本样例" if scripts else "无本样例",
            unit="4-305" if scripts else "4-303",
            applicant=make_user(session, language="en" if scripts else "zh"),
            papers=["mandate"],
            **AGENT,
        )
        reference, founder_email = case.reference, case.applicant.email
    founder = visitor(language="en" if scripts else "zh", scripts=scripts)
    founder.sign_in(founder_email)
    board = f"/cases/{reference}/confirmations"
    founder.go(f"/cases/{reference}")
    founder.page.locator(f'a[href="{board}"]').click()
    founder.arrives(board)
    assert looked(founder, "board-new", scripts=scripts) == []
    invite(founder, {name: (email, LANGUAGES[name]) for name, email in emails.items()})
    founder.arrives(board)
    phones = {
        name: visitor(language=LANGUAGES[name], scripts=scripts, width=PHONE) for name in emails
    }
    links = {name: open_link(phones[name], emails[name]) for name in emails}
    for name in (LIN, ZHOU, CHEN, TANG):
        confirm(phones[name])
    founder.go(board)
    founder.page.locator("#links ~ .sd-folds summary").first.click()
    assert looked(founder, "board-invited", scripts=scripts) == []
    expect(founder.page.locator(".sd-mendlist .is-ok")).to_have_count(4)
    assert names_confirmed(desk, reference) == [LIN, ZHOU, CHEN, TANG]

    correct(phones[SONG], links[SONG], "13800000277")
    expect(phones[SONG].page.locator(".sd-summary").nth(1)).to_contain_text("138 0000 0277")
    confirm(phones[SONG])
    assert names_confirmed(desk, reference) == [LIN, ZHOU, SONG, CHEN, TANG]

    correct(phones[ZHOU], links[ZHOU], "110114198506271533", field="id_number")
    assert names_confirmed(desk, reference) == [LIN, SONG, CHEN, TANG]
    founder.go(f"/cases/{reference}/check")
    expect(founder.page.locator("[name=declared]")).to_have_count(0)
    assert looked(founder, "check-shut", scripts=scripts) == []
    confirm(phones[ZHOU])
    if scripts:
        founder.go(board)
    founder.go(f"/cases/{reference}/check")
    founder.page.check("[name=declared]")
    founder.press_primary()
    founder.arrives(f"/cases/{reference}/sent")
    with desk.session() as session:
        sent = session.get(Case, case.id)
        assert sent is not None
        assert sent.status is CaseStatus.SUBMITTED
        assert sent.answers["directors"][1]["phone"].endswith("13800000277")
    phones[ZHOU].go(f"{links[ZHOU]}/data")
    assert glanced(phones[ZHOU], "phone-sent") == []


def test_the_board_says_at_once_who_has_confirmed(desk: Desk, visitor: MakeVisitor) -> None:
    with desk.session() as session:
        case = draft(session, trade_name="实时样例", unit="4-302")
        reference, founder_email = case.reference, case.applicant.email
    founder = visitor()
    founder.sign_in(founder_email)
    founder.go(f"/cases/{reference}/confirmations")
    invite(founder, {ZHOU: ("at.once@example.org", LANGUAGES[ZHOU])})
    founder.arrives(f"/cases/{reference}/confirmations")
    phone = visitor(width=PHONE)
    open_link(phone, "at.once@example.org")

    confirm(phone)

    expect(founder.page.locator(".sd-mendlist .is-ok")).to_have_count(1)


def correct(phone: Visitor, link: str, said: str, *, field: str = "phone") -> None:
    """Put something right in the first place where the person is named; wrongly first."""
    phone.go(f"{link}/data")
    phone.page.locator('a[href$="/lines/1"]').click()
    phone.page.fill(f"[name=f_{field}]", "1")
    phone.press_primary()
    expect(phone.page.locator(".sd-errors")).to_be_visible()
    assert glanced(phone, "phone-line-wrong") == []
    phone.page.fill(f"[name=f_{field}]", said)
    phone.press_primary()
    phone.arrives(f"{link}/data")


def names_confirmed(desk: Desk, reference: str) -> list[str]:
    """Return who has confirmed what the application says of them now."""
    with desk.session() as session:
        case = session.query(Case).filter_by(reference=reference).one()
        return confirmed(session, case)


def looked(founder: Visitor, name: str, *, scripts: bool) -> list[str]:
    """Return what is wrong with a page of the board."""
    return look(founder.page, f"confirm-{name}", founder.language) if scripts else []

"""The registrar imports a table: told what is wrong, mended, entered, found by everybody."""

import pytest
from playwright.sync_api import FilePayload, expect

from servicedesk.accounts.permissions import Role
from tests.browser.conftest import MakeVisitor
from tests.browser.running_desk import Desk
from tests.browser.visitors import Visitor
from tests.enterprises import tables
from tests.factories import make_user

pytestmark = pytest.mark.browser

NAMES = {
    ("en", True): "北京银杏样例生物科技有限公司",
    ("zh", False): "北京丁香样例生物科技有限公司",
}


def bring(registrar: Visitor, row: dict[str, str]) -> None:
    """Bring a table with one row, to be tried out."""
    table = tables.file_of(row).getvalue()
    file = FilePayload(name="enterprises.csv", mimeType="text/csv", buffer=table)
    registrar.page.set_input_files("[name=file]", file)
    registrar.press_primary()
    registrar.page.wait_for_url("**/desk/register/import/*")


@pytest.mark.parametrize(("language", "scripts"), NAMES)
def test_a_table_is_tried_mended_and_entered(
    desk: Desk, visitor: MakeVisitor, language: str, *, scripts: bool
) -> None:
    with desk.session() as session:
        posts = {"market": "supervisor"}
        email = make_user(session, role=Role.SUPERVISOR, posts=posts, language=language).email
    row = tables.row(名称=NAMES[language, scripts])
    registrar, stranger = (visitor(language=language, scripts=scripts) for _ in range(2))
    registrar.sign_in(email)

    registrar.go("/desk/register")
    registrar.page.locator('.sd-views a[href="/desk/register/import"]').click()
    bring(registrar, row | {"成立日期": "2020-13-01"})
    expect(registrar.page.locator("main .sd-notice.is-warn")).to_be_visible()
    registrar.sees("2026-03-02")  # how a day is written
    registrar.page.locator("main a.btn-primary").click()
    bring(registrar, row)
    expect(registrar.page.locator("main .sd-notice.is-ok")).to_be_visible()
    registrar.press_primary()
    look_until_done(registrar, scripts=scripts)

    stranger.go(f"/register?q={row['统一社会信用代码']}")
    stranger.sees(row["名称"])


def look_until_done(registrar: Visitor, *, scripts: bool) -> None:
    """Wait until the table is entered; without scripts one looks again."""
    done = registrar.page.locator('main .sd-notice a[href="/register"]')
    if scripts:
        expect(done).to_be_visible(timeout=30_000)
        return
    for _ in range(30):
        if done.is_visible():
            return
        registrar.page.wait_for_timeout(500)
        registrar.page.reload()
    expect(done).to_be_visible()

"""Files that a tour of the park gives to pages which ask for one."""

from collections.abc import Callable

from playwright.sync_api import FilePayload

from tests.browser.visitors import Visitor
from tests.enterprises import tables


def give_a_file_to_verify(visitor: Visitor) -> None:
    """Give a PDF that nobody signed."""
    file = FilePayload(name="x.pdf", mimeType="application/pdf", buffer=b"%PDF-1.7")
    visitor.page.set_input_files("[name=file]", file)
    visitor.page.locator("main form[enctype] button").click()
    visitor.page.wait_for_load_state()


def bring_a_table(*, is_good: bool) -> Callable[[Visitor], None]:
    """Return what brings a table of two enterprises to be tried out."""

    def act(visitor: Visitor) -> None:
        rows = [tables.row(), tables.row() if is_good else tables.row(成立日期="?", 注册资本="x")]
        table = tables.file_of(*rows).getvalue()
        file = FilePayload(name="企业 2026.csv", mimeType="text/csv", buffer=table)
        visitor.page.set_input_files("[name=file]", file)
        visitor.press_primary()
        visitor.page.wait_for_url("**/desk/register/import/*")

    return act

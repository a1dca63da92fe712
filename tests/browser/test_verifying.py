"""Anybody has a certificate's file looked at, in each language, with scripts and without."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from servicedesk import clock
from servicedesk.enterprises.models import LICENCE
from servicedesk.enterprises.operations import certificates
from servicedesk.enterprises.queries import certificates as queries
from tests.browser.conftest import MakeVisitor
from tests.browser.running_desk import Desk
from tests.browser.visitors import Visitor
from tests.enterprises.factories import make_enterprise
from tests.enterprises.test_seals import with_other_text, without_signature

pytestmark = pytest.mark.browser

TRADE_NAMES = {("en", True): "石榴样例", ("zh", True): "海棠样例", ("zh", False): "木槿样例"}


def has_it_looked_at(stranger: Visitor, path: Path, kind: str) -> None:
    """Give a file to the desk; its answer is of a ``kind``: ok, warn, bad."""
    stranger.go("/verify")
    stranger.page.set_input_files("[name=file]", path)
    stranger.page.locator("main form[enctype] button").click()
    expect(stranger.page.locator(f"main .sd-notice.is-{kind}")).to_be_visible()


@pytest.mark.parametrize(("language", "scripts"), TRADE_NAMES)
def test_a_file_is_told_to_be_genuine_altered_or_replaced(
    desk: Desk, visitor: MakeVisitor, tmp_path: Path, language: str, *, scripts: bool
) -> None:
    with desk.session() as session:
        enterprise = make_enterprise(session, trade_name=TRADE_NAMES[language, scripts])
        old = queries.certificates_of(session, enterprise.id)[0]
        number, code, facts = enterprise.id, old.code, dict(old.facts)

    stranger = visitor(language=language, scripts=scripts)
    stranger.go(f"/verify/{code}")
    with stranger.page.expect_download() as download:
        stranger.page.locator('main a[href$="/certificate.pdf"]').click()
    genuine = tmp_path / "licence.pdf"
    genuine.write_bytes(download.value.path().read_bytes())
    altered, cut = tmp_path / "altered.pdf", tmp_path / "cut.pdf"
    altered.write_bytes(with_other_text(genuine.read_bytes()))
    cut.write_bytes(without_signature(genuine.read_bytes()))

    has_it_looked_at(stranger, genuine, "ok")
    stranger.sees(code)
    has_it_looked_at(stranger, altered, "bad")
    has_it_looked_at(stranger, cut, "bad")

    with desk.session() as session:
        new = certificates.replace(
            session, LICENCE, facts, case_id=1, enterprise_id=number, now=clock.now()
        ).code
        session.commit()
    has_it_looked_at(stranger, genuine, "warn")
    stranger.page.locator(f'main a[href="/verify/{new}"]').click()
    stranger.arrives(f"/verify/{new}")
    expect(stranger.page.locator("main .sd-notice.is-ok")).to_be_visible()


def test_without_a_file_the_form_says_what_to_do(visitor: MakeVisitor) -> None:
    stranger = visitor()
    stranger.go("/verify")
    stranger.page.locator("main form[enctype] button").click()

    expect(stranger.page.locator(".sd-errors")).to_be_focused()
    expect(stranger.page.locator("#file")).to_have_attribute("aria-invalid", "true")

"""Files of a row, given on the page of the form: with scripts and without, in both languages."""

import pytest
from playwright.sync_api import FilePayload, expect

from servicedesk import clock
from servicedesk.cases.operations import drafts
from tests.browser.conftest import MakeVisitor
from tests.browser.running_desk import Desk
from tests.cases.factories import published
from tests.factories import make_user
from tests.files.factories import pdf

pytestmark = pytest.mark.browser

NEW = "f_family-0-f_papers"
KEPT = f'[name="{NEW}-kept"]'


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_papers_of_a_row_stay_with_the_page_until_they_are_removed(
    desk: Desk, visitor: MakeVisitor, language: str, *, scripts: bool
) -> None:
    with desk.session() as session:
        version, service = published(session, "WP_NEW_ABROAD")
        user = make_user(session, language=language)
        case = drafts.start(session, version, service, by=user, enterprise_id=None, now=clock.now())
        session.commit()
        email, reference = user.email, case.reference
    family = service.examples[0].answers["family"]
    answers = {key: one for key, one in family[0].items() if key not in {"papers", "passport"}}
    path = f"/cases/{reference}/family"

    person = visitor(language=language, scripts=scripts)
    person.sign_in(email)
    person.go(path)
    person.answer_page({"family_comes": True, "family": [answers]})
    files: list[FilePayload] = [
        {"name": name, "mimeType": "application/pdf", "buffer": content}
        for name, content in (("护照.pdf", pdf(1)), ("not a paper.pdf", b"none"))
    ]
    person.page.set_input_files(f'[name="{NEW}"]', files)
    person.press_primary()

    expect(person.page.locator(".sd-errors")).to_contain_text("not a paper.pdf")
    expect(person.page.locator(KEPT)).to_have_count(1)
    expect(person.page.get_by_role("link", name="护照.pdf")).to_be_visible()
    person.page.locator(".sd-docs button").click()
    expect(person.page.locator(KEPT)).to_have_count(0)
    assert person.page.url.endswith(f"#{NEW}")  # back where it was
    person.page.set_input_files(f'[name="{NEW}"]', files[:1])
    person.answer("f_family-0-f_passport", family[0]["passport"])
    person.press_primary()
    person.arrives(path, is_there=False)
    assert "#" not in person.page.url
    person.go(f"/cases/{reference}/check")
    person.sees("护照.pdf")

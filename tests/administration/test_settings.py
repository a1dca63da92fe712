"""Administrators see what rests on unsure facts, change it, and see what a version changed."""

import pytest
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.catalogue.queries import get_service
from tests.catalogue.factories import publish, text
from tests.conftest import Browser
from tests.factories import make_user

KEY = {"request_key": "k" * 24}
SETTINGS = {
    "committed_days": {
        "label": text("Answer promised within", "承诺办结时限"),
        "value": 3,
        "sets": ["clock.committed.working_days"],
        "source": "OWN",
        "confidence": "low",
        "differs": {"G_FLOW": 10},
    }
}
PAGE = "/admin/services/T_SMALL"
SETTING = f"{PAGE}/settings/committed_days"


@pytest.fixture
def admin(session: Session, browser: Browser) -> User:
    """Sign in as an administrator of a desk with one service."""
    publish(session, settings=SETTINGS)
    session.commit()
    user = make_user(session, role=Role.ADMIN)
    browser.sign_in(user)
    return user


@pytest.mark.usefixtures("admin")
def test_the_list_says_how_many_settings_are_unsure(browser: Browser) -> None:
    assert "1 unsure" in browser.get("/admin/services").text


@pytest.mark.usefixtures("admin")
def test_a_setting_is_shown_with_what_it_rests_on(browser: Browser) -> None:
    page = browser.get(PAGE).text
    assert "Our own assumption" in page
    assert "not reliable" in page
    assert "G_FLOW" in page


@pytest.mark.usefixtures("admin")
def test_a_new_value_makes_a_new_version(session: Session, browser: Browser) -> None:
    assert browser.post(SETTING, data={"value": "2", **KEY}).status_code == 303

    entry, service = get_service(session, "T_SMALL")
    assert entry.current.number == 2
    assert service.clock is not None
    assert service.clock.committed is not None
    assert service.clock.committed.working_days == 2
    changed = browser.get(f"{PAGE}/versions/2").text
    assert "Answer promised within" in changed
    assert "3 → 2" in changed


@pytest.mark.usefixtures("admin")
def test_a_value_that_cannot_be_is_told_and_kept_on_the_page(browser: Browser) -> None:
    response = browser.post(SETTING, data={"value": "soon", **KEY})
    assert response.status_code == 422
    assert "Enter a whole number." in response.text
    assert 'value="soon"' in response.text


@pytest.mark.usefixtures("admin")
def test_a_value_beyond_the_law_is_refused(browser: Browser) -> None:
    response = browser.post(SETTING, data={"value": "40", **KEY})
    assert response.status_code == 422
    assert "is longer than the law allows" in response.text


@pytest.mark.usefixtures("admin")
@pytest.mark.parametrize(
    "path", ["/admin/services/NONE", f"{PAGE}/versions/9", f"{PAGE}/settings/none"]
)
def test_what_is_not_there_is_not_found(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code == 404


@pytest.mark.parametrize("role", [Role.APPLICANT, Role.CLERK, Role.SUPERVISOR])
def test_others_may_not(session: Session, browser: Browser, role: Role) -> None:
    publish(session, settings=SETTINGS)
    session.commit()
    browser.sign_in(make_user(session, role=role))
    assert browser.get(PAGE).status_code == 403
    assert browser.post(SETTING, data={"value": "2", **KEY}).status_code == 403


def test_staff_see_the_settings_on_the_guide_and_the_public_does_not(
    session: Session, browser: Browser
) -> None:
    publish(session, settings=SETTINGS)
    session.commit()
    assert "Settings, for staff" not in browser.get("/services/T_SMALL").text
    browser.sign_in(make_user(session, role=Role.CLERK, posts={"window": "clerk"}))
    assert "Settings, for staff" in browser.get("/services/T_SMALL").text

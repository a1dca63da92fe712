"""Administrators see what rests on unsure facts, change it, and see what a version changed."""

import re

import pytest
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.cases import examples
from servicedesk.catalogue import operations, previews
from servicedesk.catalogue.queries import get_service, service_of
from tests.catalogue.factories import publish, text
from tests.conftest import Browser
from tests.factories import MONDAY_MORNING, make_user

KEY = {"request_key": "k" * 24}
DAYS = {
    "label": text("Answer promised within", "承诺办结时限"),
    "value": 3,
    "unit": text("working days", "个工作日"),
    "sets": ["clock.committed.working_days"],
    "source": "OWN",
    "confidence": "low",
    "differs": {"G_FLOW": text("10, all in all", "共 10 日")},
}
SETTINGS = {"committed_days": DAYS}
PAGE = "/admin/services/T_SMALL"
SETTING = f"{PAGE}/settings/committed_days"
WHY = "Notice 7 of the hall"


@pytest.fixture
def admin(session: Session, browser: Browser) -> User:
    """Sign in as an administrator of a desk with one service."""
    publish(session, settings=SETTINGS)
    session.commit()
    user = make_user(session, role=Role.ADMIN)
    browser.sign_in(user)
    return user


def _sent(session: Session, value: str = "2") -> dict[str, str]:
    """Return what the page that shows the preview sends."""
    state = previews.preview(session, "T_SMALL", "committed_days", value).state
    return {"value": value, "reason": WHY, "seen": state, **KEY}


@pytest.mark.usefixtures("admin")
def test_the_list_says_how_many_settings_are_unsure_and_finds_by_name(browser: Browser) -> None:
    assert "1 unsure" in browser.get("/admin/services").text
    assert "T_SMALL" in browser.get("/admin/services?q=小型").text
    assert "T_SMALL" in browser.get("/admin/services?q=t_sm").text
    assert "No service has this code or name" in browser.get("/admin/services?q=%25").text


@pytest.mark.usefixtures("admin")
@pytest.mark.parametrize("path", ["/admin/services", PAGE])
def test_every_value_that_is_no_link_says_on_phones_what_it_is(browser: Browser, path: str) -> None:
    page = browser.get(path).text
    heads = set(re.findall(r'role="columnheader"[^>]*>([^<]+)<', page))

    cells = re.findall(r'<td role="cell"([^>]*)>\s*(<a |<span class="sd-ref")?', page)
    labels = [re.search(r'data-label="([^"]+)"', marks) for marks, link in cells if not link]

    assert labels
    assert all(label and label[1] in heads for label in labels)


@pytest.mark.usefixtures("admin")
def test_a_setting_is_shown_with_what_it_rests_on(browser: Browser) -> None:
    page = browser.get(PAGE).text
    assert "Our own assumption" in page
    assert "not reliable" in page
    assert "10, all in all" in page
    chinese = browser.get(f"{PAGE}?lang=zh").text
    assert "外国人来华工作许可流程图（国家外国专家局）" in chinese
    assert "共 10 日" in chinese


@pytest.mark.usefixtures("admin")
def test_a_value_is_shown_before_it_is_published(session: Session, browser: Browser) -> None:
    version, service = get_service(session, "T_SMALL")
    examples.prepare(
        session, version.current, service_of(version.current), service.examples[0],
        applicant=make_user(session), now=MONDAY_MORNING,
    )  # fmt: skip
    session.commit()

    response = browser.post(SETTING, data={"value": "2", "reason": WHY, **KEY})

    assert response.status_code == 200
    assert "Answer promised within: 3 → 2 working days" in response.text
    assert "1 draft of version 1 may be sent as it is until" in response.text
    assert WHY in response.text
    assert get_service(session, "T_SMALL")[0].current.number == 1


def test_a_published_value_makes_a_version_with_who_and_why(
    session: Session, browser: Browser, admin: User
) -> None:
    sent = _sent(session)

    first = browser.post(f"{SETTING}/publish", data=sent)
    again = browser.post(f"{SETTING}/publish", data=sent)

    assert (first.status_code, again.status_code) == (303, 303)
    entry, service = get_service(session, "T_SMALL")
    assert (entry.current.number, service.setting_values["committed_days"]) == (2, 2)
    assert WHY in browser.get(PAGE).text
    page = browser.get(f"{PAGE}/versions/2").text
    assert "Answer promised within: 3 → 2 working days" in page
    assert WHY in page
    assert admin.name in page


@pytest.mark.usefixtures("admin")
@pytest.mark.parametrize("data", [{"value": "2"}, {"value": "2", "reason": "  "}])
def test_a_value_needs_a_reason(session: Session, browser: Browser, data: dict[str, str]) -> None:
    for address in (SETTING, f"{SETTING}/publish"):
        response = browser.post(address, data={**data, **KEY})
        assert response.status_code == 422
        assert 'value="2"' in response.text
    assert get_service(session, "T_SMALL")[0].current.number == 1


def test_who_publishes_after_somebody_else_looks_again(
    session: Session, browser: Browser, admin: User
) -> None:
    sent = _sent(session)
    operations.set_setting(
        session, "T_SMALL", "committed_days", "5", by=admin, now=MONDAY_MORNING, reason="First"
    )
    session.commit()

    response = browser.post(f"{SETTING}/publish", data=sent)

    assert response.status_code == 409
    assert "Somebody else has just changed this" in response.text
    assert "Answer promised within: 5 → 2 working days" in response.text
    assert get_service(session, "T_SMALL")[0].current.number == 2


@pytest.mark.usefixtures("admin")
def test_a_value_that_holds_already_is_said_to(browser: Browser) -> None:
    response = browser.post(SETTING, data={"value": "3", "reason": WHY, **KEY})
    assert response.status_code == 422
    assert "This value holds already." in response.text


@pytest.mark.usefixtures("admin")
def test_a_value_that_cannot_be_is_told_and_kept_on_the_page(browser: Browser) -> None:
    response = browser.post(SETTING, data={"value": "soon", "reason": WHY, **KEY})
    assert response.status_code == 422
    assert "Enter a whole number." in response.text
    assert 'value="soon"' in response.text


@pytest.mark.usefixtures("admin")
def test_a_value_beyond_its_bounds_is_told_at_its_field_and_stays(browser: Browser) -> None:
    data = {"value": "99999999999", "reason": WHY, **KEY}
    assert "a whole number from 1 to 250" in browser.get(SETTING).text

    response = browser.post(SETTING, data=data)
    chinese = browser.post(f"{SETTING}?lang=zh", data=data).text

    assert response.status_code == 422
    assert 'id="value-error"' in response.text
    assert "Give a whole number from 1 to 250." in response.text
    assert 'value="99999999999"' in response.text
    assert "请填写 1 至 250 之间的整数。" in chinese


@pytest.mark.usefixtures("admin")
def test_a_value_beyond_the_law_is_refused_in_words(browser: Browser) -> None:
    data = {"value": "40", "reason": WHY, **KEY}
    response = browser.post(SETTING, data=data)
    assert response.status_code == 422
    assert "may not be longer than the legal limit of 20 working days" in response.text
    chinese = browser.post(f"{SETTING}?lang=zh", data=data).text
    assert "承诺时限不得长于法定的 20 个工作日" in chinese
    assert "clock." not in chinese


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
    assert browser.post(f"{SETTING}/publish", data=_sent(session)).status_code == 403


def test_staff_see_the_settings_on_the_guide_and_the_public_does_not(
    session: Session, browser: Browser
) -> None:
    publish(session, settings=SETTINGS)
    session.commit()
    assert "Settings, for staff" not in browser.get("/services/T_SMALL").text
    browser.sign_in(make_user(session, role=Role.CLERK, posts={"window": "clerk"}))
    assert "Settings, for staff" in browser.get("/services/T_SMALL").text

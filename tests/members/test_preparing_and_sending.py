"""Beginning for an enterprise, preparing without sending, and asking those who may."""

import re

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.accounts.models import User
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case
from servicedesk.enterprises.member_roles import MemberRole
from servicedesk.notices.models import Notice
from tests.conftest import Browser
from tests.enterprises.members import add_member, give_mandate, make_enterprise
from tests.factories import make_user
from tests.races.factories import ready_draft

START = "/services/E_CHG_NAME/start"


def begun(session: Session, answer_path: str) -> Case:
    reference = answer_path.rpartition("/")[2]
    session.expire_all()
    return session.scalars(sa.select(Case).where(Case.reference == reference)).one()


def start(browser: Browser, path: str = START, **data: str) -> tuple[int, str]:
    answer = browser.post(path, data=data)
    return answer.status_code, answer.location or ""


def test_with_one_enterprise_it_is_taken_and_with_none_nobody_is(
    session: Session, browser: Browser
) -> None:
    person = make_user(session)
    browser.sign_in(person)
    _, where = start(browser)
    assert begun(session, where).enterprise_id is None
    enterprise = make_enterprise(session)
    add_member(session, enterprise.id, person, MemberRole.PREPARER)

    _, where = start(browser)

    case = begun(session, where)
    assert (case.enterprise_id, case.for_enterprise) == (enterprise.id, True)
    _, where = start(browser, "/services/E_SET_LLC/start")
    assert begun(session, where).enterprise_id is None  # it sets up another one
    _, where = start(browser, "/services/DL/start")
    assert begun(session, where).enterprise_id is None  # a person's own matter


def test_with_several_one_is_chosen_and_only_from_ones_own(
    session: Session, browser: Browser
) -> None:
    person = make_user(session)
    first, second, viewed, foreign = (
        make_enterprise(session, f"Choice {number} Ltd") for number in range(4)
    )
    add_member(session, first.id, person, MemberRole.OFFICER)
    give_mandate(session, second.id, person, services=("E_CHG_NAME",))
    add_member(session, viewed.id, person, MemberRole.VIEWER)
    browser.sign_in(person)

    page = browser.get("/services/E_CHG_NAME").text
    assert "Choice 0 Ltd" in page
    assert "Choice 1 Ltd" in page
    assert "Choice 2 Ltd" not in page
    assert "Choice 1 Ltd" not in browser.get("/services/E_CHG_SCOPE").text
    _, where = start(browser, enterprise_id=str(second.id))
    assert begun(session, where).enterprise_id == second.id
    assert start(browser, enterprise_id=str(viewed.id))[0] == 403
    assert start(browser, enterprise_id=str(foreign.id))[0] == 404
    assert start(browser, enterprise_id="99999999999")[0] == 404
    assert start(browser, enterprise_id="")[0] == 422
    path = "/services/E_CHG_SCOPE/start"
    assert start(browser, path, enterprise_id=str(second.id))[0] == 403


def test_the_links_of_an_enterprises_page_begin_for_that_one(
    session: Session, browser: Browser
) -> None:
    person = make_user(session)
    first, second = (make_enterprise(session, f"Choice {number} Ltd") for number in range(2))
    for one in (first, second):
        add_member(session, one.id, person, MemberRole.OFFICER)
    browser.sign_in(person)
    address = f"/services/E_CHG_NAME?enterprise_id={second.id}"

    assert f'href="{address}"' in browser.get(f"/enterprises/{second.id}").text
    page = browser.get(address).text

    assert re.findall('<option value="([0-9]*)" selected', page) == [str(second.id)]
    assert "selected" not in browser.get("/services/E_CHG_NAME").text


def test_who_may_not_begin_it_for_that_one_is_asked_and_not_taken_for_another(
    session: Session, browser: Browser
) -> None:
    person = make_user(session)
    own, viewed = (make_enterprise(session, f"Choice {number} Ltd") for number in range(2))
    add_member(session, own.id, person, MemberRole.OFFICER)
    add_member(session, viewed.id, person, MemberRole.VIEWER)
    browser.sign_in(person)
    question = 'name="enterprise_id"'

    assert question not in browser.get(f"/services/E_CHG_NAME?enterprise_id={own.id}").text
    page = browser.get(f"/services/E_CHG_NAME?enterprise_id={viewed.id}").text

    assert question in page
    assert "selected" not in page
    assert '<option value="">Choose' in page


def test_choosing_none_gives_the_guide_back_with_the_message_at_the_field(
    session: Session, browser: Browser
) -> None:
    person = make_user(session)
    for number in range(2):
        enterprise = make_enterprise(session, f"Choice {number} Ltd")
        add_member(session, enterprise.id, person, MemberRole.OFFICER)
    browser.sign_in(person)

    given = {"enterprise_id": "", "answers": '{"new_name": "x"}', "origin": "names"}
    page = browser.post(START, data=given)

    assert page.status_code == 422
    assert '<a href="#enterprise_id">Choose for which enterprise you begin this.' in page.text
    assert 'aria-describedby="enterprise_id-error"' in page.text
    assert "new_name" in page.text  # what an adviser brought along is not lost
    assert session.scalar(sa.select(sa.func.count()).select_from(Case)) == 0
    assert browser.get(START).location == "/services/E_CHG_NAME"  # as the other language asks


@pytest.fixture
def officer(session: Session) -> User:
    enterprise = make_enterprise(session)
    return add_member(session, enterprise.id, role=MemberRole.OFFICER)


def given_to(session: Session, case: Case, officer: User) -> int:
    """Make a draft that is ready the officer's enterprise's; return the enterprise."""
    number = session.scalar(sa.text("SELECT enterprise_id FROM enterprise_members"))
    assert isinstance(number, int)
    case.enterprise_id, case.for_enterprise, case.applicant = number, True, officer
    session.commit()
    return number


def test_a_preparer_cannot_send_and_asks_an_officer(
    session: Session, browser: Browser, officer: User
) -> None:
    case = ready_draft(session, "E_NAME")
    number = given_to(session, case, officer)
    preparer = add_member(session, number, role=MemberRole.PREPARER)
    browser.sign_in(preparer)
    path = f"/cases/{case.reference}"

    page = browser.get(f"{path}/check").text
    assert "Ask an officer to send it" in page
    assert officer.name in page
    assert 'name="declared"' not in page
    refused = browser.post(f"{path}/submit", data={"declared": "y"})
    assert refused.status_code == 403
    assert "Ask an officer to send it" in refused.text
    assert browser.post(f"{path}/ask-to-send").status_code == 303
    assert browser.post(f"{path}/ask-to-send").status_code == 303  # asked today: once is enough

    asked = session.scalars(sa.select(Notice).where(Notice.kind == "sending_asked")).all()
    assert [one.user_id for one in asked] == [officer.id]
    browser.sign_in(officer)
    assert browser.post(f"{path}/submit", data={"declared": "y"}).status_code == 303
    assert session.get_one(Case, case.id).status is not CaseStatus.DRAFT


def test_a_viewer_sees_and_changes_nothing(
    session: Session, browser: Browser, officer: User
) -> None:
    case = ready_draft(session, "E_NAME")
    number = given_to(session, case, officer)
    browser.sign_in(add_member(session, number, role=MemberRole.VIEWER))
    path = f"/cases/{case.reference}"

    assert browser.get(path).status_code == 200
    assert browser.get(f"{path}/check").status_code == 200
    for action in ("submit", "marks", "withdraw", "ask-to-send", "people", "materials"):
        assert browser.post(f"{path}/{action}", data={"declared": "y"}).status_code == 403, action
    assert case.status is CaseStatus.DRAFT


def test_letters_go_to_those_who_may_send_once_the_beginner_has_left(
    session: Session, browser: Browser, officer: User
) -> None:
    case = ready_draft(session, "E_NAME")
    given_to(session, case, officer)
    case.applicant = make_user(session)  # whose mandate has ended, say
    session.commit()
    browser.sign_in(officer)

    browser.post(f"/cases/{case.reference}/submit", data={"declared": "y"})

    sent = session.scalars(sa.select(Notice).where(Notice.kind == "case_letter")).all()
    assert {one.user_id for one in sent} == {officer.id}
    assert clock.now() > case.changed_at

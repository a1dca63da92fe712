"""Two people who work on one application, and save the same page at the same moment."""

import re

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases.models import Case, CasePerson
from tests.factories import make_user
from tests.races.crowd import Click, Crowd, Window, statuses
from tests.races.factories import ready_draft

NAME = {
    "f_division": "北京",
    "f_industry": "生物科技",
    "f_name_form": "有限公司",
    "f_approval_first": "no",
}
APPLICANT, AGENT = "澄野甲样例", "澄野乙样例"


def test_when_two_save_one_page_at_once_the_second_is_told_and_keeps_what_they_typed(
    session: Session, crowd: Crowd
) -> None:
    case, agent = _shared(session)
    seen = _seen(crowd, case, agent)

    answers = crowd.click(
        [
            _saves(crowd.window(case.applicant), case, seen, APPLICANT),
            _saves(crowd.window(agent), case, seen, AGENT),
        ]
    )

    assert statuses(answers) == [303, 409]
    typed = (APPLICANT, AGENT)
    winner = next(n for n, answer in enumerate(answers) if answer.status_code == 303)
    assert case.answers["trade_name"] == typed[winner]
    refused = answers[1 - winner].text
    assert f'value="{typed[1 - winner]}"' in refused


def test_what_was_only_kept_as_typed_is_not_overwritten_unseen_either(
    session: Session, crowd: Crowd
) -> None:
    case, agent = _shared(session)
    seen = _seen(crowd, case, agent)

    answers = crowd.click(
        [
            _saves(crowd.window(case.applicant), case, seen, "甲", later="1"),
            _saves(crowd.window(agent), case, seen, "乙", later="1"),
        ]
    )

    assert statuses(answers) == [303, 409]


def test_two_who_save_different_pages_at_once_both_succeed(session: Session, crowd: Crowd) -> None:
    case, agent = _shared(session)
    declarant = {
        "f_declarant_name": "林乔",
        "f_declarant_phone": "13800000109",
        "f_declarant_email": "lin.qiao@example.com",
        "f_uses_mark": "no",
    }

    answers = crowd.click(
        [
            _saves(crowd.window(case.applicant), case, _seen(crowd, case, agent), APPLICANT),
            Click(
                crowd.window(agent),
                f"/cases/{case.reference}/declarant",
                declarant | {"seen": _seen(crowd, case, agent, "declarant")},
            ),
        ]
    )

    assert statuses(answers) == [303, 303]
    assert case.answers["trade_name"] == APPLICANT
    assert case.answers["declarant_phone"].endswith("13800000109")


def _shared(session: Session) -> tuple[Case, User]:
    """Return a draft and the agent whom its applicant has let in."""
    case = ready_draft(session, "E_NAME")
    agent = make_user(session)
    session.add(CasePerson(case=case, user=agent, capacity="agent"))
    session.commit()
    return case, agent


def _seen(crowd: Crowd, case: Case, user: User, page_key: str = "name") -> str:
    """Return what the page, as both have it open, says about the state it shows."""
    client = crowd.servers[0].test_client()
    client.set_cookie(crowd.app.config["SESSION_COOKIE_NAME"], crowd.window(user).cookie)
    page = client.get(f"/cases/{case.reference}/{page_key}").text
    found = re.search(r'name="seen" value="([0-9a-f]+)"', page)
    assert found is not None
    return found.group(1)


def _saves(window: Window, case: Case, seen: str, trade_name: str, **more: str) -> Click:
    data = NAME | {"f_trade_name": trade_name} | more | {"seen": seen}
    return Click(window, f"/cases/{case.reference}/name", data)

"""An officer's finding beyond a rule is refused at its field; at the edge it is taken."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from servicedesk import clock
from servicedesk.accounts.permissions import Role
from servicedesk.cases import workflow
from servicedesk.cases.models import Task
from servicedesk.cases.operations import tasks
from servicedesk.cases.operations.examining import BeyondRule
from servicedesk.catalogue import examining
from servicedesk.catalogue.definition import Action
from tests.cases.factories import agreeing, make_case, open_task
from tests.cases.licences import definition
from tests.conftest import Browser
from tests.factories import make_user

CONTRACT = "The permit lasts no longer than the contract."
PASSPORT = "The permit lasts no longer than the passport."
YEARS_A = "In category A the permit lasts 5 years at most."
YEARS_B = "In category B the permit lasts 2 years at most."


class Desk:
    """Opens the examination of a shipped service, and sends what an officer finds there."""

    def __init__(self, session: Session, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
        self.session, self.browser, self._patch = session, browser, monkeypatch

    def examination(self, code: str, **answers: object) -> Task:
        """Return the open examination of an application with ``answers``."""
        case = make_case(self.session, code, steps=1)
        case.answers = {**case.answers, **answers}
        task = open_task(self.session, case, "examine")
        self.now = case.events[-1].at + timedelta(minutes=5)
        self._patch.setattr(clock, "now", lambda: self.now)
        self.officer = make_user(
            self.session, role=Role.REVIEWER, posts={task.department: "reviewer"}
        )
        self.session.commit()
        self.browser.sign_in(self.officer)
        return task

    def send(self, task: Task, action: str = "recommend", **found: object) -> TestResponse:
        """Send what was found; ``later`` among it only keeps it."""
        path = f"/desk/cases/{task.case.reference}/tasks/{task.id}/do/{action}"
        more = {"reason": "Not proved.", **({"later": "1"} if found.pop("later", False) else {})}
        return self.browser.post(path, data=agreeing(self.session, task, action, **found) | more)


@pytest.fixture
def desk(session: Session, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(session, browser, monkeypatch)


LIMITS: list[tuple[str, dict[str, Any], dict[str, Any], str, str, str]] = [
    # of WP_EXT, example 0: contract 2026-12-11 to 2028-12-10, passport until 2031-03-31
    ("contract", {}, {"category_found": "A"}, "2028-12-10", "2028-12-11", CONTRACT),
    ("passport", {"passport_until": "2028-01-31"}, {}, "2028-01-31", "2028-02-01", PASSPORT),
    ("years of B", {"contract_to": "2035-01-01"}, {}, "2028-12-10", "2028-12-11", YEARS_B),
    (
        "years of A", {"contract_to": "2035-01-01", "passport_until": "2036-01-01"},
        {"category_found": "A"}, "2031-12-10", "2031-12-11", YEARS_A,
    ),
    (
        "C: by contract and passport alone", {"contract_to": "2035-01-01"},
        {"category_found": "C"}, "2031-03-31", "2031-04-01", PASSPORT,
    ),
]  # fmt: skip


@pytest.mark.parametrize("limit", LIMITS, ids=lambda one: one[0])
def test_a_permit_ends_where_the_rules_say_and_no_later(desk: Desk, limit: Any) -> None:  # noqa: ANN401
    _, answers, found, last, beyond, rule = limit
    task = desk.examination("WP_EXT", **answers)

    refused = desk.send(task, permit_found_until=beyond, **found)

    assert refused.status_code == 422
    assert rule in refused.text[refused.text.index('id="f_permit_found_until-error"') :]
    assert f'value="{int(beyond[:4])}"' in refused.text
    assert task.state == "open"
    assert desk.send(task, permit_found_until=last, **found).status_code == 303
    assert task.state == "done"


def test_the_rule_is_told_in_chinese_with_the_day_that_is_possible(desk: Desk) -> None:
    task = desk.examination("WP_EXT", contract_to="2035-01-01")
    desk.officer.language = "zh"
    desk.session.commit()

    refused = desk.send(task, permit_found_until="2029-12-11").text

    assert "B 类许可期限最长 2 年。请选择 2028\xa0年\xa012\xa0月\xa010\xa0日" in refused
    assert "C 类现有资料未载明最长年限" in refused


@pytest.mark.parametrize(
    ("answers", "found", "least"),
    [
        ({"category": "A", "basis_a": "points", "points": 90}, {"category_found": "A"}, 85),
        ({"category": "B", "basis_b": "points", "points": 90}, {"category_found": "B"}, 60),
    ],
)
def test_points_found_reach_the_category_found(
    desk: Desk, answers: dict[str, Any], found: dict[str, Any], least: int
) -> None:
    task = desk.examination("WP_EXT", **answers)

    refused = desk.send(task, points_found=least - 1, **found)

    assert refused.status_code == 422
    assert f"by points needs {least}. Enter {least} or more." in refused.text
    assert desk.send(task, points_found=least, **found).status_code == 303


UNTIL, SEEN = "permit_found_until", "announcement_seen_on"
EARLY = {"happened_on": "2026-01-02"}
LAW = [  # RP_WORK is examined on 23 September 2026, RP_REUNION on 29 April
    ("RP_WORK", {}, UNTIL, "2026-12-21", "2026-12-20", "90 days or more"),
    ("RP_WORK", {}, UNTIL, "2031-09-22", "2031-09-23", "5 years at most"),
    ("RP_REUNION", {}, UNTIL, "2026-10-25", "2026-10-24", "180 days or more"),
    ("RP_REUNION", {}, UNTIL, "2031-04-28", "2031-04-29", "5 years at most"),
    ("E_CHG_CAP_DEC", EARLY, SEEN, "2026-02-01", "2026-02-02", "within 30 days"),
    ("E_CHG_CAP_DEC", {}, SEEN, "2026-03-02", "2026-03-01", "after it was resolved"),
    ("E_CHG_CAP_DEC", {}, SEEN, "2026-03-14", "2026-03-15", "The 45 days of the announcement"),
]


@pytest.mark.parametrize("law", LAW, ids=lambda one: f"{one[0]}: {one[-1]}")
def test_other_days_keep_to_the_law(desk: Desk, law: Any) -> None:  # noqa: ANN401
    code, answers, key, last, beyond, rule = law
    task = desk.examination(code, **answers)
    inquiry = {"inquiry": "papers"} if code.startswith("RP_") else {}

    refused = desk.send(task, **inquiry, **{key: beyond})

    assert refused.status_code == 422
    assert rule in refused.text[refused.text.index(f'id="f_{key}-error"') :]
    assert desk.send(task, **inquiry, **{key: last}).status_code == 303


def test_what_is_against_and_what_is_saved_for_later_are_not_held_to_the_rules(desk: Desk) -> None:
    task = desk.examination("WP_EXT", contract_to="2035-01-01")

    assert desk.send(task, later=True).status_code == 303
    assert task.state == "open"
    assert desk.send(task, action="advise_refusal").status_code == 303
    assert task.state == "done"


def test_no_other_way_leads_past_the_rules(desk: Desk) -> None:
    task = desk.examination("WP_EXT", contract_to="2035-01-01")
    service, case = definition(task.case), task.case
    plan = workflow.plan_of(service, task.stage, task.key)
    found = examining.agreed(plan, Action.RECOMMEND, case.answers)

    with pytest.raises(BeyondRule, match="In category B the permit lasts 2 years at most"):
        tasks.do(
            desk.session, case, service, task, Action.RECOMMEND,
            by=desk.officer, reason=None, now=desk.now, found=found,
        )  # fmt: skip

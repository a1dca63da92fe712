"""A case keeps the version it was begun with; only a draft may go over to a new one."""

import copy
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.cases import examples, queries, versions
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case
from servicedesk.cases.operations import submission, tasks
from servicedesk.cases.operations import versions as moving
from servicedesk.cases.operations.drafts import Closed
from servicedesk.cases.operations.versions import VersionPassed
from servicedesk.cases.readiness import readiness
from servicedesk.catalogue import cli, definitions, operations
from servicedesk.catalogue.definition import Action
from servicedesk.catalogue.models import ServiceVersion
from servicedesk.catalogue.queries import service_of
from tests.cases.factories import make_staff, open_task
from tests.catalogue.factories import SMALL, text
from tests.conftest import Browser
from tests.factories import MONDAY_MORNING, make_user

WAY = (("accept", Action.ACCEPT), ("decide", Action.APPROVE))
Changed = Callable[[dict[str, Any]], object]

AGE = {"key": "age", "kind": "number", "label": text("Age", "年龄")}


def _publish(session: Session, change: Changed | None = None, *, days: int = 0) -> ServiceVersion:
    """Publish the small service, changed, so many days after Monday."""
    data = copy.deepcopy(dict(SMALL))
    if change:
        change(data)
    service = definitions.parse(data)
    version = operations.publish(session, service, MONDAY_MORNING + timedelta(days=days))
    session.commit()
    return version


def _draft(session: Session, version: ServiceVersion) -> Case:
    service = service_of(version)
    case = examples.prepare(
        session, version, service, service.examples[0],
        applicant=make_user(session), now=MONDAY_MORNING,
    )  # fmt: skip
    session.commit()
    return case


def _send(session: Session, case: Case, *, days: int) -> None:
    now = MONDAY_MORNING + timedelta(days=days)
    service = service_of(case.service_version)
    ready = readiness(session, case, service, now=now)
    submission.submit(session, case, service, ready, by=case.applicant, now=now)
    session.commit()


def _asks_age(data: dict[str, Any]) -> None:
    data["pages"][0]["fields"].append(AGE)
    for example in data["examples"]:
        example["answers"]["age"] = 30


def _takes_longer(data: dict[str, Any]) -> None:
    _asks_age(data)
    data["clock"]["committed"]["working_days"] = 9
    for example in data["examples"]:
        example["expect"].pop("committed_due", None)


def test_a_case_begun_on_version_1_is_decided_on_it_with_version_3_live(
    app: Flask, session: Session
) -> None:
    first = _publish(session)
    case = _draft(session, first)
    _send(session, case, days=0)
    _publish(session, _asks_age, days=1)
    third = _publish(session, _takes_longer, days=2)
    assert (first.number, third.number) == (1, 3)

    staff, service = make_staff(session), service_of(case.service_version)
    for day, (key, action) in enumerate(WAY, start=1):
        task = open_task(session, case, key)
        with app.app_context():
            tasks.do(
                session, case, service, task, action,
                by=staff(task, service), reason=None, now=MONDAY_MORNING + timedelta(days=day),
            )  # fmt: skip
        session.commit()
        if case.status is CaseStatus.IN_PROGRESS:
            assert case.committed_due is not None
            assert case.committed_due < MONDAY_MORNING + timedelta(days=day + 9)

    assert case.status is CaseStatus.APPROVED
    assert case.service_version is first
    assert "age" not in queries.submissions_of(session, case)[-1].answers


def test_a_draft_of_an_old_version_may_be_sent_for_a_while(app: Flask, session: Session) -> None:
    case = _draft(session, _publish(session))
    _publish(session, _asks_age, days=1)
    with app.app_context():
        _send(session, case, days=31)
    assert case.status is CaseStatus.SUBMITTED


def test_then_it_may_not(app: Flask, session: Session) -> None:
    case = _draft(session, _publish(session))
    _publish(session, _asks_age, days=1)
    with app.app_context(), pytest.raises(VersionPassed):
        _send(session, case, days=32)
    assert case.status is CaseStatus.DRAFT


def test_a_law_may_leave_no_time(app: Flask, session: Session) -> None:
    case = _draft(session, _publish(session))

    def at_once(data: dict[str, Any]) -> None:
        _asks_age(data)
        data["old_drafts_days"] = 0

    _publish(session, at_once, days=1)
    with app.app_context(), pytest.raises(VersionPassed):
        _send(session, case, days=2)


def _leaves(days: int, *, label: str = "Age") -> Changed:
    def change(data: dict[str, Any]) -> None:
        _asks_age(data)
        data["pages"][0]["fields"][-1] = AGE | {"label": text(label, "年龄")}
        data["old_drafts_days"] = days

    return change


@pytest.mark.parametrize(
    ("followers", "until"),
    [
        ([(1, 30)], 31),
        ([(1, 30), (2, 30)], 31),
        ([(1, 30), (9, 0)], 9),  # not before the version that leaves no time was there
        ([(1, 30), (9, 90)], 31),  # what was promised before is neither shorter nor longer
        ([(1, 30), (9, 5), (12, 30)], 14),
    ],
)
def test_days_count_from_the_version_that_names_them(
    session: Session, followers: list[tuple[int, int]], until: int
) -> None:
    case = _draft(session, _publish(session))
    for day, left in followers:
        _publish(session, _leaves(left, label=f"Age, asked since day {day}"), days=day)

    expected = MONDAY_MORNING + timedelta(days=until)
    assert versions.send_until(session, case) == expected
    uses = versions.uses(session, "T_SMALL")
    assert [use.drafts_until for use in uses if use.number == 1] == [expected]
    assert uses[0].drafts_until is None


def test_the_page_of_a_draft_says_when_its_time_is_over(session: Session, browser: Browser) -> None:
    case = _draft(session, _publish(session))
    browser.sign_in(case.applicant)
    since = clock.now() - timedelta(days=1) - MONDAY_MORNING

    _publish(session, _leaves(30), days=since.days)
    assert "You may send this draft as it is until" in browser.get(f"/cases/{case.reference}").text

    _publish(session, _leaves(0), days=since.days)
    page = browser.get(f"/cases/{case.reference}").text
    assert "You may send this draft as it is until" not in page
    assert "The version you began with could be sent until" in page


def test_a_draft_moves_with_what_still_fits(session: Session) -> None:
    case = _draft(session, _publish(session))

    def otherwise(data: dict[str, Any]) -> None:
        _asks_age(data)
        data["pages"][0]["fields"][0]["max"] = 3  # "Lin Qiao" is longer
        for example in data["examples"]:
            example["answers"]["full_name"] = "Lin"

    new = _publish(session, otherwise, days=1)
    lost = moving.move(session, case, by=case.applicant, now=MONDAY_MORNING)

    assert case.service_version is new
    assert [label.en for label in lost] == ["Full name"]
    assert case.answers == {"kind": "own", "_promises": [], "_follows": []}
    assert [one.material for one in queries.documents_in_force(session, case)] == ["passport"]
    assert versions.send_until(session, case) is None


def test_what_was_sent_does_not_move(app: Flask, session: Session) -> None:
    case = _draft(session, _publish(session))
    with app.app_context():
        _send(session, case, days=0)
    _publish(session, _asks_age, days=1)
    with pytest.raises(Closed):
        moving.move(session, case, by=case.applicant, now=MONDAY_MORNING)


def test_publishing_tells_who_stays_and_who_may_move(app: Flask, session: Session) -> None:
    first = _publish(session)
    _draft(session, first)
    with app.app_context():
        _send(session, _draft(session, first), days=0)
    _publish(session, _asks_age, days=1)

    told = [str(words) for words in versions.told(session, "T_SMALL")]

    assert told[0].startswith("1 case in progress stays on version 1")
    assert told[1].startswith("1 draft of version 1 may be sent as it is until 2026-04-02")


def test_a_preview_tells_days_as_people_write_them_and_that_nothing_is_done(
    app: Flask, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _draft(session, _publish(session))
    data = copy.deepcopy(dict(SMALL))
    _asks_age(data)
    path = tmp_path / "T_SMALL.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
    monkeypatch.setattr(clock, "now", lambda: MONDAY_MORNING + timedelta(days=1))

    printed = app.test_cli_runner().invoke(cli.commands, ["publish", str(path), "--preview"]).output

    assert "T_SMALL: version 2 would be published\n" in printed
    assert "may be sent as it is until Thursday 2 April, 09:00, or moved" in printed
    assert "+00:00" not in printed
    assert printed.endswith("nothing was published: this was a preview\n")


def test_the_page_says_what_changed_and_goes_on(session: Session, browser: Browser) -> None:
    case = _draft(session, _publish(session))
    _publish(session, _asks_age, days=1)
    browser.sign_in(case.applicant)
    address = f"/cases/{case.reference}/version"

    assert address in browser.get(f"/cases/{case.reference}").text
    assert "Question “Age”: new" in browser.get(address).text
    assert browser.post(address, data={"request_key": "k" * 24}).status_code == 303
    session.expire_all()
    assert case.service_version.number == 2
    assert browser.get(address).status_code == 303


def test_a_strangers_draft_is_not_there(session: Session, browser: Browser) -> None:
    case = _draft(session, _publish(session))
    _publish(session, _asks_age, days=1)
    browser.sign_in(make_user(session))
    assert browser.get(f"/cases/{case.reference}/version").status_code == 404

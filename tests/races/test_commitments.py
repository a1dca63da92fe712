"""Several who judge one promise, or give one paper, at the same moment; and what lists cost."""

import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from servicedesk import clock
from servicedesk.cases import examples
from servicedesk.cases.commitments import CommitmentKind, CommitmentState
from servicedesk.cases.models import Document
from servicedesk.cases.pledges import Commitment
from servicedesk.desk.commitment_lists import CommitmentView, counts, listed, state_of
from tests.cases.committed import (
    WEDNESDAY,
    accepted,
    approved,
    checker,
    clerk,
    decider,
    give,
    only,
)
from tests.cases.factories import looking_at, open_task
from tests.conftest import Browser
from tests.races.crowd import Click, Crowd, at_once, statuses
from tests.races.factories import broken_chains, kinds
from tests.races.statements import counted

_S = CommitmentState
NOW = WEDNESDAY
WHY = {"reason": "A test.", "working_days": "3"}


@pytest.fixture(autouse=True)
def _wednesday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.mark.parametrize("other", ["kept", "not_kept", "false"])
def test_of_two_clerks_who_judge_at_once_one_counts(
    session: Session, crowd: Crowd, other: str
) -> None:
    case = approved(session)
    promise = only(session, case)
    windows = [crowd.window(checker(session)) for _ in range(2)]
    data, path = {"seen": state_of(promise)} | WHY, _judged(promise)

    answers = crowd.click(
        [Click(windows[0], f"{path}/kept", data), Click(windows[1], f"{path}/{other}", data)]
    )

    assert statuses(answers) == [303, 409]
    found = {"promise_kept", "promise_not_kept", "promise_false"}
    assert len([one for one in kinds(session, case) if one in found]) == 1
    assert promise.state in {_S.KEPT, _S(other)}
    assert broken_chains(session) == []


def test_a_paper_is_found_in_order_while_another_file_comes(
    session: Session, crowd: Crowd, app: Flask
) -> None:
    """Whoever comes second: nothing is kept that nobody has looked at."""
    case = accepted(session, promises=())
    paper = only(session, case)
    (document,) = give(session, paper)
    looks, gives = crowd.window(clerk(session)), app.test_client()
    assert isinstance(gives, Browser)
    gives.desk = session
    gives.sign_in(case.applicant)
    sends = gives.credentials() | {"Idempotency-Key": "g" * 24}
    path, image = f"/cases/{case.reference}/commitments/{paper.id}", examples.paper("two")
    in_order = f"/desk/cases/{case.reference}/documents/{document.id}/in-order"
    click = Click(looks, in_order)

    answers = at_once(
        [
            lambda: gives.open(
                path,
                method="POST",
                data={"file": (io.BytesIO(image), "two.png")},
                headers=sends,
            ),
            lambda: crowd.click([click])[0],
        ]
    )

    session.expire_all()
    query = sa.select(Document).where(Document.material == "lease", Document.removed_at.is_(None))
    in_force = session.scalars(query).all()
    assert {one.status_code for one in answers} <= {303, 409}
    assert (paper.state is _S.KEPT) == all(one.verdict for one in in_force)
    assert broken_chains(session) == []


def test_an_approval_and_a_paper_sent_back_at_once_leave_one_of_them(
    session: Session, crowd: Crowd
) -> None:
    case = accepted(session, promises=())
    paper, looks, boss = only(session, case), clerk(session), decider(session)
    give(session, paper)
    task = open_task(session, case, "decide")
    seen = looking_at(session, task)

    answers = crowd.click(
        [
            Click(crowd.window(looks), f"{_judged(paper)}/not_kept", _form(paper)),
            Click(crowd.window(boss), _done(paper, task.id), seen),
        ]
    )

    assert statuses(answers) == [303, 409]
    assert paper.state is _S.NOT_KEPT
    assert "approved" not in kinds(session, case)


@pytest.mark.parametrize("path", ["/desk/commitments", "/desk/commitments?view=overdue"])
def test_the_list_costs_no_more_for_more_rows(
    app: Flask, session: Session, browser: Browser, path: str
) -> None:
    case = approved(session)
    browser.sign_in(checker(session))
    browser.get(path)
    with counted(app) as few:
        browser.get(path)
    _many(session, case.id, 60)

    with counted(app) as many:
        page = browser.get(path)

    assert len(many) == len(few) <= 6
    assert page.status_code == 200


def test_the_list_is_turned_page_by_page_in_the_order_of_due_days(session: Session) -> None:
    case, user = approved(session), checker(session)
    _many(session, case.id, 60)
    found: list[Commitment] = []
    after: str | None = ""
    while after is not None:
        page = listed(session, user, CommitmentView.TO_CHECK, now=NOW, after=after)
        found += page.items
        after = page.following

    assert len({one.id for one in found}) == len(found) == 61
    assert found == sorted(found, key=lambda one: (one.due_at, one.id))
    assert counts(session, user, now=NOW)[CommitmentView.TO_CHECK] == 61


def _many(session: Session, case_id: int, count: int) -> None:
    """Add promises of one case that the list shows, each of a paper of its own."""
    for number in range(count):
        session.add(
            Commitment(
                case_id=case_id,
                kind=CommitmentKind.PROMISE,
                material=f"paper_{number}",
                department="talent",
                duty="reviewer",
                state=_S.OPEN,
                opened_at=NOW,
                due_at=NOW + timedelta(days=number % 7 - 3),
            )
        )
    session.commit()


def _judged(one: Commitment) -> str:
    return f"/desk/cases/{one.case.reference}/commitments/{one.id}"


def _done(one: Commitment, task_id: int) -> str:
    return f"/desk/cases/{one.case.reference}/tasks/{task_id}/do/approve"


def _form(one: Commitment) -> dict[str, str]:
    return {"seen": state_of(one)} | WHY

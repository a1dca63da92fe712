"""Random walks over random definitions, by the operations that people use."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from servicedesk.accounts.permissions import Role
from servicedesk.cases import integrity, queries, workflow
from servicedesk.cases.lifecycle import FINAL_STATUSES, CaseStatus
from servicedesk.cases.models import ListState, Task, TaskState
from servicedesk.cases.operations import corrections, drafts, submission, tasks
from servicedesk.cases.readiness import readiness
from servicedesk.catalogue import definitions
from servicedesk.catalogue.definition import Action, LetterKind, Service
from servicedesk.catalogue.models import ServiceVersion
from servicedesk.integrity import Place
from tests.cases.definitions import TEXT, services
from tests.factories import MONDAY_MORNING, make_user

WANDERS, FAILS = 12, 60  # steps: so many at random, then forwards; more are a circle
KIND = {
    "key": "kind",
    "kind": "choice",
    "label": TEXT,
    "options": [{"key": key, "label": TEXT} for key in "ab"],
}
LIMIT = {"working_days": 3, "source": "OWN"}
MORE: dict[str, Any] = {
    "sections": [{"key": "all", "title": TEXT}],
    "pages": [{"key": "only", "section": "all", "title": TEXT, "fields": [KIND]}],
    "letters": {kind.value: {} for kind in LetterKind},
    "clock": {
        "starts": "acceptance",
        "legal": LIMIT,
        "committed": LIMIT,
        "correction": {"basis": TEXT, "source": "OWN"},
    },
}
ENDS = {
    CaseStatus.APPROVED: LetterKind.APPROVED,
    CaseStatus.REFUSED: LetterKind.REFUSED,
    CaseStatus.WITHDRAWN: LetterKind.WITHDRAWN,
}

CHECKS = (
    integrity.events,
    integrity.standing,
    integrity.witnesses,
    integrity.at_work,
    integrity.closed,
)


class Walk:
    """One application on its way, and what must hold after each step."""

    def __init__(self, session: Session, service: Service, kind: str) -> None:
        self.session, self.service = session, service
        self.now = MONDAY_MORNING
        self.applicant = make_user(session)
        self.officer, self.supervisor = (
            make_user(session, role=Role.SUPERVISOR, posts={"market": "supervisor"})
            for _ in range(2)
        )
        self.case = drafts.start(
            session, _version(session, service), service,
            by=self.applicant, enterprise_id=None, now=self.now,
        )  # fmt: skip
        self.answer(kind)
        self.send()

    def answer(self, kind: str) -> None:
        """Fill in the only page."""
        page = self.service.pages[0]
        drafts.save_page(self.session, self.case, page, {"kind": kind}, now=self.now)

    def send(self) -> None:
        """Send the application, for the first time or again."""
        again = self.case.status is CaseStatus.CORRECTING
        ready = readiness(self.session, self.case, self.service, now=self.now)
        do = submission.resubmit if again else submission.submit
        do(self.session, self.case, self.service, ready, by=self.applicant, now=self.now)

    def open_tasks(self) -> list[Task]:
        """Return what is to be done."""
        self.session.flush()
        found = queries.tasks_of(self.session, self.case)
        return [task for task in found if task.state is TaskState.OPEN]

    def do(self, task: Task, action: Action, kind: str) -> None:
        """Do a task; answer a correction list at once, with ``kind``."""
        self.now += timedelta(minutes=7)
        if action is not Action.CORRECT:
            tasks.do(
                self.session, self.case, self.service, task, action,
                by=self.officer, reason="A reason.", now=self.now,
            )  # fmt: skip
            return
        asked = corrections.ask(
            self.session, self.case, self.service, task, [("field:kind", "Say it again.")],
            by=self.officer, reason="A reason.", now=self.now,
        )  # fmt: skip
        if asked.state is ListState.PROPOSED:
            corrections.allow(
                self.session, self.case, self.service, asked, by=self.supervisor, now=self.now
            )
        self.session.flush()
        assert self.case.status is CaseStatus.CORRECTING
        self.answer(kind)
        place = queries.lists_of(self.session, self.case)[-1].items[0]
        if corrections.open_places(self.session, self.case, self.service, place.list):
            corrections.leave(
                self.session, self.case, self.service, place.id,
                by=self.applicant, reason="It is right.", now=self.now,
            )  # fmt: skip
        self.now += timedelta(days=1)
        self.send()

    def withdraw(self) -> None:
        """Take the application back."""
        submission.withdraw(
            self.session, self.case, self.service,
            by=self.applicant, reason="Changed plans.", now=self.now,
        )  # fmt: skip

    def holds(self, nowhere: Path) -> None:
        """See that nothing is lost, doubled or broken."""
        self.session.flush()
        place = Place(self.session, nowhere)
        for check in CHECKS:
            assert list(check(place)) == []
        keys = [task.key for task in self.open_tasks()]
        assert len(keys) == len(set(keys))
        for stretch in self.case.intervals:
            assert stretch.until is None or stretch.until >= stretch.since
        assert sum(stretch.until is None for stretch in self.case.intervals) <= 1
        if self.case.status in FINAL_STATUSES:
            letters = queries.letters_of(self.session, self.case)
            assert [one.kind for one in letters].count(ENDS[self.case.status]) == 1


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(service=services(**MORE), data=st.data())
def test_no_application_gets_stuck_or_loses_a_task(
    session: Session, tmp_path: Path, service: Service, data: st.DataObject
) -> None:
    session.rollback()  # what the example before left
    kinds = st.sampled_from(["a", "b"])
    walk = Walk(session, service, data.draw(kinds))
    for step in range(FAILS):
        walk.holds(tmp_path)
        if walk.case.status in FINAL_STATUSES:
            break
        if step == data.draw(st.integers(0, 3 * WANDERS), label="withdraws at"):
            walk.withdraw()
            continue
        task = data.draw(st.sampled_from(walk.open_tasks()))
        offered = list(workflow.plan_of(service, task.stage, task.key).actions)
        action = data.draw(st.sampled_from(offered)) if step < WANDERS else offered[0]
        walk.do(task, action, data.draw(kinds))
    else:
        pytest.fail("the walk did not come to an end")


def _version(session: Session, service: Service) -> ServiceVersion:
    version = ServiceVersion(
        code=service.code,
        number=1,
        definition=definitions.dump(service),
        digest=definitions.digest(service),
        published_at=MONDAY_MORNING,
    )
    session.add(version)
    return version

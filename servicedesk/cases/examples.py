"""Working an example of a definition through the same operations that people use.

Tests hold each example to what it expects; the demo park is filled with them.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from PIL import Image, ImageDraw
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases import gates, part_queries, queries
from servicedesk.cases.actions import ACTIONS
from servicedesk.cases.commitment_queries import live_commitments
from servicedesk.cases.commitments import CommitmentState
from servicedesk.cases.example_walk import moment_of
from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.mending import FOLLOWS, PROMISES
from servicedesk.cases.models import Case, Task, TaskState
from servicedesk.cases.operations import (
    attaching,
    corrections,
    documents,
    drafts,
    keeping,
    submission,
    tasks,
)
from servicedesk.cases.readiness import matter_of, readiness
from servicedesk.cases.workflow import plan_of
from servicedesk.catalogue import examining, showing
from servicedesk.catalogue.attached import FIELD, place_of
from servicedesk.catalogue.attached import answer as given_answer
from servicedesk.catalogue.conditions import holds
from servicedesk.catalogue.definition import Action, Example, Page, Service
from servicedesk.catalogue.fields import FilesQuestion, GroupQuestion
from servicedesk.catalogue.materials import needed
from servicedesk.catalogue.models import ServiceVersion
from servicedesk.catalogue.pick_lists import choices_of
from servicedesk.catalogue.queries import service_of
from servicedesk.files import operations as files
from servicedesk.files.models import StoredFile

REASON = "样例：不符合规定的条件。 Example: a condition is not met."
MENDED = " (mended)"  # what a paper says that was given again
MEND = "样例：请按要求补正。 Example: mend this."

Staff = Callable[[Task, Service], User]  # who does a task in the example


@dataclass(frozen=True)
class Playing:
    """What a step of an example needs."""

    session: Session
    case: Case
    service: Service
    applicant: User
    staff: Staff


def play(
    session: Session,
    version: ServiceVersion,
    service: Service,
    example: Example,
    *,
    applicant: User,
    staff: Staff,
) -> Case:
    """Send the example's application and take its steps, each at its own moment.

    Raises:
        DeskError: a step is not possible; the example is wrong, or the code.
    """
    sent_at = datetime.fromisoformat(example.at)
    case = prepare(session, version, service, example, applicant=applicant, now=sent_at)
    playing = Playing(session, case, service, applicant, staff)
    ready = readiness(session, case, service, now=sent_at)
    submission.submit(session, case, service, ready, by=applicant, now=sent_at)
    session.flush()
    for moment, who, what in example.steps:
        _step(playing, who, what, now=moment_of(moment, sent_at))
        session.flush()
    return case


def prepare(
    session: Session,
    version: ServiceVersion,
    service: Service,
    example: Example,
    *,
    applicant: User,
    now: datetime,
) -> Case:
    """Return the example's application filled in and not sent yet; all gates are open."""
    case = drafts.start(
        session, version, service, by=applicant, enterprise_id=None, now=now, is_trial=True
    )
    playing = Playing(session, case, service, applicant, _nobody)
    _fill(playing, example.answers, now=now)
    for material in example.materials:
        _give(playing, material, now=now)
    documents.set_marks(session, case, service, PROMISES, list(example.promises), now=now)
    given = {*example.materials, *example.promises}
    wanted = (one for one in needed(service, case.answers) if one.may_follow)
    follow = [one.material.key for one in wanted if one.material.key not in given]
    documents.set_marks(session, case, service, FOLLOWS, follow, now=now)
    gates.rehearse(session, case, service, now=now)
    return case


def paper(words: str) -> bytes:
    """Return a small picture of a page with ``words`` on it, as a scanned paper would be."""
    image = Image.new("RGB", (620, 877), "white")
    ImageDraw.Draw(image).text((60, 60), words, fill="black")
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def _nobody(task: Task, service: Service) -> User:  # noqa: ARG001 - the shape of Staff
    raise LookupError(f"nobody does {task.key} in a draft")


def _fill(playing: Playing, answers: Mapping[str, Any], *, now: datetime) -> None:
    """Save each page with the answers that belong on it."""
    case, service = playing.case, playing.service
    whole = {**case.answers, **answers}
    matter = matter_of(playing.session, case, service, now=now)
    title = showing.title(service, whole, "zh", choices_of(service, matter))
    for page in queries.open_pages(playing.session, case, service).values():
        if page.when is not None and not holds(page.when, whole):
            continue
        own = _answers_on(playing, page, whole, now=now)
        if case.status is CaseStatus.DRAFT or any(key in answers for key in own):
            drafts.save_page(playing.session, case, page, own, title=title, now=now)


def _answers_on(
    playing: Playing, page: Page, answers: Mapping[str, Any], *, now: datetime
) -> dict[str, Any]:
    """Return what belongs on the page, with the files that the example tells of in words."""
    own: dict[str, Any] = {}
    for field in page.fields:
        answer = answers.get(field.key)
        if isinstance(field, GroupQuestion) and answer:
            own[field.key] = [_with_files(playing, field, one, now=now) for one in answer]
        elif isinstance(field, FilesQuestion) and answer:
            own[field.key] = _files(playing, place_of(field.key), answer, now=now)
        elif field.key in answers:
            own[field.key] = answer
    return own


def _with_files(
    playing: Playing,
    group: GroupQuestion,
    entry: Mapping[str, Any],
    *,
    now: datetime,
) -> dict[str, Any]:
    given = {
        one.key: _files(playing, place_of(one.key, group.key), entry[one.key], now=now)
        for one in group.fields
        if isinstance(one, FilesQuestion) and one.key in entry
    }
    return {**entry, **given}


def _files(
    playing: Playing, place: str, told: Sequence[Any], *, now: datetime
) -> list[dict[str, Any]]:
    """Give a page for each thing told, and return the answer; what was given stays."""
    answer = []
    for number, one in enumerate(told, 1):
        if isinstance(one, Mapping):
            answer.append(dict(one))
            continue
        stored = files.store(playing.session, io.BytesIO(paper(one)), now=now)
        name = f"{place.rpartition('.')[2].removeprefix(FIELD)}_{number}.png"
        given = attaching.attach(
            playing.session, playing.case, place, stored,
            name=name, by=playing.applicant, now=now,
        )  # fmt: skip
        answer.append(given_answer(given.name, stored.size, given.sha256))
    return answer


def _give(playing: Playing, material: str, *, now: datetime, state: str = "") -> None:
    documents.add_document(
        playing.session,
        playing.case,
        playing.service,
        material,
        _stored(playing, material, now=now, state=state),
        name=f"{material}.png",
        by=playing.applicant,
        now=now,
    )


def _bring(playing: Playing, material: str, *, now: datetime) -> None:
    """Give a paper that may follow; whoever has the first open task finds it in order."""
    session, case, service = playing.session, playing.case, playing.service
    live = live_commitments(session, case)
    commitment = next(one for one in live if one.material == material)
    file = _stored(playing, material, now=now), f"{material}.png"
    keeping.give(session, case, service, commitment, [file], by=playing.applicant, now=now)
    standing = queries.standing_tasks(session, case)
    task = next(one for one in standing if one.state is TaskState.OPEN)
    person = playing.staff(task, service)
    keeping.judge(session, case, service, commitment, CommitmentState.KEPT, by=person, now=now)


def _stored(playing: Playing, material: str, *, now: datetime, state: str = "") -> StoredFile:
    plan = playing.service.material(material)
    words = plan.name.en if plan else material
    return files.store(playing.session, io.BytesIO(paper(words + state)), now=now)


def _step(playing: Playing, who: str, what: Any, *, now: datetime) -> None:  # noqa: ANN401 - YAML
    if "." in who:
        key, _, who = who.partition(".")
        _step(_in_part(playing, key), who, what, now=now)
        return
    if who == "applicant":
        _applicant_step(playing, what, now=now)
        return
    task = _open_task(playing, who)
    person = playing.staff(task, playing.service)
    session, case, service = playing.session, playing.case, playing.service
    action = examining.action_of(what)
    if action is Action.CORRECT:
        items = [(_place(place), MEND) for place in what["correct"]]
        corrections.ask(session, case, service, task, items, by=person, reason=None, now=now)
        return
    reason = REASON if ACTIONS[action].needs_reason else None
    plan = plan_of(service, task.stage, task.key)
    tasks.do(
        session, case, service, task, action, by=person, reason=reason, now=now,
        found=examining.agreed(plan, action, case.answers, what),
    )  # fmt: skip


def _applicant_step(playing: Playing, what: Any, *, now: datetime) -> None:  # noqa: ANN401 - YAML
    session, case, service = playing.session, playing.case, playing.service
    if what == "withdraw":
        submission.withdraw(session, case, service, by=playing.applicant, reason="", now=now)
        return
    if "brings" in what:
        for material in what["brings"]:
            _bring(playing, material, now=now)
        return
    _fill(playing, what.get("answers", {}), now=now)
    for material in what.get("gives", ()):
        for old in queries.documents_in_force(session, case):
            if old.material == material:
                documents.remove_document(session, case, service, old, now=now)
        session.flush()
        _give(playing, material, now=now, state=MENDED)
    session.flush()
    gates.rehearse(session, case, service, now=now)
    ready = readiness(session, case, service, now=now)
    submission.resubmit(session, case, service, ready, by=playing.applicant, now=now)


def _in_part(playing: Playing, key: str) -> Playing:
    """Return what a step needs that is taken in the part for the task ``key``, begun last."""
    parts = part_queries.parts_of(playing.session, playing.case)
    child = [part.child for part in parts if part.task.key == key][-1]
    return replace(playing, case=child, service=service_of(child.service_version))


def _open_task(playing: Playing, key: str) -> Task:
    found = queries.standing_tasks(playing.session, playing.case)
    return next(task for task in found if task.key == key and task.state is TaskState.OPEN)


def _place(place: str) -> str:
    return place if place.startswith(("field:", "material:")) else f"field:{place}"

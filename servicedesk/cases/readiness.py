"""Whether an application may be sent: its pages, its materials, and what the rules found.

Read by the task list, the check page and the submission alike, so that all three agree.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from servicedesk.cases import advice, part_queries, queries
from servicedesk.cases.mending import FOLLOWS, PROMISES
from servicedesk.cases.models import Case, Document
from servicedesk.catalogue import between, bundles
from servicedesk.catalogue.asking import AskedPage, asked
from servicedesk.catalogue.definition import Duty, Material, Page, Service
from servicedesk.catalogue.materials import Needed, needed
from servicedesk.catalogue.registry import CHECKS, Finding, Matter, Weight


class PageState(StrEnum):
    """How far a page has come."""

    COMPLETE = "complete"
    TO_PUT_RIGHT = "to_put_right"
    IN_PROGRESS = "in_progress"
    NOT_STARTED = "not_started"


@dataclass(frozen=True)
class PageStanding:
    """One page that these answers call for, and how far it has come."""

    page: Page
    state: PageState
    findings: tuple[Finding, ...]
    is_open: bool  # whether it may be changed now


@dataclass(frozen=True)
class MaterialStanding:
    """One material that these answers call for, and what stands for it."""

    needed: Needed
    documents: tuple[Document, ...]
    is_promised: bool
    follows: bool

    @property
    def material(self) -> Material:
        """Return the definition's entry."""
        return self.needed.material

    @property
    def is_there(self) -> bool:
        """Whether nothing more is wanted before sending."""
        return bool(self.documents) or self.is_promised or self.follows


@dataclass(frozen=True)
class Readiness:
    """All of it."""

    pages: tuple[PageStanding, ...]
    materials: tuple[MaterialStanding, ...]
    answers: Mapping[str, Any]  # those that count: to questions that are asked in the end

    @property
    def is_ready(self) -> bool:
        """Whether the application may be sent."""
        pages = all(one.state is PageState.COMPLETE for one in self.pages)
        return pages and all(one.is_there for one in self.materials)

    @property
    def findings(self) -> list[Finding]:
        """Return what the rules found, page by page; once, where two pages share a rule."""
        found = [finding for one in self.pages for finding in one.findings]
        return [one for number, one in enumerate(found) if one not in found[:number]]

    @property
    def points_to_look_at(self) -> list[tuple[Page, Finding]]:
        """Return what does not keep anybody from sending but should be known before."""
        found = [(one.page, point) for one in self.pages for point in to_look_at(one.findings)]
        words = [point for _, point in found]
        return [one for number, one in enumerate(found) if one[1] not in words[:number]]

    @property
    def complete_sections(self) -> int:
        """Return how many pages, and the materials if any are wanted, are complete."""
        done = sum(one.state is PageState.COMPLETE for one in self.pages)
        return done + (bool(self.materials) and all(one.is_there for one in self.materials))

    @property
    def sections(self) -> int:
        """Return how many pages there are, the materials counted as one."""
        return len(self.pages) + bool(self.materials)

    def page(self, key: str) -> PageStanding | None:
        """Return the standing of the page ``key``, if these answers call for it."""
        return next((one for one in self.pages if one.page.key == key), None)


def matter_of(
    session: Session,
    case: Case,
    service: Service,
    *,
    now: datetime,
    answers: Mapping[str, Any] | None = None,
    sender_id: int | None = None,
) -> Matter:
    """Return what a rule may look at; ``answers`` where others than the saved ones count."""
    return Matter(
        session=session,
        answers=case.answers if answers is None else answers,
        applicant_id=case.applicant_id,
        case_id=case.id,
        now=now,
        service=case.part_of.whole.service_code if case.part_of else service.code,
        settings=service.setting_values,
        is_examined=any(
            task.duty is not Duty.MACHINE for stage in service.stages for task in stage.tasks
        ),
        effect=service.result.effect or part_queries.change_by_part(session, case, service),
        sender_id=sender_id,
        is_bundled=case.part_of is not None or bundles.is_bundle(service),
    )


def readiness(
    session: Session, case: Case, service: Service, *, now: datetime, sender_id: int | None = None
) -> Readiness:
    """Return how complete the application is, by its saved answers and documents.

    ``sender_id`` is who sends it now: some rules are about that person.
    """
    whole = asked(service, case.answers)
    matter = matter_of(session, case, service, now=now, answers=whole.answers, sender_id=sender_id)
    opened = queries.open_pages(session, case, service)
    pages = tuple(
        _page_standing(case, one, matter, is_open=one.page.key in opened) for one in whole.pages
    )
    materials = material_standings(session, case, service, whole.answers)
    return Readiness(pages, materials, advice.without(whole.answers))


def material_standings(
    session: Session, case: Case, service: Service, answers: Mapping[str, Any]
) -> tuple[MaterialStanding, ...]:
    """Return what is needed, and what stands for it."""
    documents = queries.documents_in_force(session, case)
    promised = answers.get(PROMISES, ())
    follows = answers.get(FOLLOWS, ())
    return tuple(
        MaterialStanding(
            needed=one,
            documents=tuple(d for d in documents if d.material == one.material.key),
            is_promised=one.may_promise and one.material.key in promised,
            follows=one.may_follow is not None and one.material.key in follows,
        )
        for one in needed(service, answers)
    )


def run_checks(page: Page, matter: Matter) -> tuple[Finding, ...]:
    """Return what the page's rules find, and where its answers contradict each other."""
    found = [finding for name in page.checks for finding in CHECKS[name](matter)]
    contradicted = between.faults(page.fields, matter.answers)
    found += [Finding(Weight.WRONG, words, place) for place, words in contradicted]
    return tuple(found)


def wrong(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings that must be put right before sending."""
    return [finding for finding in findings if finding.weight is Weight.WRONG]


def to_look_at(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings that keep nobody from sending but should be known before."""
    return [finding for finding in findings if finding.weight is Weight.LOOK]


def _page_standing(case: Case, one: AskedPage, matter: Matter, *, is_open: bool) -> PageStanding:
    page = one.page
    if page.key in case.typed:
        return PageStanding(page, PageState.TO_PUT_RIGHT, (), is_open)
    if one.missing:
        begun = any(field.key in case.answers for field in page.fields)
        state = PageState.IN_PROGRESS if begun else PageState.NOT_STARTED
        return PageStanding(page, state, (), is_open)
    findings = run_checks(page, matter)
    state = PageState.TO_PUT_RIGHT if wrong(findings) else PageState.COMPLETE
    return PageStanding(page, state, findings, is_open)

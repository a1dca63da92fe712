"""What the pages about a case show, gathered in a fixed number of queries.

Plain values for templates: no markup, no decisions left to make.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from servicedesk.cases import (
    mended,
    mending,
    part_queries,
    policy,
    presenting_parts,
    queries,
    route,
)
from servicedesk.cases.chronicle import PRIVATE, PUBLIC_WORDS, REVOCATIONS, EventKind
from servicedesk.cases.clock_account import ClockAccount, clock_account
from servicedesk.cases.letter_reading import told
from servicedesk.cases.letters import Variant, words_of
from servicedesk.cases.lifecycle import STATUS_WORDS, CaseStatus
from servicedesk.cases.models import (
    Case,
    CorrectionItem,
    CorrectionList,
    Document,
    IssuedLetter,
    ListState,
    Message,
)
from servicedesk.cases.operations import corrections, correspondence
from servicedesk.cases.outlook import Outlook, outlook
from servicedesk.cases.presenting_parts import PartRow
from servicedesk.cases.readiness import (
    MaterialStanding,
    PageStanding,
    PageState,
    Readiness,
    readiness,
)
from servicedesk.cases.status_sentence import TONES, StatusSentence, status_sentence
from servicedesk.catalogue.bundles import is_bundle
from servicedesk.catalogue.definition import LetterKind, Page, Section, Service
from servicedesk.catalogue.queries import service_of
from servicedesk.enterprises.holdings import Reservation, reservation
from servicedesk.enterprises.queries.names import find_declared
from servicedesk.park import local_day
from servicedesk.web import language, writing
from servicedesk.web.words import spoken, today, written
from servicedesk.words import Text, Words


@dataclass(frozen=True)
class Row:
    """An application in a list."""

    case: Case
    service: Text
    word: Words
    tone: str
    icon: str


@dataclass(frozen=True)
class TaskList:
    """A draft's sections with their pages."""

    readiness: Readiness
    sections: tuple[tuple[Section, tuple[PageStanding, ...]], ...]
    kept_until: datetime


@dataclass(frozen=True)
class Happening:
    """An event of the applicant's timeline."""

    words: Words
    at: datetime
    kind: EventKind
    is_private: bool  # not for whoever follows by the number alone


@dataclass(frozen=True)
class ToMend:
    """One place of the correction list, and where it is mended."""

    item: CorrectionItem
    name: Text
    page: str | None  # the key of the form page; None: the materials page
    is_done: bool  # mended, or left as it is with a reason


@dataclass(frozen=True)
class StatusPage:
    """Everything on an application's page once it was sent."""

    standing: StatusSentence
    clock: ClockAccount
    stages: list[list[dict[str, Any]]]  # the way through the offices
    to_mend: tuple[ToMend, ...]
    can_resend: bool
    happenings: tuple[Happening, ...]
    facts: list[dict[str, object]]
    letters: tuple[tuple[IssuedLetter, Words], ...]
    documents: tuple[tuple[Document, Text], ...]
    messages: Sequence[Message]
    certificate: str | None
    reservation: Reservation | None  # of the name that the application declared
    outlook: Outlook
    parts: tuple[PartRow, ...]  # of a bundle
    whole: str | None  # the number of the application that this is a part of
    takes_messages: bool
    found: tuple[tuple[Text, Text], ...]  # what the decision tells of what we found


@dataclass(frozen=True)
class Paper:
    """A material on the page of papers."""

    standing: MaterialStanding
    is_open: bool
    words: str | None  # what the correction list says about it


def rows(session: Session, cases: Sequence[Case]) -> list[Row]:
    """Return ``cases`` as a list shows them; one waits for the reader if a part of it does."""
    services = {case.id: service_of(case.service_version) for case in cases}
    wholes = [key for key, service in services.items() if is_bundle(service)]
    waiting = part_queries.waiting_wholes(session, wholes) if wholes else set()
    return [_row(case, services[case.id], waits=case.id in waiting) for case in cases]


def _row(case: Case, service: Service, *, waits: bool) -> Row:
    status = CaseStatus.CORRECTING if waits else case.status
    return Row(case, service.name.plain(), STATUS_WORDS[status], *TONES[status])


def task_list(
    session: Session, case: Case, service: Service, *, now: datetime, kept: timedelta
) -> TaskList:
    """Return the sections of a draft; those without a page that applies are left out."""
    ready = readiness(session, case, service, now=now)
    sections = tuple(
        (section, tuple(one for one in ready.pages if one.page.section == section.key))
        for section in service.sections
    )
    return TaskList(ready, tuple(one for one in sections if one[1]), case.changed_at + kept)


def status_page(
    session: Session, case: Case, service: Service, *, now: datetime, kept: timedelta
) -> StatusPage:
    """Return what the page of a sent application shows."""
    tasks = queries.tasks_of(session, case)
    asked = queries.find_open_list(session, case)
    sent = asked if asked and asked.state is ListState.SENT else None
    events = queries.events_of(session, case)
    letters = queries.letters_of(session, case)
    certificates = [one for one in events if one.kind == EventKind.CERTIFICATE]
    to_mend = _to_mend(session, case, service, sent)
    revoked = next((one for one in events if one.kind in REVOCATIONS), None)
    decided = next((one for one in letters if one.kind == LetterKind.APPROVED), None)
    where = status_sentence(
        case, service, tasks, sent, draft_until=case.changed_at + kept, revoked=revoked,
        by_silence=decided is not None and decided.facts.get("variant") == Variant.RENEWED,
    )  # fmt: skip
    return StatusPage(
        standing=where,
        facts=facts(where),
        clock=clock_account(session, case, service, now=now),
        stages=diagram(route.route_of(case, service, tasks)),
        to_mend=to_mend,
        can_resend=sent is not None and all(one.is_done for one in to_mend),
        happenings=tuple(
            Happening(presenting_parts.told(one, service), one.at, kind, is_private=kind in PRIVATE)
            for one in events
            if (kind := EventKind(one.kind)) in PUBLIC_WORDS
        ),
        letters=titled_letters(letters),
        documents=named_documents(service, queries.documents_in_force(session, case), case.answers),
        messages=queries.messages_of(session, case, internal=False),
        certificate=certificates[0].details["certificate"] if certificates else None,
        reservation=_reservation(session, case, service, now=now),
        outlook=outlook(session, case, service, now=now),
        parts=presenting_parts.rows(session, case, service, now=now),
        whole=case.part_of.whole.reference if case.part_of else None,
        takes_messages=correspondence.takes_messages(tasks),
        found=_found(case, letters),
    )


def _found(case: Case, letters: Sequence[IssuedLetter]) -> tuple[tuple[Text, Text], ...]:
    """Return what the last decision told; nothing while the case is open, or open again."""
    telling = [one for one in letters if one.facts.get("found")] if case.is_closed else []
    last = max(telling, key=lambda one: one.id, default=None)
    return told(last.facts) if last else ()


def _reservation(
    session: Session, case: Case, service: Service, *, now: datetime
) -> Reservation | None:
    if service.result.effect != "reserve_name":
        return None
    name = find_declared(session, case.id)
    return reservation(name, now=now) if name else None


def named_documents(
    service: Service, documents: Sequence[Document], answers: Mapping[str, Any]
) -> tuple[tuple[Document, Text], ...]:
    """Return each document with the name of the material or the question it stands for."""
    return tuple((one, _name_of(service, one, answers)) for one in documents)


def _name_of(service: Service, one: Document, answers: Mapping[str, Any]) -> Text:
    place = mending.place_of_document(service, answers, one.material, one.sha256)
    return mending.place_name(service, place) or Text(one.name, one.name)


def facts(where: StatusSentence) -> list[dict[str, object]]:
    """Return the facts under the sentence, in the language of the page."""
    return [
        {
            "label": spoken(fact.name),
            "value": _shown(fact.value),
            "note": spoken(fact.below) if fact.below else None,
        }
        for fact in where.facts
    ]


def titled_letters(letters: Sequence[IssuedLetter]) -> tuple[tuple[IssuedLetter, Words], ...]:
    """Return each letter with its title."""
    return tuple((one, words_of(one.kind, one.facts).title) for one in letters)


def _to_mend(
    session: Session, case: Case, service: Service, asked: CorrectionList | None
) -> tuple[ToMend, ...]:
    if asked is None:
        return ()
    still_open = corrections.open_places(session, case, service, asked)
    pages = {field.key: page.key for page in service.pages for field in page.fields}
    return tuple(
        ToMend(
            item,
            mending.place_name(service, item.place) or Text(item.place, item.place),
            pages.get(mending.key_of(item.place)) if item.place.startswith("field:") else None,
            is_done=item not in still_open,
        )
        for item in asked.items
    )


def stops(
    session: Session, case: Case, service: Service, page: Page, *, now: datetime
) -> list[dict[str, object]]:
    """Return the rail beside a form page: the pages that apply, and the papers."""
    ready = readiness(session, case, service, now=now)
    states = {PageState.COMPLETE: "done"}
    return [
        {
            "name": one.page.title.plain(),
            "key": one.page.key,
            "state": "here" if one.page.key == page.key else states.get(one.state, "next"),
            "is_open": one.is_open,
        }
        for one in ready.pages
    ]


def words_to_mend(session: Session, case: Case, page: Page) -> list[str]:
    """Return what the correction list says about this page, in the clerk's words."""
    keys = {field.key for field in page.fields}
    asked = queries.find_open_list(session, case)
    return [
        item.words
        for item in (asked.items if asked and asked.state is ListState.SENT else ())
        if item.place.startswith("field:") and mending.key_of(item.place) in keys
    ]


def papers(session: Session, case: Case, service: Service, *, now: datetime) -> tuple[Paper, ...]:
    """Return the materials with what stands for them, and which may be changed now."""
    ready = readiness(session, case, service, now=now)
    asked = queries.find_open_list(session, case)
    words = {item.place: item.words for item in asked.items} if asked else {}
    opened = changeable(session, case, service)
    places = [(one, f"{mending.MATERIAL}:{one.material.key}") for one in ready.materials]
    return tuple(Paper(one, place in opened, words.get(place)) for one, place in places)


def changeable(session: Session, case: Case, service: Service) -> frozenset[str]:
    """Return the places that may be changed now: all of a draft, then what a list opens."""
    if not policy.may_edit(case):
        return frozenset()
    if case.status is CaseStatus.CORRECTING:
        places = queries.open_places(session, case)
    else:
        places = [f"{mending.FIELD}:{one.key}" for page in service.pages for one in page.fields]
        places += [f"{mending.MATERIAL}:{one.key}" for one in service.materials]
    return mended.changeable(service, case.answers, places)


def diagram(way: route.Route) -> list[list[dict[str, Any]]]:
    """Return the route as it is drawn, its words in the language of the page."""
    return [[_drawn(station) for station in column] for column in way.columns]


def _drawn(station: route.Station) -> dict[str, Any]:
    note = station.note
    if isinstance(note, datetime):
        note_words = writing.day(local_day(note), language.current(), today(), "short")
    else:
        note_words = written(note) if note is not None else ""
    return {
        "name": written(station.name),
        "note": note_words,
        "state": station.passing.value,
        "is_you": station.waits_for_reader,
        "key": station.key,
        "after": station.after,
    }


def _shown(value: Words | Text | datetime) -> str:
    if isinstance(value, datetime):
        return writing.day(local_day(value), language.current(), today())
    return written(value)

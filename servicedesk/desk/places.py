"""What a correction list may name: every answer, entry and paper of a case."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk.cases import readiness
from servicedesk.cases.models import Case
from servicedesk.cases.operations import pledging
from servicedesk.catalogue import showing
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.pick_lists import choices_of
from servicedesk.catalogue.showing import Entry, Row
from servicedesk.web.words import spoken as say_now
from servicedesk.words import say

_ALL_ENTRIES = say("All entries: they may be changed, added and removed")


@dataclass(frozen=True)
class Place:
    """A place a correction list may name."""

    place: str
    label: str
    value: str
    words: str


def places(
    session: Session, case: Case, service: Service, *, language: str, now: datetime
) -> list[tuple[str, list[Place]]]:
    """Return every place a correction list may name, under headings, with its answer."""
    choices = choices_of(service, readiness.matter_of(session, case, service, now=now))
    found: list[tuple[str, list[Place]]] = []
    for section in showing.rows(service, case.answers, language, choices):
        for page in section.pages:
            listed: list[Place] = []
            for row in page.rows:
                listed += _of_row(row)
            found.append((page.title, listed))
    materials = readiness.material_standings(session, case, service, case.answers)
    awaited = pledging.awaited(session, case)
    papers = [
        Place(
            f"material:{one.material.key}",
            one.material.name.in_language(language),
            " · ".join(document.name for document in one.documents),
            "",
        )
        for one in materials
        if f"material:{one.material.key}" not in awaited
    ]
    return [*found, (say_now(say("Papers")), papers)] if papers else found


def _of_row(row: Row) -> Iterator[Place]:
    """Yield an answer; of a group the whole, and each entry."""
    value = say_now(_ALL_ENTRIES) if row.entries else row.value
    yield Place(f"field:{row.place}", row.label, value, "")
    for entry in row.entries:
        yield from _of_entry(row, entry)


def _of_entry(row: Row, entry: Entry) -> Iterator[Place]:
    """Yield an entry of a group, and by itself each paper that was given in it."""
    name = f"{row.label} {entry.number}"
    yield Place(f"field:{entry.place}", name, entry.title, "")
    for one in entry.rows:
        if one.files:
            yield Place(f"field:{one.place}", f"{name}: {one.label}", one.value, "")

"""What is known of enterprises, from wherever it is kept, gathered for many at once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from servicedesk.cases.lifecycle import CaseStatus
from servicedesk.cases.models import Case, Task, TaskState
from servicedesk.cases.proceedings import Examination
from servicedesk.catalogue.models import CatalogueEntry
from servicedesk.catalogue.queries import service_of
from servicedesk.enterprises import models as register
from servicedesk.enterprises.models import AddressHolding, Filing, HoldingState
from servicedesk.enterprises.operations.register import SET_UP_SEQ
from servicedesk.enterprises.queries.filings import is_replaced
from servicedesk.obligations.duties import Change, Draft, Enterprise, Permit, Stay
from servicedesk.obligations.duty_kinds import Kind, Terms, book
from servicedesk.obligations.licence_queries import lines_of

_WITHIN: Final = "report_within_days"  # a service's setting: how long after a change it is due
_HAPPENED: Final = "happened_on"  # the question that says when it happened (``timings.reported``)
_WHOSE: Final = ("full_name", "birth_date")  # the questions that say whose a permit is
_PERMIT_UNTIL: Final = "permit_found_until"  # what the examiner of a permit found


def known_of(session: Session, enterprises: Sequence[register.Enterprise]) -> dict[int, Enterprise]:
    """Return all that is known of the enterprises today, by their numbers."""
    ids = [one.id for one in enterprises]
    changes, stays = _changes(session, ids), _stays(session, ids)
    drafts, permits, settings = _drafts(session, ids), _permits(session, ids), _settings(session)
    lines = lines_of(session, enterprises)
    return {
        one.id: Enterprise(
            one.facts,
            one.state.value,
            one.org_form,
            one.registered_on,
            changes.get(one.id, ()),
            stays.get(one.id, ()),
            drafts.get(one.id, ()),
            permits.get(one.id, {}),
            settings,
            lines.get(one.id, ()),
        )
        for one in enterprises
    }


def _settings(session: Session) -> Mapping[str, Mapping[str, Any]]:
    """Return the settings in force of the services that fulfil something."""
    query = (
        sa.select(CatalogueEntry)
        .where(CatalogueEntry.code.in_(book().services()))
        .options(joinedload(CatalogueEntry.current))
    )
    return {one.code: service_of(one.current).setting_values for one in session.scalars(query)}


def _changes(session: Session, ids: Sequence[int]) -> dict[int, list[Change]]:
    """Return the filings after the set-up that changed shareholders and still stand.

    A correction stands in the place of what it corrects; that of a set-up is no change.
    """
    said, places = Filing.changes["shareholders"], _places(session, ids)
    query = (
        sa.select(Filing.enterprise_id, Filing.seq, Filing.effective_on, said)
        .where(
            Filing.enterprise_id.in_(ids),
            Filing.changes.has_key("shareholders"),
            ~is_replaced(),
        )
        .order_by(Filing.effective_on, Filing.seq)
    )
    found: dict[int, list[Change]] = {}
    for number, seq, day, (before, after) in session.execute(query):
        if places.get((number, seq), seq) > SET_UP_SEQ:
            found.setdefault(number, []).append(Change(day, before or (), after or ()))
    return found


def _places(session: Session, ids: Sequence[int]) -> dict[tuple[int, int], int]:
    """Return in the place of which first filing each of those stands that replace another."""
    query = (
        sa.select(Filing.enterprise_id, Filing.seq, Filing.replaces_seq)
        .where(Filing.enterprise_id.in_(ids), Filing.replaces_seq.is_not(None))
        .order_by(Filing.enterprise_id, Filing.seq)
    )
    places: dict[tuple[int, int], int] = {}
    for number, seq, replaced in session.execute(query):
        if replaced is not None:
            places[number, seq] = places.get((number, replaced), replaced)
    return places


def _stays(session: Session, ids: Sequence[int]) -> dict[int, list[Stay]]:
    query = (
        sa.select(AddressHolding)
        .where(
            AddressHolding.enterprise_id.in_(ids),
            AddressHolding.state == HoldingState.TAKEN,
            AddressHolding.until.is_not(None),
        )
        .options(joinedload(AddressHolding.unit))
        .order_by(AddressHolding.until)
    )
    found: dict[int, list[Stay]] = {}
    for one in session.scalars(query):
        if one.enterprise_id is not None and one.until is not None:
            found.setdefault(one.enterprise_id, []).append(Stay(one.unit.code, one.until))
    return found


def _drafts(session: Session, ids: Sequence[int]) -> dict[int, list[Draft]]:
    """Return the drafts of changes that say when it happened."""
    query = (
        sa.select(Case)
        .where(Case.enterprise_id.in_(ids), Case.for_enterprise, Case.status == CaseStatus.DRAFT)
        .options(joinedload(Case.service_version))
        .order_by(Case.id)
    )
    found: dict[int, list[Draft]] = {}
    for case in session.scalars(query):
        service, day = service_of(case.service_version), case.answers.get(_HAPPENED)
        days = service.setting_values.get(_WITHIN)
        if case.enterprise_id is not None and day and days is not None:
            name = service.name.plain()
            draft = Draft(case.reference, service.code, name, date.fromisoformat(day), int(days))
            found.setdefault(case.enterprise_id, []).append(draft)
    return found


def _permits(session: Session, ids: Sequence[int]) -> dict[int, dict[Kind, list[Permit]]]:
    """Return the newest permit of each person at the enterprises, unless it was cancelled."""
    kinds = {kind: one for kind, one in book().kinds.items() if one.granted_by}
    codes = {code for one in kinds.values() for code in one.granted_by | one.ended_by}
    query = (
        sa.select(Case, Examination)
        .outerjoin(Task, sa.and_(Task.case_id == Case.id, Task.state == TaskState.DONE))
        .outerjoin(Examination, Examination.task_id == Task.id)
        .where(
            Case.enterprise_id.in_(ids),
            Case.for_enterprise,
            Case.status == CaseStatus.APPROVED,
            Case.service_code.in_(codes),
        )
        .order_by(Case.closed_at, Case.id, Examination.id)
    )
    rows = [(case, examination) for case, examination in session.execute(query)]
    found: dict[int, dict[Kind, list[Permit]]] = {}
    for kind, terms in kinds.items():
        for number, permits in _of_kind(terms, rows).items():
            found.setdefault(number, {})[kind] = permits
    return found


def _of_kind(
    terms: Terms, rows: Iterable[tuple[Case, Examination | None]]
) -> dict[int, list[Permit]]:
    found: dict[int, dict[tuple[str, str], Permit]] = {}
    for case, examination in rows:
        of = found.setdefault(case.enterprise_id or 0, {})
        known = {key: str(case.answers.get(key) or "") for key in _WHOSE}
        name, birth = known["full_name"].casefold(), known["birth_date"]
        if case.service_code in terms.ended_by:
            for person in [one for one in of if one[0] == name]:
                del of[person]
        if case.service_code not in terms.granted_by or examination is None:
            continue
        if until := examination.found.get(_PERMIT_UNTIL):
            day = date.fromisoformat(until)
            of[name, birth] = Permit(case.reference, case.service_code, day, known)
    return {number: list(of.values()) for number, of in found.items()}

"""What an application holds from its sending to its decision: names, and places of the park."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from servicedesk.enterprises import (
    answers,
    name_parts,
)
from servicedesk.enterprises.applications import (
    Application,
    registered,
)
from servicedesk.enterprises.change_wishes import WRITTEN, written_name
from servicedesk.enterprises.models import HOSTED, AddressHolding, Enterprise
from servicedesk.enterprises.name_parts import NameParts
from servicedesk.enterprises.operations import addresses, names
from servicedesk.enterprises.queries import addresses as address_queries
from servicedesk.enterprises.queries import names as name_queries


def hold_new_name(session: Session, application: Application, now: datetime) -> None:
    """Hold the name that the application spells."""
    _hold(session, application, name_parts.of_answers(application.answers), now)


def hold_changed_name(session: Session, application: Application, now: datetime) -> None:
    """Hold the new name of an enterprise; its own name does not stand in the way."""
    company = registered(session, application)
    if answers.text(application.answers, "name_source") in WRITTEN:
        _hold(session, application, written_name(application.answers), now, company)
    else:
        _hold_name(session, application, now, company)


def hold_retyped_name(session: Session, application: Application, now: datetime) -> None:
    """Hold the name of a company in its new form, unless it keeps the one it has."""
    company, name = registered(session, application), written_name(application.answers)
    if company is None or name.full == company.name:
        names.let_go(session, case_id=application.case_id, now=now)
    else:
        _hold(session, application, name, now, company)


def _hold(
    session: Session,
    application: Application,
    name: NameParts,
    now: datetime,
    company: Enterprise | None = None,
) -> None:
    """Hold a name for an application, for the ``company`` that is to have it, or a new one."""
    names.hold(
        session,
        name,
        holder_id=application.applicant_id,
        case_id=application.case_id,
        now=now,
        enterprise_id=company.id if company else None,
    )


def hold_for_set_up(session: Session, application: Application, now: datetime) -> None:
    """Hold name and place of a set-up; always in this order, so that nobody waits in a circle."""
    _hold_name(session, application, now)
    hold_place_if_wanted(session, application, now)


def _hold_name(
    session: Session, application: Application, now: datetime, company: Enterprise | None = None
) -> None:
    """Hold the name that was reserved before, or the one that the application spells."""
    reserved = answers.chosen_name(application.answers) or _reserved_as_spelt(
        session, application, now
    )
    if reserved is None:
        _hold(session, application, name_parts.of_answers(application.answers), now, company)
    else:
        names.use(
            session,
            reserved,
            holder_id=application.applicant_id,
            case_id=application.case_id,
            now=now,
        )


def hold_place_if_wanted(session: Session, application: Application, now: datetime) -> None:
    """Hold the place of the park that the application asks for, or none."""
    if wants_place(application.answers):
        hold_place_of_set_up(session, application, now)
    else:
        addresses.give_back(session, case_id=application.case_id, now=now)


def _reserved_as_spelt(session: Session, application: Application, now: datetime) -> int | None:
    """Return the id of the applicant's own reservation of the name that the answers spell."""
    name = name_queries.find_reserved(
        session,
        name_parts.of_answers(application.answers).full,
        holder_id=application.applicant_id,
        now=now,
    )
    return name.id if name else None


def hold_place(session: Session, application: Application, now: datetime) -> None:
    """Hold the place that is asked for; a company that is there already keeps its own."""
    if place_of_company(session, application) is not None:
        addresses.give_back(session, case_id=application.case_id, now=now)
        return
    addresses.hold(
        session,
        answers.text(application.answers, "unit"),
        case_id=application.case_id,
        now=now,
        name_id=answers.chosen_name(application.answers),
    )


def hold_place_of_set_up(session: Session, application: Application, now: datetime) -> None:
    """Hold a place for a company to be; at a shared address, find the one it was admitted to."""
    code, case_id = answers.text(application.answers, "unit"), application.case_id
    unit = address_queries.get_unit(session, code)
    if unit.kind != HOSTED:
        company = registered(session, application)
        here = company.id if company else None
        addresses.hold(session, code, case_id=case_id, now=now, enterprise_id=here)
        return
    name_id = answers.chosen_name(application.answers)
    addresses.move_in(session, unit, case_id=case_id, name_id=name_id, now=now)


def wants_place(given: Mapping[str, Any]) -> bool:
    """Whether a place of the park is asked for."""
    return answers.text(given, "address_kind") == "park"


def admitted_place(session: Session, application: Application) -> AddressHolding | None:
    """Return the place at the shared address that the name of a set-up was admitted to."""
    name_id = answers.chosen_name(application.answers)
    code = answers.text(application.answers, "unit")
    return address_queries.find_admission(session, code, name_id=name_id)


def place_of_company(session: Session, application: Application) -> AddressHolding | None:
    """Return the place that the registered company has at this shared address already."""
    company = registered(session, application)
    code = answers.text(application.answers, "unit")
    enterprise_id = company.id if company else None
    return address_queries.find_admission(session, code, enterprise_id=enterprise_id)

"""What the approval of a name, of a set-up and of a shared address does."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.enterprises import (
    answers,
    branches,
    certificate_facts,
    legal_forms,
    public_facts,
)
from servicedesk.enterprises.applications import (
    Application,
    Done,
    done,
    issue_of,
    office,
    registered,
)
from servicedesk.enterprises.days import years_after
from servicedesk.enterprises.holds import (
    admitted_place,
    hold_for_set_up,
    hold_new_name,
    hold_place,
    hold_place_if_wanted,
    place_of_company,
    wants_place,
)
from servicedesk.enterprises.models import (
    ADDRESS_PROOF,
    HOSTED,
    LICENCE,
    AddressHolding,
    Certificate,
    Enterprise,
)
from servicedesk.enterprises.name_models import EnterpriseName
from servicedesk.enterprises.name_parts import NameParts
from servicedesk.enterprises.operations import (
    addresses,
    certificates,
    members,
    names,
    proceedings,
    register,
)
from servicedesk.enterprises.operations.register import Decision
from servicedesk.enterprises.public_facts import SetUp
from servicedesk.enterprises.queries import addresses as address_queries
from servicedesk.enterprises.queries import certificates as certificate_queries
from servicedesk.enterprises.queries import names as name_queries
from servicedesk.enterprises.queries import register as register_queries
from servicedesk.enterprises.standing import REGISTER_BRANCH
from servicedesk.errors import NotFound, RuleBroken
from servicedesk.park import local_day, park
from servicedesk.words import Text, say


def reserve_name(
    session: Session,
    application: Application,
    *,
    by: User | None,  # noqa: ARG001 - the shape of an effect
    now: datetime,
) -> Done:
    """Reserve the name that the application holds, and issue the notice with its last day."""
    hold_new_name(session, application, now)
    name = name_queries.get_held_by_case(session, application.case_id)
    needs_approval = application.answers.get("approval_first") is True
    setting = "reserved_days_approval" if needs_approval else "reserved_days"
    days = application.settings.get(setting)
    until = names.reserve(
        name, needs_approval=needs_approval, days=int(days) if days else None, now=now
    )
    holder = session.get_one(User, application.applicant_id)
    facts = certificate_facts.name_notice(
        _parts(name),
        answers.text(application.answers, "declarant_name") or holder.name,
        local_day(until),
        issue_of(application, office(application), now),
    )
    return done(
        certificates.issue(
            session,
            application.certificate or "name_notice",
            facts,
            case_id=application.case_id,
            enterprise_id=None,
            now=now,
        )
    )


def register_enterprise(
    session: Session, application: Application, *, by: User | None, now: datetime
) -> Done:
    """Enter the enterprise: credit code, filing, name, address, member, licence, all at once.

    Raises:
        RuleBroken: the name or the place is not held for this application any more.
    """
    hold_for_set_up(session, application, now)
    name = name_queries.get_held_by_case(session, application.case_id)
    form = legal_forms.form_of(application.answers, application.settings)
    enterprise = _enter(
        session, application, form, name.full_name, Decision(application.case_id, by, now)
    )
    names.register(session, case_id=application.case_id, enterprise=enterprise)
    notices = _used_notices(session, name)
    return done(_licence(session, application, enterprise, now, instead_of=notices))


def register_branch(
    session: Session, application: Application, *, by: User | None, now: datetime
) -> Done:
    """Enter a branch under the name of its parent, with a code and a licence of its own.

    Raises:
        RuleBroken: the parent may have no branch, or has one of this name, or the place is not
            held any more.
    """
    parent = parent_of(session, application)
    hold_place_if_wanted(session, application, now)
    name = _branch_name(application.answers)
    if parent is not None and register_queries.find_branch(session, parent, name) is not None:
        raise RuleBroken(say("“%(name)s” is registered already.", name=name))
    decision = Decision(application.case_id, by, now)
    enterprise = _enter(session, application, public_facts.BRANCH, name, decision)
    return done(_licence(session, application, enterprise, now))


def parent_of(session: Session, application: Application) -> Enterprise | None:
    """Return the parent of a branch, locked, if it is in the register here.

    Raises:
        RuleBroken: it can have no branch now; the words say why.
    """
    parent = registered(session, application)
    if parent is None:
        return None
    parent, case_id = register.locked(session, parent.id), application.case_id
    proceedings.require_allowed(session, parent, REGISTER_BRANCH, case_id=case_id)
    return parent


def _enter(
    session: Session, application: Application, form: str, name: str, decision: Decision
) -> Enterprise:
    """Enter an enterprise with its first filing, its place and who acts for it."""
    given, place = application.answers, _place(session, application)
    facts = public_facts.of_set_up(
        given,
        SetUp(
            org_form=form,
            name=name,
            address=_address(application, place),
            registrar=park().departments["market"].full,
            today=decision.day,
            unit=place.unit.code if place else None,
        ),
    )
    enterprise = register.set_up(session, facts, decision=decision)
    if place is not None:
        addresses.take(
            session,
            case_id=application.case_id,
            enterprise_id=enterprise.id,
            admission=admitted_place(session, application),
            until=_lease_end(given, place),
        )
    is_agent = given.get("agent_acts") is True
    members.found(
        session, enterprise, application.applicant_id, as_agent=is_agent, now=decision.now
    )
    return enterprise


def _licence(
    session: Session,
    application: Application,
    enterprise: Enterprise,
    now: datetime,
    *,
    instead_of: Sequence[Certificate] = (),
) -> Certificate:
    issue = issue_of(application, office(application), now)
    return certificates.issue(
        session,
        LICENCE,
        certificate_facts.licence(enterprise.facts, enterprise.credit_code, issue),
        case_id=application.case_id,
        enterprise_id=enterprise.id,
        instead_of=instead_of,
        now=now,
    )


def _branch_name(given: Mapping[str, Any]) -> str:
    parent = answers.text(given, "company_name")
    ending = branches.ENDINGS.get(answers.text(given, "name_form"), branches.ENDINGS["branch"])
    return f"{parent}{answers.text(given, 'branch_word')}{ending}"


def host_address(
    session: Session,
    application: Application,
    *,
    by: User | None,  # noqa: ARG001 - the shape of an effect
    now: datetime,
) -> Done:
    """Give the place to the company and issue the proof of its address."""
    hold_place(session, application, now)
    given = application.answers
    company = registered(session, application)
    since = answers.day(given, "hosted_from") or local_day(now)
    until = _hosted_until(given, since)
    holding = addresses.take(
        session,
        case_id=application.case_id,
        enterprise_id=company.id if company else None,
        admission=place_of_company(session, application),
        until=until,
    )
    unit = holding.unit
    facts = certificate_facts.address_proof(
        _company(session, application),
        (unit.code, Text(unit.address_en, unit.address_zh)),
        (since, until),
        issue_of(application, office(application, "park"), now),
    )
    return done(
        certificates.issue(
            session,
            application.certificate or ADDRESS_PROOF,
            facts,
            case_id=application.case_id,
            enterprise_id=company.id if company else None,
            now=now,
        )
    )


def _place(session: Session, application: Application) -> AddressHolding | None:
    """Return the place that is held for the application, or that it was admitted to.

    Raises:
        NotFound: it wants a place and holds none.
    """
    if not wants_place(application.answers):
        return None
    held = address_queries.find_open_holding(session, application.case_id)
    holding = held or admitted_place(session, application)
    if holding is None:
        raise NotFound(say("This application holds no place in the park."))
    return holding


def _lease_end(given: Mapping[str, Any], place: AddressHolding) -> date | None:
    """Return the last day of the lease of a room or desk; how long a hosted stay is, is agreed."""
    return None if place.unit.kind == HOSTED else answers.day(given, "lease_until")


def _address(application: Application, place: AddressHolding | None) -> Text:
    if place is None:
        own = answers.text(application.answers, "own_address")
        return Text(own, own)
    return Text(place.unit.address_en, place.unit.address_zh)


def _used_notices(session: Session, name: EnterpriseName) -> Sequence[Certificate]:
    """Return the notices of the reservation that the set-up has used up."""
    if name.case_id is None:
        return ()
    return certificate_queries.valid_for(session, "name_notice", case_id=name.case_id)


def _company(session: Session, application: Application) -> str:
    chosen = answers.chosen_name(application.answers)
    if chosen is not None:
        name = name_queries.find_own(session, chosen, holder_id=application.applicant_id)
        if name is not None:
            return name.full_name
    return answers.text(application.answers, "company_name") or application.title


def _hosted_until(given: Mapping[str, Any], since: date) -> date | None:
    """Return the last day of a hosted address: the day before the same day years later."""
    years = str(given.get("hosted_years") or "")
    if not years.isdecimal():
        return None
    return years_after(since, int(years)) - timedelta(days=1)


def _parts(name: EnterpriseName) -> NameParts:
    return NameParts(name.division, name.trade_name, name.industry, name.form)

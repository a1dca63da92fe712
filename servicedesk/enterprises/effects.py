"""What an approval does to the register, and what an application holds until then.

``EFFECTS`` run once, in the transaction of the decision.  ``hold`` runs when an application
is sent (again), ``release`` when it ends any other way than by approval.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final, Protocol

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.enterprises import answers, certificate_facts, name_parts, public_facts
from servicedesk.enterprises.certificate_facts import Issue
from servicedesk.enterprises.days import years_after
from servicedesk.enterprises.models import (
    HOSTED,
    AddressHolding,
    Certificate,
    Enterprise,
    EnterpriseName,
)
from servicedesk.enterprises.name_parts import NameParts
from servicedesk.enterprises.operations import addresses, certificates, names, register
from servicedesk.enterprises.operations.register import Decision
from servicedesk.enterprises.queries import addresses as address_queries
from servicedesk.enterprises.queries import certificates as certificate_queries
from servicedesk.enterprises.queries import names as name_queries
from servicedesk.enterprises.queries import register as register_queries
from servicedesk.errors import NotFound
from servicedesk.park import local_day, park
from servicedesk.words import Text, say


@dataclass(frozen=True)
class Application:
    """What an effect may know of the case that brings it about."""

    case_id: int
    reference: str
    service: str  # its code
    applicant_id: int
    enterprise_id: int | None
    answers: Mapping[str, Any]
    title: str
    result: Text  # the result's name
    certificate: str | None = None  # the template; None: the effect's own
    department: str | None = None  # of the implementing body; None: the effect's own
    settings: Mapping[str, Any] = field(default_factory=dict)  # of the service


@dataclass(frozen=True)
class Done:
    """What came of an effect."""

    enterprise_id: int | None = None
    certificate_id: int | None = None
    certificate_code: str | None = None


class Effect(Protocol):
    """What an approval does."""

    def __call__(
        self, session: Session, application: Application, *, by: User | None, now: datetime
    ) -> Done:
        """Do it, without committing; ``by`` decided, None is the desk itself."""
        ...


def plain_notice(
    session: Session,
    application: Application,
    *,
    by: User | None,  # noqa: ARG001 - the shape of an effect
    now: datetime,
) -> Done:
    """Change nothing in the register; issue the notice that the service promises, if any."""
    if application.certificate is None:
        return Done()
    issue = _issue(application, _office(application, "window"), now)
    facts = certificate_facts.notice(application.result, application.title, issue)
    return _done(
        certificates.issue(
            session,
            application.certificate,
            facts,
            case_id=application.case_id,
            enterprise_id=application.enterprise_id,
            now=now,
        )
    )


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
        _issue(application, _office(application), now),
    )
    return _done(
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
    given, decision = application.answers, Decision(application.case_id, by, now)
    name = name_queries.get_held_by_case(session, application.case_id)
    facts = public_facts.of_set_up(
        given,
        name=name.full_name,
        address=_address(session, application),
        registrar=park().departments["market"].full,
        today=decision.day,
    )
    enterprise = register.set_up(
        session, facts, is_foreign=answers.is_foreign(given), decision=decision
    )
    names.register(session, case_id=application.case_id, enterprise=enterprise)
    if _wants_place(given):
        addresses.take(
            session,
            case_id=application.case_id,
            enterprise_id=enterprise.id,
            admission=_move(session, application),
        )
    register.join(session, enterprise, application.applicant_id, capacity=_capacity(given), now=now)
    licence = certificates.issue(
        session,
        application.certificate or "licence",
        certificate_facts.licence(
            facts, enterprise.credit_code, _issue(application, _office(application), now)
        ),
        case_id=application.case_id,
        enterprise_id=enterprise.id,
        instead_of=_used_notices(session, name),
        now=now,
    )
    return _done(licence)


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
    registered = _registered(session, application)
    holding = addresses.take(
        session,
        case_id=application.case_id,
        enterprise_id=registered.id if registered else None,
        admission=_admission(session, application),
    )
    unit, since = holding.unit, answers.day(given, "hosted_from") or local_day(now)
    facts = certificate_facts.address_proof(
        _company(session, application),
        (unit.code, Text(unit.address_en, unit.address_zh)),
        (since, _hosted_until(given, since)),
        _issue(application, _office(application, "park"), now),
    )
    return _done(
        certificates.issue(
            session,
            application.certificate or "address_proof",
            facts,
            case_id=application.case_id,
            enterprise_id=registered.id if registered else None,
            now=now,
        )
    )


def hold(
    session: Session, effect_name: str | None, application: Application, now: datetime
) -> None:
    """Hold what is scarce for an application that is sent; again after a correction.

    Raises:
        RuleBroken: somebody else has it; the words say what is free instead.
    """
    if effect_name in _HOLDS:
        _HOLDS[effect_name](session, application, now)


def release(session: Session, effect_name: str | None, case_id: int, now: datetime) -> None:
    """Let go what an application held, when it ends without approval.  Safe to repeat."""
    if effect_name in _HOLDS:
        names.let_go(session, case_id=case_id, now=now)
        addresses.give_back(session, case_id=case_id, now=now)


def hold_new_name(session: Session, application: Application, now: datetime) -> None:
    """Hold the name that the application spells."""
    names.hold(
        session,
        name_parts.of_answers(application.answers),
        holder_id=application.applicant_id,
        case_id=application.case_id,
        now=now,
    )


def hold_for_set_up(session: Session, application: Application, now: datetime) -> None:
    """Hold name and place of a set-up; always in this order, so that nobody waits in a circle."""
    reserved = answers.chosen_name(application.answers) or _reserved_as_spelt(
        session, application, now
    )
    if reserved is None:
        hold_new_name(session, application, now)
    else:
        names.use(
            session,
            reserved,
            holder_id=application.applicant_id,
            case_id=application.case_id,
            now=now,
        )
    if _wants_place(application.answers):
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
    if _admission(session, application) is not None:
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
        addresses.hold(session, code, case_id=case_id, now=now)
        return
    name_id = answers.chosen_name(application.answers)
    addresses.move_in(session, unit, case_id=case_id, name_id=name_id, now=now)


_HOLDS: Final[dict[str | None, Callable[[Session, Application, datetime], None]]] = {
    "reserve_name": hold_new_name,
    "register_enterprise": hold_for_set_up,
    "host_address": hold_place,
}
EFFECTS: Final[dict[str, Effect]] = {
    "none": plain_notice,
    "reserve_name": reserve_name,
    "register_enterprise": register_enterprise,
    "host_address": host_address,
}


def _wants_place(given: Mapping[str, Any]) -> bool:
    return answers.text(given, "address_kind") == "park"


def _address(session: Session, application: Application) -> Text:
    if not _wants_place(application.answers):
        own = answers.text(application.answers, "own_address")
        return Text(own, own)
    held = address_queries.find_open_holding(session, application.case_id)
    holding = held or _move(session, application)
    if holding is None:
        raise NotFound(say("This application holds no place in the park."))
    return Text(holding.unit.address_en, holding.unit.address_zh)


def _move(session: Session, application: Application) -> AddressHolding | None:
    """Return the place at the shared address that the name of a set-up was admitted to."""
    name_id = answers.chosen_name(application.answers)
    code = answers.text(application.answers, "unit")
    return address_queries.find_admission(session, code, name_id=name_id)


def _admission(session: Session, application: Application) -> AddressHolding | None:
    """Return the place that the registered company has at this shared address already."""
    registered = _registered(session, application)
    code = answers.text(application.answers, "unit")
    enterprise_id = registered.id if registered else None
    return address_queries.find_admission(session, code, enterprise_id=enterprise_id)


def _registered(session: Session, application: Application) -> Enterprise | None:
    return register_queries.find_by_code(session, answers.text(application.answers, "credit_code"))


def _capacity(given: Mapping[str, Any]) -> str:
    return "agent" if given.get("agent_acts") is True else "owner"


def _used_notices(session: Session, name: EnterpriseName) -> Sequence[Certificate]:
    """Return the notices of the reservation that the set-up has used up."""
    if name.case_id is None:
        return ()
    return certificate_queries.valid_of_case(session, name.case_id, "name_notice")


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


def _issue(application: Application, issuer: Text, now: datetime) -> Issue:
    return Issue(issuer=issuer, on=local_day(now), reference=application.reference)


def _office(application: Application, otherwise: str = "market") -> Text:
    """Return in whose name a decision is made: that of the body which implements the service."""
    return park().departments[application.department or otherwise].full


def _done(certificate: Certificate) -> Done:
    return Done(certificate.enterprise_id, certificate.id, certificate.code)

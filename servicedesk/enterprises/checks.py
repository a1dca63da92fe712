"""The rules of the register over the answers of an application.

Each check reads answers and database and lets a pure rule judge.  What has not been asked
yet is not judged: a later page brings it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from servicedesk.catalogue.registry import Check, Finding, Matter, Weight
from servicedesk.enterprises import (
    answers,
    beneficial_owners,
    capital,
    foreign_investors,
    identities,
    name_parts,
    name_rules,
    organs,
    own_addresses,
    owners,
    reference,
    scope,
)
from servicedesk.enterprises.beneficial_owners import Thresholds
from servicedesk.enterprises.days import local_day
from servicedesk.enterprises.divisions import divisions
from servicedesk.enterprises.findings import in_order, wrong
from servicedesk.enterprises.findings import name_rules as name_law
from servicedesk.enterprises.holdings import (
    free_after,
    holding_of,
    is_admission,
    reservation,
    why_unusable,
)
from servicedesk.enterprises.models import HOSTED, AddressUnit, EnterpriseName
from servicedesk.enterprises.name_likeness import keys
from servicedesk.enterprises.name_parts import NameParts
from servicedesk.enterprises.name_rules import Examined
from servicedesk.enterprises.name_verdicts import finding
from servicedesk.enterprises.operations.addresses import why_full, why_not_admitted
from servicedesk.enterprises.own_companies import own_company
from servicedesk.enterprises.queries import addresses, names
from servicedesk.enterprises.scope import ForeignInvestment
from servicedesk.park import park
from servicedesk.words import say

OF_AGE: Final = 18  # where a service has no setting for it


@dataclass(frozen=True)
class Asking:
    """Who asks about a name, and for what."""

    asker_id: int | None = None
    case_id: int | None = None
    is_foreign: bool = False
    examined: Examined = Examined.AT_SET_UP
    but_not: int | None = None  # a name that does not stand in the way: the one asked about


def company_name(matter: Matter) -> Sequence[Finding]:
    """Judge the name: a new one by the rules and the register, a reserved one by its holder."""
    given = matter.answers
    if answers.chosen_name(given) is not None:
        return _reserved_name(matter, _chosen(matter), "name_choice")
    if given.get("name_source") == "reserved":
        return [wrong(say("Choose one of your reserved names."), "name_choice")]
    parts = name_parts.of_answers(given)
    if given.get("name_source") == "new":  # a set-up: what is reserved for it may be spelt too
        own = names.find_reserved(
            matter.session, parts.full, holder_id=matter.applicant_id, now=matter.now
        )
        if own is not None:
            return _reserved_name(matter, own, "trade_name")
    return name_findings(matter.session, parts, _asking(matter), now=matter.now)


def name_findings(
    session: Session, parts: NameParts, asking: Asking, *, now: datetime
) -> Sequence[Finding]:
    """Return all that is to be said of a new name."""
    found = name_rules.findings(
        parts,
        divisions=park().division_names,
        is_foreign=asking.is_foreign,
        form="llc_fie" if asking.is_foreign else "llc",
        examined=asking.examined,
    )
    if not parts.trade_name:
        return found
    like = names.like(
        session,
        keys(parts.trade_name, parts.industry),
        case_id=asking.case_id,
        but_not=asking.but_not,
        now=now,
    )
    if like or any(one.weight is Weight.WRONG for one in found):
        return [*found, *(_of_like(one, asking) for one in like)]
    words = say("Nobody here has registered or reserved a name like “%(name)s”.", name=parts.full)
    return [*found, in_order(words, "trade_name", name_law("17"))]


def is_reserved_for(
    session: Session, parts: NameParts, asker_id: int | None, *, now: datetime
) -> bool:
    """Whether this very name is reserved for the one who asks."""
    return asker_id is not None and (
        names.find_reserved(session, parts.full, holder_id=asker_id, now=now) is not None
    )


def name_still_held(matter: Matter) -> Sequence[Finding]:
    """Judge whether the reserved name that was chosen is still the applicant's."""
    if answers.chosen_name(matter.answers) is None:
        return []
    return [_hold_on(matter, _chosen(matter), "name_choice")]


def _chosen(matter: Matter) -> EnterpriseName | None:
    name_id = answers.chosen_name(matter.answers) or 0
    return names.find_own(matter.session, name_id, holder_id=matter.applicant_id)


def _hold_on(matter: Matter, name: EnterpriseName | None, place: str) -> Finding:
    """Return whether the applicant still has the reserved name, and how long."""
    if name is None:
        words = say("This reserved name is not yours any more. Choose another.")
        return wrong(words, place, name_law("18"))
    problem = why_unusable(name, case_id=matter.case_id, now=matter.now)
    if problem is not None:
        return wrong(problem, place, name_law("18"))
    held = reservation(name, now=matter.now)
    if held is None or held.state != "running":
        return in_order(
            say("“%(name)s” is reserved for you.", name=name.full_name), place, name_law("18")
        )
    words = say(
        "“%(name)s” is reserved for you until %(until)s: %(left)s.",
        name=name.full_name,
        until=held.last_day,
        left=held.left,
    )
    return in_order(words, place, name_law("18"))


def _reserved_name(matter: Matter, name: EnterpriseName | None, place: str) -> Sequence[Finding]:
    """Judge a reserved name that is to be used: what the machine let pass is examined now.

    The rules may have grown since; who has the name is not refused by them, an officer decides.
    """
    hold = _hold_on(matter, name, place)
    if name is None or hold.weight is Weight.WRONG:
        return [hold]
    parts = NameParts(name.division, name.trade_name, name.industry, name.form)
    asking = replace(_asking(matter), but_not=name.id)
    examined = name_findings(matter.session, parts, asking, now=matter.now)
    return [
        hold,
        *(
            replace(one, weight=Weight.LOOK, place=place)
            for one in examined
            if one.weight is not Weight.IN_ORDER
        ),
    ]


def _asking(matter: Matter) -> Asking:
    return Asking(
        asker_id=matter.applicant_id,
        case_id=matter.case_id,
        is_foreign=_is_foreign(matter),
        examined=Examined.NOW if matter.is_examined else Examined.AT_SET_UP,
    )


def _of_like(one: names.Like, asking: Asking) -> Finding:
    holding = holding_of(one.name, asking.asker_id)
    return finding(one.name.full_name, one.likeness, holding, free_after(one.name))


def check_owners(matter: Matter) -> Sequence[Finding]:
    """Judge shareholders, their papers, and the form."""
    org_form = answers.text(matter.answers, "org_form")
    return [
        *_papers(matter, "shareholders"),
        *owners.findings(answers.owners(matter.answers), org_form),
    ]


def check_capital(matter: Matter) -> Sequence[Finding]:
    """Judge capital and contributions."""
    return capital.findings(
        answers.capital(matter.answers),
        answers.contributions(matter.answers),
        today=local_day(matter.now),
    )


def check_organs(matter: Matter) -> Sequence[Finding]:
    """Judge who holds which post, and the papers of these people."""
    return [
        *_papers(matter, "directors", have_posts=True),
        *_papers(matter, "supervisors", have_posts=True),
        *_posts(matter),
    ]


def _posts(matter: Matter) -> Sequence[Finding]:
    return organs.findings(
        answers.officers(matter.answers),
        answers.supervisors(matter.answers),
        no_supervisor=matter.answers.get("no_supervisor") is True,
        legal_rep_post=answers.text(matter.answers, "legal_rep_post") or None,
        has_audit_committee=matter.answers.get("audit_committee") is True,
    )


def finance_head(matter: Matter) -> Sequence[Finding]:
    """Judge whether the head of finance may be that."""
    head = answers.finance_head(matter.answers)
    supervisors = answers.supervisors(matter.answers) or []
    return list(organs.finance_findings(head, supervisors)) if head else []


def business_scope(matter: Matter) -> Sequence[Finding]:
    """Judge the phrases of business scope."""
    return scope.findings(
        answers.scope(matter.answers),
        answers.text(matter.answers, "main_scope") or None,
        _foreign_investment(matter) if _is_foreign(matter) else None,
    )


def registered_address(matter: Matter) -> Sequence[Finding]:
    """Judge whether the place in the park is free, or an own address is given."""
    code = answers.text(matter.answers, "unit")
    if answers.text(matter.answers, "address_kind") == "own":
        return _own_address(answers.text(matter.answers, "own_address"))
    unit = addresses.find_unit(matter.session, code)
    kinds = str(matter.settings.get("unit_kinds") or "").split()
    if unit is None or (kinds and unit.kind not in kinds):
        return [wrong(say("Choose one of the places offered here."), "unit")]
    if unit.kind == HOSTED and not is_admission(matter.settings):
        return _shared_address(matter, unit)
    own = addresses.find_open_holding(matter.session, matter.case_id) if matter.case_id else None
    if unit.taken < unit.capacity or (own is not None and own.unit_id == unit.id):
        return [in_order(say("%(unit)s is free for you.", unit=unit.code), "unit")]
    return [wrong(why_full(unit, addresses.nearest_free(matter.session, unit)), "unit")]


def _shared_address(matter: Matter, unit: AddressUnit) -> Sequence[Finding]:
    name_id = answers.chosen_name(matter.answers)
    if addresses.find_admission(matter.session, unit.code, name_id=name_id) is None:
        return [wrong(why_not_admitted(unit), "unit")]
    words = say("The company was admitted to %(unit)s; its place is there.", unit=unit.code)
    return [in_order(words, "unit")]


def admission(matter: Matter) -> Sequence[Finding]:
    """Judge whether the park admits such a company to its shared address."""
    admits_all = str(matter.settings.get("licensed_first_excluded")) == "yes"
    if matter.answers.get("approval_first") is True and not admits_all:
        words = say(
            "The park does not admit companies that need an approval before their registration. "
            "Choose a room or a desk when you set the company up."
        )
        return [wrong(words, "approval_first")]
    return []


def _own_address(typed: str) -> Sequence[Finding]:
    problem = own_addresses.fault(typed, homes=park().division_names, divisions=divisions().firm)
    if problem is not None:
        return [wrong(problem, "own_address")]
    return []


def check_beneficial_owners(matter: Matter) -> Sequence[Finding]:
    """Judge the exemption promise, or the list of beneficial owners."""
    is_exempt = matter.answers.get("bo_exempt") is True
    found = beneficial_owners.findings(
        answers.capital(matter.answers),
        answers.stakes(matter.answers),
        None if is_exempt else answers.beneficiaries(matter.answers),
        _thresholds(matter.settings),
    )
    return found if is_exempt else [*_papers(matter, "beneficial_owners"), *found]


def check_foreign_investors(matter: Matter) -> Sequence[Finding]:
    """Judge who invests, the papers of those from abroad, and who receives legal documents."""
    is_asked = "legal_recipient_name" in matter.answers
    named = answers.owners(matter.answers)
    papers = foreign_investors.findings(
        named,
        [answers.text(card, "proof") for card in answers.cards(matter.answers, "shareholders")],
        answers.text(matter.answers, "legal_recipient_name") if is_asked else None,
    )
    kind = answers.text(matter.answers, "fie_kind")
    return [*foreign_investors.kind_findings(named, kind), *papers]


def _papers(matter: Matter, group: str, *, have_posts: bool = False) -> Iterator[Finding]:
    return identities.findings(
        answers.people(matter.answers, group),
        group,
        today=local_day(matter.now),
        of_age=int(matter.settings.get("of_age") or OF_AGE),
        have_posts=have_posts,
    )


def _is_foreign(matter: Matter) -> bool:
    offered = str(matter.settings.get("org_forms") or "").split()
    return offered == ["llc_fie"] or answers.is_foreign(matter.answers)


def _foreign_investment(matter: Matter) -> ForeignInvestment:
    asked = {bar.ground for bar in reference.foreign_bars().values()}
    owners_named = answers.owners(matter.answers)
    return ForeignInvestment(
        grounds={key: answers.text(matter.answers, key) for key in asked},
        is_wholly=bool(owners_named) and all(one.is_foreign for one in owners_named),
    )


def _thresholds(settings: Mapping[str, Any]) -> Thresholds:
    limits = Thresholds()
    if (percent := settings.get("bo_percent")) is not None:
        limits = replace(limits, percent=Decimal(str(percent)))
    if (most := settings.get("bo_exempt_capital")) is not None:
        limits = replace(limits, exempt_capital=Decimal(str(most)))
    return limits


CHECKS: Final[dict[str, Check]] = {
    "admission": admission,
    "beneficial_owners": check_beneficial_owners,
    "business_scope": business_scope,
    "capital": check_capital,
    "company_name": company_name,
    "finance_head": finance_head,
    "foreign_investors": check_foreign_investors,
    "name_still_held": name_still_held,
    "organs": check_organs,
    "own_company": own_company,
    "owners": check_owners,
    "registered_address": registered_address,
}

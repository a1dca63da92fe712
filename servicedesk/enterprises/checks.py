"""The rules of the register over the answers of an application.

Each check reads answers and database and lets a pure rule judge.  What has not been asked
yet is not judged: a later page brings it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from servicedesk.catalogue.registry import Check, Finding, Matter
from servicedesk.enterprises import (
    against_register,
    answers,
    beneficial_owners,
    capital,
    change_checks,
    foreign_investors,
    identities,
    legal_forms,
    organs,
    own_addresses,
    owners,
    partnerships,
    promoters,
    public_facts,
    reference,
    scope,
    standard_addresses,
)
from servicedesk.enterprises.beneficial_owners import Thresholds
from servicedesk.enterprises.divisions import divisions
from servicedesk.enterprises.findings import in_order, look, wrong
from servicedesk.enterprises.holdings import is_admission
from servicedesk.enterprises.models import HOSTED, AddressUnit, Enterprise
from servicedesk.enterprises.name_checks import (
    branch_name,
    company_name,
    name_still_held,
    retyped_name,
)
from servicedesk.enterprises.operations.addresses import why_full, why_not_admitted
from servicedesk.enterprises.own_companies import company_of, own_company, own_file
from servicedesk.enterprises.queries import address_stock, addresses, register
from servicedesk.enterprises.scope import ForeignInvestment
from servicedesk.park import local_day, park
from servicedesk.words import Text, Words, say

OF_AGE: Final = 18  # where a service has no setting for it


def check_owners(matter: Matter) -> Sequence[Finding]:
    """Judge shareholders, their papers, and the form."""
    org_form = answers.text(matter.answers, "org_form")
    return [
        *_papers(matter, "shareholders"),
        *owners.findings(answers.owners(matter.answers), org_form),
    ]


def check_promoters(matter: Matter) -> Sequence[Finding]:
    """Judge the promoters of a joint-stock company, and their papers."""
    return [
        *_papers(matter, "shareholders"),
        *promoters.findings(answers.promoters(matter.answers)),
    ]


def check_partners(matter: Matter) -> Sequence[Finding]:
    """Judge the partners of a partnership of the kind chosen, and their papers."""
    return [
        *_papers(matter, "partners"),
        *partnerships.findings(
            answers.partners(matter.answers),
            legal_forms.org_form(matter),
            are_executives_chosen=matter.answers.get("executive_chosen") is True,
        ),
    ]


def check_capital(matter: Matter) -> Sequence[Finding]:
    """Judge capital and contributions, as the form asks for them."""
    form, founding = legal_forms.org_form(matter), answers.text(matter.answers, "founding_by")
    if form == promoters.FORM and not founding:
        return []
    return capital.findings(
        answers.capital(matter.answers),
        answers.contributions(matter.answers),
        today=local_day(matter.now),
        terms=capital.TERMS.get(form, capital.LIMITED),
        is_offering=founding == "offering",
        part=answers.promoters_part(matter.answers),
    )


def branch_head(matter: Matter) -> Sequence[Finding]:
    """Judge the papers of the head of a branch, who is named without a group."""
    return list(_papers(matter, None))


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
        law=_organs_law(matter),
    )


def _organs_law(matter: Matter) -> organs.Law:
    is_joint_stock = legal_forms.org_form(matter) == promoters.FORM
    return organs.JOINT_STOCK if is_joint_stock else organs.LIMITED


def finance_head(matter: Matter) -> Sequence[Finding]:
    """Judge whether the head of finance may be that."""
    head = answers.finance_head(matter.answers)
    supervisors = answers.supervisors(matter.answers) or []
    law = _organs_law(matter)
    return list(organs.finance_findings(head, supervisors, law)) if head else []


def business_scope(matter: Matter) -> Sequence[Finding]:
    """Judge the phrases of business scope.

    Of a company that the register has, that says whether it is foreign-invested.  A branch is so
    by its parent, and is not asked for the grounds: the scope of the parent was judged.
    """
    company = company_of(matter)
    parent = _parent(matter, company)
    foreign: ForeignInvestment | None = None
    if parent is not None:
        if parent.is_foreign_invested:
            foreign = ForeignInvestment(of_parent=parent.facts.get("scope") or [])
    elif legal_forms.is_foreign(matter) or (company and company.is_foreign_invested):
        foreign = _foreign_investment(matter, company)
    return scope.findings(
        answers.scope(matter.answers),
        answers.text(matter.answers, "main_scope") or None,
        foreign,
    )


def _parent(matter: Matter, company: Enterprise | None) -> Enterprise | None:
    """Return whose branch the scope is of, if it is that of a branch and the register knows.

    Whoever sets up a branch names the parent and is not asked for its form.
    """
    if company is None or "org_form" not in matter.answers:
        return company
    return register.find_by_code(matter.session, company.parent_code or "")


def registered_address(matter: Matter) -> Sequence[Finding]:
    """Judge whether the place in the park is free, or an own address is given."""
    code = answers.text(matter.answers, "unit")
    if answers.text(matter.answers, "address_kind") == "own":
        return _own_address(matter, answers.text(matter.answers, "own_address"))
    unit = addresses.find_unit(matter.session, code)
    kinds = str(matter.settings.get("unit_kinds") or "").split()
    if unit is None or (kinds and unit.kind not in kinds):
        return [wrong(say("Choose one of the places offered here."), "unit")]
    if unit.kind == HOSTED and not is_admission(matter.settings):
        return _shared_address(matter, unit)
    own = addresses.find_open_holding(matter.session, matter.case_id) if matter.case_id else None
    if unit.is_open or (own is not None and own.unit_id == unit.id):
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


def _own_address(matter: Matter, typed: str) -> Sequence[Finding]:
    problem = own_addresses.fault(typed, homes=park().division_names, divisions=divisions().firm)
    if problem is not None:
        return [wrong(problem, "own_address")]
    known = address_stock.standard_addresses(matter.session)
    found = standard_addresses.match(typed, known, homes=park().division_names)
    if found.exact is not None:
        return [wrong(_is_ours(found.exact), "own_address", _standard_rule())]
    if found.near:
        return [look(_may_be_ours(found.near, known), "own_address", _standard_rule())]
    return []


def _is_ours(code: str) -> Words:
    return say(
        "This is %(unit)s, a standard address of the park: no paper proof is needed. Answer that "
        "the address is in the park and choose %(unit)s, so that the place is held for you.",
        unit=code,
    )


def _may_be_ours(codes: Sequence[str], known: Mapping[str, str]) -> Words:
    written = [f"{code} ({known[code]})" for code in codes]
    return say(
        "Is it one of these standard addresses of the park? %(near)s. Then choose it as an "
        "address in the park; no paper proof is needed.",
        near=Text("; ".join(written), "；".join(written)),
    )


def _standard_rule() -> Words | None:
    law = park().standard_addresses_by
    return say("%(basis)s", basis=law) if law is not None else None


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


def _papers(matter: Matter, group: str | None, *, have_posts: bool = False) -> Iterator[Finding]:
    return identities.findings(
        answers.people(matter.answers, group),
        group,
        today=local_day(matter.now),
        of_age=int(matter.settings.get("of_age") or OF_AGE),
        have_posts=have_posts,
    )


def _foreign_investment(matter: Matter, company: Enterprise | None) -> ForeignInvestment:
    asked = {bar.ground for bar in reference.foreign_bars().values()}
    registered = (company.facts.get("shareholders") or []) if company else []
    are_foreign = [one.is_foreign for one in answers.owners(matter.answers)] or [
        public_facts.is_from_abroad(one) for one in registered
    ]
    return ForeignInvestment(
        grounds={key: answers.text(matter.answers, key) for key in asked},
        is_wholly=bool(are_foreign) and all(are_foreign),
    )


def _thresholds(settings: Mapping[str, Any]) -> Thresholds:
    limits = Thresholds()
    if (percent := settings.get("bo_percent")) is not None:
        limits = replace(limits, percent=Decimal(str(percent)))
    if (most := settings.get("bo_exempt_capital")) is not None:
        limits = replace(limits, exempt_capital=Decimal(str(most)))
    return limits


CHECKS: Final[dict[str, Check]] = {
    **change_checks.CHECKS,
    "admission": admission,
    "all_investors": against_register.all_investors,
    "beneficial_owners": check_beneficial_owners,
    "branch_head": branch_head,
    "branch_name": branch_name,
    "business_scope": business_scope,
    "capital": check_capital,
    "capital_kept": against_register.capital_kept,
    "capital_lowered": against_register.capital_lowered,
    "capital_raised": against_register.capital_raised,
    "company_name": company_name,
    "equity_transfers": against_register.equity_transfers,
    "finance_head": finance_head,
    "first_refusal": against_register.first_refusal,
    "foreign_investors": check_foreign_investors,
    "name_still_held": name_still_held,
    "new_type": against_register.new_type,
    "organs": check_organs,
    "own_company": own_company,
    "own_file": own_file,
    "owners": check_owners,
    "partners": check_partners,
    "promoters": check_promoters,
    "registered_address": registered_address,
    "registered_type": against_register.registered_type,
    "representative_kept": against_register.representative_kept,
    "retyped_name": retyped_name,
}

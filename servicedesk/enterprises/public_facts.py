"""What the register publishes of an enterprise, taken from a set-up application.

Company Law art. 32 and 40: name, domicile, capital, scope, legal representative,
shareholders and what they put in.  Numbers of identity papers, telephones and home
addresses never come here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from servicedesk.catalogue.numbers import compact
from servicedesk.enterprises import answers, money, reference
from servicedesk.enterprises.days import years_after
from servicedesk.enterprises.identities import HOME
from servicedesk.enterprises.organs import LEGAL_REPRESENTATIVE
from servicedesk.words import Text

Facts = dict[str, Any]

LLC, LLC_FIE, SOLE, BRANCH = "llc", "llc_fie", "sole", "branch"
PARTNERSHIPS: Final = frozenset(["gp", "sgp", "lp"])
# What facts are called in a company, and in enterprises of a form that has other words for them.
IN_COMPANY: Final[Mapping[str, Text]] = {
    "legal_representative": Text("Legal representative", "法定代表人"),
    "capital": Text("Registered capital", "注册资本"),
    "address": Text("Address", "住所"),
    "shareholders": Text("Shareholders", "股东"),
}
_IN_PARTNERSHIP: Final = {
    "legal_representative": Text("Executing partner", "执行事务合伙人"),
    "capital": Text("Contributions", "出资额"),
    "address": Text("Main place of business", "主要经营场所"),
    "shareholders": Text("Partners", "合伙人"),
}
_OF_FORM: Final[Mapping[str, Mapping[str, Text]]] = {
    **dict.fromkeys(PARTNERSHIPS, _IN_PARTNERSHIP),
    SOLE: {
        "legal_representative": Text("Investor", "投资人"),
        "capital": Text("Contribution", "出资额"),
        "shareholders": Text("Investor", "投资人"),
    },
    BRANCH: {
        "legal_representative": Text("Person in charge", "负责人"),
        "address": Text("Place of business", "经营场所"),
    },
}
_PLAIN: Final = Text("Limited liability company", "有限责任公司")
_ONE_PERSON: Final = Text(
    "Limited liability company (owned by one natural person)", "有限责任公司（自然人独资）"
)
_ONE_BODY: Final = Text(
    "Limited liability company (owned by one legal person)", "有限责任公司（法人独资）"
)
_ALL_FOREIGN: Final = Text(
    "Limited liability company (wholly foreign-owned)", "有限责任公司（外商独资）"
)
_JOINT: Final = Text(
    "Limited liability company (Chinese-foreign joint venture)", "有限责任公司（中外合资）"
)


@dataclass(frozen=True)
class SetUp:
    """What a set-up brings beside its answers."""

    org_form: str  # org_forms.csv
    name: str
    address: Text
    registrar: Text
    today: date
    unit: str | None = None  # of the park, at the address


def of_set_up(given: Mapping[str, Any], set_up: SetUp) -> Facts:
    """Return the published facts of an enterprise that is set up with these answers."""
    owners = _owners(given, set_up.org_form)
    facts = {
        "name": set_up.name,
        "org_form": set_up.org_form,
        "type": both(type_of(set_up.org_form, owners)),
        "capital": _capital(given, set_up.org_form),
        "shareholders": owners,
        **people(given),
        "scope": answers.scope(given),
        "main_scope": answers.text(given, "main_scope"),
        "address": both(set_up.address),
        "address_unit": set_up.unit,
        "established": set_up.today.isoformat(),
        "term": term(given, set_up.today),
        "registrar": both(set_up.registrar),
    }
    return facts | _of_form(given, set_up.org_form)


def credit_code(card: Mapping[str, Any]) -> Facts:
    """Return by which code an owner is found again under another name, where it has one."""
    code = compact(answers.text(card, "credit_code"))
    is_person = answers.text(card, "party") == answers.PERSON
    return {"credit_code": code} if code and not is_person else {}


def people(given: Mapping[str, Any]) -> Facts:
    """Return the legal representative, who has which post, and the supervisors."""
    return {
        "legal_representative": legal_representative(given),
        "officers": [
            {"name": officer.name, "posts": sorted(officer.posts)}
            for officer in answers.officers(given)
        ],
        "supervisors": [
            answers.text(one, "full_name") for one in answers.cards(given, "supervisors")
        ],
    }


def term(given: Mapping[str, Any], since: date) -> Facts:
    """Return for how long the enterprise is set up, and until when."""
    years = str(given.get("business_term_years") or "")
    if answers.text(given, "business_term") != "years" or not years.isdecimal():
        return {"kind": "long"}
    until = years_after(since, int(years))
    return {"kind": "years", "years": int(years), "until": until.isoformat()}


def term_until(since: date, until: date) -> Facts:
    """Return a term with a last day; its years are rounded."""
    years = max(1, round((until - since).days / 365.2425))
    return {"kind": "years", "years": years, "until": until.isoformat()}


def type_of(org_form: str, owners: Sequence[Mapping[str, Any]]) -> Text:
    """Return the type as the licence states it.

    >>> type_of("llc", [{"name": "A", "kind": "person"}, {"name": "B"}]).zh
    '有限责任公司'
    """
    if not org_form.startswith("llc"):
        return reference.org_forms()[org_form].name
    foreign = [is_from_abroad(one) for one in owners]
    if org_form == LLC_FIE or any(foreign):
        return _ALL_FOREIGN if all(foreign) else _JOINT
    if len(owners) == 1:
        return _ONE_PERSON if owners[0].get("kind") == answers.PERSON else _ONE_BODY
    return _PLAIN


def form_with(org_form: str, before: Sequence[Facts], after: Sequence[Facts]) -> str:
    """Return the form of a company whose owners change: investment from abroad makes its own.

    >>> form_with("llc", [{"name": "A"}], [{"name": "A"}, {"name": "B", "country": "DE"}])
    'llc_fie'
    """
    if not org_form.startswith(LLC):
        return org_form
    if any(is_from_abroad(one) for one in after):
        return LLC_FIE
    has_lost_them = org_form == LLC_FIE and any(is_from_abroad(one) for one in before)
    return LLC if has_lost_them else org_form


def called(topic: str, org_form: str) -> Text:
    """Return what one of the facts ``IN_COMPANY`` is called in an enterprise of this form.

    >>> called("legal_representative", "branch").zh, called("capital", "sole").zh
    ('负责人', '出资额')
    """
    return _OF_FORM.get(org_form, {}).get(topic, IN_COMPANY[topic])


def has_board(org_form: str) -> bool:
    """Whether an enterprise of this form has directors, one of whom may act for it."""
    return org_form not in _OF_FORM


def is_from_abroad(owner: Mapping[str, Any]) -> bool:
    """Whether an owner of the register is from abroad, or from Hong Kong, Macao or Taiwan."""
    return str(owner.get("country") or HOME) != HOME


def is_foreign(facts: Mapping[str, Any]) -> bool:
    """Whether an enterprise is foreign-invested, by its form or by one of its owners."""
    owners = facts.get("shareholders") or []
    return facts.get("org_form") == LLC_FIE or any(is_from_abroad(one) for one in owners)


def legal_representative(given: Mapping[str, Any]) -> str:
    """Return the name of the legal representative, or nothing."""
    for officer in answers.officers(given):
        if LEGAL_REPRESENTATIVE in officer.posts:
            return officer.name
    return ""


def both(text: Text) -> dict[str, str]:
    """Return a text as JSON."""
    return {"en": text.en, "zh": text.zh}


def as_text(value: Mapping[str, str]) -> Text:
    """Return what ``both`` wrote."""
    return Text(value["en"], value["zh"])


def _of_form(given: Mapping[str, Any], org_form: str) -> Facts:
    """Return what a form has instead of a legal representative with a board behind them."""
    if org_form in PARTNERSHIPS:
        return {"legal_representative": "、".join(_executives(given))}
    if org_form == SOLE:
        return {"legal_representative": answers.text(given, "full_name")}
    if org_form == BRANCH:
        code = compact(answers.text(given, "credit_code"))
        parent = {"name": answers.text(given, "company_name"), "credit_code": code}
        return {"legal_representative": answers.text(given, "full_name"), "parent": parent}
    return {}


def _executives(given: Mapping[str, Any]) -> list[str]:
    """Return the partners who act for the partnership: those chosen, else all general ones."""
    partners = answers.partners(given)
    chosen = [one.owner.name for one in partners if one.executes is True]
    return chosen or [one.owner.name for one in partners if one.liability != "limited"]


def _capital(given: Mapping[str, Any], org_form: str) -> dict[str, str] | None:
    amount = money.of_answer(given.get("contribution" if org_form == SOLE else "capital"))
    return None if amount is None else amount.fact


def _owners(given: Mapping[str, Any], org_form: str) -> list[Facts]:
    if org_form == BRANCH:
        return []
    group = answers.owner_group(given)
    cards = (
        [{**given, "party": answers.PERSON}] if org_form == SOLE else answers.cards(given, group)
    )
    amounts = [money.of_answer(card.get("contribution")) for card in cards]
    percents = money.shares([one.amount if one else Decimal(0) for one in amounts])
    return [
        {
            "name": answers.text(card, "chinese_name") or answers.text(card, "full_name"),
            "kind": answers.text(card, "party"),
            "country": answers.text(card, "country"),
            "contribution": amount.fact if amount else None,
            "percent": str(percent),
            "method": answers.text(card, "method"),
            "pay_by": answers.text(card, "pay_by") or answers.text(card, "paid_on"),
            **credit_code(card),
            **({"liability": answers.text(card, "liability")} if group == "partners" else {}),
        }
        for card, amount, percent in zip(cards, amounts, percents, strict=True)
    ]

"""What the register publishes of an enterprise, taken from a set-up application.

Company Law art. 32 and 40: name, domicile, capital, scope, legal representative,
shareholders and what they put in.  Numbers of identity papers, telephones and home
addresses never come here.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from servicedesk.enterprises import answers, money
from servicedesk.enterprises.days import years_after
from servicedesk.enterprises.organs import LEGAL_REPRESENTATIVE
from servicedesk.words import Text

Facts = dict[str, Any]

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


def of_set_up(
    given: Mapping[str, Any], *, name: str, address: Text, registrar: Text, today: date
) -> Facts:
    """Return the published facts of an enterprise that is set up with these answers."""
    return {
        "name": name,
        "org_form": answers.text(given, "org_form"),
        "type": both(kind_of(given)),
        "capital": _capital(given),
        "legal_representative": legal_representative(given),
        "shareholders": _shareholders(given),
        "officers": _officers(given),
        "supervisors": [answers.text(one, "full_name") for one in _supervisors(given)],
        "scope": answers.scope(given),
        "main_scope": answers.text(given, "main_scope"),
        "address": both(address),
        "established": today.isoformat(),
        "term": _term(given, today),
        "registrar": both(registrar),
    }


def kind_of(given: Mapping[str, Any]) -> Text:
    """Return the type as the licence states it.

    >>> kind_of({"org_form": "llc"}).zh
    '有限责任公司'
    """
    owners = answers.owners(given)
    if answers.is_foreign(given):
        return _ALL_FOREIGN if all(one.is_foreign for one in owners) else _JOINT
    if len(owners) == 1:
        return _ONE_PERSON if owners[0].is_person else _ONE_BODY
    return _PLAIN


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


def _capital(given: Mapping[str, Any]) -> dict[str, str] | None:
    amount = answers.capital(given)
    return None if amount is None else amount.fact


def _shareholders(given: Mapping[str, Any]) -> list[Facts]:
    cards = answers.cards(given, "shareholders")
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
            "pay_by": answers.text(card, "pay_by"),
        }
        for card, amount, percent in zip(cards, amounts, percents, strict=True)
    ]


def _officers(given: Mapping[str, Any]) -> list[Facts]:
    return [
        {"name": officer.name, "posts": sorted(officer.posts)}
        for officer in answers.officers(given)
    ]


def _supervisors(given: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return answers.cards(given, "supervisors")


def _term(given: Mapping[str, Any], today: date) -> Facts:
    years = str(given.get("business_term_years") or "")
    if answers.text(given, "business_term") != "years" or not years.isdecimal():
        return {"kind": "long"}
    until = years_after(today, int(years))
    return {"kind": "years", "years": int(years), "until": until.isoformat()}

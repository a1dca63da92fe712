"""The answers of a set-up application, read as what they mean.

An answer may be missing while the form is being filled; what is missing is empty here.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from servicedesk.catalogue.numbers import compact
from servicedesk.enterprises import equity
from servicedesk.enterprises.beneficial_owners import Beneficiary, Stake
from servicedesk.enterprises.capital import Contribution
from servicedesk.enterprises.identities import Person
from servicedesk.enterprises.money import Money, of_answer
from servicedesk.enterprises.organs import Officer
from servicedesk.enterprises.owners import Owner
from servicedesk.enterprises.partnerships import Partner
from servicedesk.enterprises.promoters import Promoter

PERSON: Final = "person"
_OWNER_GROUPS: Final = ("shareholders", "partners")  # a form has one of them
_CARD: Final = {  # the question that an owner's fact of the register answers
    "full_name": "name",
    "party": "kind",
    "country": "country",
    "credit_code": "credit_code",
    "contribution": "contribution",
    "percent": "percent",
    "method": "method",
    "pay_by": "pay_by",
}

Answers = Mapping[str, Any]


def cards(answers: Answers, group: str | None) -> Sequence[Answers]:
    """Return the cards of a repeating group; None: the answers themselves, as the one card."""
    if group is None:
        return [answers]
    value = answers.get(group)
    return [card for card in value if isinstance(card, Mapping)] if isinstance(value, list) else []


def text(answers: Answers, key: str) -> str:
    """Return a text, empty where there is none."""
    value = answers.get(key)
    return value.strip() if isinstance(value, str) else ""


def day(answers: Answers, key: str) -> date | None:
    """Return a date, or None."""
    try:
        return date.fromisoformat(text(answers, key))
    except ValueError:
        return None


def capital(answers: Answers) -> Money | None:
    """Return the registered capital, or None."""
    return of_answer(answers.get("capital"))


def owner_group(answers: Answers) -> str:
    """Return the group of those who own: shareholders, promoters among them, or partners."""
    return next((group for group in _OWNER_GROUPS if group in answers), _OWNER_GROUPS[0])


def contributions(answers: Answers) -> list[Contribution]:
    """Return what each owner subscribes."""
    return [
        Contribution(
            name=text(card, "full_name"),
            money=of_answer(card.get("contribution")),
            pay_by=day(card, "pay_by"),
            method=text(card, "method"),
        )
        for card in cards(answers, owner_group(answers))
    ]


def promoters_part(answers: Answers) -> Decimal | None:
    """Return which part in per cent the promoters take of an offering; None: they take all."""
    return _decimal(answers.get("promoters_percent"))


def owners(answers: Answers) -> list[Owner]:
    """Return the shareholders, promoters or partners."""
    return [_owner(card) for card in cards(answers, owner_group(answers))]


def registered_as(answers: Answers, registered: equity.Owners) -> list[int | None]:
    """Return which owner of the register each shareholder answered is; None: one who joins."""
    named = cards(answers, "shareholders")
    return equity.pair(
        registered,
        ["" if card.get("is_new") is True else text(card, "full_name") for card in named],
    )


def as_cards(registered: equity.Owners) -> list[dict[str, Any]]:
    """Return the owners of the register as the cards of a form that begins with them.

    >>> as_cards([{"name": "林乔", "kind": "person", "country": "", "contribution": None}])
    [{'is_new': False, 'full_name': '林乔', 'party': 'person'}]
    """
    told = [{key: one.get(fact) for key, fact in _CARD.items()} for one in registered]
    return [{"is_new": False} | {key: said for key, said in card.items() if said} for card in told]


def transfers(answers: Answers) -> list[equity.Transfer]:
    """Return what equity goes from whom to whom."""
    return [
        equity.Transfer(
            seller=text(card, "seller"),
            buyer=text(card, "buyer"),
            buyer_kind=text(card, "buyer_kind"),
            amount=of_answer(card.get("contribution")),
        )
        for card in cards(answers, "transfers")
    ]


def promoters(answers: Answers) -> list[Promoter]:
    """Return those who found a joint-stock company."""
    return [
        Promoter(_owner(card), is_domiciled=card.get("domiciled"))
        for card in cards(answers, "shareholders")
    ]


def partners(answers: Answers) -> list[Partner]:
    """Return the partners, as the kind of partnership asks about them."""
    return [
        Partner(
            owner=_owner(card),
            liability=text(card, "liability"),
            executes=card.get("executes"),
            method=text(card, "method"),
        )
        for card in cards(answers, "partners")
    ]


def _owner(card: Answers) -> Owner:
    is_person = text(card, "party") == PERSON
    code = compact(text(card, "credit_code"))
    return Owner(
        name=text(card, "full_name"),
        is_person=is_person,
        country=text(card, "country"),
        number=text(card, "id_number") if is_person else code or text(card, "id_number"),
    )


def people(answers: Answers, group: str | None) -> list[Person | None]:
    """Return the people on the cards of a group, or of the page; None for an organisation."""
    return [
        Person(
            name=text(card, "full_name"),
            country=text(card, "country"),
            id_kind=text(card, "id_kind"),
            number=text(card, "id_number"),
            born=day(card, "birth_date"),
        )
        if text(card, "party") in {PERSON, ""}
        else None
        for card in cards(answers, group)
    ]


def stakes(answers: Answers) -> list[Stake]:
    """Return what part each owner holds."""
    return [
        Stake(
            name=one.name,
            is_person=owner.is_person,
            amount=one.money.amount if one.money else Decimal(0),
            number=owner.number if owner.is_person else "",
        )
        for one, owner in zip(contributions(answers), owners(answers), strict=True)
    ]


def officers(answers: Answers) -> list[Officer]:
    """Return those named on the page of directors, with their posts."""
    return [_officer(card) for card in cards(answers, "directors")]


def supervisors(answers: Answers) -> list[Officer] | None:
    """Return the supervisors, or None while nobody has been asked."""
    if "no_supervisor" not in answers and "supervisors" not in answers:
        return None
    return [_officer(card) for card in cards(answers, "supervisors")]


def finance_head(answers: Answers) -> Officer | None:
    """Return the finance contact, or None."""
    name = text(answers, "finance_contact_name")
    return Officer(name, text(answers, "finance_contact_id_number")) if name else None


def _officer(card: Answers) -> Officer:
    posts = card.get("posts")
    return Officer(
        name=text(card, "full_name"),
        number=text(card, "id_number"),
        posts=frozenset(posts) if isinstance(posts, list) else frozenset(),
        by_employees=card.get("by_employees"),
    )


def beneficiaries(answers: Answers) -> list[Beneficiary]:
    """Return the beneficial owners."""
    return [
        Beneficiary(
            name=text(card, "full_name"),
            basis=text(card, "basis"),
            percent=_decimal(card.get("percent")),
            number=text(card, "id_number"),
        )
        for card in cards(answers, "beneficial_owners")
    ]


def scope(answers: Answers) -> list[str]:
    """Return the codes of the phrases chosen."""
    value = answers.get("scope")
    return [str(code) for code in value] if isinstance(value, list) else []


def is_foreign(answers: Answers) -> bool:
    """Whether the enterprise is to be foreign-invested."""
    return text(answers, "org_form") == "llc_fie" or any(one.is_foreign for one in owners(answers))


def chosen_name(answers: Answers) -> int | None:
    """Return the id of the reserved name that is to be used, or None for a new one."""
    if answers.get("name_source", "reserved") != "reserved":
        return None
    choice = str(answers.get("name_choice") or "")
    return int(choice) if re.fullmatch("[0-9]{1,9}", choice) else None


def _decimal(value: object) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None

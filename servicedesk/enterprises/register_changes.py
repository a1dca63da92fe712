"""What an approved application makes of the facts of an enterprise: one pure function a kind.

Each takes what the register says and what was answered, and returns what it says from then on.
The same functions show the difference before the application is sent and file it when it is
approved, so that nobody decides about something else than what they saw.  Numbers of identity
papers, telephones and home addresses never pass.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from servicedesk.enterprises import answers, money, public_facts, report_periods
from servicedesk.enterprises.days import months_after
from servicedesk.enterprises.money import Money
from servicedesk.enterprises.organs import LEGAL_REPRESENTATIVE
from servicedesk.words import Text

Facts = dict[str, Any]
Answers = Mapping[str, Any]

SUSPENDED, DEREGISTERED = "suspended", "deregistered"
RESUME: Final = "resume"
_FIGURES: Final = ("staff", "profit", "net_profit", "equity")
_SUMS: Final = ("revenue", "main_revenue", "assets", "debts", "taxes")


@dataclass(frozen=True)
class Wish:
    """What an application asks the register to say from now on."""

    answers: Answers
    today: date
    name: str = ""  # the new one, where it changes
    address: Text = field(default=Text("", ""))  # the new one, where it changes
    unit: str | None = None  # of the park, at the new address


Change = Callable[[Mapping[str, Any], Wish], Facts]


def change_name(facts: Mapping[str, Any], wish: Wish) -> Facts:
    """Return the facts under the new name."""
    return {**facts, "name": wish.name}


def change_address(facts: Mapping[str, Any], wish: Wish) -> Facts:
    """Return the facts at the new address."""
    return {**facts, "address": public_facts.both(wish.address), "address_unit": wish.unit}


def change_capital(facts: Mapping[str, Any], wish: Wish) -> Facts:
    """Return the facts with the capital and the contributions as they are afterwards."""
    amount = answers.capital(wish.answers)
    cards = answers.cards(wish.answers, "shareholders")
    known = {owner["name"]: owner for owner in facts.get("shareholders") or []}
    owners = [_owner(card, known.get(answers.text(card, "full_name"))) for card in cards]
    return {
        **facts,
        "capital": amount.fact if amount else facts.get("capital"),
        "shareholders": with_shares(owners) or facts.get("shareholders"),
    }


def change_legal_representative(facts: Mapping[str, Any], wish: Wish) -> Facts:
    """Return the facts with the new legal representative, who has the post that was answered."""
    name = answers.text(wish.answers, "full_name")
    posts = {answers.text(wish.answers, "legal_rep_post") or "director", LEGAL_REPRESENTATIVE}
    return {
        **facts,
        "legal_representative": name,
        "officers": _appointed(facts.get("officers") or [], name, posts),
    }


def change_scope(facts: Mapping[str, Any], wish: Wish) -> Facts:
    """Return the facts with the new business scope."""
    main = answers.text(wish.answers, "main_scope") or facts.get("main_scope")
    return {**facts, "scope": answers.scope(wish.answers), "main_scope": main}


def change_shareholders(facts: Mapping[str, Any], wish: Wish) -> Facts:
    """Return the facts after equity went from some to others (Company Law art. 84)."""
    owners = {owner["name"]: dict(owner) for owner in facts.get("shareholders") or []}
    joining = {
        answers.text(card, "full_name"): card
        for card in answers.cards(wish.answers, "new_shareholders")
    }
    for transfer in answers.cards(wish.answers, "transfers"):
        amount = money.of_answer(transfer.get("contribution"))
        seller, buyer = answers.text(transfer, "seller"), answers.text(transfer, "buyer")
        if amount is None:
            continue
        given = owners.get(seller, {})
        if buyer not in owners:
            owners[buyer] = _joined(buyer, joining.get(buyer, {}), given)
        _add(owners[buyer], amount)
        if seller in owners:
            _add(owners[seller], Money(-amount.amount, amount.currency))
    left = [owner for owner in owners.values() if _amount(owner) > 0]
    return {**facts, "shareholders": with_shares(left), "type": _type(facts, left)}


def change_type(facts: Mapping[str, Any], wish: Wish) -> Facts:
    """Return the facts of the company in its new form, under its new name."""
    form = answers.text(wish.answers, "type_new")
    changed = change_capital({**facts, "org_form": form}, wish)
    changed["name"] = wish.name or facts.get("name")
    changed["type"] = _type(changed, changed.get("shareholders") or [])
    if answers.text(wish.answers, "legal_rep_name"):
        name = answers.text(wish.answers, "legal_rep_name")
        changed["legal_representative"] = name
        posts = {"director", LEGAL_REPRESENTATIVE}
        changed["officers"] = _appointed(facts.get("officers") or [], name, posts)
    return changed


def file_particulars(facts: Mapping[str, Any], wish: Wish) -> Facts:
    """Return the facts with what was filed: articles, term, contributions, people (art. 29)."""
    kinds = wish.answers.get("filing_kinds") or []
    changed = dict(facts)
    if "articles" in kinds:
        changed["articles_of"] = answers.text(wish.answers, "happened_on")
    if "term" in kinds:
        changed["term"] = public_facts.term(wish.answers, _established(facts, wish))
    if "contributions" in kinds:
        changed = change_capital(changed, wish)
    if "people" in kinds:
        changed |= public_facts.people(wish.answers)
    if "liaison" in kinds:
        changed["liaison"] = answers.text(wish.answers, "liaison_name")
    if "recipient" in kinds:
        changed["legal_recipient"] = answers.text(wish.answers, "legal_recipient_name")
    return changed


def file_beneficial_owners(facts: Mapping[str, Any], wish: Wish) -> Facts:
    """Return the facts with the day of the filing alone: who they are is not for the register."""
    is_exempt = wish.answers.get("bo_exempt") is True
    said = {"on": wish.today.isoformat(), "by": "promise" if is_exempt else "list"}
    return {**facts, "beneficial_owners_filed": said}


def suspend(facts: Mapping[str, Any], wish: Wish) -> Facts:
    """Return the facts of an enterprise whose business rests, until when (art. 30)."""
    since, until = suspension(facts, wish)
    said = {"since": since.isoformat(), "until": until.isoformat()}
    return {**facts, "state": SUSPENDED, "suspension": said}


def suspension(facts: Mapping[str, Any], wish: Wish) -> tuple[date, date]:
    """Return the first and the last day of a suspension; an extension goes on from the old end."""
    years = int(wish.answers.get("suspend_years") or 0)
    months = 12 * years + int(wish.answers.get("suspend_months") or 0)
    running = facts.get("suspension")
    if answers.text(wish.answers, "suspension_kind") == "extended" and running:
        ends = date.fromisoformat(running["until"])
        return date.fromisoformat(running["since"]), months_after(ends, months)
    begins = answers.day(wish.answers, "starts_on") or wish.today
    return begins, months_after(begins, months) - timedelta(days=1)


def resume(facts: Mapping[str, Any], wish: Wish) -> Facts:  # noqa: ARG001 - one shape for all
    """Return the facts of an enterprise that does business again (Implementing Rules art. 42)."""
    return {key: value for key, value in facts.items() if key not in {"state", "suspension"}}


def deregister(facts: Mapping[str, Any], wish: Wish) -> Facts:
    """Return the facts of an enterprise that has ended."""
    ended = {**facts, "state": DEREGISTERED, "deregistered_on": wish.today.isoformat()}
    return {key: value for key, value in ended.items() if key != "suspension"}


def report_year(facts: Mapping[str, Any], wish: Wish) -> Facts:
    """Return the facts with the report of a year; a later one stands in its place."""
    given, year = wish.answers, report_periods.year_of(wish.answers)
    if year is None:
        return dict(facts)
    said: Facts = {"year": year}
    said |= {key: given[key] for key in _FIGURES if given.get(key) is not None}
    said |= {key: amount.fact for key in _SUMS if (amount := money.of_answer(given.get(key)))}
    said["state"] = answers.text(given, "state")
    said["publish_figures"] = given.get("publish_figures") is True
    said["contributions"] = [_paid(card) for card in answers.cards(given, "shareholders")]
    return {**facts, f"annual_report_{year}": said}


def report_quarter(facts: Mapping[str, Any], wish: Wish) -> Facts:
    """Return the facts with the figures of a quarter, which the park asks for."""
    year, quarter = report_periods.year_of(wish.answers), report_periods.quarter_of(wish.answers)
    if year is None or quarter is None:
        return dict(facts)
    said: Facts = {"year": year, "quarter": quarter, "staff": wish.answers.get("staff")}
    for key in ("revenue", "output"):
        amount = money.of_answer(wish.answers.get(key))
        said[key] = amount.fact if amount else None
    is_founded = wish.answers.get("scientist_founded")  # asked once; None: not answered here
    founded = {} if is_founded is None else {"scientist_founded": is_founded is True}
    return {**facts, **founded, f"quarterly_report_{year}q{quarter}": said}


def report_foreign_investment(facts: Mapping[str, Any], wish: Wish) -> Facts:
    """Return the facts with the report of foreign investment (Foreign Investment Law art. 34)."""
    kind = answers.text(wish.answers, "kind")
    day = answers.text(wish.answers, "happened_on")
    year = str(report_periods.year_of(wish.answers) or "")
    said = {"kind": kind, "reported_on": wish.today.isoformat(), "day": day, "year": year}
    key = "_".join(part for part in ("fi_report", kind, year) if part)
    return {**facts, key: {name: value for name, value in said.items() if value}}


def note_branch(facts: Mapping[str, Any], wish: Wish) -> Facts:
    """Return the facts with a branch that is noted on the licence (北京条例 art. 13(6))."""
    noted = facts.get("branch_addresses") or []
    return {**facts, "branch_addresses": [*noted, public_facts.both(wish.address)]}


def reissue_licence(facts: Mapping[str, Any], wish: Wish) -> Facts:
    """Return the facts with how many duplicates of the licence there are, where that was asked."""
    after = wish.answers.get("duplicates_after")
    said = {"on": wish.today.isoformat(), "why": answers.text(wish.answers, "reissue_kind")}
    return {**facts, "licence_reissued": said} | ({"duplicates": after} if after else {})


CHANGES: Final[Mapping[str, Change]] = {
    "change_name": change_name,
    "change_address": change_address,
    "increase_capital": change_capital,
    "decrease_capital": change_capital,
    "change_legal_representative": change_legal_representative,
    "change_scope": change_scope,
    "change_shareholders": change_shareholders,
    "change_type": change_type,
    "file_particulars": file_particulars,
    "file_beneficial_owners": file_beneficial_owners,
    "suspend": suspend,
    RESUME: resume,
    "deregister": deregister,
    "deregister_simply": deregister,
    "deregister_branch": deregister,
    "report_year": report_year,
    "report_quarter": report_quarter,
    "report_foreign_investment": report_foreign_investment,
    "note_branch": note_branch,
    "reissue_licence": reissue_licence,
}


def with_shares(owners: Sequence[Facts]) -> list[Facts]:
    """Return the owners with the per cent of each, worked out anew."""
    percents = money.shares([_amount(owner) for owner in owners])
    return [
        {**owner, "percent": str(percent)} for owner, percent in zip(owners, percents, strict=True)
    ]


def _owner(card: Answers, known: Mapping[str, Any] | None) -> Facts:
    """Return an owner as answered; what was not asked about one who is known stays."""
    amount = money.of_answer(card.get("contribution"))
    said = {
        "name": answers.text(card, "full_name"),
        "kind": answers.text(card, "party"),
        "country": answers.text(card, "country"),
        "contribution": amount.fact if amount else None,
        "method": answers.text(card, "method"),
        "pay_by": answers.text(card, "pay_by") or answers.text(card, "paid_on"),
    }
    return {**(known or {}), **{key: value for key, value in said.items() if value}}


def _joined(name: str, card: Answers, seller: Mapping[str, Any]) -> Facts:
    """Return who takes equity over; the time and the way to pay stay those of the seller."""
    return {
        "name": name,
        "kind": answers.text(card, "party"),
        "country": answers.text(card, "country"),
        "method": seller.get("method", ""),
        "pay_by": seller.get("pay_by", ""),
    }


def _add(owner: Facts, amount: Money) -> None:
    before = money.of_answer(owner.get("contribution")) or Money(Decimal(0), amount.currency)
    owner["contribution"] = (before + amount).fact


def _amount(owner: Mapping[str, Any]) -> Decimal:
    amount = money.of_answer(owner.get("contribution"))
    return amount.amount if amount else Decimal(0)


def _appointed(officers: Iterable[Mapping[str, Any]], name: str, posts: set[str]) -> list[Facts]:
    """Return the officers after ``name`` took the posts; the legal representative is but one."""
    kept: list[Facts] = []
    for officer in officers:
        left = set(officer["posts"]) - {LEGAL_REPRESENTATIVE}
        if officer["name"] == name:
            posts = posts | left
        elif left:
            kept.append({**officer, "posts": sorted(left)})
    return [*kept, {"name": name, "posts": sorted(posts)}]


def _type(facts: Mapping[str, Any], owners: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return public_facts.both(public_facts.type_of(str(facts.get("org_form")), owners))


def _established(facts: Mapping[str, Any], wish: Wish) -> date:
    established = facts.get("established")
    return date.fromisoformat(established) if established else wish.today


def _paid(card: Answers) -> Facts:
    subscribed, paid = (money.of_answer(card.get(key)) for key in ("contribution", "paid"))
    return {
        "name": answers.text(card, "full_name"),
        "contribution": subscribed.fact if subscribed else None,
        "paid": paid.fact if paid else None,
        "pay_by": answers.text(card, "pay_by"),
        "paid_on": answers.text(card, "paid_on") or None,
    }

"""What an approved application makes of the facts of an enterprise: one pure function a kind.

Each takes what the register says and what was answered, and returns what it says from then on.
The same functions show the difference before the application is sent and file it when it is
approved, so that nobody decides about something else than what they saw.  Numbers of identity
papers, telephones and home addresses never pass.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from servicedesk.enterprises import (
    answers,
    equity,
    money,
    noted_branches,
    public_facts,
    report_periods,
)
from servicedesk.enterprises.days import months_after
from servicedesk.enterprises.equity import Outcome
from servicedesk.enterprises.noted_branches import NOTE_BRANCH, UNNOTE_BRANCH
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
    registered = facts.get("shareholders") or []
    places = answers.registered_as(wish.answers, registered)
    owners = [
        _owner(card, None if at is None else registered[at])
        for card, at in zip(answers.cards(wish.answers, "shareholders"), places, strict=True)
    ]
    changed = {**facts, "capital": amount.fact if amount else facts.get("capital")}
    return _owned(changed, owners) if owners else changed


def change_legal_representative(facts: Mapping[str, Any], wish: Wish) -> Facts:
    """Return the facts with who acts for the enterprise; in a company they have the post answered.

    A branch, a partnership or a sole proprietorship has no directors and no manager.
    """
    name = answers.text(wish.answers, "full_name")
    changed = {**facts, "legal_representative": name}
    if not public_facts.has_board(str(facts.get("org_form"))):
        return changed
    posts = {answers.text(wish.answers, "legal_rep_post") or "director", LEGAL_REPRESENTATIVE}
    return changed | {"officers": _appointed(facts.get("officers") or [], name, posts)}


def change_scope(facts: Mapping[str, Any], wish: Wish) -> Facts:
    """Return the facts with the new business scope."""
    main = answers.text(wish.answers, "main_scope") or facts.get("main_scope")
    return {**facts, "scope": answers.scope(wish.answers), "main_scope": main}


def change_shareholders(facts: Mapping[str, Any], wish: Wish) -> Facts:
    """Return the facts after equity went from some to others (Company Law art. 84)."""
    return _owned(facts, transferred(facts, wish.answers).owners)


def transferred(facts: Mapping[str, Any], given: Answers) -> Outcome:
    """Return who owns the company after the transfers that can be carried out."""
    joining = {
        answers.text(card, "full_name"): _joining(card)
        for card in answers.cards(given, "new_shareholders")
    }
    return equity.carried_out(facts.get("shareholders") or [], answers.transfers(given), joining)


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
        changed["shareholders"] = _to_pay(facts, wish.answers)
    if "people" in kinds:
        changed |= _filed_people(facts, wish.answers)
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
    """Return the facts of an enterprise whose business rests, until when (art. 30), or goes on."""
    if is_resumed(wish.answers):
        return resume(facts, wish)
    since, until = suspension(facts, wish)
    said = {"since": since.isoformat(), "until": until.isoformat()}
    return {**facts, "state": SUSPENDED, "suspension": said}


def is_resumed(given: Answers) -> bool:
    """Whether a filing about a suspension says that it has ended."""
    return answers.text(given, "suspension_kind") == "resumed"


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
    return noted_branches.noted(facts, wish.address, wish.unit)


def unnote_branch(facts: Mapping[str, Any], wish: Wish) -> Facts:
    """Return the facts without a branch that was noted on the licence."""
    return noted_branches.without(facts, answers.text(wish.answers, "noted_branch"))


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
    NOTE_BRANCH: note_branch,
    UNNOTE_BRANCH: unnote_branch,
    "reissue_licence": reissue_licence,
}


def with_shares(owners: Sequence[Facts]) -> list[Facts]:
    """Return the owners with the per cent of each, worked out anew where all amounts are known."""
    amounts = [amount for one in owners if (amount := equity.held(one)) is not None]
    if len(amounts) < len(owners) or len({one.currency for one in amounts}) > 1:
        return list(owners)
    percents = money.shares([one.amount for one in amounts])
    return [
        {**owner, "percent": str(percent)} for owner, percent in zip(owners, percents, strict=True)
    ]


def _owned(facts: Mapping[str, Any], owners: Sequence[Facts]) -> Facts:
    """Return the facts with these owners; where others own it now, form and type follow them."""
    before = facts.get("shareholders") or []
    changed = {**facts, "shareholders": with_shares(owners)}
    if sorted(map(_who, before)) == sorted(map(_who, owners)):
        return changed
    changed["org_form"] = public_facts.form_with(str(facts.get("org_form")), before, owners)
    return changed | {"type": _type(changed, owners)}


def _who(owner: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(owner.get(key) or "") for key in ("name", "kind", "country"))


def _owner(card: Answers, known: Mapping[str, Any] | None) -> Facts:
    """Return an owner as answered; what was not asked about one who is known stays.

    So does an amount that is the same, however it was written: "3000000" is "3000000.00".
    """
    amount = money.of_answer(card.get("contribution"))
    if known is not None and amount == equity.held(known):
        amount = None
    said = {
        **_joining(card),
        "contribution": amount.fact if amount else None,
        **_terms(card),
    }
    given = {key: value for key, value in said.items() if value}
    return given if known is None else {**known, **given, "name": known["name"]}


def _terms(card: Answers) -> Facts:
    pay_by = answers.text(card, "pay_by") or answers.text(card, "paid_on")
    return {"method": answers.text(card, "method"), "pay_by": pay_by}


def _joining(card: Answers) -> Facts:
    """Return who an owner is that comes to the company."""
    return {
        "name": answers.text(card, "full_name"),
        "kind": answers.text(card, "party"),
        "country": answers.text(card, "country"),
        **public_facts.credit_code(card),
    }


def _to_pay(facts: Mapping[str, Any], given: Answers) -> list[Facts]:
    """Return the owners with how and by when each pays; who they are and how much stays."""
    owners = [dict(one) for one in facts.get("shareholders") or []]
    cards = answers.cards(given, "shareholders")
    for card, at in zip(cards, answers.registered_as(given, owners), strict=True):
        if at is not None:
            owners[at] |= {key: value for key, value in _terms(card).items() if value}
    return owners


def _filed_people(facts: Mapping[str, Any], given: Answers) -> Facts:
    """Return who has which post; the legal representative stays, which is not for a filing."""
    filed = public_facts.people(given)
    head = str(facts.get("legal_representative") or "")
    named = [one for one in filed["officers"] if equity.is_same_name(one["name"], head)]
    for officer in filed["officers"]:
        posts = set(officer["posts"]) - {LEGAL_REPRESENTATIVE}
        officer["posts"] = sorted(posts | {LEGAL_REPRESENTATIVE} if officer in named else posts)
    if head and not named:
        filed["officers"].append({"name": head, "posts": [LEGAL_REPRESENTATIVE]})
    return filed | {"legal_representative": head}


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

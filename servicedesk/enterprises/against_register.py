"""What an application says of capital, owners and representative, set against the register.

A company that the register here does not have is not judged: a person examines it.
"""

from collections.abc import Iterator, Sequence

from servicedesk.catalogue.registry import Finding, Matter, Weight
from servicedesk.enterprises import (
    answers,
    capital,
    capital_changes,
    equity,
    equity_rules,
    legal_forms,
    money,
    public_facts,
    reference,
    resolutions,
    type_changes,
)
from servicedesk.enterprises.capital_changes import Way
from servicedesk.enterprises.equity import Facts, Owners
from servicedesk.enterprises.findings import in_group, in_order, wrong
from servicedesk.enterprises.own_companies import company_of
from servicedesk.enterprises.register_changes import (
    Wish,
    change_capital,
    change_shareholders,
    transferred,
)
from servicedesk.park import local_day
from servicedesk.words import say


def capital_raised(matter: Matter) -> Sequence[Finding]:
    """Judge whether capital and contributions only go up, and whether who joins may."""
    facts = _registered(matter)
    if facts is None:
        return []
    after = _after(matter, facts)
    return [
        *capital_changes.findings(facts, matter.answers, capital_changes.RAISED),
        *equity_rules.fit(facts, len(after), "shareholders"),
        *equity_rules.from_abroad(facts, _joining(matter), after, matter.answers),
    ]


def capital_lowered(matter: Matter) -> Sequence[Finding]:
    """Judge whether capital and contributions only go down."""
    return _capital(matter, capital_changes.LOWERED)


def capital_kept(matter: Matter) -> Sequence[Finding]:
    """Judge whether capital and owners stay what they are, and only the payment changes."""
    return _capital(matter, capital_changes.KEPT)


def all_investors(matter: Matter) -> Sequence[Finding]:
    """Judge whether everybody is named who invests; of a joint-stock company not all are known."""
    facts = _registered(matter)
    if facts is None or facts.get("org_form") == legal_forms.JOINT_STOCK:
        return []
    named = [answers.text(card, "full_name") for card in answers.cards(matter.answers, "investors")]
    return list(equity_rules.everybody_named(facts.get("shareholders") or [], named, "investors"))


def representative_kept(matter: Matter) -> Sequence[Finding]:
    """Judge whether the legal representative stays, whom a filing does not change."""
    facts, named = _registered(matter), public_facts.legal_representative(matter.answers)
    head = str((facts or {}).get("legal_representative") or "")
    if not head or not named:
        return []
    if equity.is_same_name(head, named):
        return [in_order(say("The legal representative stays %(name)s.", name=head), "directors")]
    words = say(
        "The register has %(name)s as legal representative, and a filing does not change that. "
        "Tick the post at %(name)s, or use the service “Change the legal representative” first.",
        name=head,
    )
    return [wrong(words, "directors")]


def equity_transfers(matter: Matter) -> Sequence[Finding]:
    """Judge whether the transfers may be carried out on what the register has."""
    facts = _registered(matter)
    if facts is None:
        return []
    found = equity_rules.findings(facts, matter.answers, transferred(facts, matter.answers))
    if any(one.weight is Weight.WRONG for one in found):
        return found
    return [*found, *_licence(matter, facts)]


def first_refusal(matter: Matter) -> Sequence[Finding]:
    """Judge whether there really is nobody whom the equity is offered first."""
    facts, said = _registered(matter), answers.text(matter.answers, "waiver")
    return list(resolutions.offered_first(facts, said, "waiver")) if facts else []


def registered_type(matter: Matter) -> Sequence[Finding]:
    """Judge whether the company has the type that is said to be its present one, and leaves it."""
    facts, said = _registered(matter), answers.text(matter.answers, "type_now")
    form = reference.org_forms().get(str((facts or {}).get("org_form")))
    if said and said == answers.text(matter.answers, "type_new"):
        return [wrong(say("Old and new type must differ."), "type_new")]
    if form is None or form.key == said:
        return []
    return [wrong(say("The register has another type: %(form)s.", form=form.name), "type_now")]


def new_type(matter: Matter) -> Sequence[Finding]:
    """Judge owners and capital by the type that the company takes, and by what it was."""
    given, form = matter.answers, answers.text(matter.answers, "type_new")
    found = [
        *type_changes.findings(answers.promoters(given), form),
        *type_changes.over_assets(answers.capital(given), money.of_answer(given.get("net_assets"))),
        *capital.findings(
            answers.capital(given),
            answers.contributions(given),
            today=local_day(matter.now),
            terms=capital.TERMS.get(form, capital.LIMITED),
        ),
    ]
    facts = _registered(matter)
    if facts is None:
        return found
    return [
        *found,
        *capital_changes.findings(facts, given, capital_changes.CONVERTED),
        *equity_rules.from_abroad(facts, _joining(matter), _after(matter, facts), given),
    ]


def _joining(matter: Matter) -> list[tuple[Facts, str]]:
    """Return who joins among the shareholders answered, each with where they come from."""
    return [
        ({**card, "name": answers.text(card, "full_name")}, in_group("shareholders", at, "country"))
        for at, card in enumerate(answers.cards(matter.answers, "shareholders"))
        if card.get("is_new") is True
    ]


def _after(matter: Matter, facts: Facts) -> Owners:
    after = change_capital(facts, Wish(matter.answers, local_day(matter.now)))
    return list(after.get("shareholders") or [])


def _licence(matter: Matter, facts: Facts) -> Iterator[Finding]:
    """Yield that the type of the company changes, which stands on its licence."""
    after = change_shareholders(facts, Wish(matter.answers, local_day(matter.now)))
    if matter.answers.get("licence_changes") is False and after["type"] != facts.get("type"):
        words = say(
            "What the licence says changes: the type is “%(type)s” afterwards.",
            type=public_facts.as_text(after["type"]),
        )
        yield wrong(words, "licence_changes")


def _capital(matter: Matter, way: Way) -> Sequence[Finding]:
    facts = _registered(matter)
    return [] if facts is None else capital_changes.findings(facts, matter.answers, way)


def _registered(matter: Matter) -> Facts | None:
    enterprise = company_of(matter)
    return dict(enterprise.facts) if enterprise else None

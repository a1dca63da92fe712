"""What of a filing the registrar puts right by typing it: a table of facts, read and written.

Pure.  Facts are written as in a table of enterprises, so the registrar reads one notation.  A
name, a form, a place of the park and the day of the set-up are not here: others depend on them,
so they change by an application.  Regulation (L_MER) art. 40 annuls what was registered falsely;
what was entered wrongly is put right, and both stay to be seen.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from servicedesk.catalogue.numbers import Unfit
from servicedesk.enterprises import coherence, fact_words, money, public_facts
from servicedesk.enterprises import import_people as people
from servicedesk.enterprises import import_values as values
from servicedesk.enterprises.money import Money
from servicedesk.enterprises.organs import LEGAL_REPRESENTATIVE
from servicedesk.words import Words, say

_CHINESE: Final = {values.LONG: "长期", "yes": "是", "no": "否"}
_CENTS: Final = Decimal("0.01")

Facts = dict[str, Any]
Known = Mapping[str, Any]


@dataclass(frozen=True)
class Notation:
    """How a fact is typed, and what else follows from what was typed."""

    help: Words
    read: Callable[[str, Known], Facts]  # the cell, and what the register said by that filing
    write: Callable[[Any], str]
    rows: int = 1  # lines that the field shows


def of(said: Known) -> list[str]:
    """Return the facts of a filing that can be put right.

    >>> of({"capital": {"amount": "1", "currency": "CNY"}, "name": "…", "liaison": None})
    ['capital']
    """
    return [fact for fact in NOTATIONS if said.get(fact) and not _is_place(fact, said)]


def written(said: Known, fact: str, language: str) -> str:
    """Return a fact of a filing in its notation, with the words of a language."""
    cell = NOTATIONS[fact].write(said[fact])
    return _CHINESE.get(cell) or people.in_chinese(cell) if language == "zh" else cell


def righted(said: Known, known: Known, fact: str, typed: str) -> Facts:
    """Return what a filing should have said: the fact, and what follows from it.

    Args:
        said: what the filing says, by fact.
        known: what the register said by the filing, whole.
        fact: one of ``of(said)``.
        typed: what is right, in the notation of the fact.

    Raises:
        Unfit: it cannot be read, or the register would contradict itself; the words say what
            to do.
    """
    right = NOTATIONS[fact].read(typed, known)
    if right[fact] == known.get(fact):
        raise Unfit(say("The register says this already."))
    changed = {key: value for key, value in right.items() if value != known.get(key)}
    contradiction = coherence.brought(known, {**known, **changed})
    if contradiction is not None:
        raise Unfit(contradiction)
    for key in changed.keys() - said.keys():
        raise Unfit(
            say(
                "“%(fact)s” would have to change as well, and this filing does not say it. Put "
                "the one right that does.",
                fact=fact_words.label(key, str(known["org_form"])) or key,
            )
        )
    return changed


def _is_place(fact: str, said: Known) -> bool:
    """Whether it is the address of a place of the park: that changes with the place."""
    return fact == "address" and bool(said.get("address_unit"))


def _text(key: str) -> Notation:
    return Notation(say("Name only."), lambda cell, _: {key: values.name(cell)}, values.written)


def _head(cell: str, known: Known) -> Facts:
    """Return who acts for the enterprise, also among the officers."""
    name, was = values.name(cell), known[LEGAL_REPRESENTATIVE]
    officers = [
        {**one, "name": name}
        if LEGAL_REPRESENTATIVE in one.get("posts", ()) and one["name"] == was
        else one
        for one in known.get("officers") or ()
    ]
    return {LEGAL_REPRESENTATIVE: name} | ({"officers": officers} if officers else {})


def _officers(cell: str, known: Known) -> Facts:
    """Return the officers, and whom of them the company is represented by."""
    officers = people.officers(cell)
    heads = [one["name"] for one in officers if LEGAL_REPRESENTATIVE in one["posts"]]
    had_one = any(LEGAL_REPRESENTATIVE in one.get("posts", ()) for one in known["officers"])
    if had_one and len(heads) != 1:
        raise Unfit(say("One of them is the legal representative. Write that post beside one."))
    return {"officers": officers} | ({LEGAL_REPRESENTATIVE: heads[0]} if heads else {})


def _capital(cell: str, known: Known) -> Facts:
    capital = _in_spelling(values.total(cell), known["capital"])
    total, was = coherence.subscribed(coherence.owners_of(known)), money.of_answer(known["capital"])
    if total is not None and total == was and capital != known["capital"]:
        raise Unfit(
            say(
                "The capital is what the owners contribute together, %(total)s. Put their "
                "contributions right; the capital follows.",
                total=total.fact,
            )
        )
    return {"capital": capital}


def _in_spelling(typed: Facts | None, was: Known | None) -> Facts | None:
    """Return an amount in the spelling of the register: the old one where it is the same."""
    new = money.of_answer(typed)
    if new is None:
        return None
    if was is not None and new == money.of_answer(was):
        return dict(was)
    is_whole = new.amount == round(new.amount)
    return Money(new.amount.quantize(_CENTS) if is_whole else new.amount, new.currency).fact


def _owners(cell: str, known: Known) -> Facts:
    """Return the owners, and what follows from them: the capital, the type on the licence."""
    before, typed = known["shareholders"], people.owners(cell)
    was_abroad, is_abroad = (
        any(map(public_facts.is_from_abroad, owners)) for owners in (before, typed)
    )
    if was_abroad != is_abroad:
        raise Unfit(
            say(
                "Whether an owner is from abroad decides the form of the enterprise, and a form "
                "is not put right here. It changes by an application."
            )
        )
    owners = [_with_rest(one, _was(one, at, before, typed)) for at, one in enumerate(typed)]
    form = str(known["org_form"])
    is_usual = known.get("type") == public_facts.both(public_facts.type_of(form, before))
    kind = {"type": public_facts.both(public_facts.type_of(form, owners))} if is_usual else {}
    capital, total = money.of_answer(known.get("capital")), coherence.subscribed(owners)
    follows = total is not None and capital == coherence.subscribed(before)
    sum_ = {"capital": _in_spelling(total.fact, known["capital"])} if total and follows else {}
    return {"shareholders": owners, **kind, **sum_}


def _was(one: Known, at: int, before: Sequence[Known], typed: Sequence[Known]) -> Known:
    """Return what the filing says of an owner who was typed: by name, else by place."""
    of_name = [was for was in before if was["name"] == one["name"]]
    if len(of_name) == 1:
        return of_name[0]
    return before[at] if len(before) == len(typed) else {}


def _with_rest(typed: Facts, was: Known) -> Facts:
    """Return an owner with what the notation has no word for, as the code of an organisation."""
    rest = {key: value for key, value in was.items() if key not in people.WRITTEN}
    typed = {**typed, "contribution": _in_spelling(typed["contribution"], was.get("contribution"))}
    return rest | typed


def _owners_cell(owners: Sequence[Known]) -> str:
    """Return owners without their shares where those follow from what each contributes."""
    follow = all(one.get("contribution") for one in owners)
    return people.owners_cell([{**one, "percent": ""} if follow else one for one in owners])


def _scope(cell: str, known: Known) -> Facts:
    scope, main = values.phrases(cell), known.get("main_scope")
    if len(set(scope)) < len(scope):
        raise Unfit(say("A phrase is there twice."))
    return {"scope": scope, "main_scope": main if main in scope else scope[0]}


def _main_scope(cell: str, known: Known) -> Facts:
    main = values.phrase(cell)
    if main not in known["scope"]:
        raise Unfit(say("The main business must be one of the phrases of the scope."))
    return {"main_scope": main}


def _both_lines(cell: str, _: Known) -> Facts:
    zh, *more = [values.text(line) for line in cell.splitlines() if line.strip()]
    if len(more) > 1:
        raise Unfit(say("Write one line in Chinese and one in English."))
    return {"address": {"zh": zh, "en": more[0] if more else zh}}


def _term(cell: str, known: Known) -> Facts:
    until = values.end(cell)
    if isinstance(until, str):
        return {"term": {"kind": "long"}}
    since = date.fromisoformat(known["established"])
    if until <= since:
        raise Unfit(say("It ends before the enterprise was established."))
    return {"term": public_facts.term_until(since, until)}


def _term_cell(term: Known) -> str:
    return str(term.get("until") or values.LONG)


# In the order in which they are offered.
NOTATIONS: Final[Mapping[str, Notation]] = {
    LEGAL_REPRESENTATIVE: Notation(say("Name only."), _head, values.written),
    "capital": Notation(
        say("The amount and its currency, as 5000000.00 CNY."),
        _capital,
        lambda sum_: f"{sum_['amount']} {sum_['currency']}",
    ),
    "term": Notation(
        say("The last day, as 2046-03-02, or “long”."), _term, _term_cell
    ),
    "address": Notation(
        say("One line in Chinese; if you like, one in English below."), _both_lines,
        lambda address: f"{address['zh']}\n{address['en']}", rows=2,
    ),
    "scope": Notation(
        say("One standard phrase or its code (BS002) a line."), _scope, "\n".join, rows=8
    ),
    "main_scope": Notation(
        say("One of the phrases of the scope, or its code."), _main_scope, values.written
    ),
    "shareholders": Notation(
        say(
            "One a line: 林乔 | person | CN | 3000000 CNY | cash | 2031-03-31. Of partners also "
            "general or limited. The shares follow from the amounts."
        ),
        _owners, _owners_cell, rows=8,
    ),
    "officers": Notation(
        say("One a line: 林乔 | director, manager, legal representative."), _officers,
        people.officers_cell, rows=6,
    ),
    "supervisors": Notation(
        say("One name a line."), lambda cell, _: {"supervisors": values.texts(cell)},
        "\n".join, rows=3,
    ),
    "liaison": _text("liaison"),
    "legal_recipient": _text("legal_recipient"),
    "scientist_founded": Notation(
        say("yes or no."), lambda cell, _: {"scientist_founded": values.yes(cell)},
        lambda so: "yes" if so else "no",
    ),
}  # fmt: skip

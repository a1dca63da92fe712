"""A row of a table, read as the facts of an enterprise, and everything that is wrong with it.

Pure: what only the register knows (whether a code or name is taken, which places there are) is
looked up by ``operations.imports``.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from servicedesk.catalogue.numbers import Unfit
from servicedesk.enterprises import (
    coherence,
    name_parts,
    public_facts,
    register_search,
    suspensions,
)
from servicedesk.enterprises import import_values as values
from servicedesk.enterprises.days import years_after
from servicedesk.enterprises.import_columns import BY_KEY, COLUMNS, Headings
from servicedesk.enterprises.public_facts import BRANCH, Facts
from servicedesk.enterprises.table_files import Line
from servicedesk.park import park
from servicedesk.web.table_cells import plain
from servicedesk.words import Text, Words, say

Values = dict[str, Any]

_BRANCHES: Final = frozenset([BRANCH, "branch_foreign"])
_MOST_YEARS: Final = 200
# No law sets it: nobody who is entered here is older, and a year typed wrongly is.  OWN.
_EARLIEST: Final = date(1900, 1, 1)
# Their names are those of somebody else with words behind; nobody is kept from such a name.
UNNAMED: Final = _BRANCHES | {"rep"}


@dataclass(frozen=True)
class Fault:
    """Something wrong in a row; ``column`` None: the row as a whole."""

    row: int
    column: str | None
    words: Words

    @property
    def title(self) -> Text | None:
        """What the column is called."""
        return BY_KEY[self.column].title if self.column else None


@dataclass(frozen=True)
class Draft:
    """An enterprise that a row tells of."""

    row: int
    code: str
    facts: Facts

    @property
    def established(self) -> date:
        """The day from which it is registered."""
        return date.fromisoformat(self.facts["established"])

    @property
    def is_named(self) -> bool:
        """Whether it holds a name of its own in the register of names."""
        return self.facts["org_form"] not in UNNAMED


def read(line: Line, headings: Headings, today: date) -> tuple[Draft | None, list[Fault]]:
    """Return what a row tells, or what is wrong with it.

    Args:
        line: the row.
        headings: of the table.
        today: in the park; nothing was established later.
    """
    faults: list[Fault] = []
    if line.fault is not None:
        return None, [Fault(line.number, None, line.fault)]
    said: dict[str, Any] = {}
    for key, cell in _cells(line, headings):
        try:
            said[key] = BY_KEY[key].read(cell)
        except Unfit as unfit:
            faults.append(Fault(line.number, key, unfit.words))
    missing = (one.key for one in COLUMNS if one.is_required and one.key not in said)
    wrong = {fault.column for fault in faults}
    empty = say("This is missing.")
    faults += [Fault(line.number, key, empty) for key in missing if key not in wrong]
    if not wrong:  # else what was not understood would be missed as well
        faults += [Fault(line.number, key, words) for key, words in _contradictions(said, today)]
    if faults:
        return None, faults
    facts = facts_of(said)
    faults = [Fault(line.number, fact, words) for fact, words in coherence.faults(facts)]
    return (None, faults) if faults else (Draft(line.number, said["credit_code"], facts), [])


def facts_of(said: Values) -> Facts:
    """Return what the register says of an enterprise with these values."""
    owners = said.get("shareholders") or []
    known = public_facts.type_of(said["org_form"], owners)
    facts = {
        "name": said["name"],
        "org_form": said["org_form"],
        "type": _both(said, "type", known),
        "capital": _capital(said),
        "legal_representative": said["legal_representative"],
        "shareholders": owners,
        "officers": said.get("officers") or [],
        "supervisors": said.get("supervisors") or [],
        "scope": said.get("scope") or [],
        "main_scope": said.get("main_scope") or next(iter(said.get("scope") or ()), ""),
        "address": _both(said, "address", None),
        "address_unit": said.get("address_unit"),
        "established": said["established"].isoformat(),
        "term": _term(said),
        "registrar": _both(said, "registrar", park().departments["market"].full),
        "scientist_founded": said.get("scientist_founded") or None,
    }
    return {key: fact for key, fact in (facts | _of_some(said)).items() if fact is not None}


def _cells(line: Line, headings: Headings) -> Iterator[tuple[str, str]]:
    """Yield what stands in each column; columns with numbers come as lines of one cell."""
    found: dict[str, list[str]] = {}
    for key, cell in zip(headings.keys, line.cells, strict=False):
        if key is not None and cell.strip():
            found.setdefault(key, []).append(plain(cell.strip()))
    yield from ((key, "\n".join(cells)) for key, cells in found.items())


def _contradictions(said: Values, today: date) -> Iterator[tuple[str, Words]]:
    known = said | {"today": today, "earliest": _EARLIEST}
    yield from ((column, words) for column, is_so, words in _WRONG if is_so(known))


def _is_before(said: Values, first: str, second: str) -> bool:
    """Whether two days are told, and the first lies before the second."""
    one, other = said.get(first), said.get(second)
    return isinstance(one, date) and isinstance(other, date) and one < other


def _lasts_too_long(said: Values) -> bool:
    since, until = said.get("established"), said.get("term_until")
    if not (isinstance(since, date) and isinstance(until, date)):
        return False
    return until.year - since.year > _MOST_YEARS


def _rests_too_long(said: Values) -> bool:
    since, until = said.get("suspended_since"), said.get("suspended_until")
    if not (isinstance(since, date) and isinstance(until, date)) or since > said["today"]:
        return False
    return until > years_after(since, suspensions.MOST_YEARS) - timedelta(days=1)


def _has_long_part(said: Values) -> bool:
    """Whether a part of its name is longer than the register of names can hold."""
    if "name" not in said or said.get("org_form") in UNNAMED:
        return False
    parts = name_parts.split(said["name"], park().division_names)
    return any(len(getattr(parts, part)) > most for part, most in name_parts.LONGEST.items())


def _is_long_in_letters(said: Values) -> bool:
    return len(register_search.letters(said.get("name", ""))) > register_search.LONGEST_LETTERS


# The column to mend, whether something is wrong, and what.
_WRONG: Final[Sequence[tuple[str, Callable[[Values], bool], Words]]] = (
    (
        "name",
        _has_long_part,
        say(
            "Its trade name or industry has more than %(most)s characters.",
            most=name_parts.LONGEST["trade_name"],
        ),
    ),
    (
        "name",
        _is_long_in_letters,
        say(
            "Its pinyin has more than %(most)s letters.",
            most=register_search.LONGEST_LETTERS,
        ),
    ),
    (
        "established",
        lambda said: _is_before(said, "established", "earliest"),
        say("This day lies before 1900. Look at the year again."),
    ),
    (
        "established",
        lambda said: _is_before(said, "today", "established"),
        say("This day has not come yet."),
    ),
    (
        "term_until",
        lambda said: _is_before(said, "term_until", "established"),
        say("It ends before the enterprise was established."),
    ),
    (
        "term_until",
        _lasts_too_long,
        say("It ends in more than 200 years. Write “long” instead."),
    ),
    (
        "suspended_since",
        lambda said: ("suspended_since" in said) != ("suspended_until" in said),
        say("Say from when until when the business rests."),
    ),
    (
        "suspended_until",
        lambda said: _is_before(said, "suspended_until", "suspended_since"),
        say("It ends before it begins."),
    ),
    (
        "suspended_until",
        lambda said: _is_before(said, "suspended_until", "today"),
        say("This day is over: the business does not rest any more. Leave both days empty."),
    ),
    (
        "suspended_until",
        _rests_too_long,
        say("A business may rest for three years at most."),
    ),
    (
        "suspended_since",
        lambda said: _is_before(said, "today", "suspended_since"),
        say("This day has not come yet."),
    ),
    (
        "suspended_since",
        lambda said: _is_before(said, "suspended_since", "established"),
        say("It begins before the enterprise was established."),
    ),
    (
        "address_zh",
        lambda said: not {"address_zh", "address_en", "address_unit"} & set(said),
        say("Give an address, or a place in the park."),
    ),
    (
        "parent_name",
        lambda said: said.get("org_form") in _BRANCHES and "parent_name" not in said,
        say("Say whose branch it is."),
    ),
    (
        "main_scope",
        lambda said: "main_scope" in said and said["main_scope"] not in said.get("scope", ()),
        say("The main business must be one of the phrases of the scope."),
    ),
    (
        "scope",
        lambda said: len(set(said.get("scope", ()))) < len(said.get("scope", ())),
        say("A phrase is there twice."),
    ),
    (
        "capital",
        lambda said: "capital" in said and "capital_wan" in said,
        say("The capital is there twice, in two columns. Keep one."),
    ),
)


def _capital(said: Values) -> dict[str, str] | None:
    amount = said.get("capital", said.get("capital_wan"))
    return None if amount is None else values.money(amount, said.get("currency", "CNY"))


def _term(said: Values) -> Facts:
    established, until, years = said["established"], said.get("term_until"), said.get("term_years")
    if years and until is None:
        until = years_after(established, years)
    if until is None or until == values.LONG:
        return {"kind": "long"}
    known = public_facts.term_until(established, until)
    return known | {"years": years} if years else known


def _of_some(said: Values) -> Facts:
    """Return what only some enterprises have."""
    facts: Facts = {}
    if "suspended_since" in said:
        since, until = (said[key].isoformat() for key in ("suspended_since", "suspended_until"))
        facts |= {"state": "suspended", "suspension": {"since": since, "until": until}}
    if "parent_name" in said:
        parent = {"name": said["parent_name"], "credit_code": said.get("parent_code", "")}
        facts["parent"] = parent
    return facts


def _both(said: Values, key: str, usual: Text | None) -> dict[str, str] | None:
    """Return a text in both languages, from one of them where the other is missing."""
    zh, en = said.get(f"{key}_zh"), said.get(f"{key}_en")
    if zh is None and en is None:
        return None if usual is None else public_facts.both(usual)
    if usual is not None and zh == usual.zh and en is None:
        return public_facts.both(usual)
    return {"en": str(en or zh), "zh": str(zh or en)}

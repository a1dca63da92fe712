"""Who somebody is: identity papers that can be right, and people told from one another.

An identity card has a number with a date of birth and a check digit (GB 11643); each kind
of paper is for people of some countries, so that a permanent resident card, which
foreigners have, makes nobody a domestic shareholder.  Nobody is director, manager or
supervisor without full capacity (公司法 art. 178, L_CL); from which age that is, is a setting.

Source: domain/enterprise_services.yaml, ``organs.disqualified``, ``E_SET_FIE``.
"""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from servicedesk.catalogue.numbers import Unfit, chinese_id, compact
from servicedesk.catalogue.registry import Finding
from servicedesk.enterprises.days import years_after
from servicedesk.enterprises.findings import company_law, in_group, look, wrong
from servicedesk.words import say

HOME: Final = "CN"
# Investors from here are treated after the example of foreign ones (实施条例 art. 48, OWN).
SPECIAL_REGIONS: Final = frozenset(["HK", "MO", "TW"])
ID_CARD, PASSPORT = "id_card", "passport"
_FITS: Final[dict[str, Callable[[str], bool]]] = {  # kind of paper -> is it for that country
    ID_CARD: lambda country: country == HOME,
    "hk_macao_permit": lambda country: country in {"HK", "MO"},
    "taiwan_permit": lambda country: country == "TW",
    "residence_card": lambda country: country not in {HOME, *SPECIAL_REGIONS},
}


@dataclass(frozen=True)
class Person:
    """Somebody named in an application, with the paper that shows who they are."""

    name: str
    country: str  # ISO 3166 alpha-2; empty where not answered
    id_kind: str
    number: str
    born: date | None = None  # as answered apart from the number


def identity(number: str, name: str) -> str:
    """Return what tells one person from another, however it was typed.

    >>> identity(" １１０１-0119 ", "Li Ming") == identity("11010119", "李明")
    True
    """
    return compact(number) or "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def findings(
    people: Sequence[Person | None],
    group: str | None,
    *,
    today: date,
    of_age: int,
    have_posts: bool,
) -> Iterator[Finding]:
    """Yield what is wrong with the papers of ``people``.

    Args:
        people: one for each card of ``group``; None for an organisation.
        group: the key of the group; None where a page asks for one person, without a group.
        today: the day of the application.
        of_age: years from which somebody may hold a post.
        have_posts: whether they hold one; others may be younger, and an officer looks.
    """
    for index, person in enumerate(people):
        if person is None or not person.id_kind:
            continue
        yield from _paper(person, group, index)
        if person.id_kind != ID_CARD:
            continue
        try:
            born = _birth(chinese_id(person.number, today))
        except Unfit as refusal:
            yield wrong(refusal.words, in_group(group, index, "id_number"))
            continue
        if person.born not in {None, born}:
            words = say("This is not the date of birth in the number of the identity card.")
            yield wrong(words, in_group(group, index, "birth_date"))
        if years_after(born, of_age) > today:
            finding = _minor(person.name, of_age, have_posts=have_posts)
            yield finding(in_group(group, index, "id_number"))


def _paper(person: Person, group: str | None, index: int) -> Iterator[Finding]:
    if not person.country:
        return
    fits = _FITS.get(person.id_kind)
    if fits is not None and not fits(person.country):
        words = say(
            "This kind of paper is not for people from there. Mend the country of %(name)s or "
            "the kind of paper.",
            name=person.name,
        )
        yield wrong(words, in_group(group, index, "id_kind"))
    elif person.id_kind == PASSPORT and person.country == HOME:
        words = say(
            "%(name)s is from the mainland and shows a passport. An officer will look.",
            name=person.name,
        )
        yield look(words, in_group(group, index, "id_kind"))


def _birth(number: str) -> date:
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def _minor(name: str, of_age: int, *, have_posts: bool) -> Callable[[str], Finding]:
    if not have_posts:
        words = say("By this number %(name)s is under %(years)s.", name=name, years=of_age)
        return partial(look, words)
    words = say(
        "By this number %(name)s is under %(years)s and cannot hold a post. Compare it with the "
        "card, or name somebody else.",
        name=name,
        years=of_age,
    )
    return partial(wrong, words, rule=company_law("178"))

"""Who may hold which post in a company.

Company Law (L_CL): art. 10 legal representative.  Limited company: 68 board of three or more with
one chair; 75 one director instead; 74 manager; 76 supervisors and who cannot be one; 69 an audit
committee of the board instead; 83 one supervisor, or none if all shareholders agree.  Joint-stock
company: 120 board, 128 one director instead; 126 manager; 130 supervisors and who cannot be one,
133 one supervisor; 121 an audit committee of the board instead.

Source: domain/enterprise_services.yaml, ``organs``.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from servicedesk.catalogue.registry import Finding, Weight
from servicedesk.enterprises.findings import company_law, in_group, in_order, look, wrong
from servicedesk.enterprises.identities import identity
from servicedesk.words import say

BOARD: Final = 3  # members, at least, of a board of directors or of supervisors
CHAIR, DIRECTOR, MANAGER = "chair", "director", "manager"
LEGAL_REPRESENTATIVE: Final = "legal_representative"
_ON_BOARD: Final = frozenset([CHAIR, DIRECTOR])


@dataclass(frozen=True)
class Law:
    """Where the organs of a form are written, by article of the Company Law."""

    board: str
    single: str  # one director instead of a board
    chair: str | None  # None: no article known here
    manager: str
    audit: str  # an audit committee instead of supervisors
    supervisors: str
    bar: str  # who cannot be supervisor
    has_manager: bool  # somebody looks where nobody is named
    may_do_without: bool  # no supervisor, if all shareholders agree

    @property
    def articles(self) -> str:
        """All of them, in their order."""
        named = f"10, {self.board}, {self.single}, {self.manager}, {self.bar}, {self.supervisors}"
        return ", ".join(sorted(set(named.split(", ")), key=int))


LIMITED: Final = Law(
    board="68",
    single="75",
    chair="68",
    manager="74",
    audit="68, 69",
    supervisors="76, 83",
    bar="76",
    has_manager=False,
    may_do_without=True,
)
JOINT_STOCK: Final = Law(
    board="120",
    single="128",
    chair=None,
    manager="126",
    audit="120, 121",
    supervisors="130, 133",
    bar="130",
    has_manager=True,
    may_do_without=False,
)


@dataclass(frozen=True)
class Officer:
    """Somebody with posts, as answered."""

    name: str
    number: str  # of the identity paper; empty where not asked
    posts: frozenset[str] = frozenset()
    by_employees: bool | None = None  # of a supervisor: chosen by them; None: not asked

    @property
    def is_director(self) -> bool:
        """Whether they sit on the board, or are the one director."""
        return bool(self.posts & _ON_BOARD)

    @property
    def identity(self) -> str:
        """What tells one person from another."""
        return identity(self.number, self.name)


def findings(
    officers: Sequence[Officer],
    supervisors: Sequence[Officer] | None,
    *,
    no_supervisor: bool,
    legal_rep_post: str | None,
    has_audit_committee: bool = False,
    law: Law = LIMITED,
) -> Sequence[Finding]:
    """Return whether the posts are filled as the law asks; no supervisors yet: None.

    >>> one = Officer("Li Ming", "1", frozenset({"director", "legal_representative"}))
    >>> [f.weight.value for f in findings([one], [], no_supervisor=True, legal_rep_post="director")]
    ['in_order']
    """
    found = [
        *_listed_once(officers),
        *_directors(officers, law),
        *_chair(officers, law),
        *_manager(officers, law),
        *_legal_representative(officers, legal_rep_post),
    ]
    if has_audit_committee:
        found.extend(_audit_committee(officers, law))
    elif supervisors is not None:
        found.extend(_supervisors(supervisors, law, no_supervisor=no_supervisor))
        found.extend(_conflicts(officers, supervisors, law))
    if any(one.weight is Weight.WRONG for one in found):
        return found
    words = say("Directors, manager and legal representative are named as the law asks.")
    if supervisors is not None:
        words = say("Directors, manager, supervisors and legal representative are named as asked.")
    return [in_order(words, "directors", company_law(law.articles)), *found]


def _listed_once(officers: Sequence[Officer]) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, officer in enumerate(officers):
        if officer.identity in seen:
            yield wrong(
                say("%(name)s is named twice. Keep one entry with all posts.", name=officer.name),
                in_group("directors", index, "full_name"),
            )
        if not officer.posts:
            yield wrong(
                say("Choose at least one post for %(name)s.", name=officer.name),
                in_group("directors", index, "posts"),
            )
        seen.add(officer.identity)


def _directors(officers: Sequence[Officer], law: Law) -> Iterator[Finding]:
    rule = company_law(f"{law.board}, {law.single}")
    count = sum(officer.is_director for officer in officers)
    if count == 0:
        words = say("Name one director, or a board of three or more.")
        yield wrong(words, "directors", rule)
    elif 1 < count < BOARD:
        words = say(
            "Two directors are neither one director nor a board. Name one, or at least three."
        )
        yield wrong(words, "directors", rule)


def _chair(officers: Sequence[Officer], law: Law) -> Iterator[Finding]:
    count = sum(officer.is_director for officer in officers)
    chairs = sum(CHAIR in officer.posts for officer in officers)
    if count >= BOARD and chairs != 1:
        words = say("A board has one chair; you named %(count)s.", count=chairs)
        yield wrong(words, "directors", company_law(law.chair) if law.chair else None)
    elif count == 1 and chairs:
        words = say("A single director is no chair. Choose “director” instead.")
        yield wrong(words, "directors", company_law(law.single))


def _manager(officers: Sequence[Officer], law: Law) -> Iterator[Finding]:
    rule = company_law(law.manager)
    count = sum(MANAGER in officer.posts for officer in officers)
    if count > 1:
        words = say("A company has one manager; you named %(count)s.", count=count)
        yield wrong(words, "directors", rule)
    elif not count and law.has_manager:
        words = say("A company of this form has a manager, and nobody is named.")
        yield look(words, "directors", rule)


def _legal_representative(
    officers: Sequence[Officer], legal_rep_post: str | None
) -> Iterator[Finding]:
    rule = company_law("10")
    named = [
        (index, one) for index, one in enumerate(officers) if LEGAL_REPRESENTATIVE in one.posts
    ]
    if len(named) != 1:
        words = say("Name one legal representative; you named %(count)s.", count=len(named))
        yield wrong(words, "directors", rule)
        return
    index, person = named[0]
    place = in_group("directors", index, "posts")
    if not person.is_director and MANAGER not in person.posts:
        yield wrong(
            say(
                "The legal representative is a director or the manager. Give %(name)s one of "
                "these posts, or choose somebody else.",
                name=person.name,
            ),
            place,
            rule,
        )
    elif not _fits(person, legal_rep_post):
        yield wrong(
            say(
                "You said that the legal representative is the %(post)s, and %(name)s is not. "
                "Mend either.",
                post=say("manager") if legal_rep_post == MANAGER else say("director"),
                name=person.name,
            ),
            place,
            rule,
        )


def _fits(person: Officer, legal_rep_post: str | None) -> bool:
    if legal_rep_post == DIRECTOR:
        return person.is_director
    return legal_rep_post is None or legal_rep_post in person.posts


def _audit_committee(officers: Sequence[Officer], law: Law) -> Iterator[Finding]:
    if sum(officer.is_director for officer in officers) < BOARD:
        words = say(
            "An audit committee is one of a board of directors, which has three or more. Name "
            "them, or name a supervisor instead."
        )
        yield wrong(words, "audit_committee", company_law(law.audit))


def _supervisors(
    supervisors: Sequence[Officer], law: Law, *, no_supervisor: bool
) -> Iterator[Finding]:
    rule = company_law(law.supervisors)
    count = len(supervisors)
    if no_supervisor and count:
        words = say(
            "You said that there is no supervisor. Remove those named, or change that answer."
        )
        yield wrong(words, "supervisors", rule)
    elif not no_supervisor and not count:
        words = say("Name a supervisor, or an audit committee of the board instead.")
        if law.may_do_without:
            words = say("Name a supervisor, or say that all shareholders agree to have none.")
        yield wrong(words, "supervisors", rule)
    elif 1 < count < BOARD:
        words = say("Name one supervisor, or a board of at least three.")
        yield wrong(words, "supervisors", rule)
    elif count >= BOARD:
        yield from _employees(supervisors, law)
    seen: set[str] = set()
    for index, one in enumerate(supervisors):
        if one.identity in seen:
            words = say("%(name)s is named twice. Keep one entry.", name=one.name)
            yield wrong(words, in_group("supervisors", index, "full_name"))
        seen.add(one.identity)


def _employees(supervisors: Sequence[Officer], law: Law) -> Iterator[Finding]:
    """Yield that a third of a supervisory board are chosen by the employees; as asked, or not."""
    words = say("At least a third of a supervisory board are chosen by the employees.")
    if any(one.by_employees is None for one in supervisors):
        yield look(words, "supervisors", company_law(law.bar))
    elif sum(one.by_employees is True for one in supervisors) * 3 < len(supervisors):
        yield wrong(words, "supervisors", company_law(law.bar))


def _conflicts(
    officers: Sequence[Officer], supervisors: Sequence[Officer], law: Law
) -> Iterator[Finding]:
    barred = _identities(officers)
    for index, supervisor in enumerate(supervisors):
        if supervisor.identity in barred:
            yield wrong(
                say(
                    "Directors and senior managers cannot be supervisors. Name somebody other "
                    "than %(name)s.",
                    name=supervisor.name,
                ),
                in_group("supervisors", index, "full_name"),
                company_law(law.bar),
            )


def finance_findings(
    head: Officer, supervisors: Sequence[Officer], law: Law = LIMITED
) -> Iterator[Finding]:
    """Yield whether the head of finance (财务负责人), a senior manager, is supervisor too."""
    if head.identity in _identities(supervisors):
        words = say(
            "%(name)s is supervisor. Senior managers cannot be supervisors: name another head "
            "of finance, or another supervisor.",
            name=head.name,
        )
        yield wrong(words, "finance_contact_name", company_law(law.bar))


def _identities(people: Collection[Officer]) -> set[str]:
    return {person.identity for person in people}

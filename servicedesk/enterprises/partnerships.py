"""Who may be partners of which kind of partnership.

Partnership Enterprise Law (L_PEL): art. 14 and 61 how many partners; 61 at least one general
partner of a limited partnership, and 75 what one without limited partners is; 64 what a limited
partner may not contribute; 26 and 67 who executes the business.  Who can be no general partner
at all (art. 3) cannot be seen from answers: the partners promise it, an officer looks.

Source: domain/org_forms.csv (gp, sgp, lp), enterprise_services.yaml ``E_SET_LP``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from servicedesk.catalogue.registry import Finding
from servicedesk.enterprises import owners, reference
from servicedesk.enterprises.findings import in_group, in_order, partnership_law, wrong
from servicedesk.enterprises.owners import Owner
from servicedesk.words import say

LIMITED_PARTNERSHIP: Final = "lp"
KINDS: Final = ("gp", "sgp", LIMITED_PARTNERSHIP)  # keys of org_forms.csv
GENERAL, LIMITED = "general", "limited"
LABOUR: Final = "labour"
_GROUP: Final = "partners"


@dataclass(frozen=True)
class Partner:
    """A partner as answered."""

    owner: Owner
    liability: str = ""  # general, limited; empty where the kind of partnership leaves no choice
    executes: bool | None = None  # None: not asked
    method: str = ""  # cash, in_kind, labour


def findings(
    partners: Sequence[Partner], kind: str, *, are_executives_chosen: bool
) -> Sequence[Finding]:
    """Return whether these may be the partners of a partnership of this kind.

    >>> lin = Partner(Owner("Lin Qiao", True, "CN", "1"), GENERAL)
    >>> zhou = Partner(Owner("Zhou Ruogu", True, "CN", "2"), LIMITED, method="labour")
    >>> [one.place for one in findings([lin, zhou], "lp", are_executives_chosen=False)]
    ['partners[1].method']

    Args:
        partners: all of them.
        kind: one of ``KINDS``; another while it has not been answered.
        are_executives_chosen: the partners entrust some of them with the business.
    """
    named = [one.owner for one in partners]
    found = [*_count(partners, kind), *owners.doubles(named, _GROUP, partnership_law("14"))]
    if kind == LIMITED_PARTNERSHIP:
        found.extend([*_both_kinds(partners), *_labour(partners)])
    if are_executives_chosen:
        found.extend(_executives(partners))
    if found or kind not in KINDS:
        return found
    words = say(
        "%(count)s partners, each named once, fit the form %(form)s.",
        count=len(partners),
        form=reference.org_forms()[kind].name,
    )
    return [in_order(words, _GROUP, partnership_law("14, 61"))]


def _count(partners: Sequence[Partner], kind: str) -> Iterator[Finding]:
    if kind not in KINDS:
        return
    form, count = reference.org_forms()[kind], len(partners)
    most = form.owners_max
    facts = {"form": form.name, "fewest": form.owners_min, "count": count}
    if count < form.owners_min:
        words = say(
            "The form %(form)s has %(fewest)s partners or more; you named %(count)s. Add one.",
            **facts,
        )
        yield wrong(words, _GROUP, partnership_law("14, 61"))
    elif most is not None and count > most:
        words = say(
            "The form %(form)s has %(fewest)s to %(most)s partners; you named %(count)s. Remove "
            "some, or choose another kind of partnership.",
            most=most,
            **facts,
        )
        yield wrong(words, _GROUP, partnership_law("61"))


def _both_kinds(partners: Sequence[Partner]) -> Iterator[Finding]:
    """Yield which kind of partner is missing, once all have been asked."""
    kinds = {one.liability for one in partners}
    if kinds == {LIMITED}:
        words = say(
            "A limited partnership needs at least one general partner, who answers without limit. "
            "Name one."
        )
        yield wrong(words, _GROUP, partnership_law("61"))
    elif kinds == {GENERAL}:
        words = say(
            "A limited partnership needs a limited partner. Name one, or choose the general "
            "partnership."
        )
        yield wrong(words, _GROUP, partnership_law("75"))


def _labour(partners: Sequence[Partner]) -> Iterator[Finding]:
    for index, one in enumerate(partners):
        if one.liability == LIMITED and one.method == LABOUR:
            words = say(
                "%(name)s is a limited partner and cannot contribute labour. Choose another way "
                "to pay.",
                name=one.owner.name,
            )
            yield wrong(words, in_group(_GROUP, index, "method"), partnership_law("64"))


def _executives(partners: Sequence[Partner]) -> Iterator[Finding]:
    """Yield that nobody is entrusted with the business, or a limited partner is."""
    said = [one.executes for one in partners if one.executes is not None]
    if said and not any(said):
        words = say(
            "You said under “Term and business” that certain partners are entrusted with the "
            "business, and nobody is. Say who, or change that answer."
        )
        yield wrong(words, _GROUP, partnership_law("26"))
    for index, one in enumerate(partners):
        if one.executes and one.liability == LIMITED:
            words = say(
                "%(name)s is a limited partner and cannot execute the business. Choose a general "
                "partner.",
                name=one.owner.name,
            )
            yield wrong(words, in_group(_GROUP, index, "executes"), partnership_law("67"))

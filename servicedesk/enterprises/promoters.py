"""Who founds a joint-stock company.

Company Law (L_CL): art. 92, 1 to 200 promoters, at least half of them domiciled in China, wherever
they come from.  What they pay is ``capital``.

Source: domain/enterprise_services.yaml, ``capital_rules.jsc``; org_forms.csv (jsc).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from servicedesk.catalogue.registry import Finding
from servicedesk.enterprises import owners, reference
from servicedesk.enterprises.findings import company_law, in_order, wrong
from servicedesk.enterprises.owners import Owner
from servicedesk.words import say

FORM: Final = "jsc"  # key of org_forms.csv
_GROUP: Final = "shareholders"


@dataclass(frozen=True)
class Promoter:
    """A promoter as answered."""

    owner: Owner
    is_domiciled: bool | None  # in China; None: not answered


def findings(promoters: Sequence[Promoter]) -> Sequence[Finding]:
    """Return whether these may found the company.

    >>> anna = Promoter(Owner("Anna Example", True, "DE", "X1"), is_domiciled=False)
    >>> [one.place for one in findings([anna])]
    ['shareholders']
    """
    rule = company_law("92")
    named = [one.owner for one in promoters]
    found = [*count(promoters), *owners.doubles(named, _GROUP, rule), *domicile(promoters)]
    if found:
        return found
    words = say("The promoters are as many as the law asks, and at least half domiciled in China.")
    return [in_order(words, _GROUP, rule)]


def count(promoters: Sequence[Promoter]) -> Iterator[Finding]:
    """Yield whether they are as many as the law asks."""
    form, count = reference.org_forms()[FORM], len(promoters)
    most = form.owners_max
    if count < form.owners_min or (most is not None and count > most):
        words = say(
            "A joint-stock company has %(fewest)s to %(most)s promoters; you named %(count)s.",
            fewest=form.owners_min,
            most=most,
            count=count,
        )
        yield wrong(words, _GROUP, company_law("92"))


def domicile(promoters: Sequence[Promoter]) -> Iterator[Finding]:
    """Yield that fewer than half are domiciled in China, once all have been asked."""
    if any(one.is_domiciled is None for one in promoters):
        return
    domiciled = sum(one.is_domiciled is True for one in promoters)
    if domiciled * 2 < len(promoters):
        words = say(
            "At least half of the promoters must be domiciled in China; you named %(domiciled)s "
            "of %(count)s. Add one who is, or mend the answers.",
            domiciled=domiciled,
            count=len(promoters),
        )
        yield wrong(words, _GROUP, company_law("92"))

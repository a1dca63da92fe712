"""Whether a company may take another type: by the rules of the set-up of that type.

Pure.  Implementing Rules art. 37: it meets the set-up conditions of the new type.  How many owners
it has and where they come from is set against the new form; whether who founds a joint-stock
company lives in China, against Company Law art. 92.

Source: domain/enterprise_services.yaml (E_CHG_TYPE), org_forms.csv.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from servicedesk.catalogue.registry import Finding
from servicedesk.enterprises import owners, promoters
from servicedesk.enterprises.findings import company_law, in_group, wrong
from servicedesk.enterprises.money import Money
from servicedesk.enterprises.owners import FOREIGN_FORMS
from servicedesk.enterprises.promoters import Promoter
from servicedesk.words import say

_GROUP: Final = "shareholders"


def findings(named: Sequence[Promoter], form: str) -> Iterator[Finding]:
    """Yield what keeps these owners from the new form, key of ``org_forms.csv``.

    >>> from servicedesk.enterprises.owners import Owner
    >>> anna = Promoter(Owner("Anna Example", True, "DE", ""), is_domiciled=None)
    >>> [one.place for one in findings([anna], "llc")]
    ['shareholders', 'shareholders[0].country']
    """
    if form == promoters.FORM:
        yield from promoters.count(named)
        yield from promoters.domicile(named)
        return
    for one in owners.count([each.owner for each in named], form):
        yield replace(one, place=_GROUP)
    yield from _origin(named, form)


def over_assets(capital: Money | None, net_assets: Money | None) -> Iterator[Finding]:
    """Yield that the share capital is above the net assets it is made of (Company Law art. 108)."""
    if capital is None or net_assets is None or capital.currency != net_assets.currency:
        return
    if capital.amount > net_assets.amount:
        words = say(
            "The share capital cannot be higher than the net assets, %(assets)s.",
            assets=net_assets.fact,
        )
        yield wrong(words, "capital", company_law("108"))


def _origin(named: Sequence[Promoter], form: str) -> Iterator[Finding]:
    abroad = [at for at, one in enumerate(named) if one.owner.is_foreign]
    if form not in FOREIGN_FORMS:
        for at in abroad:
            words = say(
                "%(name)s is from abroad. Choose the foreign-invested limited company as the new "
                "type.",
                name=named[at].owner.name,
            )
            yield wrong(words, in_group(_GROUP, at, "country"), owners.foreign_law())
    elif named and not abroad:
        words = say("No shareholder is from abroad. Choose another new type.")
        yield wrong(words, _GROUP, owners.foreign_law())

"""Who owns the enterprise: how many, who twice, and whether the form fits them.

Company Law art. 42 (1 to 50 shareholders), art. 60 (one shareholder); owners from abroad
need the foreign-invested form (外商投资法 art. 2, L_FIL).

Source: domain/org_forms.csv, enterprise_services.yaml ``capital_rules.llc``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from servicedesk.catalogue.numbers import compact, is_credit_code
from servicedesk.catalogue.registry import Finding
from servicedesk.enterprises import reference
from servicedesk.enterprises.findings import company_law, in_group, in_order, look, wrong
from servicedesk.enterprises.identities import HOME, identity
from servicedesk.words import Words, say

FOREIGN_FORMS: Final = frozenset(["llc_fie"])


@dataclass(frozen=True)
class Owner:
    """A shareholder as answered."""

    name: str
    is_person: bool
    country: str  # ISO 3166 alpha-2; empty where not answered
    number: str  # of the identity paper, or the credit code; empty where not answered

    @property
    def is_foreign(self) -> bool:
        """Whether the form must be the foreign-invested one for this owner."""
        return self.country not in {HOME, ""}


def findings(owners: Sequence[Owner], org_form: str) -> Sequence[Finding]:
    """Return whether these owners may have this form.

    >>> anna = Owner("Anna Example", True, "DE", "X1")
    >>> [one.place for one in findings([anna], "llc_sole")]
    ['shareholders[0].country']
    """
    found = [
        *count(owners, org_form),
        *doubles(owners, "shareholders", company_law("42")),
        *_origin(owners, org_form),
    ]
    for index, owner in enumerate(owners):
        found.extend(_code(index, owner))
    if found:
        return found
    words = say("One shareholder fits the form %(form)s.", form=_form_name(org_form))
    if len(owners) > 1:
        words = say(
            "%(count)s shareholders, each named once, fit the form %(form)s.",
            count=len(owners),
            form=_form_name(org_form),
        )
    return [in_order(words, "shareholders", company_law("42"))]


def count(owners: Sequence[Owner], org_form: str) -> Iterator[Finding]:
    """Yield whether the form has as many owners."""
    form = reference.org_forms().get(org_form)
    if form is None:
        yield wrong(say("Choose an organisational form."), "org_form")
        return
    most = form.owners_max
    if len(owners) < form.owners_min or (most is not None and len(owners) > most):
        facts = {"form": form.name, "most": most, "count": len(owners)}
        words = say(
            "The form %(form)s has %(fewest)s to %(most)s shareholders; you named %(count)s.",
            fewest=form.owners_min,
            **facts,
        )
        if most == 1:
            words = say("The form %(form)s has one shareholder; you named %(count)s.", **facts)
        yield wrong(words, "shareholders", company_law("42, 60"))
    elif len(owners) == 1 and org_form == "llc":
        yield look(
            say(
                "With one shareholder this is a one-person company: there is no shareholders’ "
                "meeting, and decisions are made in writing."
            ),
            "org_form",
            company_law("60"),
        )


def doubles(owners: Sequence[Owner], group: str, rule: Words) -> Iterator[Finding]:
    """Yield who is named twice in ``group``."""
    seen: set[tuple[bool, str]] = set()
    for index, owner in enumerate(owners):
        key = (owner.is_person, identity(owner.number, owner.name))
        if key in seen:
            yield wrong(
                say(
                    "%(name)s is named twice. Keep one entry with the whole contribution.",
                    name=owner.name,
                ),
                in_group(group, index, "full_name"),
                rule,
            )
        seen.add(key)


def _origin(owners: Sequence[Owner], org_form: str) -> Iterator[Finding]:
    is_foreign_form = org_form in FOREIGN_FORMS
    for index, owner in enumerate(owners):
        if owner.is_foreign and not is_foreign_form:
            words = say(
                "%(name)s is from abroad. Use the service “Set up a foreign-invested limited "
                "company” instead.",
                name=owner.name,
            )
            yield wrong(words, in_group("shareholders", index, "country"), foreign_law())
    if is_foreign_form and owners and not any(owner.is_foreign for owner in owners):
        words = say(
            "No shareholder is from abroad. Use the service “Set up a limited liability company” "
            "instead."
        )
        yield wrong(words, "shareholders", foreign_law())


def _code(index: int, owner: Owner) -> Iterator[Finding]:
    if owner.is_person or owner.is_foreign:
        return
    if not is_credit_code(compact(owner.number)):
        yield wrong(
            say(
                "The credit code of %(name)s is not right. Copy its 18 characters from the "
                "licence.",
                name=owner.name,
            ),
            in_group("shareholders", index, "credit_code"),
        )


def foreign_law() -> Words:
    """Return by what an owner from abroad needs the foreign-invested form."""
    return say("Foreign Investment Law, art. 2")


def _form_name(org_form: str) -> object:
    return reference.org_forms()[org_form].name

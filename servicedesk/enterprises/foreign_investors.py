"""What investors from abroad must bring.

Identity papers notarised at home and authenticated by a Chinese embassy, or with an
apostille (E_NOT, E_APO); a recipient in China for legal documents
(市场主体登记管理条例 art. 9(7), L_MER).

Source: domain/enterprise_services.yaml, ``fie_rules``.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from servicedesk.catalogue.registry import Finding, Weight
from servicedesk.enterprises.findings import in_group, in_order, look, registration_rules, wrong
from servicedesk.enterprises.identities import HOME, SPECIAL_REGIONS
from servicedesk.enterprises.owners import Owner
from servicedesk.words import Words, say

PROOFS: Final = frozenset(["authenticated", "apostille", "seen", "special"])


def findings(
    owners: Sequence[Owner], proofs: Sequence[str], recipient: str | None
) -> Sequence[Finding]:
    """Return which papers each foreign investor needs, and whether a recipient is named.

    >>> anna = Owner("Anna Example", True, "DE", "X1")
    >>> [one.weight.value for one in findings([anna], ["apostille"], "Wang Fang")]
    ['in_order', 'look']

    Args:
        owners: all shareholders.
        proofs: how each owner's papers are proven, in the same order; one of ``PROOFS``.
        recipient: of legal documents; None while that page has not been answered.
    """
    abroad = [index for index, owner in enumerate(owners) if owner.is_foreign]
    found = [_papers(index, owners[index]) for index in abroad]
    for index in abroad:
        found.extend(_proof(index, owners[index], proofs[index]))
    if recipient is None or not abroad:
        return found
    found.extend(_recipient(recipient))
    if any(one.weight is Weight.WRONG for one in found):
        return found
    words = say("A recipient in China for legal documents is named.")
    return [in_order(words, "legal_recipient_name", registration_rules("9")), *found]


def kind_findings(owners: Sequence[Owner], kind: str) -> Iterator[Finding]:
    """Yield where the shareholders are not those of the ``kind`` stated: wholly, joint."""
    at_home = [index for index, owner in enumerate(owners) if owner.country == HOME]
    if kind == "wholly" and at_home:
        words = say(
            "You said under “Kind of company” that only investors from abroad invest, and "
            "%(name)s is from the mainland. Mend either.",
            name=owners[at_home[0]].name,
        )
        yield wrong(words, in_group("shareholders", at_home[0], "country"), _kind_rule())
    elif kind == "joint" and owners and not at_home:
        words = say(
            "You said under “Kind of company” that Chinese partners invest as well, and no "
            "shareholder is from the mainland. Mend either."
        )
        yield wrong(words, "shareholders", _kind_rule())


def _recipient(recipient: str) -> Iterator[Finding]:
    if not recipient.strip():
        words = say("Name somebody in China who receives legal documents for the foreign investor.")
        yield wrong(words, "legal_recipient_name", registration_rules("9"))


def _proof(index: int, owner: Owner, proof: str) -> Iterator[Finding]:
    place = in_group("shareholders", index, "proof")
    is_special = owner.country in SPECIAL_REGIONS
    if proof == "special" and not is_special:
        words = say(
            "Special notarial documents and mainland permits are for Hong Kong, Macao and Taiwan. "
            "Choose another proof for %(name)s.",
            name=owner.name,
        )
        yield wrong(words, place, _rule())
    elif is_special and proof in PROOFS - {"special"}:
        words = say(
            "For Hong Kong, Macao and Taiwan there are special notarial documents and mainland "
            "permits. Choose these for %(name)s.",
            name=owner.name,
        )
        yield wrong(words, place, _rule())
    elif proof == "seen" and not owner.is_person:
        words = say(
            "Only a person’s passport can be seen by the registrar. Choose another proof for "
            "%(name)s.",
            name=owner.name,
        )
        yield wrong(words, place, _rule())


def _papers(index: int, owner: Owner) -> Finding:
    place = in_group("shareholders", index, "country")
    if owner.country in SPECIAL_REGIONS:
        words = say(
            "%(name)s: give the special notarial document, or the mainland travel permit.",
            name=owner.name,
        )
    elif owner.is_person:
        words = say(
            "%(name)s: give the passport, notarised at home and authenticated by the Chinese "
            "embassy, or with an apostille where the state is a party to the Convention. A "
            "passport that the registrar sees after the check of visa and entry needs neither.",
            name=owner.name,
        )
    else:
        words = say(
            "%(name)s: give the certificate of incorporation, notarised at home and "
            "authenticated by the Chinese embassy, or with an apostille where the state is a "
            "party to the Convention, and a stamped Chinese translation.",
            name=owner.name,
        )
    return look(words, place, _rule())


def _rule() -> Words:
    return say("Implementing rules on the registration of market entities; Apostille Convention")


def _kind_rule() -> Words:
    return say("Foreign Investment Law, art. 2")

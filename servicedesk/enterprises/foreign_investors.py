"""What investors from abroad must bring.

Identity papers notarised at home and authenticated by a Chinese embassy, or with an
apostille (E_NOT, E_APO); a recipient in China for legal documents
(市场主体登记管理条例 art. 9(7), L_MER).

Source: domain/enterprise_services.yaml, ``fie_rules``.
"""

from collections.abc import Iterator, Sequence

from servicedesk.catalogue.registry import Finding, Weight
from servicedesk.enterprises.findings import in_group, in_order, look, registration_rules, wrong
from servicedesk.enterprises.owners import SPECIAL_REGIONS, Owner
from servicedesk.words import Words, say


def findings(owners: Sequence[Owner], recipient: str) -> Sequence[Finding]:
    """Return which papers each foreign investor needs, and whether a recipient is named.

    >>> anna = Owner("Anna Example", True, "DE", "X1")
    >>> [one.weight.value for one in findings([anna], "Wang Fang")]
    ['in_order', 'look']
    """
    abroad = [(index, owner) for index, owner in enumerate(owners) if owner.is_foreign]
    if not abroad:
        return []
    found = [*_recipient(recipient), *(_papers(index, owner) for index, owner in abroad)]
    if any(one.weight is Weight.WRONG for one in found):
        return found
    words = say("A recipient in China for legal documents is named.")
    return [in_order(words, "legal_recipient_name", registration_rules("9")), *found]


def _recipient(recipient: str) -> Iterator[Finding]:
    if not recipient.strip():
        words = say("Name somebody in China who receives legal documents for the foreign investor.")
        yield wrong(words, "legal_recipient_name", registration_rules("9"))


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

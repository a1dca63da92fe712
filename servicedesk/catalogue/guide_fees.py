"""What a guide says of the fee: elements 12 and 13, and the card."""

from decimal import Decimal

from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.fees import Fee
from servicedesk.catalogue.fields import Text as SourcedText
from servicedesk.words import Text, Words, say

Line = Text | SourcedText | Words


def standard(service: Service) -> list[Line]:
    """Return the prices, one a line."""
    fee = service.fee
    lines: list[Line] = [
        say("%(name)s: %(price)s", name=one.name.plain(), price=_price(fee.currency, one.amount))
        for one in fee.lines
    ]
    if fee.amount or not lines:
        return [_amount(fee), *lines]
    return lines


def price(service: Service) -> Words:
    """Return what a service costs in a few words: one price, or the range over alternatives.

    Lines without a condition are always charged, all of them; of those with one, one is.
    """
    fee = service.fee
    if not fee.lines:
        return _amount(fee)
    always = sum((one.amount for one in fee.lines if one.when is None), fee.amount or Decimal(0))
    choices = [one.amount for one in fee.lines if one.when is not None] or [Decimal(0)]
    if always and len(choices) == 1:
        choices.append(Decimal(0))  # the only one may not hold
    least, most = (_price(fee.currency, always + one) for one in (min(choices), max(choices)))
    if least == most:
        return say("%(price)s", price=least)
    return say("%(least)s to %(most)s", least=least, most=most)


def _amount(fee: Fee) -> Words:
    if fee.amount is None:
        return say("Ask the office that does it")
    if fee.amount == 0:
        return say("Free of charge")
    return say("%(price)s", price=_price(fee.currency, fee.amount))


def _price(currency: str, amount: Decimal) -> dict[str, str]:
    return {"currency": currency, "amount": str(amount)}


def basis(service: Service) -> list[Line]:
    """Return by what rule a fee is charged, or that none is."""
    return [service.fee.basis] if service.fee.basis else [say("No fee is charged.")]

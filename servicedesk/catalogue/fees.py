"""What a service costs, and what a certain application costs.

Pure.  The law knows no fee unless it says so (行政许可法 art. 58): most services are free.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from servicedesk.catalogue.conditions import holds
from servicedesk.catalogue.fields import Condition, Key, Part, Text


class FeeLine(Part):
    """One price of several: for some applications, or for a part of the service."""

    key: Key
    name: Text  # "Residence permit of up to one year"
    amount: Decimal
    when: Condition | None = None  # charged if it holds; always where absent
    source: str | None = None


class Fee(Part):
    """What it costs: one ``amount``, or ``lines`` where it depends."""

    amount: Decimal | None = Decimal(0)  # None: not known; the office says it
    currency: str = "CNY"
    lines: tuple[FeeLine, ...] = ()
    basis: Text | None = None
    source: str

    def due(self, answers: Mapping[str, Any]) -> Sequence[FeeLine]:
        """Return the lines that an application with ``answers`` is charged, in their order."""
        return [one for one in self.lines if one.when is None or holds(one.when, answers)]

    def is_charged(self, answers: Mapping[str, Any]) -> bool:
        """Return whether an application with ``answers`` costs anything."""
        return self.total(answers) > 0

    def total(self, answers: Mapping[str, Any]) -> Decimal:
        """Return what an application with ``answers`` costs in all, in ``currency``."""
        return sum((one.amount for one in self.due(answers)), self.amount or Decimal(0))

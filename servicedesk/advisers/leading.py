"""For which services each adviser prepares, as ``advisers.yaml`` says.

Pure data, read once a process.  What is served where is data: no service is named here.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from servicedesk.advisers import tables

POINTS, CATEGORY = "points", "category"
OWNERS, INVESTMENT, NAME = "beneficial_owners", "foreign_investment", "name"
FINDER: Final = "service"
OF_TABLE: Final = (POINTS, CATEGORY, OWNERS, INVESTMENT, NAME)
_A: Final = "A"


@dataclass(frozen=True)
class Adviser:
    """One adviser, and the codes of the services it prepares for."""

    key: str
    leads_to: tuple[str, ...] = ()
    of_a: tuple[str, ...] = ()  # besides, for people of category A
    figures_of: str = ""  # the service whose settings it reads; empty: none

    def services(self, category: str | None = None) -> tuple[str, ...]:
        """Return the services for somebody of ``category``, A, B or C; None: for anybody."""
        return (*self.leads_to, *self.of_a) if category in {None, _A} else self.leads_to


@cache
def adviser(key: str) -> Adviser:
    """Return the adviser ``key``; one that the table leaves out prepares for no service."""
    said = tables.table("advisers").get(key) or {}
    return Adviser(
        key=key,
        leads_to=tuple(said.get("leads_to") or ()),
        of_a=tuple(said.get("of_a") or ()),
        figures_of=said.get("figures_of") or "",
    )

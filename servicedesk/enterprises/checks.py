"""The rules of the register over the answers of an application."""

from collections.abc import Sequence
from typing import Final

from servicedesk.catalogue.registry import Check, Finding, Matter


def _not_yet(matter: Matter) -> Sequence[Finding]:  # noqa: ARG001
    return ()


CHECKS: Final[dict[str, Check]] = dict.fromkeys(
    (
        "beneficial_owners",
        "business_scope",
        "capital",
        "company_name",
        "foreign_investors",
        "name_still_held",
        "organs",
        "owners",
        "registered_address",
    ),
    _not_yet,
)

"""Keeping the rows that the public register is searched by."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from servicedesk.enterprises import register_search
from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.search_models import RegisterEntry


def refresh(session: Session, enterprise: Enterprise) -> None:
    """Let the search see ``enterprise`` as its facts now are.  Safe to repeat.

    Call it wherever the facts change, in the same transaction; the row of the enterprise is
    written first, so two that refresh one enterprise do so one after the other.
    """
    values = row_of(
        enterprise.credit_code,
        enterprise.facts,
        enterprise.registered_on,
        is_foreign=enterprise.is_foreign_invested,
    )
    new = insert(RegisterEntry).values(enterprise_id=enterprise.id, **values)
    session.execute(
        new.on_conflict_do_update(index_elements=[RegisterEntry.enterprise_id], set_=values)
    )


def row_of(
    credit_code: str, facts: Mapping[str, Any], registered_on: date, *, is_foreign: bool
) -> dict[str, Any]:
    """Return by what an enterprise with these facts is searched."""
    return {
        "credit_code": credit_code,
        "registered_on": registered_on,
        "name_text": register_search.name_text(facts["name"]),
        "name_key": register_search.letters(facts["name"]),
        "address_text": register_search.address(facts.get("address") or {}).text,
        "life": register_search.life_of(facts),
        "org_form": facts["org_form"],
        "is_foreign": is_foreign,
        "scope": facts.get("scope") or [],
        "terms": register_search.terms(facts, registered_on, is_foreign=is_foreign),
    }

"""What the pages of the public register show: an entry, and why a search found it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from servicedesk.enterprises import public_fields, reference, register_reasons
from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.queries.entries import NEWEST, ORDERS, Years
from servicedesk.enterprises.reference import ScopePhrase
from servicedesk.enterprises.register_reasons import Pieces
from servicedesk.enterprises.register_search import LONGEST_QUERY, Life, Wanted, wanted
from servicedesk.web.paging import one_of

_FIRST_YEAR, _LAST_YEAR = 1900, 2200


@dataclass(frozen=True)
class Asked:
    """A search as it was asked for; what is none of ours is as if nothing was asked."""

    text: str
    address: str
    wanted: Wanted
    years: Years
    order: str
    is_filtered: bool  # by more than the one box

    @property
    def is_empty(self) -> bool:
        """Whether nothing is looked for."""
        return not self.text and not self.is_filtered


def asked(arguments: MultiDict[str, str]) -> Asked:
    """Read a search from the arguments of an address."""
    text = arguments.get("q", "").strip()[:LONGEST_QUERY]
    address = arguments.get("address", "").strip()[:LONGEST_QUERY]
    foreign = {"yes": True, "no": False}.get(arguments.get("foreign", ""))
    life, scope = arguments.get("life", ""), arguments.get("scope", "")
    org_form = arguments.get("org_form", "")
    years = Years(_year(arguments.get("from", "")), _year(arguments.get("to", "")))
    looked_for = wanted(
        text,
        address,
        scope=scope if scope in reference.scope_phrases() else "",
        org_form=org_form if org_form in reference.org_forms() else "",
        life=Life(life) if life in set(Life) else None,
        is_foreign=foreign,
    )
    picked = (looked_for.scope, looked_for.org_form, looked_for.life, years.first, years.last)
    return Asked(
        text=text,
        address=address,
        wanted=looked_for,
        years=years,
        order=one_of(arguments.get("order"), ORDERS, NEWEST)[0],
        is_filtered=bool(address) or any(picked) or foreign is not None,
    )


@dataclass(frozen=True)
class Found:
    """An enterprise in the list, with what of it was looked for."""

    credit_code: str
    state: str
    registered_on: date
    legal_representative: str
    name: Pieces
    code: Pieces
    address: Pieces  # empty: not looked for
    scope: ScopePhrase | None  # None: not looked for


def found(enterprise: Enterprise, asked_for: Wanted, language: str) -> Found:
    """Return an enterprise as the list shows it."""
    facts = public_fields.public(enterprise.facts)
    return Found(
        credit_code=enterprise.credit_code,
        state=state_of(facts),
        registered_on=enterprise.registered_on,
        legal_representative=facts.get("legal_representative", ""),
        name=register_reasons.in_name(enterprise.name, asked_for),
        code=register_reasons.in_code(enterprise.credit_code, asked_for),
        address=register_reasons.in_address(facts.get("address", {}), asked_for, language),
        scope=reference.scope_phrases().get(asked_for.scope),
    )


@dataclass(frozen=True)
class Entry:
    """An enterprise as everybody may see it."""

    credit_code: str
    registered_on: date
    state: str
    facts: Mapping[str, Any]  # only what ``public_fields`` lets through
    filings: Sequence[Mapping[str, Any]]  # the oldest first

    @property
    def name(self) -> str:
        """The name as registered today."""
        return str(self.facts["name"])

    @property
    def as_json(self) -> dict[str, Any]:
        """The entry for programs."""
        return {
            "credit_code": self.credit_code,
            "registered_on": self.registered_on.isoformat(),
            "state": self.state,
            "facts": dict(self.facts),
            "filings": [
                {**one, "effective_on": one["effective_on"].isoformat()} for one in self.filings
            ],
        }


def entry(enterprise: Enterprise) -> Entry:
    """Return what the register publishes of an enterprise."""
    facts = public_fields.public(enterprise.facts)
    return Entry(
        credit_code=enterprise.credit_code,
        registered_on=enterprise.registered_on,
        state=state_of(facts),
        facts=facts,
        filings=[
            {
                "seq": filing.seq,
                "kind": filing.kind,
                "effective_on": filing.effective_on,
                "hash": bytes(filing.hash).hex(),
            }
            for filing in enterprise.filings
        ],
    )


def state_of(facts: Mapping[str, Any]) -> str:
    """Return the state that facts name; no state named: registered."""
    return str(facts.get("state", "registered"))


def _year(typed: str) -> int | None:
    year = int(typed) if re.fullmatch("[0-9]{4}", typed.strip()) else 0
    return year if _FIRST_YEAR <= year <= _LAST_YEAR else None

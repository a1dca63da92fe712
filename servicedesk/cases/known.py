"""What is known before it is asked: from account, register, earlier applications, an adviser.

A question names under ``prefill`` where its answer may be found, the best place first.  What
is found is shown with its source and can be changed; it counts once the page is saved.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.cases import advice, queries, settled
from servicedesk.cases.models import Case
from servicedesk.catalogue.definition import Page
from servicedesk.catalogue.fields import AnyField, GroupQuestion
from servicedesk.enterprises.answers import as_cards
from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.public_facts import is_from_abroad
from servicedesk.words import Words, say

EARLIER: Final = "earlier"  # the answer of an earlier application to a question of this key
MOST_EARLIER: Final = 10  # applications looked through, the last ones first


@dataclass(frozen=True)
class Known:
    """An answer found beforehand, and where."""

    answer: Any  # JSON, as kept
    source: Words


_ACCOUNT: Final[Mapping[str, Callable[[User], Any]]] = {
    "person.name": lambda person: person.name,
    "person.email": lambda person: person.email,
}
_REGISTER: Final[Mapping[str, Callable[[Enterprise], Any]]] = {
    "enterprise.address": lambda one: (one.facts.get("address") or {}).get("zh"),
    "enterprise.legal_representative": lambda one: one.facts.get("legal_representative"),
    "enterprise.capital": lambda one: one.facts.get("capital"),
    "enterprise.shareholders": lambda one: as_cards(one.facts.get("shareholders") or []),
    "enterprise.foreign_shareholders": lambda one: as_cards(
        [owner for owner in one.facts.get("shareholders") or [] if is_from_abroad(owner)]
    ),
    "enterprise.scope": lambda one: one.facts.get("scope"),
    "enterprise.main_scope": lambda one: one.facts.get("main_scope"),
}
PREFILLS: Final = frozenset({*_ACCOUNT, *settled.CERTAIN, *_REGISTER, EARLIER})


def facts(session: Session, person: User, enterprise: Enterprise | None) -> dict[str, Any]:
    """Return what is known of a person and an enterprise, under the names of ``PREFILLS``."""
    own = {name: tell(person) for name, tell in _ACCOUNT.items()}
    if enterprise is None:
        return own
    names = (*settled.CERTAIN, *_REGISTER)
    return own | {name: _of_register(session, name, enterprise) for name in names}


def found(session: Session, case: Case, page: Page, person: User) -> dict[str, Known]:
    """Return what is known to the questions of ``page`` that have no answer yet, by their keys.

    What was brought along counts more than what the desk remembers.
    """
    brought = advice.open_answers(page, case.answers)
    remembered = _remembered(session, case, page, person)
    return remembered | {
        key: Known(answer, advice.source(case.answers)) for key, answer in brought.items()
    }


def _remembered(session: Session, case: Case, page: Page, person: User) -> dict[str, Known]:
    open_questions = [one for one in page.fields if one.prefill and one.key not in case.answers]
    if not open_questions:
        return {}
    enterprise = queries.find_enterprise(session, case.enterprise_id)
    wants_earlier = any(EARLIER in one.prefill for one in open_questions)
    earlier = _earlier(session, case) if wants_earlier else []
    told = {
        place: _of_register(session, place, enterprise)
        for one in open_questions
        for place in one.prefill
        if enterprise is not None and (place in settled.CERTAIN or place in _REGISTER)
    }
    known = ((one.key, _first(one, person, told, earlier)) for one in open_questions)
    return {key: one for key, one in known if one is not None}


def _of_register(session: Session, place: str, enterprise: Enterprise) -> Any:  # noqa: ANN401
    certain = settled.CERTAIN.get(place)
    return certain(session, enterprise) if certain else _REGISTER[place](enterprise)


def _first(
    question: AnyField,
    person: User,
    told: Mapping[str, Any],
    earlier: Sequence[tuple[str, Mapping[str, Any]]],
) -> Known | None:
    for place in question.prefill:
        known: Known | None = None
        if place in _ACCOUNT:
            known = Known(_ACCOUNT[place](person), say("From your account"))
        elif place in told:
            known = Known(told[place], say("From the register"))
        elif place == EARLIER:
            known = _from_earlier(question, earlier)
        if known is not None and known.answer not in (None, "", []):
            return known
    return None


def _from_earlier(
    question: AnyField, earlier: Sequence[tuple[str, Mapping[str, Any]]]
) -> Known | None:
    if isinstance(question, GroupQuestion):
        return None
    for reference, answers in earlier:
        if question.key in answers:
            source = say("From your application %(reference)s", reference=reference)
            return Known(answers[question.key], source)
    return None


def _earlier(session: Session, case: Case) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the answers of what the same applicant sent before, the last first."""
    rows = session.execute(
        sa.select(Case.reference, Case.answers)
        .where(
            Case.applicant_id == case.applicant_id,
            Case.id != case.id,
            Case.submitted_at.is_not(None),
        )
        .order_by(Case.changed_at.desc())
        .limit(MOST_EARLIER)
    ).all()
    return [(row.reference, row.answers) for row in rows]

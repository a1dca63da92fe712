"""Whose company it is that an application names by its credit code.

The register here knows who acts for its companies.  Anybody else needs an authorisation, which
a person has to look at; a machine alone lets nobody else through, nor does a bundle, of which
offices do the first parts before a clerk has accepted anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.catalogue.registry import Finding, Matter
from servicedesk.enterprises import answers
from servicedesk.enterprises.change_wishes import subject_of
from servicedesk.enterprises.findings import in_order, look, wrong
from servicedesk.enterprises.member_roles import Act
from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.noted_branches import kind_of
from servicedesk.enterprises.queries import members, proceedings, register
from servicedesk.enterprises.standing import KINDS, as_asked, bar
from servicedesk.park import local_day
from servicedesk.words import say

_CODE, _NAME, _BRANCH = "credit_code", "company_name", "branch_code"
_SEARCHER, _ITSELF = "searcher_kind", "own"


def own_company(matter: Matter) -> Sequence[Finding]:
    """Judge whether who sends acts for the company, and whether codes and name agree.

    A company that the register here does not have is not judged: it may be registered elsewhere.
    """
    if _names_another_branch(matter):
        words = say("This is not the code of a branch of the enterprise that is named as parent.")
        return [wrong(words, _BRANCH)]
    company = acting_company(matter.session, matter.effect or "", matter.answers)
    if company is None:
        return []
    return [*_name(matter, company), _person(matter, company), *_standing(matter)]


def own_file(matter: Matter) -> Sequence[Finding]:
    """Judge whether who asks for a file as the enterprise itself acts for it; others need not."""
    if not asks_for_itself(matter.answers):
        return []
    return [replace(one, place=_SEARCHER) for one in own_company(matter)]


def asks_for_itself(given: Mapping[str, Any]) -> bool:
    """Whether a file is asked for as the enterprise whose it is."""
    return given.get(_SEARCHER) == _ITSELF


def company_of(matter: Matter) -> Enterprise | None:
    """Return the enterprise that the application names by its code, if the register has it."""
    return register.find_by_code(matter.session, answers.text(matter.answers, _CODE))


def acting_company(session: Session, kind: str, given: Mapping[str, Any]) -> Enterprise | None:
    """Return the company for which such an application is made, if the register here has it.

    For a branch that is its parent; the branch itself, where that is registered elsewhere.
    """
    named = register.find_by_code(session, str(given.get(_CODE) or ""))
    return named or subject_of(session, kind, given)


def acts_of(
    session: Session, person_id: int, company: Enterprise, service: str, today: date
) -> frozenset[Act]:
    """Return what a person may do for the company in the service."""
    person = session.get(User, person_id)
    return (
        members.acts_in(session, person, company.id, service, today=today)
        if person
        else frozenset()
    )


def _names_another_branch(matter: Matter) -> bool:
    code = matter.answers.get(_BRANCH)
    if not code or matter.effect not in KINDS:
        return False
    named = register.find_by_code(matter.session, code)
    return named is not None and subject_of(matter.session, matter.effect, matter.answers) != named


def _name(matter: Matter, company: Enterprise) -> Sequence[Finding]:
    typed = str(matter.answers.get(_NAME) or "").strip()
    is_named = company.credit_code == matter.answers.get(_CODE)
    if typed in {"", company.name} or not is_named:
        return []
    words = say("The register has another name for this code: %(name)s.", name=company.name)
    return [look(words, _NAME)]


def _standing(matter: Matter) -> Sequence[Finding]:
    """Judge whether the register lets this enterprise have what is asked for."""
    kind = kind_of(matter.effect or "", matter.answers)
    subject = subject_of(matter.session, kind, matter.answers) if kind in KINDS else None
    if subject is None:
        return []
    standing = proceedings.standing_of(matter.session, subject, besides=matter.case_id)
    reason = bar(as_asked(kind, matter.answers), standing)
    return [wrong(reason, _CODE)] if reason else []


def _person(matter: Matter, company: Enterprise) -> Finding:
    """Judge the one who sends; before that, the applicant, who may prepare it for another."""
    person_id = matter.sender_id or matter.applicant_id
    acts = acts_of(matter.session, person_id, company, matter.service, local_day(matter.now))
    if Act.SEND in acts:
        return in_order(say("You act for this company in the register here."), _CODE)
    if Act.PREPARE in acts and matter.sender_id is None:
        words = say("You may prepare this for the company. Somebody who may send for it sends it.")
        return in_order(words, _CODE)
    if matter.is_bundled or not matter.is_examined:
        words = say("Only somebody who acts for this company here can send this.")
        return wrong(words, _CODE)
    words = say("The register does not know the applicant as acting for this company.")
    return look(words, _CODE)

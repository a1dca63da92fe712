"""Whose company it is that an application names by its credit code.

The register here knows who acts for its companies.  Anybody else needs an authorisation, which
a person has to look at; a machine alone lets nobody else through.
"""

from collections.abc import Sequence

from servicedesk.catalogue.registry import Finding, Matter
from servicedesk.enterprises.change_wishes import subject_of
from servicedesk.enterprises.findings import in_order, look, wrong
from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.queries import proceedings, register
from servicedesk.enterprises.standing import KINDS, bar
from servicedesk.words import say

_CODE, _NAME = "credit_code", "company_name"


def own_company(matter: Matter) -> Sequence[Finding]:
    """Judge whether the applicant acts for the company, and whether code and name agree.

    A company that the register here does not have is not judged: it may be registered elsewhere.
    """
    code = matter.answers.get(_CODE)
    enterprise = register.find_by_code(matter.session, code) if code else None
    if enterprise is None:
        return []
    return [
        *_name(matter, enterprise),
        _person(matter, enterprise),
        *_standing(matter),
    ]


def _name(matter: Matter, enterprise: Enterprise) -> Sequence[Finding]:
    typed = str(matter.answers.get(_NAME) or "").strip()
    if typed in {"", enterprise.name}:
        return []
    words = say("The register has another name for this code: %(name)s.", name=enterprise.name)
    return [look(words, _NAME)]


def _standing(matter: Matter) -> Sequence[Finding]:
    """Judge whether the register lets this enterprise have what is asked for."""
    kind = matter.effect or ""
    subject = subject_of(matter.session, kind, matter.answers) if kind in KINDS else None
    if subject is None:
        return []
    standing = proceedings.standing_of(matter.session, subject, besides=matter.case_id)
    reason = bar(kind, standing)
    return [wrong(reason, _CODE)] if reason else []


def _person(matter: Matter, enterprise: Enterprise) -> Finding:
    if matter.applicant_id in {one.user_id for one in enterprise.members}:
        return in_order(say("You act for this company in the register here."), _CODE)
    if not matter.is_examined:
        words = say("Only somebody who acts for this company here can send this.")
        return wrong(words, _CODE)
    words = say("The register does not know the applicant as acting for this company.")
    return look(words, _CODE)

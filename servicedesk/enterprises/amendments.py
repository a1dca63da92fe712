"""What the approval of a change does: files it, and moves names, places and certificates along.

One way for all kinds: the enterprise is locked, what bars the change is asked once more, the
facts are worked out by ``register_changes`` as they were shown before the sending, and filed.
A company that is not in this register is served without it: a notice, and nothing is filed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.enterprises import answers, certificate_facts, holds, noted_branches, set_ups
from servicedesk.enterprises.applications import (
    Application,
    Done,
    Effect,
    done,
    issue_of,
    office,
    plain_notice,
)
from servicedesk.enterprises.change_rows import change_rows, title_of
from servicedesk.enterprises.change_wishes import subject_of, wish_of
from servicedesk.enterprises.member_roles import Act
from servicedesk.enterprises.models import Certificate, Enterprise, EnterpriseState
from servicedesk.enterprises.noted_branches import NOTE_BRANCH, UNNOTE_BRANCH, kind_of
from servicedesk.enterprises.operations import (
    addresses,
    certificates,
    ending,
    names,
    proceedings,
    register,
)
from servicedesk.enterprises.operations.register import Decision
from servicedesk.enterprises.own_companies import acting_company, acts_of
from servicedesk.enterprises.queries import addresses as address_queries
from servicedesk.enterprises.register_changes import (
    CHANGES,
    RESUME,
    Wish,
    is_resumed,
    suspension,
    transferred,
)
from servicedesk.enterprises.standing import DEREGISTRATIONS, REGISTER_BRANCH, as_asked
from servicedesk.errors import RuleBroken
from servicedesk.park import local_day
from servicedesk.words import say

KINDS: Final = tuple(kind for kind in CHANGES if kind != RESUME)  # that is asked as "suspend"


@dataclass(frozen=True)
class Amendment:
    """An approved change of one enterprise, under way of being carried out."""

    application: Application
    enterprise: Enterprise  # locked
    wish: Wish
    decision: Decision


Follow = Callable[[Session, Amendment], None]


def amending(effect_name: str) -> Effect:
    """Return what the approval of a change of this kind does."""

    def effect(
        session: Session, application: Application, *, by: User | None, now: datetime
    ) -> Done:
        kind = kind_of(effect_name, application.answers)
        found = subject_of(session, kind, application.answers)
        if found is None:
            return plain_notice(session, application, by=by, now=now)
        enterprise = register.locked(session, found.id)
        asked = as_asked(kind, application.answers)
        proceedings.require_allowed(session, enterprise, asked, case_id=application.case_id)
        decision = Decision(application.case_id, by, now)
        wish = wish_of(session, kind, application.answers, enterprise, decision.day)
        amendment = Amendment(application, enterprise, wish, decision)
        for prepare in _BEFORE.get(kind, ()):
            prepare(session, amendment)
        before = dict(enterprise.facts)
        _file(session, kind, amendment)
        for follow in _AFTER.get(kind, ()):
            follow(session, amendment)
        proceedings.end(session, case_id=application.case_id, now=now)
        licence = _renewed_licence(session, amendment, before, kind)
        notice = _notice(session, amendment, before, kind)
        return Done(enterprise.id, *_certified(notice, licence))

    return effect


def holding(effect_name: str) -> Callable[[Session, Application, datetime], None]:
    """Return what an application for a change of this kind holds when it is sent."""

    def hold(session: Session, application: Application, now: datetime) -> None:
        kind = kind_of(effect_name, application.answers)
        if running(effect_name)(session, application, now) and kind in _HOLDS:
            _HOLDS[kind](session, application, now)

    return hold


def running(effect_name: str) -> Callable[[Session, Application, datetime], bool]:
    """Return what lets a change of this kind run; it says whether the register has the enterprise.

    Only those who may send for the enterprise bar it from other changes by it.
    """

    def run(session: Session, application: Application, now: datetime) -> bool:
        kind = kind_of(effect_name, application.answers)
        found = subject_of(session, kind, application.answers)
        if found is None:
            return False
        enterprise, asked = register.locked(session, found.id), as_asked(kind, application.answers)
        if _is_theirs(session, kind, application, now):
            proceedings.begin(session, enterprise, asked, case_id=application.case_id, now=now)
        else:
            proceedings.require_allowed(session, enterprise, asked, case_id=application.case_id)
        return True

    return run


def accepting(effect_name: str) -> Callable[[Session, Application, datetime], None]:
    """Return what the acceptance by a clerk does: what a stranger sent runs from then on."""

    def accept(session: Session, application: Application, now: datetime) -> None:
        kind = kind_of(effect_name, application.answers)
        found = subject_of(session, kind, application.answers)
        if found is None:
            return
        enterprise, asked = register.locked(session, found.id), as_asked(kind, application.answers)
        if proceedings.begin(session, enterprise, asked, case_id=application.case_id, now=now):
            reference = application.reference
            proceedings.tell_owners(session, enterprise, kind, reference=reference, now=now)

    return accept


def _is_theirs(session: Session, kind: str, application: Application, now: datetime) -> bool:
    """Whether who sent the application may send such for the enterprise."""
    company = acting_company(session, kind, application.answers)
    sender_id = application.sender_id or application.applicant_id
    return company is not None and Act.SEND in acts_of(
        session, sender_id, company, application.service, local_day(now)
    )


def hold_branch(session: Session, application: Application, now: datetime) -> None:
    """Hold what a branch asks for that is set up, or only noted on the licence of its parent."""
    if _is_noted(application):
        holding(NOTE_BRANCH)(session, application, now)
        return
    set_ups.parent_of(session, application)
    holds.hold_place_if_wanted(session, application, now)


def accept_branch(session: Session, application: Application, now: datetime) -> None:
    """Let a branch run that is only noted on the licence of its parent."""
    if _is_noted(application):
        accepting(NOTE_BRANCH)(session, application, now)


def set_up_branch(
    session: Session, application: Application, *, by: User | None, now: datetime
) -> Done:
    """Enter a branch, or note it on the licence of its parent, as it asks (北京条例 art. 13(6))."""
    effect = amending(NOTE_BRANCH) if _is_noted(application) else set_ups.register_branch
    return effect(session, application, by=by, now=now)


def _is_noted(application: Application) -> bool:
    return kind_of(REGISTER_BRANCH, application.answers) == NOTE_BRANCH


def _file(session: Session, kind: str, amendment: Amendment) -> None:
    """File the change; it takes effect on the day of the decision, a suspension on its own.

    With a suspension goes the resumption that follows by itself when its time is over (art. 42);
    that it comes earlier is filed in the same way.
    """
    decision = amendment.decision
    if kind == "suspend" and is_resumed(amendment.wish.answers):
        kind = RESUME
    if kind != "suspend":
        _file_on(session, kind, amendment, decision, decision.day)
        return
    since, until = suspension(amendment.enterprise.facts, amendment.wish)
    by_itself = Decision(decision.case_id, None, decision.now)
    _file_on(session, kind, amendment, decision, max(decision.day, since))
    _file_on(session, RESUME, amendment, by_itself, until + timedelta(days=1))


def _file_on(
    session: Session, kind: str, amendment: Amendment, decision: Decision, day: date
) -> None:
    facts = CHANGES[kind](register.facts_on(amendment.enterprise, day), amendment.wish)
    register.file(session, amendment.enterprise, kind, facts, decision=decision, on=day)


def _withdraw_pending(session: Session, amendment: Amendment) -> None:
    register.withdraw_pending(session, amendment.enterprise, decision=amendment.decision)


def _take_name(session: Session, amendment: Amendment) -> None:
    enterprise, new = amendment.enterprise, amendment.wish.name
    if new and new != enterprise.name:
        case_id, now = amendment.application.case_id, amendment.decision.now
        names.change(session, case_id=case_id, enterprise=enterprise, now=now)


def _require_carried_out(session: Session, amendment: Amendment) -> None:  # noqa: ARG001
    """See that every transfer can be carried out on what the register says now.

    Raises:
        RuleBroken: one cannot; it was in order when it was sent.
    """
    if any(transferred(amendment.enterprise.facts, amendment.wish.answers).problems):
        raise RuleBroken(
            say(
                "The register does not have these shareholders with these parts any more. Return "
                "the application to be corrected."
            )
        )


def _move(session: Session, amendment: Amendment) -> None:
    """Leave the places in the park for the new one, if that is in the park.

    Those of its noted branches stay what they are: it is the company that moves.
    """
    enterprise, application = amendment.enterprise, amendment.application
    now, given = amendment.decision.now, application.answers
    kept = address_queries.places_of_branches(session, enterprise)
    if answers.text(given, "address_kind") not in {"park", "hosted"}:
        addresses.vacate(session, enterprise_id=enterprise.id, now=now, but=kept)
        return
    addresses.move(
        session,
        case_id=application.case_id,
        enterprise_id=enterprise.id,
        now=now,
        admission=address_queries.find_hosted_place(session, enterprise.id),
        until=answers.day(given, "lease_until"),
        but=kept,
    )


def _take_place(session: Session, amendment: Amendment) -> None:
    """Take the place in the park of a branch that is noted, for its parent."""
    application = amendment.application
    if holds.wants_place(application.answers):
        addresses.take(
            session,
            case_id=application.case_id,
            enterprise_id=amendment.enterprise.id,
            until=answers.day(application.answers, "lease_until"),
        )


def _leave_branch(session: Session, amendment: Amendment) -> None:
    """Give up the place in the park of a noted branch that ends.

    Raises:
        RuleBroken: the register does not have it any more; it did when it was sent.
    """
    enterprise = amendment.enterprise
    ends = answers.text(amendment.wish.answers, "noted_branch")
    if ends not in noted_branches.labels(enterprise.facts):
        raise RuleBroken(
            say("The register has no such branch. Return the application to be corrected.")
        )
    left = address_queries.places_of_branches(
        session, enterprise, noted_branches.without(enterprise.facts, ends)
    )
    places = address_queries.places_of_branches(session, enterprise)
    addresses.lock_units(session, enterprise_id=enterprise.id)
    gone = [one for one in places if one not in left]
    addresses.leave(session, gone, now=amendment.decision.now)


def _end(session: Session, amendment: Amendment) -> None:
    ending.end(session, amendment.enterprise, amendment.decision)


_BEFORE: Final[Mapping[str, tuple[Follow, ...]]] = {
    "change_name": (_take_name,),
    "change_shareholders": (_require_carried_out,),
    "change_type": (_take_name,),
    "suspend": (_withdraw_pending,),
    UNNOTE_BRANCH: (_leave_branch,),
    **dict.fromkeys(DEREGISTRATIONS, (_withdraw_pending,)),
}
_AFTER: Final[Mapping[str, tuple[Follow, ...]]] = {
    "change_address": (_move,),
    NOTE_BRANCH: (_take_place,),
    **dict.fromkeys(DEREGISTRATIONS, (_end,)),
}
_HOLDS: Final[Mapping[str, Callable[[Session, Application, datetime], None]]] = {
    "change_name": holds.hold_changed_name,
    "change_type": holds.hold_retyped_name,
    "change_address": holds.hold_place_if_wanted,
    NOTE_BRANCH: holds.hold_place_if_wanted,
}


def _renewed_licence(
    session: Session, amendment: Amendment, before: Mapping[str, object], kind: str
) -> Certificate | None:
    """Issue the licence anew where what it says changed, or it was asked for."""
    enterprise, application = amendment.enterprise, amendment.application
    changed = certificate_facts.is_printed_anew(before, enterprise.facts)
    # of a revoked licence there is no new one
    is_over = kind in DEREGISTRATIONS or enterprise.state == EnterpriseState.REVOKED
    if is_over or not (changed or kind == "reissue_licence"):
        return None
    issue = issue_of(application, office(application), amendment.decision.now)
    return certificates.renew_licence(
        session, enterprise, issue, case_id=application.case_id, now=amendment.decision.now
    )


def _notice(
    session: Session, amendment: Amendment, before: Mapping[str, object], kind: str
) -> Done:
    """Issue the notice that the service promises: of the end, of what changed, or a plain one."""
    enterprise, application = amendment.enterprise, amendment.application
    rows = change_rows(before, enterprise.facts)
    is_end = kind in DEREGISTRATIONS
    if application.certificate is None or not (is_end or rows):
        decision = amendment.decision
        return plain_notice(session, application, by=decision.by, now=decision.now)
    issue = issue_of(application, office(application), amendment.decision.now)
    facts = (
        certificate_facts.deregistration_notice(
            enterprise.name, enterprise.credit_code, enterprise.registered_on, issue.on, issue
        )
        if is_end
        else certificate_facts.change_notice(
            enterprise.name, enterprise.credit_code, title_of(kind), rows, issue
        )
    )
    return done(
        certificates.issue(
            session,
            "deregistration_notice" if is_end else "change_notice",
            facts,
            case_id=application.case_id,
            enterprise_id=enterprise.id,
            now=amendment.decision.now,
        )
    )


def _certified(notice: Done, licence: Certificate | None) -> tuple[int | None, str | None]:
    """Return the certificate that the applicant is told of: the notice, else the licence."""
    if notice.certificate_id is not None or licence is None:
        return notice.certificate_id, notice.certificate_code
    told = done(licence)
    return told.certificate_id, told.certificate_code

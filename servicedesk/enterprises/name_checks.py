"""The rules on names over the answers of an application, and over names that are asked about.

Each check reads answers and register and lets a pure rule judge.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from servicedesk.catalogue.registry import Finding, Matter, Weight
from servicedesk.enterprises import (
    answers,
    branches,
    legal_forms,
    name_parts,
    name_rules,
    reference,
)
from servicedesk.enterprises.findings import in_order, wrong
from servicedesk.enterprises.findings import name_rules as name_law
from servicedesk.enterprises.holdings import (
    held,
    parts_of,
    reservation,
    why_taken,
    why_unusable,
)
from servicedesk.enterprises.name_likeness import Likeness, NameKeys, keys
from servicedesk.enterprises.name_models import EnterpriseName
from servicedesk.enterprises.name_parts import NameParts
from servicedesk.enterprises.name_reasons import why_alike
from servicedesk.enterprises.name_rules import Examined
from servicedesk.enterprises.name_verdicts import Held, Near, Verdict, verdict_of
from servicedesk.enterprises.own_companies import company_of
from servicedesk.enterprises.queries import names, register
from servicedesk.enterprises.queries.names import Own
from servicedesk.park import park
from servicedesk.words import say

RENAMING: Final = frozenset(["change_name", "change_type"])  # effects


@dataclass(frozen=True)
class Asking:
    """Who asks about a name, and for what."""

    asker_id: int | None = None
    case_id: int | None = None
    enterprise_id: int | None = None  # that wants another name
    is_foreign: bool = False
    form: str = legal_forms.LLC  # key of org_forms.csv
    examined: Examined = Examined.AT_SET_UP
    but_not: int | None = None  # a name that does not stand in the way: the one asked about

    @property
    def own(self) -> Own:
        """Whose names do not stand in the way."""
        return Own(self.case_id, self.asker_id, self.enterprise_id, self.but_not)


@dataclass(frozen=True)
class Answer:
    """What is to be said of a name."""

    parts: NameParts
    by_itself: Sequence[Finding]  # what the rules say of it, and what the asker holds already
    near: Sequence[Near]  # the names that are like it, the likest first
    is_yours: bool = False  # this very name is reserved for who asks

    @property
    def findings(self) -> Sequence[Finding]:
        """All of it, in sentences."""
        if self.near or verdict_of(self.by_itself) is Verdict.REFUSED or not self.parts.trade_name:
            return [*self.by_itself, *(one.finding for one in self.near)]
        words = say(
            "Nobody here has registered or reserved a name like “%(name)s”.", name=self.parts.full
        )
        return [*self.by_itself, in_order(words, "trade_name", name_law("17"))]

    @property
    def verdict(self) -> Verdict:
        """What comes of declaring it; one's own name is free for oneself."""
        return Verdict.FREE if self.is_yours else verdict_of(self.findings)


def company_name(matter: Matter) -> Sequence[Finding]:
    """Judge the name: a new one by the rules and the register, a reserved one by its holder."""
    given = matter.answers
    if answers.chosen_name(given) is not None:
        return _reserved_name(matter, _chosen(matter), "name_choice")
    if given.get("name_source") == "reserved":
        return [wrong(say("Choose one of your reserved names."), "name_choice")]
    parts = name_parts.of_answers(given)
    if given.get("name_source") == "new":  # a set-up: what is reserved for it may be spelt too
        own = names.find_reserved(
            matter.session, parts.full, holder_id=matter.applicant_id, now=matter.now
        )
        if own is not None:
            return _reserved_name(matter, own, "trade_name")
    return name_findings(matter.session, parts, _asking(matter), now=matter.now)


def retyped_name(matter: Matter) -> Sequence[Finding]:
    """Judge the name of a company in its new form; of one that it has, only how it ends."""
    given, form = matter.answers, answers.text(matter.answers, "type_new")
    parts = name_parts.split(answers.text(given, "new_name"), park().division_names)
    company = company_of(matter)
    is_kept = company is not None and company.name == parts.full
    is_foreign = form == legal_forms.LLC_FIE
    asking = replace(_asking(matter), form=form, is_foreign=is_foreign)
    found = name_findings(matter.session, parts, asking, now=matter.now)
    return [
        replace(one, place="new_name", weight=Weight.LOOK)
        if is_kept and one.weight is Weight.WRONG and one.place != "name_form"
        else replace(one, place="new_name")
        for one in found
    ]


def name_findings(
    session: Session, parts: NameParts, asking: Asking, *, now: datetime
) -> Sequence[Finding]:
    """Return all that is to be said of a new name."""
    return answer(session, parts, asking, now=now).findings


def answer(session: Session, parts: NameParts, asking: Asking, *, now: datetime) -> Answer:
    """Judge a new name by the rules and by the names that are held."""
    found = alone(parts, asking)
    if not parts.trade_name:
        return Answer(parts, found, [])
    compared = keys(parts.trade_name, parts.industry)
    own = _own_same(session, compared, parts, asking, now)
    if own is not None:
        weight = Weight.LOOK if asking.case_id is None else Weight.WRONG  # two cannot hold it
        words = why_taken(own, asking.asker_id, parts)
        found = [*found, Finding(weight, words, "trade_name", name_law("17"))]
    like = names.like(session, compared, own=asking.own, now=now)
    near: Sequence[Near] = [_near(one, parts, asking) for one in like]
    whole = names.find_whole(session, parts.full, own=asking.own, now=now)
    if whole is not None:  # whatever its parts are, which may have been guessed
        near = _with_very_same(near, held(whole, asking.asker_id))
    return Answer(
        parts,
        found,
        near,
        is_yours=own is not None and own.full_name == parts.full,
    )


def public_asking(parts: NameParts, asker_id: int | None) -> Asking:
    """Return how a name is judged outside an application: by how it ends."""
    ending = parts.form.removeprefix(name_parts.CHINA)
    joint_stock = reference.org_forms()[legal_forms.JOINT_STOCK].suffixes
    return Asking(
        asker_id=asker_id,
        is_foreign=ending != parts.form,
        form=legal_forms.JOINT_STOCK if ending in joint_stock else legal_forms.LLC,
    )


def alone(parts: NameParts, asking: Asking) -> Sequence[Finding]:
    """Judge a new name by the rules, whoever holds what."""
    return name_rules.findings(
        parts,
        divisions=park().division_names,
        is_foreign=asking.is_foreign,
        form=asking.form,
        examined=asking.examined,
    )


def _own_same(
    session: Session, compared: NameKeys, parts: NameParts, asking: Asking, now: datetime
) -> EnterpriseName | None:
    if asking.asker_id is None:
        return None
    same = names.find_own_same(
        session,
        compared,
        parts.full,
        holder_id=asking.asker_id,
        case_id=asking.case_id,
        now=now,
    )
    return None if same is None or same.id == asking.but_not else same


def _near(one: names.Like, parts: NameParts, asking: Asking) -> Near:
    is_same = one.likeness is Likeness.SAME
    return Near(
        held(one.name, asking.asker_id),
        why_alike(parts, parts_of(one.name), one.likeness),
        Verdict.REFUSED if is_same else Verdict.CARE,
    )


def _with_very_same(near: Sequence[Near], very_same: Held) -> Sequence[Near]:
    """Return what is near with the very name, unless its parts say already that it is the same."""
    if any(one.held == very_same and one.verdict is Verdict.REFUSED for one in near):
        return near
    first = Near(very_same, say("is this very name"), Verdict.REFUSED, is_whole=True)
    return [first, *(one for one in near if one.held != very_same)]


def name_still_held(matter: Matter) -> Sequence[Finding]:
    """Judge whether the reserved name that was chosen is still the applicant's."""
    if answers.chosen_name(matter.answers) is None:
        return []
    return [_hold_on(matter, _chosen(matter), "name_choice")]


def _chosen(matter: Matter) -> EnterpriseName | None:
    name_id = answers.chosen_name(matter.answers) or 0
    return names.find_own(matter.session, name_id, holder_id=matter.applicant_id)


def _hold_on(matter: Matter, name: EnterpriseName | None, place: str) -> Finding:
    """Return whether the applicant still has the reserved name, and how long."""
    if name is None:
        words = say("This reserved name is not yours any more. Choose another.")
        return wrong(words, place, name_law("18"))
    problem = why_unusable(name, case_id=matter.case_id, now=matter.now)
    if problem is not None:
        return wrong(problem, place, name_law("18"))
    runs = reservation(name, now=matter.now)
    if runs is None or runs.state != "running":
        return in_order(
            say("“%(name)s” is reserved for you.", name=name.full_name), place, name_law("18")
        )
    words = say(
        "“%(name)s” is reserved for you until %(until)s: %(left)s.",
        name=name.full_name,
        until=runs.last_day,
        left=runs.left,
    )
    return in_order(words, place, name_law("18"))


def _reserved_name(matter: Matter, name: EnterpriseName | None, place: str) -> Sequence[Finding]:
    """Judge a reserved name that is to be used: what the machine let pass is examined now.

    The rules may have grown since; who has the name is not refused by them, an officer decides.
    """
    hold = _hold_on(matter, name, place)
    if name is None or hold.weight is Weight.WRONG:
        return [hold]
    asking = replace(_asking(matter), but_not=name.id)
    examined = name_findings(matter.session, parts_of(name), asking, now=matter.now)
    return [
        hold,
        *(
            replace(one, weight=Weight.LOOK, place=place)
            for one in examined
            if one.weight is not Weight.IN_ORDER
        ),
    ]


def _asking(matter: Matter) -> Asking:
    return Asking(
        asker_id=matter.applicant_id,
        case_id=matter.case_id,
        enterprise_id=_renamed(matter),
        is_foreign=legal_forms.is_foreign(matter),
        form=legal_forms.org_form(matter),
        examined=Examined.NOW if matter.is_examined else Examined.AT_SET_UP,
    )


def _renamed(matter: Matter) -> int | None:
    """Return the enterprise that is to have another name, if the register here has it."""
    if matter.effect not in RENAMING:
        return None
    enterprise = register.find_by_code(matter.session, answers.text(matter.answers, "credit_code"))
    return enterprise.id if enterprise else None


def branch_name(matter: Matter) -> Sequence[Finding]:
    """Judge the name of a branch, as it is made of its parent's."""
    given = matter.answers
    return branches.findings(
        name_parts.tidy(answers.text(given, "company_name")),
        name_parts.tidy(answers.text(given, "branch_word")),
        branches.ENDINGS.get(answers.text(given, "name_form"), ""),
    )

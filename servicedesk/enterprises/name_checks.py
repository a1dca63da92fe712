"""The rules on names over the answers of an application, and over names that are asked about.

Each check reads answers and register and lets a pure rule judge.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from servicedesk.catalogue.registry import Finding, Matter, Weight
from servicedesk.enterprises import answers, branches, legal_forms, name_parts, name_rules
from servicedesk.enterprises.findings import in_order, wrong
from servicedesk.enterprises.findings import name_rules as name_law
from servicedesk.enterprises.holdings import free_after, holding_of, reservation, why_unusable
from servicedesk.enterprises.models import EnterpriseName
from servicedesk.enterprises.name_likeness import keys
from servicedesk.enterprises.name_parts import NameParts
from servicedesk.enterprises.name_rules import Examined
from servicedesk.enterprises.name_verdicts import finding
from servicedesk.enterprises.queries import names
from servicedesk.park import park
from servicedesk.words import say


@dataclass(frozen=True)
class Asking:
    """Who asks about a name, and for what."""

    asker_id: int | None = None
    case_id: int | None = None
    is_foreign: bool = False
    form: str = legal_forms.LLC  # key of org_forms.csv
    examined: Examined = Examined.AT_SET_UP
    but_not: int | None = None  # a name that does not stand in the way: the one asked about


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


def name_findings(
    session: Session, parts: NameParts, asking: Asking, *, now: datetime
) -> Sequence[Finding]:
    """Return all that is to be said of a new name."""
    found = name_rules.findings(
        parts,
        divisions=park().division_names,
        is_foreign=asking.is_foreign,
        form=asking.form,
        examined=asking.examined,
    )
    if not parts.trade_name:
        return found
    like = names.like(
        session,
        keys(parts.trade_name, parts.industry),
        case_id=asking.case_id,
        but_not=asking.but_not,
        now=now,
    )
    if like or any(one.weight is Weight.WRONG for one in found):
        return [*found, *(_of_like(one, asking) for one in like)]
    words = say("Nobody here has registered or reserved a name like “%(name)s”.", name=parts.full)
    return [*found, in_order(words, "trade_name", name_law("17"))]


def is_reserved_for(
    session: Session, parts: NameParts, asker_id: int | None, *, now: datetime
) -> bool:
    """Whether this very name is reserved for the one who asks."""
    return asker_id is not None and (
        names.find_reserved(session, parts.full, holder_id=asker_id, now=now) is not None
    )


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
    held = reservation(name, now=matter.now)
    if held is None or held.state != "running":
        return in_order(
            say("“%(name)s” is reserved for you.", name=name.full_name), place, name_law("18")
        )
    words = say(
        "“%(name)s” is reserved for you until %(until)s: %(left)s.",
        name=name.full_name,
        until=held.last_day,
        left=held.left,
    )
    return in_order(words, place, name_law("18"))


def _reserved_name(matter: Matter, name: EnterpriseName | None, place: str) -> Sequence[Finding]:
    """Judge a reserved name that is to be used: what the machine let pass is examined now.

    The rules may have grown since; who has the name is not refused by them, an officer decides.
    """
    hold = _hold_on(matter, name, place)
    if name is None or hold.weight is Weight.WRONG:
        return [hold]
    parts = NameParts(name.division, name.trade_name, name.industry, name.form)
    asking = replace(_asking(matter), but_not=name.id)
    examined = name_findings(matter.session, parts, asking, now=matter.now)
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
        is_foreign=legal_forms.is_foreign(matter),
        form=legal_forms.org_form(matter),
        examined=Examined.NOW if matter.is_examined else Examined.AT_SET_UP,
    )


def _of_like(one: names.Like, asking: Asking) -> Finding:
    holding = holding_of(one.name, asking.asker_id)
    return finding(one.name.full_name, one.likeness, holding, free_after(one.name))


def branch_name(matter: Matter) -> Sequence[Finding]:
    """Judge the name of a branch, as it is made of its parent's."""
    given = matter.answers
    return branches.findings(
        name_parts.tidy(answers.text(given, "company_name")),
        name_parts.tidy(answers.text(given, "branch_word")),
        branches.ENDINGS.get(answers.text(given, "name_form"), ""),
    )

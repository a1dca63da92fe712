"""Whether foreign investment may do what it wants to, phrase by phrase of a business scope.

The bars are those of the register (``enterprises.scope``, ``data/scope_bars.yaml``): what the
negative list prohibits is refused, what is limited must meet its conditions (外商投资法 art.
28; 实施条例 art. 34).  Here it is asked of each phrase on which ground it stands open to a
company at this place; no ground: prohibited.

Source: domain/enterprise_services.yaml, ``fie_rules``; in ``foreign_investment.yaml`` here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from servicedesk.advisers import tables
from servicedesk.advisers.tables import Source
from servicedesk.catalogue.definition import Page
from servicedesk.catalogue.fields import ChoiceQuestion
from servicedesk.catalogue.registry import Finding, Weight
from servicedesk.enterprises import reference, scope
from servicedesk.enterprises.scope import ForeignInvestment
from servicedesk.words import Text

IN_ZONE, WHOLLY = "ftz", "wholly"


class State(StrEnum):
    """What foreign investment may do in a field."""

    OPEN = "open"
    CONDITIONS = "conditions"
    PROHIBITED = "prohibited"


@dataclass(frozen=True)
class Ground:
    """On what ground a barred field stands open."""

    question: str  # of the application: "cell_ground"
    key: str  # its answer: "pilot"
    words: Text
    source: Source
    only_in_zone: bool


@dataclass(frozen=True)
class Verdict:
    """What holds for one phrase."""

    code: str
    name: Text
    state: State
    bar: Text | None  # what the bar says; None: there is none
    grounds: tuple[Ground, ...]  # on which it stands open here
    licences: tuple[Finding, ...]  # licences needed besides
    sources: tuple[Source, ...]


def page() -> Page:
    """Return the questions."""
    return tables.page([tables.question(one) for one in tables.table("foreign_investment")["ask"]])


def place(*, is_in_zone: bool) -> Text:
    """Return how the answer is worded that says where the company is."""
    asked = next(one for one in page().fields if one.key == "place")
    options = asked.options if isinstance(asked, ChoiceQuestion) else ()
    return next(one.label for one in options if (one.key == IN_ZONE) == is_in_zone).plain()


def grounds() -> dict[tuple[str, str], Ground]:
    """Return all grounds by the question of the application and its answer."""
    return {
        (question, key): Ground(
            question=question,
            key=key,
            words=tables.text(data),
            source=tables.source(data["source"]),
            only_in_zone=data.get("ftz", False),
        )
        for question, answers in tables.table("foreign_investment")["grounds"].items()
        for key, data in answers.items()
    }


def judge(codes: Sequence[str], *, is_in_zone: bool, is_wholly: bool) -> list[Verdict]:
    """Return what holds for each phrase, what is prohibited first.

    Args:
        codes: of phrases of the register.
        is_in_zone: whether the company is in the zone that the table asks for.
        is_wholly: whether no shareholder is from the mainland.
    """
    order = [State.PROHIBITED, State.CONDITIONS, State.OPEN]
    known = reference.scope_phrases()
    found = [
        _verdict(code, is_in_zone=is_in_zone, is_wholly=is_wholly)
        for code in codes
        if code in known
    ]
    return sorted(found, key=lambda one: order.index(one.state))


def answers_for(verdicts: Sequence[Verdict], *, is_wholly: bool) -> dict[str, Any]:
    """Return what the set-up takes over: phrases not prohibited, grounds without a choice."""
    kept = [one for one in verdicts if one.state is not State.PROHIBITED]
    common: dict[str, set[str]] = {}  # by question, the grounds that fit all its phrases
    for one in kept:
        keys = {ground.key for ground in one.grounds}
        for question in {ground.question for ground in one.grounds}:
            common[question] = common.get(question, keys) & keys
    return {
        "scope": sorted(one.code for one in kept),
        "fie_kind": "wholly" if is_wholly else "joint",
        **{question: min(keys) for question, keys in common.items() if len(keys) == 1},
        **({"main_scope": kept[0].code} if len(kept) == 1 else {}),
    }


def _verdict(code: str, *, is_in_zone: bool, is_wholly: bool) -> Verdict:
    bar = reference.foreign_bars().get(code)
    opened = tuple(_opened(code, is_in_zone=is_in_zone, is_wholly=is_wholly))
    state = State.CONDITIONS if opened else State.PROHIBITED
    keys = ["L_FIL", bar.source, *(one.source.key for one in opened)] if bar else []
    return Verdict(
        code=code,
        name=reference.scope_phrases()[code].name,
        state=state if bar else State.OPEN,
        bar=bar.words if bar else None,
        grounds=opened,
        licences=tuple(_licences(code)),
        sources=tuple(tables.sources(keys)),
    )


def _opened(code: str, *, is_in_zone: bool, is_wholly: bool) -> Iterator[Ground]:
    """Yield the grounds on which the register would take the phrase."""
    bar = reference.foreign_bars().get(code)
    if bar is None:
        return
    for key in sorted(bar.open):
        ground = grounds()[bar.ground, key]
        if ground.only_in_zone and not is_in_zone:
            continue
        foreign = ForeignInvestment({ground.question: key}, is_wholly=is_wholly)
        if not _is_refused(scope.findings([code], code, foreign)):
            yield ground


def _is_refused(findings: Sequence[Finding]) -> bool:
    return any(one.weight is Weight.WRONG for one in findings)


def _licences(code: str) -> Iterator[Finding]:
    """Yield which licence the phrase needs, whoever invests."""
    found = scope.findings([code], code)
    return (one for one in found if one.weight is Weight.LOOK)


def situation(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers to ``page`` as ``judge`` takes them."""
    return {
        "codes": answers["scope"],
        "is_in_zone": answers["place"] == IN_ZONE,
        "is_wholly": answers["investors"] == WHOLLY,
    }

"""What an enterprise does: standard phrases, licences they need, what is barred to whom.

A licence "after the registration" does not hold the registration up; one "before" does
(公司法 art. 9; 市场主体登记管理条例 art. 14, L_MER).  Foreign investment in what the negative
list prohibits is refused, but on the grounds of a pilot; what is limited must meet its
conditions (外商投资法 art. 28).

Source: domain/business_scope.csv and data/scope_bars.yaml.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from servicedesk.catalogue.registry import Finding, Weight
from servicedesk.enterprises import reference
from servicedesk.enterprises.findings import company_law, in_order, look, wrong
from servicedesk.words import Text, Words, say


@dataclass(frozen=True)
class ForeignInvestment:
    """What a foreign-invested applicant said that bears on the bars."""

    grounds: Mapping[str, str] = field(default_factory=dict)  # question -> ground chosen
    is_wholly: bool = False  # no owner is from the mainland
    of_parent: Collection[str] | None = None  # of a branch: the phrases its parent was let have


def findings(
    codes: Sequence[str], main: str | None, foreign: ForeignInvestment | None = None
) -> Sequence[Finding]:
    """Return what the chosen phrases need and whether they may be chosen.

    >>> [one.weight.value for one in findings(["BS001", "BS002"], "BS002")]
    ['in_order']

    Args:
        codes: of the phrases.
        main: the code of the main one.
        foreign: for a foreign-invested enterprise; None for a domestic one.
    """
    if not codes:
        words = say("Choose at least one phrase for what the enterprise does.")
        return [wrong(words, "scope", company_law("9"))]
    found = [*_unknown(codes), *_main(codes, main), *_licences(codes)]
    if foreign is not None:
        found.extend(finding for code in codes for finding in _bar(code, foreign))
    if any(one.weight is Weight.WRONG for one in found):
        return found
    words = say("%(count)s standard phrases, the main one among them.", count=len(codes))
    return [in_order(words, "scope", company_law("9")), *found]


def _unknown(codes: Sequence[str]) -> Iterator[Finding]:
    known = reference.scope_phrases()
    if any(code not in known for code in codes):
        yield wrong(say("One of the phrases is not in the list any more. Choose again."), "scope")
    if len(set(codes)) < len(codes):
        yield wrong(say("One of the phrases is chosen twice. Remove one."), "scope")


def _main(codes: Sequence[str], main: str | None) -> Iterator[Finding]:
    if main not in codes:
        words = say("The main business must be one of the phrases you chose.")
        yield wrong(words, "main_scope", company_law("9"))


def _licences(codes: Sequence[str]) -> Iterator[Finding]:
    phrases = reference.scope_phrases()
    for code in codes:
        phrase = phrases.get(code)
        if phrase is None or not phrase.is_licensed:
            continue
        when = say("before the registration: give the approval with this application")
        if phrase.timing != "pre":
            when = say("after the registration and before this business begins")
        yield look(
            say(
                "“%(phrase)s” needs a licence %(when)s. Licence: %(licence)s. From: %(authority)s.",
                phrase=phrase.name,
                when=when,
                licence=phrase.licence,
                authority=phrase.authority,
            ),
            "scope",
            company_law("9"),
        )


def _bar(code: str, foreign: ForeignInvestment) -> Iterator[Finding]:
    bar = reference.foreign_bars().get(code)
    if bar is None:
        return
    facts = {"phrase": reference.scope_phrases()[code].name, "bar": bar.words}
    rule = say("Foreign Investment Law, art. 28")
    if foreign.of_parent is not None:
        yield _branch_bar(facts, rule, is_parents=code in foreign.of_parent)
        return
    ground = foreign.grounds.get(bar.ground)
    place = bar.ground if ground else "scope"
    if ground not in bar.open:
        words = say(
            "“%(phrase)s” is not open to this enterprise: %(bar)s Remove it, or choose the ground "
            "on which it is open.",
            **facts,
        )
        yield wrong(words, place, rule)
    elif ground in bar.joint and foreign.is_wholly:
        words = say(
            "“%(phrase)s” is open to a joint venture, and all investors are from abroad: "
            "%(bar)s Remove it, add a Chinese investor, or choose another ground.",
            **facts,
        )
        yield wrong(words, place, rule)
    else:
        yield look(say("“%(phrase)s”: %(bar)s", **facts), "scope", rule)


def _branch_bar(facts: Mapping[str, Text], rule: Words, *, is_parents: bool) -> Finding:
    """Return whether a branch may have what is barred: if its parent, which is judged, has it."""
    if is_parents:
        return look(say("“%(phrase)s”: %(bar)s", **facts), "scope", rule)
    words = say(
        "“%(phrase)s” is not open to the branch of this foreign-invested parent: %(bar)s Remove "
        "it, or have it registered in the scope of the parent first.",
        **facts,
    )
    return wrong(words, "scope", rule)

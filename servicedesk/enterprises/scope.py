"""What an enterprise does: standard phrases, licences they need, what is barred to whom.

A licence "after the registration" does not hold the registration up; one "before" does
(公司法 art. 9; 市场主体登记管理条例 art. 14, L_MER).  Foreign investment: 外商投资法 art. 28.

Source: domain/business_scope.csv and data/scope_bars.yaml.
"""

from collections.abc import Iterator, Sequence

from servicedesk.catalogue.registry import Finding, Weight
from servicedesk.enterprises import reference
from servicedesk.enterprises.findings import company_law, in_order, look, wrong
from servicedesk.words import say


def findings(codes: Sequence[str], main: str | None, *, is_foreign: bool) -> Sequence[Finding]:
    """Return what the chosen phrases need and whether they may be chosen.

    >>> [one.weight.value for one in findings(["BS001", "BS002"], "BS002", is_foreign=False)]
    ['in_order']
    """
    if not codes:
        words = say("Choose at least one phrase for what the enterprise does.")
        return [wrong(words, "scope", company_law("9"))]
    found = [*_unknown(codes), *_main(codes, main), *_licences(codes)]
    if is_foreign:
        found.extend(_bars(codes))
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


def _bars(codes: Sequence[str]) -> Iterator[Finding]:
    phrases = reference.scope_phrases()
    for code in codes:
        bar = reference.foreign_bars().get(code)
        if bar is not None:
            yield look(
                say("“%(phrase)s”: %(bar)s", phrase=phrases[code].name, bar=bar.words),
                "scope",
                say("Foreign Investment Law, art. 28"),
            )

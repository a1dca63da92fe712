"""How an enterprise name must be built, and what it may not contain.

企业名称登记管理规定 (L_NAME): art. 6 structure, 7 division, 8 trade name, 10 how the name of each
legal form ends, 11 and 12 words; 13 branches.
Whether somebody else has the name is ``name_likeness``.

Source: domain/enterprise_services.yaml, ``name_rules``; org_forms.csv; words in
data/name_words.yaml.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import Enum
from functools import cache
from typing import Final

from babel import Locale

from servicedesk.catalogue.registry import Finding, Weight
from servicedesk.enterprises import divisions as places
from servicedesk.enterprises import industries, reference
from servicedesk.enterprises.divisions import Standing
from servicedesk.enterprises.findings import in_order, look, name_rules, wrong
from servicedesk.enterprises.name_parts import (
    CHINA,
    GROUPS,
    NameParts,
    is_chinese,
    is_standard,
    simplified,
)
from servicedesk.enterprises.partnerships import KINDS
from servicedesk.words import Text, say

FEWEST_CHARACTERS: Final = 2  # of a trade name
LONGEST_TRADE_NAME: Final = 20  # what we can store and print; the law names no greatest length
LONGEST_INDUSTRY: Final = 20
_PARTNERSHIP: Final = "合伙企业"  # what a partnership may call itself before its kind
_NEVER_BY_CHANCE: Final = 3  # characters of a country's name, inside another word
_NOT_FOREIGN_COUNTRIES: Final = frozenset(
    ["CN", "HK", "MO", "TW", "EU", "EZ", "QO", "UN", "XA", "XB", "ZZ", "CX"]
)


class Examined(Enum):
    """When somebody looks at what the machine cannot judge, and how that is said."""

    NOW = say("An officer will look.")
    AT_SET_UP = say(
        "An officer looks when the company is set up; the registration may then be refused."
    )


def findings(
    parts: NameParts,
    *,
    divisions: Collection[str],
    is_foreign: bool,
    form: str = "llc",
    examined: Examined = Examined.NOW,
) -> Sequence[Finding]:
    """Return what the rules say about a name, taken by itself.

    >>> parts = NameParts("北京", "瑞康", "生物科技", "有限公司")
    >>> [one.weight.value for one in findings(parts, divisions=["北京"], is_foreign=False)]
    ['in_order']

    Args:
        parts: the name, tidied.
        divisions: how a name may begin at this registrar.
        is_foreign: the enterprise is foreign-invested, so that (中国) may be used.
        form: key of ``org_forms.csv``.
        examined: when somebody looks at what is left to a person.
    """
    found = [
        *_division(parts, divisions),
        *_trade_name(parts.trade_name),
        *_industry(parts.industry),
        *_form(parts, form),
        *_body(parts.body, form),
        *([_china(is_foreign=is_foreign)] if parts.form.startswith(CHINA) else []),
        *word_findings(_judged(parts), form),
    ]
    said = [_followed_up(one, examined) for one in found]
    if any(one.weight is Weight.WRONG for one in found):
        return said
    words = say("“%(name)s” is built as the rules ask.", name=parts.full)
    return [in_order(words, "trade_name", name_rules("6")), *said]


def _followed_up(one: Finding, examined: Examined) -> Finding:
    """Say of what is left to a person when that person looks."""
    if one.weight is not Weight.LOOK:
        return one
    words = say("%(found)s %(then)s", found=one.words, then=examined.value)
    return replace(one, words=words)


def _division(parts: NameParts, divisions: Collection[str]) -> Iterator[Finding]:
    if parts.division not in divisions:
        yield wrong(
            say(
                "A name registered here begins with one of: %(divisions)s. Choose one.",
                divisions="、".join(divisions),
            ),
            "division",
            name_rules("7"),
        )


def _trade_name(trade_name: str) -> Iterator[Finding]:
    if not trade_name:
        yield wrong(
            say("Enter the trade name: the part of the name that is yours alone."),
            "trade_name",
            name_rules("6"),
        )
        return
    strangers = "".join(dict.fromkeys(one for one in trade_name if not is_chinese(one)))
    if strangers.isspace():
        yield wrong(say("Leave out the blanks."), "trade_name", name_rules("8"))
    elif strangers:
        yield wrong(
            say(
                "The trade name is written in Chinese characters only. Leave out: %(characters)s",
                characters=strangers,
            ),
            "trade_name",
            name_rules("5, 8"),
        )
    elif len(trade_name) < FEWEST_CHARACTERS:
        yield wrong(
            say("The trade name needs at least two Chinese characters. Add one."),
            "trade_name",
            name_rules("8"),
        )
    if len(trade_name) > LONGEST_TRADE_NAME:
        yield wrong(
            say("Keep the trade name to %(most)s characters.", most=LONGEST_TRADE_NAME),
            "trade_name",
        )
    yield from script_findings(trade_name, "trade_name")
    yield from _meaning(trade_name)


def script_findings(text: str, place: str) -> Iterator[Finding]:
    """Ask for the standard script; a character in doubt is left to a person."""
    standard = simplified(text)
    doubtful = [
        (given, better)
        for given, better in zip(text, standard, strict=False)
        if is_chinese(given) and not is_standard(given)
    ]
    if any(given != better for given, better in doubtful):
        yield wrong(
            say(
                "“%(text)s” is not in the standard simplified script. Write “%(standard)s”.",
                text=text,
                standard=standard,
            ),
            place,
            name_rules("5, 8"),
        )
    elif doubtful:
        characters = "".join(dict.fromkeys(given for given, _ in doubtful))
        yield look(
            say(
                "“%(characters)s” is rare and may not be a standard character.",
                characters=characters,
            ),
            place,
            name_rules("5, 8"),
        )


def _meaning(trade_name: str) -> Iterator[Finding]:
    """Keep divisions and industries out of the trade name, unless they mean something else."""
    standing, place = places.standing(trade_name) or (None, "")
    terms = reference.industries()
    industry = next((one for one in terms if one in trade_name), "")
    for kind, part, is_all in (
        (say("the name of an administrative division"), place, standing is Standing.IS_ONE),
        (say("a word for an industry"), industry, trade_name in terms),
    ):
        if is_all:
            yield wrong(
                say(
                    "“%(trade)s” is %(kind)s and cannot be the trade name. Choose another.",
                    trade=trade_name,
                    kind=kind,
                ),
                "trade_name",
                name_rules("8"),
            )
        elif part:
            yield look(
                say(
                    "The trade name is or contains “%(part)s”, %(kind)s. That is allowed only "
                    "where it means something else.",
                    part=part,
                    kind=kind,
                ),
                "trade_name",
                name_rules("8"),
            )


def _industry(industry: str) -> Iterator[Finding]:
    if not industry:
        yield look(
            say(
                "The name names no industry. Only an enterprise active in several industries "
                "may leave it out."
            ),
            "industry",
            name_rules("6"),
        )
        return
    if not all(is_chinese(one) for one in industry):
        yield wrong(
            say("Write the industry in Chinese characters, such as 生物科技."),
            "industry",
            name_rules("5, 9"),
        )
    if len(industry) > LONGEST_INDUSTRY:
        yield wrong(
            say("Keep the industry to %(most)s characters.", most=LONGEST_INDUSTRY), "industry"
        )
    if not industries.is_known(industries.class_of(industry)):
        yield look(
            say(
                "“%(industry)s” is not in our list of industries. It must be a term of the "
                "national classification or of the trade.",
                industry=industry,
            ),
            "industry",
            name_rules("9"),
        )
    yield from script_findings(industry, "industry")


def _form(parts: NameParts, form: str) -> Iterator[Finding]:
    known = reference.org_forms().get(form)
    suffixes = known.suffixes if known else ()
    ending = parts.form.removeprefix(CHINA)
    group = next((one for one in GROUPS if ending.startswith(one)), "")
    if group:
        ending = ending.removeprefix(group)
        yield look(
            say(
                "“%(group)s” is for a company that controls the others of a group of enterprises.",
                group=group,
            ),
            "name_form",
            name_rules("14"),
        )
    if ending not in suffixes:
        yield wrong(
            say("The name of this form ends in %(suffixes)s.", suffixes=" / ".join(suffixes)),
            "name_form",
            name_rules("10"),
        )


def _body(body: str, form: str) -> Iterator[Finding]:
    """Ask a partnership for the word before its kind, and for the kind in one place only."""
    if form not in KINDS:
        return
    kinds = [reference.org_forms()[kind].suffixes[0].strip("（）") for kind in KINDS]
    met = next((kind for kind in kinds if kind in body), None)
    if not body:
        words = say("Enter the word before the kind of partnership, such as 合伙企业.")
        yield wrong(words, "name_body", name_rules("6"))
    elif met or not all(is_chinese(one) for one in body):
        words = say(
            "The kind of partnership follows in brackets, as you choose it. Enter only the word "
            "before it, such as 合伙企业."
        )
        yield wrong(words, "name_body", name_rules("10"))
    yield from script_findings(body, "name_body")


def _judged(parts: NameParts) -> Mapping[str, str]:
    """Return what is looked through for words, by the question that asks for it."""
    return {
        "trade_name": parts.trade_name,
        "industry": parts.industry,
        "name_body": parts.body.removesuffix(_PARTNERSHIP),
    }


def word_findings(judged: Mapping[str, str], form: str) -> Iterator[Finding]:
    """Yield what art. 6 and 10 to 14 forbid or watch in the parts of a name, by their questions."""
    rules = reference.name_words().rules
    for rule in (one for one in rules if not one.forms or form in one.forms):
        met = [word for word in rule.words if _applies(rule, word, judged)]
        for word in met:
            if not any(word in other and word != other for other in met):
                yield _word_finding(rule, word, judged)
    yield from _foreign_countries(judged)


def _foreign_countries(judged: Mapping[str, str]) -> Iterator[Finding]:
    """Refuse a country's name; a short one inside another word may be chance: a person looks."""
    for country in _countries():
        own = [part for part in judged.values() if country in part]
        if any(part.startswith(country) for part in own) or (
            own and len(country) >= _NEVER_BY_CHANCE
        ):
            yield wrong(
                say(
                    "“%(word)s” is the name of a foreign country or region. Choose another.",
                    word=country,
                ),
                _place(country, judged),
                name_rules("11"),
            )
        elif own:
            yield look(
                say(
                    "The name contains “%(word)s”, the name of a foreign country or region.",
                    word=country,
                ),
                _place(country, judged),
                name_rules("11"),
            )


def _china(*, is_foreign: bool) -> Finding:
    if is_foreign:
        return look(
            say(
                "（中国） is allowed for an enterprise wholly or mainly foreign-owned that uses "
                "its foreign investor's trade name."
            ),
            "name_form",
            name_rules("12"),
        )
    return wrong(
        say("（中国） is only for foreign-invested enterprises. Leave it out."),
        "name_form",
        name_rules("12"),
    )


def _applies(rule: reference.WordRule, word: str, judged: Mapping[str, str]) -> bool:
    """Whether a word stands in one of the parts; not across two.  A name starts with the first."""
    trade_name = judged.get("trade_name", "")
    if rule.where == "start":
        return trade_name.startswith(word)
    if rule.where == "end":
        return any(part.endswith(word) for part in judged.values())
    parts = [part for key, part in judged.items() if key != "trade_name"]
    if rule.where == "inside":
        trade_name = trade_name[1:]
    return any(word in part for part in [trade_name, *parts])


def _word_finding(rule: reference.WordRule, word: str, judged: Mapping[str, str]) -> Finding:
    if rule.weight == "wrong":
        words = say("“%(word)s”: the name %(what)s. Choose another.", word=word, what=rule.title)
        return wrong(words, _place(word, judged), name_rules(rule.article))
    words = say("“%(word)s”: the name %(what)s.", word=word, what=rule.title)
    return look(words, _place(word, judged), name_rules(rule.article))


def _place(word: str, judged: Mapping[str, str]) -> str:
    return next(key for key, part in judged.items() if word in part)


@cache
def _countries() -> tuple[str, ...]:
    """Return the Chinese names of other countries, those in use and those of before."""
    territories: dict[str, str] = dict(Locale("zh").territories)
    others = {
        name
        for code, name in territories.items()
        if code.isalpha() and code not in _NOT_FOREIGN_COUNTRIES
    }
    others |= set(reference.name_words().foreign_places)
    return tuple(sorted(name for name in others if len(name) >= FEWEST_CHARACTERS))


def titles() -> Sequence[Text]:
    """Return what the rules on words forbid or watch, for the page that explains them."""
    return [rule.title for rule in reference.name_words().rules]

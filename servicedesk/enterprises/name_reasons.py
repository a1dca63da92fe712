"""Why a name is like another, in words: which characters, which sound, which industry."""

from pypinyin import Style, lazy_pinyin

from servicedesk.enterprises.name_likeness import Likeness, compare, keys
from servicedesk.enterprises.name_parts import NameParts, simplified, tidy
from servicedesk.words import Words, say


def why_alike(asked: NameParts, held: NameParts, likeness: Likeness) -> Words:
    """Return why ``held`` is like the name asked about; reads on after the name that is held.

    >>> parts = [NameParts("北京", name, "科技", "有限公司") for name in ("泰康", "秦康")]
    >>> str(why_alike(parts[0], parts[1], Likeness.LOOKS_ALIKE))
    'looks alike (秦 / 泰)'
    """
    industry = held.industry
    if likeness is Likeness.SAME:
        return _same(asked, held)
    if likeness is Likeness.PERHAPS_SAME:
        return say("has the same trade name in what may be the same industry")
    if likeness is Likeness.OTHER_INDUSTRY:
        return say("has the same trade name in another industry (%(industry)s)", industry=industry)
    if likeness is Likeness.ALIKE_ELSEWHERE:
        alike = compare(keys(asked.trade_name, ""), keys(held.trade_name, ""))
        return say(
            "%(alike)s, in another industry (%(industry)s)",
            alike=_alike(asked.trade_name, held.trade_name, alike),
            industry=industry,
        )
    return _alike(asked.trade_name, held.trade_name, likeness)


def _same(asked: NameParts, held: NameParts) -> Words:
    if tidy(asked.trade_name) != tidy(held.trade_name):
        return say(
            "has the same trade name in another script (%(held)s / %(asked)s)",
            held=held.trade_name,
            asked=asked.trade_name,
        )
    if not (asked.industry and held.industry):
        return say("has the same trade name, and one of you names no industry")
    return say("has the same trade name in the same industry")


def _alike(asked: str, held: str, likeness: Likeness | None) -> Words:
    mine, theirs = simplified(tidy(asked)), simplified(tidy(held))
    if likeness is Likeness.SAME_SOUND:
        return say("sounds the same (%(sound)s)", sound=_sound(theirs))
    if likeness is Likeness.NEAR_SOUND:
        return _near_sound(mine, theirs)
    if likeness is Likeness.LOOKS_ALIKE:
        pairs = dict.fromkeys((a, b) for a, b in zip(theirs, mine, strict=False) if a != b)
        characters = "、".join(f"{a} / {b}" for a, b in pairs)
        return say("looks alike (%(characters)s)", characters=characters)
    return _one_apart(mine, theirs)


def _near_sound(mine: str, theirs: str) -> Words:
    sounds = {"held": _sound(theirs), "asked": _sound(mine)}
    if lazy_pinyin(mine) == lazy_pinyin(theirs):
        return say("sounds the same but for the tones (%(held)s / %(asked)s)", **sounds)
    return say("can be read the same (%(held)s / %(asked)s)", **sounds)


def _one_apart(mine: str, theirs: str) -> Words:
    at = next(
        (n for n, (a, b) in enumerate(zip(mine, theirs, strict=False)) if a != b),
        min(len(mine), len(theirs)),
    )
    if len(mine) < len(theirs):
        return say("has one character more (%(character)s)", character=theirs[at])
    if len(mine) > len(theirs):
        return say("has one character less (%(character)s)", character=mine[at])
    return say("differs by one character (%(held)s / %(asked)s)", held=theirs[at], asked=mine[at])


def _sound(trade: str) -> str:
    return " ".join(lazy_pinyin(trade, style=Style.TONE))

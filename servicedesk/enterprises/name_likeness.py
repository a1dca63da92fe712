"""Whether a name is like one that is held: the same, or near enough to be taken for it.

Art. 17 of the regulations on enterprise names (L_NAME) forbids the same trade name in the
same industry, or where either name states none.  What only sounds, looks or nearly reads
the same is allowed; the applicant answers for it (art. 16).

Source: domain/enterprise_services.yaml, ``name_rules.similarity_block``.
"""

from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import islice, product
from typing import Final

from pypinyin import Style, lazy_pinyin, pinyin

from servicedesk.enterprises import industries, reference
from servicedesk.enterprises.industries import Sameness
from servicedesk.enterprises.name_parts import simplified, tidy

SHORTEST_NEAR: Final = 3  # characters; below, one character apart is half a name apart
_MOST_KEPT: Final = 4096  # keys of a process; to read a name aloud takes longest
_TONES: Final = "12345"
_MOST_READINGS: Final = 24  # of a trade name whose characters are read in several ways


class Likeness(IntEnum):
    """How two names are alike, the nearest first."""

    SAME = 1  # same trade name, same industry or none stated: refused
    PERHAPS_SAME = 2  # same trade name in an industry that may be the same
    SAME_SOUND = 3  # read alike, tones included
    NEAR_SOUND = 4  # read alike but for the tones, or in one of several ways
    LOOKS_ALIKE = 5
    ONE_APART = 6  # one character more, less or other
    OTHER_INDUSTRY = 7  # same trade name in another industry
    ALIKE_ELSEWHERE = 8  # sounds or looks alike, in another industry


_SAME_TRADE_NAME: Final = {
    Sameness.SAME: Likeness.SAME,
    Sameness.PERHAPS: Likeness.PERHAPS_SAME,
    Sameness.OTHER: Likeness.OTHER_INDUSTRY,
}


@dataclass(frozen=True)
class NameKeys:
    """What names are compared by."""

    trade_key: str  # simplified, without blanks
    industry_key: str  # class of the industry
    sound_key: str  # pinyin without tones
    tone_key: str  # pinyin with tones
    shape_key: str  # look-alike characters made one
    sounds: frozenset[str]  # the ways to read the trade name, without tones

    @property
    def shelf(self) -> str:
        """Where the name stands in the index: by its industry."""
        return industries.shelf_of(self.industry_key)


def held_by(trade_name: str, industry: str) -> tuple[str, str]:
    """Return by what the index of held names compares a name: trade name, class of industry."""
    return simplified(tidy(trade_name)), industries.class_of(industry)


@lru_cache(maxsize=_MOST_KEPT)
def keys(trade_name: str, industry: str) -> NameKeys:
    """Return what a name is compared by.

    >>> keys("華康", "生物技术").trade_key
    '华康'
    >>> keys("瑞康", "").tone_key
    'rui4 kang1'
    """
    trade, class_of_industry = held_by(trade_name, industry)
    tones = lazy_pinyin(trade, style=Style.TONE3, neutral_tone_with_five=True)
    sound = " ".join(one.rstrip(_TONES) for one in tones)
    return NameKeys(
        trade_key=trade,
        industry_key=class_of_industry,
        sound_key=sound,
        tone_key=" ".join(tones),
        shape_key=trade.translate(reference.lookalikes()),
        sounds=frozenset([sound, *sounds(trade)]),
    )


def sounds(trade: str) -> list[str]:
    """Return the ways to read a simplified trade name, without tones, as ``sound_key`` is written.

    >>> sounds("乐行")
    ['le hang', 'le heng', 'le xing', 'yue hang', 'yue heng', 'yue xing']
    """
    readings = pinyin(trade, style=Style.NORMAL, heteronym=True)
    return sorted({" ".join(way) for way in islice(product(*readings), _MOST_READINGS)})


def compare(candidate: NameKeys, held: NameKeys) -> Likeness | None:
    """Return how ``candidate`` is like a name that is held, or None.

    >>> compare(keys("瑞康", "生物科技"), keys("睿康", "生物工程")).name
    'SAME_SOUND'
    >>> compare(keys("瑞康", "生物科技"), keys("睿康", "咨询")).name
    'ALIKE_ELSEWHERE'
    """
    same = industries.sameness(candidate.industry_key, held.industry_key)
    alike = Likeness.SAME if candidate.trade_key == held.trade_key else _alike(candidate, held)
    return None if alike is None else in_industry(alike, same)


def in_industry(alike: Likeness, same: Sameness) -> Likeness | None:
    """Return what a likeness of trade names comes to between two industries, or None."""
    if alike is Likeness.SAME:
        return _SAME_TRADE_NAME[same]
    if same is Sameness.OTHER:
        return None if alike is Likeness.ONE_APART else Likeness.ALIKE_ELSEWHERE
    return alike


def rank(likeness: Likeness, candidate: NameKeys, shelf: str, number: int) -> tuple[object, ...]:
    """Return by what like names are ordered: the nearest first, of these the own industry first.

    Args:
        likeness: how the name is like the candidate.
        candidate: what is asked about.
        shelf: of the name that is like it.
        number: its id; the older goes first.
    """
    return (likeness, shelf != candidate.shelf, shelf, number)


def _alike(one: NameKeys, other: NameKeys) -> Likeness | None:
    if one.tone_key == other.tone_key:
        return Likeness.SAME_SOUND
    if one.sound_key in other.sounds or other.sound_key in one.sounds:
        return Likeness.NEAR_SOUND
    if one.shape_key == other.shape_key:
        return Likeness.LOOKS_ALIKE
    return Likeness.ONE_APART if _one_apart(one.trade_key, other.trade_key) else None


def distance(one: str, other: str) -> int:
    """Return how many characters must be added, left out or replaced to get from one to other.

    >>> distance("瑞康源", "瑞康"), distance("瑞康源", "瑞安源")
    (1, 1)
    """
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (a != b))
    return row[-1]


def _one_apart(one: str, other: str) -> bool:
    return max(len(one), len(other)) >= SHORTEST_NEAR and distance(one, other) == 1

"""Whether a name is like one that is held: the same, or near enough to be taken for it.

Art. 17 of the regulations on enterprise names (L_NAME) forbids the same trade name in the
same industry, or where either name states none.  What only sounds, looks or nearly reads
the same is allowed; the applicant answers for it (art. 16) and an officer looks.

Source: domain/enterprise_services.yaml, ``name_rules.similarity_block``.
"""

from dataclasses import dataclass
from enum import IntEnum
from itertools import islice, product
from typing import Final

from pypinyin import Style, lazy_pinyin, pinyin

from servicedesk.enterprises import reference
from servicedesk.enterprises.name_parts import simplified, tidy

SHORTEST_NEAR: Final = 3  # characters; below, one character apart is half a name apart
_MOST_READINGS: Final = 24  # of a trade name whose characters are read in several ways


class Likeness(IntEnum):
    """How two names are alike, the nearest first."""

    SAME = 1  # same trade name, same industry or none stated: refused
    SAME_SOUND = 2  # read alike, tones included
    NEAR_SOUND = 3  # read alike but for the tones
    LOOKS_ALIKE = 4
    ONE_APART = 5  # one character more, less or other
    OTHER_INDUSTRY = 6  # same trade name in another industry


@dataclass(frozen=True)
class NameKeys:
    """What names are compared by; ``EnterpriseName`` has columns of the same names."""

    trade_key: str
    industry_key: str
    sound_key: str
    tone_key: str
    shape_key: str
    near_keys: tuple[str, ...]


def keys(trade_name: str, industry: str) -> NameKeys:
    """Return what a name is compared by.

    >>> keys("華康", "生物技术").trade_key
    '华康'
    >>> keys("瑞康", "").tone_key
    'rui4 kang1'
    """
    trade = simplified(tidy(trade_name))
    return NameKeys(
        trade_key=trade,
        industry_key=_industry_key(industry),
        sound_key=" ".join(lazy_pinyin(trade)),
        tone_key=" ".join(lazy_pinyin(trade, style=Style.TONE3, neutral_tone_with_five=True)),
        shape_key=trade.translate(reference.lookalikes()),
        near_keys=_near_keys(trade),
    )


def sounds(trade_name: str) -> frozenset[str]:
    """Return the ways to read a trade name, without tones, as ``sound_key`` writes them.

    >>> sorted(sounds("乐行"))
    ['le hang', 'le heng', 'le xing', 'yue hang', 'yue heng', 'yue xing']
    """
    trade = simplified(tidy(trade_name))
    readings = pinyin(trade, style=Style.NORMAL, heteronym=True)
    ways = islice(product(*readings), _MOST_READINGS)
    return frozenset([" ".join(lazy_pinyin(trade)), *(" ".join(way) for way in ways)])


def compare(candidate: NameKeys, held: NameKeys) -> Likeness | None:
    """Return how ``candidate`` is like a name that is held, or None.

    >>> compare(keys("瑞康", "生物科技"), keys("睿康", "生物科技")).name
    'SAME_SOUND'
    >>> compare(keys("瑞康", "生物科技"), keys("睿康", "咨询")) is None
    True
    """
    if candidate.trade_key == held.trade_key:
        return Likeness.SAME if _same_industry(candidate, held) else Likeness.OTHER_INDUSTRY
    if not _same_industry(candidate, held):
        return None
    if candidate.tone_key == held.tone_key:
        return Likeness.SAME_SOUND
    if candidate.sound_key == held.sound_key or held.sound_key in sounds(candidate.trade_key):
        return Likeness.NEAR_SOUND
    if candidate.shape_key == held.shape_key:
        return Likeness.LOOKS_ALIKE
    return Likeness.ONE_APART if _one_apart(candidate.trade_key, held.trade_key) else None


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


def _near_keys(trade: str) -> tuple[str, ...]:
    """Return the trade name, and it with any one character left out.

    Two names at most one character apart share one of these, which an index can find.
    """
    if len(trade) < SHORTEST_NEAR - 1:
        return (trade,)
    shorter = (trade[:i] + trade[i + 1 :] for i in range(len(trade)))
    return tuple(dict.fromkeys((trade, *(shorter if len(trade) >= SHORTEST_NEAR else ()))))


def _industry_key(industry: str) -> str:
    word = simplified(tidy(industry))
    known = reference.industries().get(word)
    return known.kind if known else word


def _same_industry(one: NameKeys, other: NameKeys) -> bool:
    """Whether two names are in one industry, or either states none (art. 17)."""
    return one.industry_key == other.industry_key or not (one.industry_key and other.industry_key)

"""What a name in the register is found by: characters, pairs of them, and its pinyin.

pg_trgm cannot find two Chinese characters, so the words to look up are our own: each
character and each pair, and every three letters of the pinyin written together.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from pypinyin import lazy_pinyin

from servicedesk.enterprises.name_parts import is_chinese, simplified, tidy

SHORTEST_PINYIN: Final = 3  # letters
LONGEST_QUERY: Final = 60  # characters


@dataclass(frozen=True)
class Query:
    """What a visitor looks for; empty lists mean that nothing can be found by it."""

    text: str  # as it is compared
    grams: tuple[str, ...]
    is_pinyin: bool


def letters(name: str) -> str:
    """Return the pinyin of a name in small letters, nothing between them.

    >>> letters("北京瑞康")
    'beijingruikang'
    """
    return "".join(lazy_pinyin(simplified(tidy(name)), errors=_latin)).lower()


def grams(name: str) -> list[str]:
    """Return what a registered name is found by.

    >>> grams("瑞康")
    ['ang', 'ika', 'kan', 'rui', 'uik', '康', '瑞', '瑞康']
    """
    plain = simplified(tidy(name)).lower()
    return sorted({*_pieces(plain, 1), *_pieces(plain, 2), *_pieces(letters(name), 3)})


def query(typed: str) -> Query:
    """Return what to look up for what a visitor typed: characters, or pinyin letters.

    >>> query("rui kang").grams
    ('ang', 'ika', 'kan', 'rui', 'uik')
    >>> query("瑞康").grams
    ('瑞康',)
    """
    plain = simplified(tidy(typed[:LONGEST_QUERY])).lower()
    if any(is_chinese(one) for one in plain):
        return Query(plain, tuple(sorted(_pieces(plain, min(2, len(plain))))), is_pinyin=False)
    plain = re.sub("[^a-z0-9]", "", _unaccented(plain))
    found = _pieces(plain, SHORTEST_PINYIN) if len(plain) >= SHORTEST_PINYIN else set()
    return Query(plain, tuple(sorted(found)), is_pinyin=True)


def _pieces(text: str, size: int) -> set[str]:
    return {text[i : i + size] for i in range(len(text) - size + 1)}


def _unaccented(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _latin(text: str) -> str:
    return re.sub("[^A-Za-z0-9]", "", text)

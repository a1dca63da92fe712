"""Finding a service by a few words of either language, as people type them.

Pure rules.  ``grams`` says what is indexed of a service, ``Wanted`` what is looked up for
a query, and ``score`` how well a service answers it:

* Chinese by characters and pairs of characters, traditional ones taken for simplified;
* pinyin without tones, whole (``gongsi``) or by initials (``gs``);
* Latin words whole, by their beginning, or with a slip of the finger.

Grams carry a mark: ``c:`` characters, ``n:`` the same in the name, ``w:`` words, ``p:``
pinyin of a phrase, ``i:`` initials of a phrase.  Those last three are *terms*; all terms of the
catalogue are kept once, with the pairs of letters by which a word that is typed finds them.
"""

import math
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import Final

import opencc
from pypinyin import lazy_pinyin

from servicedesk.catalogue.definition import Service
from servicedesk.words import Text

MOST_QUERY = 80  # characters of a query that are looked at
LEAST_SCORE = 0.35  # below, a service does not answer the query

_HAN: Final = re.compile(r"[㐀-䶿一-鿿]+")
_LATIN: Final = re.compile(r"[a-z0-9]+")
# Words that say nothing about the service wanted.
_EMPTY: Final = frozenset(
    {"a", "an", "and", "at", "by", "do", "for", "from", "get", "how", "i", "in", "is", "it", "me"}
    | {"my", "need", "of", "on", "or", "our", "the", "to", "want", "we", "what", "with"}
)
_SHORTEST_PART: Final = 2  # letters by which a phrase is found from inside
_LOST: Final = 3  # pairs of letters, at most, by one slip: two letters swapped
_LONG_RUN: Final = 5  # characters; a longer run is a sentence, and need not match throughout


def folded(text: str) -> str:
    """Return ``text`` as it is compared: simplified, half-width, lower case, without accents.

    >>> folded("ＣＡＦÉ 許可")
    'cafe 许可'
    """
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(one for one in decomposed if not unicodedata.combining(one))
    return str(_to_simplified().convert(unicodedata.normalize("NFKC", plain))).lower()


def pinyin(text: str) -> str:
    """Return the pinyin of ``text`` without tones, syllables apart; the order of Chinese lists.

    >>> pinyin("设立公司")
    'she li gong si'
    """
    return " ".join(lazy_pinyin(folded(text)))


def findable(name: Text, code: str) -> str:
    """Return by what an entry of a list can be found in a browser, whatever its language.

    Three parts, folded: texts and code; pinyin, syllables apart; initials.  Traditional
    characters are given beside the simplified ones, for the browser cannot turn them.

    >>> findable(Text("Software sales", "软件销售"), "BS050")
    'software sales 软件销售 軟件銷售 bs050|ruan jian xiao shou|rjxs'
    """
    chinese = folded(name.zh)
    syllables = lazy_pinyin("".join(_HAN.findall(chinese)))
    texts = [folded(name.en), chinese, _to_traditional().convert(chinese), folded(code)]
    initials = "".join(one[0] for one in syllables)
    return "|".join((" ".join(texts), " ".join(syllables), initials))


def grams(service: Service) -> list[str]:
    """Return what ``service`` can be found by, sorted."""
    found: set[str] = set()
    name, keywords = service.name, service.keywords
    found.update(f"n:{gram}" for run in _HAN.findall(folded(name.zh)) for gram in _pieces(run))
    said = [name.zh, service.summary.zh, *([keywords.zh] if keywords else [])]
    for run in _HAN.findall(folded(" ".join(said))):
        found.update(f"c:{gram}" for gram in _pieces(run))
    phrases = [name.zh, *(re.split(r"[\s,，、；;]+", keywords.zh) if keywords else [])]
    for phrase in phrases:
        found.update(_sounds(phrase))
    english = [service.code, name.en, service.summary.en, *([keywords.en] if keywords else [])]
    found.update(f"w:{word}" for word in _LATIN.findall(folded(" ".join(english))))
    return sorted(found)


def terms(grams: Iterable[str]) -> list[str]:
    """Return those of ``grams`` that are terms: words and sounds, in Latin letters."""
    return [gram for gram in grams if gram[0] in "wpi"]


def letter_pairs(term: str) -> list[str]:
    """Return the pairs of letters of a term, its ends marked, each once.

    >>> letter_pairs("p:shui wu")
    ['^s', 'hu', 'iw', 'sh', 'u$', 'ui', 'wu']
    """
    return _pairs(term.partition(":")[2].replace(" ", ""))


@dataclass(frozen=True)
class Likeness:
    """By which pairs of letters terms are found that may be meant by a word."""

    inner: list[str]  # all in a term that has the word inside
    pairs: list[str]
    least: int  # so many of ``pairs`` are in a term that is the word with a slip; 0: none is

    @property
    def telling(self) -> list[str]:
        """Return pairs one of which is in every term that has ``least`` of them."""
        return self.pairs[: len(self.pairs) - self.least + 1]


def likeness(word: str) -> Likeness | None:
    """Return by what terms like ``word`` are found; None: only the word itself counts."""
    if len(word) < _SHORTEST_PART:
        return None
    pairs = _pairs(word)
    inner = [pair for pair in pairs if pair[0] != "^" and pair[1] != "$"]
    slips = _slips(word)
    return Likeness(inner, pairs, max(1, len(pairs) - _LOST * slips) if slips else 0)


def means(word: str, term: str) -> bool:
    """Whether ``term`` answers a typed ``word``, if not best then somehow."""
    return term == f"w:{word}" or _entry_score(word, term) > 0


def windows(pieces: Sequence[str], least: int) -> list[list[str]]:
    """Return groups of ``pieces``: who has ``least`` of them has one of every group.

    >>> windows(["a", "b", "c"], 2)
    [['a', 'b'], ['b', 'c']]
    """
    size = len(pieces) - least + 1
    return [list(pieces[at : at + size]) for at in range(least)]


@dataclass(frozen=True)
class Wanted:
    """A query, taken apart."""

    runs: tuple[str, ...]  # of Chinese characters
    words: tuple[str, ...]  # of Latin letters and figures
    whole: str

    @property
    def needed(self) -> int:
        """Return how many of its parts a service must answer: more than half of them."""
        parts = len(self.runs) + len(self.words)
        return min(parts, parts // 2 + 1)


def run_windows(run: str) -> list[list[str]]:
    """Return groups of grams: a service that answers ``run`` has one of each."""
    pieces = [f"c:{piece}" for piece in _run_pieces(run)]
    return windows(pieces, max(1, math.ceil(_least_of(run) * len(pieces))))


def run_grams(run: str) -> list[str]:
    """Return the grams by which ``score`` judges how well a service answers ``run``."""
    return [f"{mark}:{piece}" for piece in _run_pieces(run) for mark in "cn"]


def wanted(query: str) -> Wanted | None:
    """Return ``query`` taken apart, or None where nothing in it can be looked up."""
    text = folded(query[:MOST_QUERY])
    words = tuple(dict.fromkeys(_LATIN.findall(text)))
    telling = tuple(word for word in words if word not in _EMPTY) or words
    runs = tuple(dict.fromkeys(_HAN.findall(text)))
    return Wanted(runs, telling, text.strip()) if runs or telling else None


def score(query: Wanted, name_en: str, name_zh: str, indexed: Collection[str]) -> float:
    """Return how well a service answers ``query``, from 0; every part of it must count.

    Args:
        query: what is looked for.
        name_en: the service's English name.
        name_zh: its Chinese name.
        indexed: its grams.
    """
    entries = frozenset(indexed)
    english, chinese = _folded_name(name_en), _folded_name(name_zh)
    parts = [_run_score(run, entries) for run in query.runs]
    parts += [_word_score(word, entries, english) for word in query.words]
    if sum(1 for part in parts if part) < query.needed:
        return 0.0
    total = sum(parts) / len(parts)
    is_in_name = query.whole in english or query.whole in chinese
    return total + (0.5 if is_in_name else 0.0)


def _run_score(run: str, entries: frozenset[str]) -> float:
    pieces = _run_pieces(run)
    anywhere = sum(1 for gram in pieces if f"c:{gram}" in entries) / len(pieces)
    in_name = sum(1 for gram in pieces if f"n:{gram}" in entries) / len(pieces)
    return 0.6 * anywhere + 0.4 * in_name if anywhere >= _least_of(run) else 0.0


def _run_pieces(run: str) -> list[str]:
    return [run] if len(run) == 1 else [a + b for a, b in pairwise(run)]


def _least_of(run: str) -> float:
    """Return which share of a run a service must have."""
    return 0.3 if len(run) > _LONG_RUN else 0.5


def _word_score(word: str, entries: frozenset[str], name_en: str) -> float:
    if f"w:{word}" in entries:
        return 1.0 if word in _LATIN.findall(name_en) else 0.8
    return max((_entry_score(word, entry) for entry in entries), default=0.0)


def _entry_score(word: str, entry: str) -> float:
    mark, _, text = entry.partition(":")
    long = len(word) >= _SHORTEST_PART
    if mark == "w" and len(word) > 2 and text.startswith(word):  # noqa: PLR2004
        return 0.75
    if mark == "p" and long and _begins_a_syllable(word, text):
        return 0.7
    if mark == "i" and long and word in text:
        return 0.6
    if mark == "w" and _is_slip(word, text):
        return 0.5
    return 0.0


def _begins_a_syllable(word: str, phrase: str) -> bool:
    """Whether ``word`` is in the pinyin ``phrase``, from the beginning of a syllable."""
    syllables = phrase.split()
    return any("".join(syllables[at:]).startswith(word) for at in range(len(syllables)))


def _is_slip(typed: str, meant: str) -> bool:
    """Whether ``typed`` is ``meant`` with a slip: one in four to seven letters, two in more."""
    allowed = _slips(typed)
    if not allowed or abs(len(typed) - len(meant)) > allowed or typed.isdecimal():
        return False
    return _distance(typed, meant) <= allowed


def _slips(word: str) -> int:
    return 0 if len(word) < 4 else 1 if len(word) < 8 else 2  # noqa: PLR2004


def _distance(one: str, other: str) -> int:
    """Return how many letters are wrong, missing, too many, or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        new = [i]
        for j, b in enumerate(other, 1):
            cost = min(row[j] + 1, new[j - 1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            new.append(cost)
        before, row = row, new
    return row[-1]


def _pieces(run: str) -> Iterator[str]:
    yield from run
    yield from (a + b for a, b in pairwise(run))


def _sounds(phrase: str) -> Iterable[str]:
    han = "".join(_HAN.findall(folded(phrase)))
    if not han:
        return
    syllables = lazy_pinyin(han)
    yield f"p:{' '.join(syllables)}"
    yield f"i:{''.join(one[0] for one in syllables)}"


def _pairs(word: str) -> list[str]:
    return sorted({a + b for a, b in pairwise(f"^{word}$")})


@lru_cache(maxsize=20_000)
def _folded_name(name: str) -> str:
    return folded(name)


@cache
def _to_traditional() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")


@cache
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")

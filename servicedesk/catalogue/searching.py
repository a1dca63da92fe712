"""Finding a service by a few words of either language, as people type them.

Pure rules.  ``grams`` says what is indexed of a service, ``Wanted`` what is looked up for
a query, and ``score`` how well a service answers it:

* Chinese by characters and pairs of characters, traditional ones taken for simplified;
* pinyin without tones, whole (``gongsi``) or by initials (``gs``);
* Latin words whole, by their beginning, or with a slip of the finger.

Grams carry a mark: ``c:`` characters, ``n:`` the same in the name, ``w:`` words, ``p:``
pinyin of a phrase, ``i:`` initials of a phrase, ``b:`` pairs of Latin letters, by which
those last three are found.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
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
    for word in _LATIN.findall(folded(" ".join(english))):
        found.update((f"w:{word}", *_letter_pairs(word)))
    return sorted(found)


@dataclass(frozen=True)
class Wanted:
    """A query, taken apart."""

    runs: tuple[str, ...]  # of Chinese characters
    words: tuple[str, ...]  # of Latin letters and figures
    whole: str

    @property
    def grams(self) -> list[str]:
        """Return the grams one of which a service must have to be looked at."""
        wanted = {f"{mark}:{gram}" for run in self.runs for gram in _pieces(run) for mark in "cn"}
        for word in self.words:
            wanted.update((f"w:{word}", *_letter_pairs(word)))
        return sorted(wanted)


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
    parts = [_run_score(run, entries) for run in query.runs]
    parts += [_word_score(word, entries, folded(name_en)) for word in query.words]
    found = sum(1 for part in parts if part)
    if found * 2 <= len(parts) and found < len(parts):
        return 0.0
    total = sum(parts) / len(parts)
    is_in_name = query.whole in folded(name_en) or query.whole in folded(name_zh)
    return total + (0.5 if is_in_name else 0.0)


def _run_score(run: str, entries: frozenset[str]) -> float:
    pieces = list(_pieces(run)) if len(run) == 1 else [a + b for a, b in pairwise(run)]
    anywhere = sum(1 for gram in pieces if f"c:{gram}" in entries) / len(pieces)
    in_name = sum(1 for gram in pieces if f"n:{gram}" in entries) / len(pieces)
    least = 0.3 if len(run) > _LONG_RUN else 0.5
    return 0.6 * anywhere + 0.4 * in_name if anywhere >= least else 0.0


def _word_score(word: str, entries: frozenset[str], name_en: str) -> float:
    if f"w:{word}" in entries:
        return 1.0 if word in _LATIN.findall(name_en) else 0.8
    return max((_entry_score(word, entry) for entry in entries), default=0.0)


def _entry_score(word: str, entry: str) -> float:
    mark, _, text = entry.partition(":")
    long = len(word) > 1
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
    allowed = 0 if len(typed) < 4 else 1 if len(typed) < 8 else 2  # noqa: PLR2004
    if not allowed or abs(len(typed) - len(meant)) > allowed or typed.isdecimal():
        return False
    return _distance(typed, meant) <= allowed


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
    spoken, initials = " ".join(syllables), "".join(one[0] for one in syllables)
    yield from (f"p:{spoken}", f"i:{initials}")
    yield from _letter_pairs("".join(syllables))
    yield from _letter_pairs(initials)


def _letter_pairs(word: str) -> Iterator[str]:
    yield from (f"b:{a}{b}" for a, b in pairwise(f"^{word}$"))


@cache
def _to_traditional() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")


@cache
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")

"""What an enterprise in the register is found by, and what a visitor looks for.

pg_trgm cannot find two Chinese characters, so the words to look up are our own: each
character and each pair of a name, every three letters of its pinyin written together, each
pair and each word of its address, what can be picked from a list, and the quarter in which it
was registered, with a letter before it.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from typing import Any, Final

from pypinyin import lazy_pinyin

from servicedesk.catalogue.numbers import ALPHABET, CREDIT_CODE_LENGTH, compact
from servicedesk.enterprises.name_parts import is_chinese, simplified, tidy

SHORTEST_PINYIN: Final = 3  # letters
SHORTEST_ADDRESS: Final = 2  # characters
LONGEST_QUERY: Final = 60  # characters
LONGEST_LETTERS: Final = 400  # of the pinyin of a name; OWN
SHORTEST_CODE: Final = 6  # characters, from the first one on

_MOST_KEPT: Final = 1024  # names of a process: each is read aloud for several columns
_CODE: Final = re.compile(rf"[{ALPHABET}]{{2}}[0-9]{{4}}[{ALPHABET}]{{0,12}}")
_WORD: Final = re.compile(r"[0-9a-z]+(?:-[0-9a-z]+)*")
_SYLLABLE: Final = re.compile("[^aeiouv0-9]*[aeiouv]{1,3}(?:n|ng|r)?")  # about; ü may be a v
_ENDED: Final = frozenset({"deregistered", "revoked"})


class Life(StrEnum):
    """Whether an enterprise is there, as one may filter.  Stored: add one, never rename one."""

    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    ENDED = "ended"


@dataclass(frozen=True)
class Wanted:
    """What a visitor looks for; what is empty does not matter."""

    is_hopeless: bool = False  # something was typed by which nothing can be found
    code: str = ""  # the beginning of a credit code
    names: tuple[str, ...] = ()  # pieces of the name, simplified
    pinyin: tuple[str, ...] = ()  # letters, each part written together
    address: str = ""  # a piece of the address, simplified, without blanks
    address_words: tuple[str, ...] = ()  # or words of it
    scope: str = ""  # the code of a phrase
    org_form: str = ""
    life: Life | None = None
    is_foreign: bool | None = None

    @property
    def terms(self) -> tuple[str, ...]:
        """What an enterprise must be indexed by to be what is wanted."""
        found = {piece for name in self.names for piece in _pieces(name, min(2, len(name)))}
        found |= {piece for part in self.pinyin for piece in _pieces(part, SHORTEST_PINYIN)}
        found |= {f"a:{piece}" for piece in _pieces(self.address, SHORTEST_ADDRESS)}
        found |= {f"w:{word}" for word in self.address_words}
        found |= _picked(self.life, self.org_form, [self.scope], is_foreign=self.is_foreign)
        return tuple(sorted(found))


def wanted(typed: str, address: str = "", **picked: Any) -> Wanted:  # noqa: ANN401 - fields of Wanted
    """Return what to look up for what a visitor typed and picked.

    The one box takes pieces of the name, in either script, or pieces of its pinyin, with blanks
    or without, or the beginning of a credit code.

    >>> wanted("rui kang").pinyin, wanted("瑞康 生物").names, wanted("91110114ma").code
    (('ruikang',), ('瑞康', '生物'), '91110114MA')
    >>> wanted("rui kang shengwu").pinyin
    ('ruikang', 'shengwu')
    >>> wanted("", "8號樓").address, wanted("", "Room 4-207").address_words
    ('8号楼', ('4-207', 'room'))
    >>> wanted("ru").is_hopeless, wanted("", "楼").is_hopeless, wanted("").is_hopeless
    (True, True, False)
    """
    typed, address = typed[:LONGEST_QUERY].strip(), address[:LONGEST_QUERY].strip()
    place, words = _place(address)
    is_hopeless = bool(address) and not words and len(place) < SHORTEST_ADDRESS
    code = compact(typed)
    if SHORTEST_CODE <= len(code) <= CREDIT_CODE_LENGTH and _CODE.fullmatch(code):
        return Wanted(is_hopeless, code=code, address=place, address_words=words, **picked)
    names = tuple(_plain(word) for word in typed.split() if _has_chinese(word))
    rest = [word for word in typed.split() if not _has_chinese(word)]
    pinyin = _parts_of(rest)
    if not any(len(part) >= SHORTEST_PINYIN for part in pinyin):
        pinyin, is_hopeless = (), is_hopeless or bool(rest)
    return Wanted(
        is_hopeless, names=names, pinyin=pinyin, address=place, address_words=words, **picked
    )


@dataclass(frozen=True)
class Address:
    """An address as it is searched: Chinese without blanks, then every word between blanks."""

    text: str
    terms: frozenset[str]


def address(written: Mapping[str, str]) -> Address:
    """Return how an address, in both languages, is searched.

    >>> address({"en": "Room 4-207, Example Road", "zh": "示例路 4-207"}).text
    '示例路4-207 4-207 example road room '
    """
    chinese = _plain(written.get("zh", ""))
    both = f"{written.get('zh', '')} {written.get('en', '')}"
    words = sorted(set(_WORD.findall(simplified(unicodedata.normalize("NFKC", both)).lower())))
    pairs = {f"a:{piece}" for piece in _pieces(chinese, SHORTEST_ADDRESS)}
    return Address(
        f"{chinese} {' '.join(words)} ", frozenset(pairs | {f"w:{word}" for word in words})
    )


def life_of(facts: Mapping[str, Any]) -> Life:
    """Return whether the enterprise of these facts is there; no state stated: it is."""
    state = facts.get("state", "registered")
    if state in _ENDED:
        return Life.ENDED
    return Life.SUSPENDED if state == "suspended" else Life.IN_FORCE


def terms(facts: Mapping[str, Any], registered_on: date, *, is_foreign: bool) -> list[str]:
    """Return everything that the enterprise of these facts is found by."""
    found = _picked(
        life_of(facts), facts["org_form"], facts.get("scope") or (), is_foreign=is_foreign
    )
    found |= {quarter(registered_on), *grams(facts["name"])}
    return sorted(found | address(facts.get("address") or {}).terms)


def quarter(day: date) -> str:
    """Return the term of all enterprises that were registered in a quarter.

    >>> quarter(date(2026, 11, 28))
    'q:20264'
    """
    return f"q:{day.year}{(day.month + 2) // 3}"


@lru_cache(maxsize=_MOST_KEPT)
def letters(name: str) -> str:
    """Return the pinyin of a name in small letters, nothing between them.

    >>> letters("北京瑞康")
    'beijingruikang'
    """
    return "".join(syllables(name))


def syllables(name: str) -> list[str]:
    """Return the pinyin of each character of a name; what is not Chinese stays together.

    >>> syllables("瑞康AB")
    ['rui', 'kang', 'ab']
    """
    return [one.lower() for one in lazy_pinyin(simplified(tidy(name)), errors=_latin)]


def grams(name: str) -> list[str]:
    """Return what a registered name is found by.

    >>> grams("瑞康")
    ['ang', 'ika', 'kan', 'rui', 'uik', '康', '瑞', '瑞康']
    """
    plain = _plain(name)
    return sorted({*_pieces(plain, 1), *_pieces(plain, 2), *_pieces(letters(name), 3)})


def name_text(name: str) -> str:
    """Return a name as its pieces are compared.

    >>> name_text("華康 Bio")
    '华康bio'
    """
    return _plain(name)


def _parts_of(words: Sequence[str]) -> tuple[str, ...]:
    """Return the parts that pinyin between blanks is of.

    Single syllables are what one writes with blanks between them: those beside each other are
    one part, or "rui kang" would find every name with the one here and the other there.
    """
    plain = [re.sub("[^a-z0-9]", "", _unaccented(_plain(word))) for word in words]
    runs = groupby(filter(None, plain), lambda word: bool(_SYLLABLE.fullmatch(word)))
    return tuple(part for is_run, run in runs for part in (["".join(run)] if is_run else list(run)))


def _place(typed: str) -> tuple[str, tuple[str, ...]]:
    plain = _plain(typed)
    if _has_chinese(plain):
        return plain, ()
    lowered = unicodedata.normalize("NFKC", typed).lower()
    return "", tuple(sorted(set(_WORD.findall(lowered))))


def _picked(
    life: Life | None, org_form: str, scope: Sequence[str], *, is_foreign: bool | None
) -> set[str]:
    found = {f"s:{code}" for code in scope if code}
    found |= {f"l:{life}"} if life else set()
    found |= {f"o:{org_form}"} if org_form else set()
    return found | ({f"f:{'yes' if is_foreign else 'no'}"} if is_foreign is not None else set())


def _plain(text: str) -> str:
    return simplified(tidy(text)).lower()


def _has_chinese(text: str) -> bool:
    return any(is_chinese(one) for one in text)


def _pieces(text: str, size: int) -> set[str]:
    return {text[i : i + size] for i in range(len(text) - size + 1)} if size else set()


def _unaccented(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _latin(text: str) -> str:
    return re.sub("[^A-Za-z0-9]", "", text)

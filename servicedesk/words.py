"""Words to people, said in English where they arise and translated where they are shown.

Rules and operations know no web and no language: they ``say`` an English
sentence with its facts apart.  ``servicedesk.web`` translates it for the reader.
``say`` is also the keyword by which the sentences are collected for translation.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from unicodedata import east_asian_width

LANGUAGES: Final = ("en", "zh")  # of equal rank; the first is the language of the msgids


def is_wide(character: str) -> bool:
    """Whether a character is as wide as high, as Chinese ones are.

    >>> is_wide("园"), is_wide("A")
    (True, False)
    """
    return east_asian_width(character) in "WF"


@dataclass(frozen=True)
class Words:
    """One translatable sentence: an English template and the facts it names.

    A fact may be a date, a moment, a ``Decimal``, a ``Text`` or other ``Words``; each is
    written as the reader's language writes it.
    """

    msgid: str
    facts: Mapping[str, object] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return self.msgid % self.facts if self.facts else self.msgid


def say(msgid: str, **facts: object) -> Words:
    """Return ``msgid`` with its facts, to be translated when it is shown.

    >>> str(say("There is no application %(reference)s.", reference="R26-00001"))
    'There is no application R26-00001.'
    """
    return Words(msgid, facts)


class Secret(str):
    """What only the mail that carries it may hold: forgotten once that is delivered (S3)."""

    __slots__ = ()


@dataclass(frozen=True)
class Text:
    """A text that data gives in both languages."""

    en: str
    zh: str

    def in_language(self, language: str) -> str:
        """Return the text in ``language``, ``zh`` or else English."""
        return self.zh if language.startswith("zh") else self.en

    def __str__(self) -> str:
        return self.en


def words_as_json(words: Words) -> dict[str, Any]:
    """Return ``words`` as JSON, so that they can be kept and said later in any language."""
    return {"say": words.msgid, "facts": {key: _as_json(one) for key, one in words.facts.items()}}


def words_from_json(kept: Mapping[str, Any]) -> Words:
    """Return the words that ``words_as_json`` kept.

    >>> kept = words_as_json(say("Due on %(day)s.", day=date(2026, 3, 2)))
    >>> words_from_json(kept) == say("Due on %(day)s.", day=date(2026, 3, 2))
    True
    """
    return Words(kept["say"], {key: _from_json(one) for key, one in kept["facts"].items()})


# How each kind of fact is kept, the more special kind first.
_KEPT: Final[tuple[tuple[Any, Callable[[Any], Any]], ...]] = (
    (Words, words_as_json),
    (Text, lambda fact: {"en": fact.en, "zh": fact.zh}),
    (datetime, lambda fact: {"moment": fact.isoformat()}),
    (date, lambda fact: {"day": fact.isoformat()}),
    (Decimal, lambda fact: {"amount": str(fact)}),
    (Mapping, lambda fact: {"data": dict(fact)}),
    (bool | int | float | str | None, lambda fact: fact),
)


def _as_json(fact: object) -> Any:  # noqa: ANN401 - any JSON
    keep = next((keep for kind, keep in _KEPT if isinstance(fact, kind)), str)
    return keep(fact)


def _from_json(kept: Any) -> object:  # noqa: ANN401 - any JSON
    if not isinstance(kept, dict):
        return kept
    if "say" in kept:
        return words_from_json(kept)
    if "en" in kept:
        return Text(**kept)
    (kind, value) = next(iter(kept.items()))
    makers: dict[str, Callable[[Any], object]] = {
        "moment": datetime.fromisoformat,
        "day": date.fromisoformat,
        "amount": Decimal,
        "data": lambda data: data,
    }
    return makers[kind](value)

"""Words to people, said in English where they arise and translated where they are shown.

Rules and operations know no web and no language: they ``say`` an English
sentence with its facts apart.  ``servicedesk.web`` translates it for the reader.
``say`` is also the keyword by which the sentences are collected for translation.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

LANGUAGES: Final = ("en", "zh")  # of equal rank; the first is the language of the msgids


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

"""Why a clerk leaves the counter for a while.

Pure words: no database, no web.
"""

from enum import StrEnum
from typing import Final

from servicedesk.words import Words, say


class Break(StrEnum):
    """The values are stored: add one, never rename one."""

    LUNCH = "lunch"
    SHORT = "short"
    MEETING = "meeting"
    OTHER = "other"


BREAK_WORDS: Final[dict[str, Words]] = {
    Break.LUNCH: say("Lunch"),
    Break.SHORT: say("Short break"),
    Break.MEETING: say("Meeting"),
    Break.OTHER: say("Other work"),
}


def words_of(reason: str) -> Words:
    """Return the reason of a break in words; of none that we know, that it is a break."""
    return BREAK_WORDS.get(reason, BREAK_WORDS[Break.SHORT])

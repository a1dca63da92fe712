"""What kinds of filings there are, in words."""

from typing import Final

from servicedesk.words import Words, say

KINDS: Final[dict[str, Words]] = {"set_up": say("Set-up registration")}


def kind_words(kind: str) -> Words:
    """Return what a filing was, in words."""
    return KINDS.get(kind, say("Change of the register"))

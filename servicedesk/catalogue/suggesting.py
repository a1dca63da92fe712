"""What an author may have meant, and what there is to choose from: the end of a complaint.

Pure.
"""

import difflib
from collections.abc import Iterable, Sequence
from typing import Final

WHEN_WORDS: Final = "when_words: {en: if you rent it, zh: 租赁的}, for example"
_MOST_SHOWN: Final = 15  # of what there is
_OF_MANY: Final = 6  # shown where there is more than that
_FAR: Final = 0.3  # how alike they are at least


def instead(given: object, known: Iterable[object]) -> str:
    """Return which of ``known`` is meant by ``given``, as it seems, and what there is.

    >>> instead("acept", ["accept", "decide"])
    ' (did you mean accept?); there are: accept, decide'
    >>> instead("acept", [])
    '; there are none here, so leave it out'
    """
    names = list(dict.fromkeys(str(one) for one in known))
    if not names:
        return "; there are none here, so leave it out"
    shown = ", ".join(names)
    if len(names) > _MOST_SHOWN:
        near = difflib.get_close_matches(str(given), names, _OF_MANY, _FAR) or names[:_OF_MANY]
        shown = f"{', '.join(near)} and {len(names) - len(near)} more"
    return f"{meant(str(given), names)}; there are: {shown}"


def closest(given: str, known: Sequence[str]) -> str | None:
    """Return which of ``known`` is written almost like ``given``, if one is.

    >>> closest("acept", ["accept", "decide"]), closest("acept", ["decide"])
    ('accept', None)
    """
    return next(iter(difflib.get_close_matches(given, known, 1)), None)


def meant(given: str, known: Sequence[str]) -> str:
    """Return which of ``known`` is written almost like ``given``; nothing if none is.

    >>> meant("reference_leter", ["name", "reference_letter"])
    ' (did you mean reference_letter?)'
    """
    close = closest(given, known)
    return f" (did you mean {close}?)" if close else ""


def how_many(fewest: int, most: int) -> str:
    """Return between which numbers something may be.

    >>> how_many(2, 2), how_many(1, 2), how_many(1, 10_000)
    ('2', '1 to 2', '1 or more')
    """
    if fewest == most:
        return str(fewest)
    return f"{fewest} or more" if most > _MOST_SHOWN else f"{fewest} to {most}"

"""In which industry a name is: by class, not by the letter.

Art. 17 of the regulations on enterprise names (L_NAME) compares names in the same industry.
生物科技, 生物技术 and 生物科技发展 are one; an industry that is not in our list may be.
"""

from collections.abc import Iterator
from enum import Enum
from functools import cache
from typing import Final

from servicedesk.enterprises import reference
from servicedesk.enterprises.name_parts import simplified, tidy

_SHORTEST_STEM = 2  # characters
UNLISTED: Final = "?"  # before the stem of an industry that is not in the list


class Sameness(Enum):
    """Whether two names are in one industry."""

    SAME = "same"
    PERHAPS = "perhaps"
    OTHER = "other"


def class_of(industry: str) -> str:
    """Return the class of an industry; its stem where it is not in the list.

    >>> class_of("生物科技发展") == class_of("生物工程") == class_of("生物技术")
    True
    >>> class_of("管理咨询") == class_of("咨询"), class_of("航天技术")
    (True, '航天')
    """
    known, stem = _classes(), ""
    for stem in _stems(simplified(tidy(industry))):
        if stem in known:
            return known[stem]
    return stem


def is_known(industry_class: str) -> bool:
    """Whether a class is one of the list.

    >>> is_known(class_of("软件开发")), is_known(class_of("航天技术"))
    (True, False)
    """
    return industry_class in _listed()


def shelf_of(industry_class: str) -> str:
    """Return under what names of a class stand in the index: what may be any comes first.

    >>> shelf_of(""), shelf_of("航天")
    ('', '?航天')
    """
    is_listed = not industry_class or is_known(industry_class)
    return industry_class if is_listed else UNLISTED + industry_class


def sameness(one: str, other: str) -> Sameness:
    """Return whether two classes are one industry; none stated counts as any (art. 17)."""
    if one == other or not one or not other:
        return Sameness.SAME
    return Sameness.OTHER if is_known(one) and is_known(other) else Sameness.PERHAPS


def _stems(word: str) -> Iterator[str]:
    """Yield a word, and it with one tail after the other left out."""
    yield word
    tails = reference.industry_tails()
    while tail := next((one for one in tails if word.endswith(one)), ""):
        word = word.removesuffix(tail)
        if len(word) < _SHORTEST_STEM:
            return
        yield word


@cache
def _listed() -> frozenset[str]:
    return frozenset(_classes().values())


@cache
def _classes() -> dict[str, str]:
    """Return the classes by the words of the list and by their stems; the word goes first."""
    known: dict[str, str] = {}
    for term, one in reference.industries().items():
        known[term] = one.shared_class or list(_stems(term))[-1]
    for term in reference.industries():
        known.setdefault(list(_stems(term))[-1], known[term])
    return known

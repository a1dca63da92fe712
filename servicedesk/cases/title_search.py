"""Finding cases by a piece of their title, in any script.

Pure rule.  pg_trgm cannot index two-character Chinese searches, so a title is indexed by
its characters and pairs of characters; a query is found where all of its own are.
"""

import re
from itertools import pairwise

from servicedesk.catalogue.searching import folded

_BREAKS = re.compile(r"[\W_]+")


def grams(text: str) -> list[str]:
    """Return the characters and pairs of ``text``, sorted, each once.

    >>> grams("Lin Qiao")
    ['a', 'ao', 'i', 'ia', 'in', 'l', 'li', 'n', 'o', 'q', 'qi']
    """
    runs = [run for run in _BREAKS.split(folded(text)) if run]
    pairs = {first + second for run in runs for first, second in pairwise(run)}
    return sorted({character for run in runs for character in run} | pairs)


def wanted(query: str) -> list[str]:
    """Return what a title must have to be looked at for ``query``: pairs where there are any.

    >>> wanted("青棱")
    ['青棱']
    """
    found = grams(query)
    return [gram for gram in found if len(gram) > 1] or found

"""Trade names that pass, near to one that does not: the same for everybody who asks the same.

Each keeps a character or all of the trade name and adds plain ones from a fixed list, which
begins at another place for each trade name.  Each is judged like a name that somebody enters;
only what the rules leave nothing to say of, and what is like no other name, is suggested.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Final

from sqlalchemy.orm import Session

from servicedesk.batches import batches
from servicedesk.catalogue.registry import Weight
from servicedesk.enterprises import name_checks, reference
from servicedesk.enterprises.name_checks import Answer, Asking
from servicedesk.enterprises.name_likeness import keys
from servicedesk.enterprises.name_parts import NameParts, is_chinese, is_standard, simplified, tidy
from servicedesk.enterprises.name_verdicts import Verdict
from servicedesk.enterprises.queries import names

MOST: Final = 3  # that are shown
_MOST_TRIED: Final = 48
_AT_ONCE: Final = 8  # looked up together
_LONGEST: Final = 4  # characters; longer ones are hard to keep


def suggested(
    session: Session, given: Answer, asking: Asking, *, now: datetime
) -> Sequence[NameParts]:
    """Return names that are free, near to one that is not; none for one that is.

    None as well where something else than the trade name is not in order: no trade name mends that.
    """
    if given.verdict is Verdict.FREE or not given.parts.trade_name:
        return []
    elsewhere = [
        one for one in given.by_itself
        if one.weight is not Weight.IN_ORDER and one.place != "trade_name"
    ]  # fmt: skip
    if elsewhere:
        return []
    found: list[NameParts] = []
    for some in batches(islice(variants(given.parts), _MOST_TRIED), _AT_ONCE):
        wanted = [keys(parts.trade_name, parts.industry) for parts in some]
        free = names.without_like(session, wanted, own=asking.own, now=now)
        found += [some[at] for at in free if _is_in_order(some[at], asking)]
        if len(found) >= MOST:
            break
    return found[:MOST]


def _is_in_order(parts: NameParts, asking: Asking) -> bool:
    return all(one.weight is Weight.IN_ORDER for one in name_checks.alone(parts, asking))


def variants(parts: NameParts) -> Iterator[NameParts]:
    """Yield names near to one: in the standard script, with a character replaced, with a pair more.

    >>> next(variants(NameParts("北京", "華康", "科技", "有限公司"))).trade_name
    '华康'
    """
    given = tidy(parts.trade_name)
    trade = "".join(one for one in simplified(given) if is_chinese(one) and is_standard(one))
    for one in dict.fromkeys(_trade_names(trade)):
        if one != given:
            yield replace(parts, trade_name=one)


def _trade_names(trade: str) -> Iterator[str]:
    words = reference.name_suggestions()
    start = sum(map(ord, trade))
    characters, pairs = (_turned(some, start) for some in (words.characters, words.pairs))
    yield trade
    if not trade:
        yield from pairs
        return
    for one, pair in zip(characters, pairs, strict=False):
        if len(trade) <= _LONGEST:
            yield trade[:-1] + one
        if len(trade) + len(pair) <= _LONGEST:
            yield trade + pair
        yield trade[0] + pair
    yield from pairs


def _turned(some: Sequence[str], start: int) -> Sequence[str]:
    at = start % len(some)
    return [*some[at:], *some[:at]]

"""Final shares in a net of companies: products along paths, added over all paths.

A net says of each company who holds how much of it.  Companies that hold one another are
followed round until nothing is left: one linear equation for each company, solved exactly.
Only a ring that belongs wholly to itself has no answer; ``closed`` finds it before.

Pure: keys and fractions, nothing else.
"""

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import count, pairwise
from typing import Final

Owners = Mapping[str, Fraction]
Net = Mapping[str, Owners]  # company -> its owners -> their shares
Chain = tuple[tuple[str, Fraction], ...]  # each owner with the share in the next one

MOST_PATHS: Final = 8  # written out for each owner, the greatest first
_MOST_LOOKED_AT: Final = 3_000  # steps of the search for paths
NOTHING, WHOLE = Fraction(0), Fraction(1)


def reached(net: Net, target: str) -> list[str]:
    """Return all that some path leads to upwards from ``target``, itself first.

    >>> reached({"t": {"a": WHOLE}, "a": {"p": WHOLE}, "x": {"p": WHOLE}}, "t")
    ['t', 'a', 'p']
    """
    order, seen = [target], {target}
    for key in order:
        new = [owner for owner in net.get(key, {}) if owner not in seen]
        seen.update(new)
        order.extend(new)
    return order


def closed(net: Net, target: str) -> set[str]:
    """Return the companies behind ``target`` from which no path leads to anybody outside."""
    found = {key for key in reached(net, target) if sum(net.get(key, {}).values()) == WHOLE}
    while leaking := {key for key in found if not found.issuperset(net[key])}:
        found -= leaking
    return found


def in_rounds(net: Net, target: str) -> list[str]:
    """Return the companies behind ``target`` that hold themselves through others."""
    return [
        key
        for key in reached(net, target)
        if any(key in reached(net, owner) for owner in net.get(key, {}))
    ]


def final(net: Net, target: str) -> dict[str, Fraction]:
    """Return what everybody behind ``target`` has of it in the end.

    >>> half = Fraction(1, 2)
    >>> str(final({"t": {"a": half, "p": half}, "a": {"p": half}}, "t")["p"])
    '3/4'

    Args:
        net: in which nothing is ``closed`` behind ``target``.
        target: a company; its own entry is more than 1 where it holds its own owners.
    """
    companies = [key for key in reached(net, target) if key in net]
    shares = _solved(companies, net, target)
    for company in companies:
        for owner, share in net[company].items():
            if owner not in net:
                shares[owner] = shares.get(owner, NOTHING) + shares[company] * share
    return shares


def chains(net: Net, target: str, owner: str) -> Iterator[Chain]:
    """Yield the greatest paths from ``owner`` down to ``target``, nobody twice on one."""
    order = count()
    waiting: list[tuple[Fraction, int, tuple[str, ...]]] = [(-WHOLE, next(order), (target,))]
    found = 0
    for _ in range(_MOST_LOOKED_AT):
        if not waiting or found == MOST_PATHS:
            return
        product, _, chain = heapq.heappop(waiting)
        if chain[-1] == owner:
            found += 1
            yield tuple((one, net[below][one]) for below, one in reversed([*pairwise(chain)]))
            continue
        for one, share in net.get(chain[-1], {}).items():
            if one not in chain:
                heapq.heappush(waiting, (product * share, next(order), (*chain, one)))


def product(chain: Iterable[tuple[str, Fraction]]) -> Fraction:
    """Return what a path comes to."""
    result = WHOLE
    for _, share in chain:
        result *= share
    return result


def _solved(companies: Sequence[str], net: Net, target: str) -> dict[str, Fraction]:
    """Solve ``x[c] = [c is target] + sum of x[d] * share of c in d`` by elimination.

    No order of the pivots is needed: without closed rings every pivot is above zero.
    """
    rows = {key: {key: WHOLE} for key in companies}
    for company in companies:
        for owner, share in net[company].items():
            if owner in rows:
                rows[owner][company] = rows[owner].get(company, NOTHING) - share
    values = {key: Fraction(key == target) for key in companies}
    for place, key in enumerate(companies):
        for other in companies[place + 1 :]:
            factor = rows[other].pop(key, NOTHING) / rows[key][key]
            if factor:
                _subtract(rows[other], rows[key], key, factor)
                values[other] -= factor * values[key]
    found: dict[str, Fraction] = {target: WHOLE}
    for key in reversed(companies):
        known = [one * found[k] for k, one in rows[key].items() if k != key]
        found[key] = (values[key] - sum(known, NOTHING)) / rows[key][key]
    return found


def _subtract(row: dict[str, Fraction], other: Owners, key: str, factor: Fraction) -> None:
    for column, value in other.items():
        if column != key:
            row[column] = row.get(column, NOTHING) - factor * value

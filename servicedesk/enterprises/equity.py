"""Who of the owners is meant, and who holds what once equity went from some to others.

Pure.  Owners are facts of the register.  Two of them may bear one name, so they are told apart by
their place among those of that name: 林乔 (1), 林乔 (2).
"""

from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from servicedesk.enterprises import money
from servicedesk.enterprises.identities import identity
from servicedesk.enterprises.money import Money

Facts = dict[str, Any]
Owners = Sequence[Mapping[str, Any]]

NEW, PRESENT = "new", "present"  # who takes equity: from outside, or an owner already
_JOINED: Final = ("method", "pay_by")  # how the seller was to pay, which the buyer takes over


class Problem(StrEnum):
    """Why a transfer cannot be carried out."""

    SELLER_UNKNOWN = "seller_unknown"
    SELLER_UNCLEAR = "seller_unclear"  # several bear the name
    BUYER_UNKNOWN = "buyer_unknown"  # said to be an owner
    BUYER_UNCLEAR = "buyer_unclear"
    SAME = "same"
    NO_AMOUNT = "no_amount"
    NOT_KNOWN = "not_known"  # the register does not say how much one of them holds
    CURRENCY = "currency"
    TOO_MUCH = "too_much"


@dataclass(frozen=True)
class Transfer:
    """Equity that goes from one to another, as answered."""

    seller: str
    buyer: str
    buyer_kind: str  # NEW, PRESENT; empty where it was not asked
    amount: Money | None


@dataclass(frozen=True)
class Outcome:
    """What comes of transfers: those that cannot be carried out change nothing."""

    owners: list[Facts]  # who holds something afterwards; who joins stands behind the others
    problems: list[Problem | None]  # one for each transfer
    held: list[Money | None]  # by the seller, before each transfer


def labels(owners: Owners) -> list[str]:
    """Return what each owner is called among them.

    >>> labels([{"name": "林乔"}, {"name": "周若谷"}, {"name": "林乔"}])
    ['林乔 (1)', '周若谷', '林乔 (2)']
    """
    keys = [_key(one["name"]) for one in owners]
    total, seen, told = Counter(keys), Counter[str](), []
    for one, key in zip(owners, keys, strict=True):
        seen[key] += 1
        told.append(one["name"] if total[key] == 1 else f"{one['name']} ({seen[key]})")
    return told


def is_same_name(one: str, other: str) -> bool:
    """Whether two names are the same, however they were typed."""
    return _key(one) == _key(other)


def meant(owners: Owners, said: str) -> list[int]:
    """Return the places of the owners who may be meant: none, one, or several of one name."""
    by_label = [at for at, label in enumerate(labels(owners)) if _key(label) == _key(said)]
    return by_label or [at for at, one in enumerate(owners) if _key(one["name"]) == _key(said)]


def pair(owners: Owners, names: Sequence[str]) -> list[int | None]:
    """Return which owner each name stands for; of equal names the first for the first.

    >>> pair([{"name": "A"}, {"name": "B"}, {"name": "A"}], ["A", "C", "A", "A"])
    [0, None, 2, None]
    """
    free: defaultdict[str, deque[int]] = defaultdict(deque)
    for at, one in enumerate(owners):
        free[_key(one["name"])].append(at)
    return [free[_key(name)].popleft() if free[_key(name)] else None for name in names]


def held(owner: Mapping[str, Any]) -> Money | None:
    """Return what an owner has subscribed, or None where the register does not say."""
    return money.of_answer(owner.get("contribution"))


def carried_out(
    owners: Owners, transfers: Sequence[Transfer], joining: Mapping[str, Facts]
) -> Outcome:
    """Return who holds what after the transfers, one after the other (Company Law art. 84).

    Args:
        owners: as registered.
        transfers: in their order.
        joining: what was answered about those who join, by their names.
    """
    known = {_key(name): facts for name, facts in joining.items()}
    now = [dict(one) for one in owners]
    problems: list[Problem | None] = []
    before: list[Money | None] = []
    sold: set[int] = set()
    for one in transfers:
        sellers, buyers = _sellers(now, len(owners), one), _buyers(now, len(owners), one)
        problem = _problem(now, sellers, buyers, one)
        problems.append(problem)
        before.append(held(now[sellers[0]]) if len(sellers) == 1 else None)
        if problem is not None or one.amount is None:
            continue
        seller = now[sellers[0]]
        if not buyers:
            terms = {key: seller.get(key, "") for key in _JOINED}
            now.append({"name": one.buyer, **known.get(_key(one.buyer), {}), **terms})
        _add(now[buyers[0] if buyers else -1], one.amount)
        _add(seller, Money(-one.amount.amount, one.amount.currency))
        sold.add(sellers[0])
    left = [one for at, one in enumerate(now) if at not in sold or not _is_nothing(held(one))]
    return Outcome(left, problems, before)


def _key(name: object) -> str:
    return identity("", str(name))


def _sellers(now: Owners, registered: int, one: Transfer) -> list[int]:
    return meant(now[:registered], one.seller) or _joined(now, registered, one.seller)


def _buyers(now: Owners, registered: int, one: Transfer) -> list[int]:
    """Return who takes equity; none: somebody who joins with this transfer."""
    present = [] if one.buyer_kind == NEW else meant(now[:registered], one.buyer)
    return present or _joined(now, registered, one.buyer)


def _joined(now: Owners, registered: int, name: str) -> list[int]:
    return [registered + at for at in meant(now[registered:], name)]


def _problem(
    now: Owners, sellers: Sequence[int], buyers: Sequence[int], one: Transfer
) -> Problem | None:
    if len(sellers) != 1:
        return Problem.SELLER_UNCLEAR if sellers else Problem.SELLER_UNKNOWN
    if len(buyers) > 1:
        return Problem.BUYER_UNCLEAR
    if not buyers and one.buyer_kind == PRESENT:
        return Problem.BUYER_UNKNOWN
    if list(sellers) == list(buyers):
        return Problem.SAME
    holds = held(now[sellers[0]])
    return _amount_problem(one.amount, holds, held(now[buyers[0]]) if buyers else holds)


def _amount_problem(
    amount: Money | None, holds: Money | None, takes: Money | None
) -> Problem | None:
    if amount is None or amount.amount <= 0:
        return Problem.NO_AMOUNT
    if holds is None or takes is None:
        return Problem.NOT_KNOWN
    if not amount.currency == holds.currency == takes.currency:
        return Problem.CURRENCY
    return Problem.TOO_MUCH if amount.amount > holds.amount else None


def _add(owner: Facts, amount: Money) -> None:
    before = held(owner) or Money(Decimal(0), amount.currency)
    owner["contribution"] = (before + amount).fact


def _is_nothing(amount: Money | None) -> bool:
    return amount is not None and not amount.amount

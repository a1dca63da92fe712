"""What a quick counter takes: visits that are short.

Pure rules: no database, no web.  A visit is as long as all it still has to do in its line: each
service takes the minutes of its definition, or where none was asked for what the line usually
takes, as often as its quantity says.  A quick counter calls who is next among the visits of at
most ``quick`` minutes (``halls.yaml``, OWN: no rule sets it); the longer ones wait for the other
counters of their line, in the same order as before.  While no other counter is open for a line,
the quick one takes everybody there: nobody waits for a counter that does not come.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, TypeVar

from servicedesk.hall.counter_kinds import CounterKind
from servicedesk.hall.stops import Stop

T = TypeVar("T", int, str)

QUICK: Final = CounterKind.QUICK


def minutes_in(
    stops: Iterable[Stop], queue_id: int, usual: int, of_services: Mapping[str, int]
) -> int:
    """Return how long what is to do in one line takes, in minutes.

    Args:
        stops: what the visit is for.
        queue_id: the line.
        usual: the minutes of a visit in this line where no service was asked for.
        of_services: the minutes of services, by code.

    >>> minutes_in([Stop(1, "ADVICE", quantity=2), Stop(1), Stop(2)], 1, 8, {"ADVICE": 10})
    28
    """
    return sum(
        of_services.get(one.service or "", usual) * one.quantity
        for one in stops
        if one.queue_id == queue_id and one.ended_at is None
    )


def counted_for(counters: Sequence[tuple[str, Collection[T]]]) -> list[frozenset[T]]:
    """Return the lines for which each counter counts as one, when waits are foretold.

    A quick counter counts where no other serves the line.  Elsewhere it takes some short visits,
    and would promise the long ones a counter that does not come.

    Args:
        counters: those that are open, each with its kind and its lines.

    >>> counted_for([("quick", [1, 2]), ("plain", [1])]) == [{2}, {1}]
    True
    """
    others = {line for kind, lines in counters if kind != QUICK for line in lines}
    return [
        frozenset(lines) - others if kind == QUICK else frozenset(lines) for kind, lines in counters
    ]

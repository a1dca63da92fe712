"""The last calls of a line, as its row of the day keeps them: why, and whose ticket.

Pure rules: no database, no web.  More are kept than the bound of ``line_up`` looks at: calls can
be taken back for half a minute, and then those before them count again.
"""

from collections.abc import Sequence
from typing import Final

from servicedesk.hall.line_up import Reason

KEPT: Final = 60  # calls; more than all counters of a hall make in the time of undoing


def entry(reason: Reason, ticket: int) -> str:
    """Return what is kept of a call.

    >>> entry(Reason.IN_TURN, 7)
    'in_turn.7'
    """
    return f"{reason.value}.{ticket}"


def reason_of(kept: str) -> Reason:
    """Return why a call was made; the first calls kept had no ticket with them.

    >>> reason_of("booked.12"), reason_of("booked")
    (<Reason.BOOKED: 'booked'>, <Reason.BOOKED: 'booked'>)
    """
    return Reason(kept.partition(".")[0])


def without(kept: Sequence[str], ticket: int) -> list[str]:
    """Return the calls without the last one of a ticket, which was taken back.

    >>> without(["booked.1", "in_turn.2", "priority.3"], 2)
    ['booked.1', 'priority.3']
    """
    mine = [at for at, one in enumerate(kept) if one.endswith(f".{ticket}")]
    return [one for at, one in enumerate(kept) if at != max(mine, default=-1)]

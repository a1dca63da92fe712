"""What may happen to a ticket, and in which status.

Pure rules: no database, no web.  ``TRANSITIONS`` is the whole truth: the counter, the ticket
page and the tests ask it.
"""

from enum import StrEnum
from typing import Final

from servicedesk.errors import RuleBroken
from servicedesk.words import Words, say


class TicketStatus(StrEnum):
    """Where a ticket stands.  The values are stored: add one, never rename one."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    HELD = "held"  # begun, and waiting in the room for something
    DONE = "done"
    NO_SHOW = "no_show"  # called and not there
    LEFT = "left"  # given up by its holder
    SETTLED = "settled"  # not served when the day was closed


class TicketAction(StrEnum):
    """What somebody does to a ticket."""

    CALL = "call"
    RECALL = "recall"
    START = "start"
    MISS = "miss"
    COME_BACK = "come_back"
    HOLD = "hold"
    RESUME = "resume"
    TRANSFER = "transfer"
    FINISH = "finish"
    GO_ON = "go_on"  # done here; the visit goes on in another line
    LEAVE = "leave"
    SETTLE = "settle"


_S, _A = TicketStatus, TicketAction

TRANSITIONS: Final = {
    (_S.WAITING, _A.CALL): _S.CALLED,
    (_S.WAITING, _A.LEAVE): _S.LEFT,
    (_S.WAITING, _A.SETTLE): _S.SETTLED,
    (_S.CALLED, _A.RECALL): _S.CALLED,
    (_S.CALLED, _A.START): _S.SERVING,
    (_S.CALLED, _A.MISS): _S.NO_SHOW,
    (_S.CALLED, _A.TRANSFER): _S.WAITING,
    (_S.CALLED, _A.LEAVE): _S.LEFT,
    (_S.CALLED, _A.SETTLE): _S.SETTLED,
    (_S.SERVING, _A.HOLD): _S.HELD,
    (_S.SERVING, _A.TRANSFER): _S.WAITING,
    (_S.SERVING, _A.FINISH): _S.DONE,
    (_S.SERVING, _A.GO_ON): _S.WAITING,
    (_S.SERVING, _A.SETTLE): _S.DONE,
    (_S.HELD, _A.RESUME): _S.SERVING,
    (_S.HELD, _A.TRANSFER): _S.WAITING,
    (_S.HELD, _A.FINISH): _S.DONE,
    (_S.HELD, _A.GO_ON): _S.WAITING,
    (_S.HELD, _A.LEAVE): _S.LEFT,
    (_S.HELD, _A.SETTLE): _S.SETTLED,
    (_S.NO_SHOW, _A.COME_BACK): _S.WAITING,
    (_S.NO_SHOW, _A.LEAVE): _S.LEFT,
    (_S.NO_SHOW, _A.SETTLE): _S.SETTLED,
}
AT_A_COUNTER: Final = frozenset({_S.CALLED, _S.SERVING})  # at most one ticket a counter
OVER: Final = frozenset(TicketStatus) - {status for status, _ in TRANSITIONS}

STATUS_WORDS: Final[dict[TicketStatus, Words]] = {
    _S.WAITING: say("Waiting"),
    _S.CALLED: say("Called"),
    _S.SERVING: say("Being served"),
    _S.HELD: say("On hold"),
    _S.DONE: say("Done"),
    _S.NO_SHOW: say("Missed"),
    _S.LEFT: say("Given up"),
    _S.SETTLED: say("Not served today"),
}


class NotWaiting(RuleBroken):
    """Only who waits can be late, let others pass, or be told that it is nearly their turn."""

    def __init__(self, number: str) -> None:
        super().__init__(say("%(number)s is not waiting any more.", number=number))


class ActionNotAllowed(RuleBroken):
    """A ticket cannot do that from its present status."""

    def __init__(self, number: str, status: TicketStatus) -> None:
        super().__init__(
            say(
                "That cannot be done with %(number)s now. It is: %(status)s.",
                number=number,
                status=STATUS_WORDS[status],
            )
        )


def next_status(number: str, status: TicketStatus, action: TicketAction) -> TicketStatus:
    """Return where ``action`` leads a ticket from ``status``; ``number`` names it in the error.

    Raises:
        ActionNotAllowed: it leads nowhere.
    """
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise ActionNotAllowed(number, status) from None

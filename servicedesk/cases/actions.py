"""What one may do with a task, in words, and which way each action leans.

Pure tables.  Where an action leads is the definition's; see ``workflow``.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from servicedesk.catalogue.definition import Action
from servicedesk.words import Words, say


class Leaning(StrEnum):
    """What an action says of the application."""

    FOR = "for"
    AGAINST = "against"
    BACK = "back"


@dataclass(frozen=True)
class ActionWords:
    """An action as a button says it, and as the record tells it afterwards."""

    do: Words
    done: Words
    leaning: Leaning
    needs_reason: bool = False  # told to the applicant, or to the next person


_A, _L = Action, Leaning

ACTIONS: Final[dict[Action, ActionWords]] = {
    _A.ACCEPT: ActionWords(say("Accept the application"), say("Accepted"), _L.FOR),
    _A.CORRECT: ActionWords(say("Ask for corrections"), say("Corrections asked for"), _L.BACK),
    _A.REFUSE_ACCEPTANCE: ActionWords(
        say("Do not accept"), say("Not accepted"), _L.AGAINST, needs_reason=True
    ),
    _A.RECOMMEND: ActionWords(say("Examined, in order"), say("Examined, in order"), _L.FOR),
    _A.ADVISE_REFUSAL: ActionWords(
        say("Advise refusal"), say("Refusal advised"), _L.AGAINST, needs_reason=True
    ),
    _A.CONFIRM: ActionWords(say("Confirm"), say("Confirmed"), _L.FOR),
    _A.OBJECT: ActionWords(say("Object"), say("Objected"), _L.AGAINST, needs_reason=True),
    _A.APPROVE: ActionWords(say("Approve"), say("Approved"), _L.FOR),
    _A.REFUSE: ActionWords(say("Refuse"), say("Refused"), _L.AGAINST, needs_reason=True),
    _A.SEND_BACK: ActionWords(
        say("Send back for another look"), say("Sent back"), _L.BACK, needs_reason=True
    ),
}


# What officers tell each other: the applicant hears the decision, and its reasons.
OPINIONS: Final = frozenset({_A.RECOMMEND, _A.ADVISE_REFUSAL, _A.SEND_BACK})


def is_against(action: Action) -> bool:
    """Whether ``action`` speaks against the application."""
    return ACTIONS[action].leaning is Leaning.AGAINST

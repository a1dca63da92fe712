"""What may happen to a case, and in which status.

Pure rules: no database, no web.  ``TRANSITIONS`` is the whole truth: pages, operations
and tests are drawn from it.  What happens *within* a case in progress (stages, tasks) is
``workflow``; who may take a step is ``policy``.
"""

from enum import StrEnum
from typing import Final

from servicedesk.errors import RuleBroken
from servicedesk.words import Words, say


class CaseStatus(StrEnum):
    """Where a case stands.  The values are stored: add one, never rename one."""

    DRAFT = "draft"
    SUBMITTED = "submitted"  # received; acceptance is still to be decided
    CORRECTING = "correcting"  # the applicant has the correction list
    IN_PROGRESS = "in_progress"  # accepted; departments work on it
    APPROVED = "approved"
    REFUSED = "refused"
    NOT_ACCEPTED = "not_accepted"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"  # a draft nobody sent
    ENDED = "ended"  # with the application that it was a part of


class CaseAction(StrEnum):
    """What somebody, or the desk itself, does to a case."""

    SUBMIT = "submit"
    ACCEPT = "accept"
    ASK_CORRECTION = "ask_correction"
    RESUBMIT = "resubmit"
    RESUME = "resume"  # resubmitted after acceptance
    APPROVE = "approve"
    REFUSE = "refuse"
    REFUSE_ACCEPTANCE = "refuse_acceptance"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    REOPEN = "reopen"  # after a hearing, a reconsideration or a ruling
    END_WITH_WHOLE = "end_with_whole"


_S, _A = CaseStatus, CaseAction

TRANSITIONS: Final = {
    (_S.DRAFT, _A.SUBMIT): _S.SUBMITTED,
    (_S.DRAFT, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.DRAFT, _A.LAPSE): _S.LAPSED,
    (_S.SUBMITTED, _A.ACCEPT): _S.IN_PROGRESS,
    (_S.SUBMITTED, _A.ASK_CORRECTION): _S.CORRECTING,
    (_S.SUBMITTED, _A.REFUSE_ACCEPTANCE): _S.NOT_ACCEPTED,
    (_S.SUBMITTED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.SUBMITTED, _A.END_WITH_WHOLE): _S.ENDED,
    (_S.CORRECTING, _A.RESUBMIT): _S.SUBMITTED,
    (_S.CORRECTING, _A.RESUME): _S.IN_PROGRESS,
    (_S.CORRECTING, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.CORRECTING, _A.END_WITH_WHOLE): _S.ENDED,
    (_S.IN_PROGRESS, _A.ASK_CORRECTION): _S.CORRECTING,
    (_S.IN_PROGRESS, _A.APPROVE): _S.APPROVED,
    (_S.IN_PROGRESS, _A.REFUSE): _S.REFUSED,
    (_S.IN_PROGRESS, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.REFUSED, _A.REOPEN): _S.IN_PROGRESS,
    (_S.NOT_ACCEPTED, _A.REOPEN): _S.SUBMITTED,
    (_S.IN_PROGRESS, _A.END_WITH_WHOLE): _S.ENDED,
}
# A case that can only be opened again is closed: nothing more happens to it by itself.
FINAL_STATUSES: Final = frozenset(CaseStatus) - {
    status for status, action in TRANSITIONS if action is not _A.REOPEN
}

# One word for each status, as the public tracking page shows it.
STATUS_WORDS: Final[dict[CaseStatus, Words]] = {
    _S.DRAFT: say("Not sent yet"),
    _S.SUBMITTED: say("Received"),
    _S.CORRECTING: say("Waiting for you"),
    _S.IN_PROGRESS: say("In progress"),
    _S.APPROVED: say("Approved"),
    _S.REFUSED: say("Refused"),
    _S.NOT_ACCEPTED: say("Not accepted"),
    _S.WITHDRAWN: say("Withdrawn"),
    _S.LAPSED: say("Lapsed"),
    _S.ENDED: say("Ended with the whole"),
}


class TransitionNotAllowed(RuleBroken):
    """The life cycle has no such step from the case's present status."""

    def __init__(self, status: CaseStatus, action: CaseAction) -> None:
        super().__init__(
            say(
                "This application stands at “%(status)s”; that step is not possible now.",
                status=STATUS_WORDS[status],
            )
        )
        self.status, self.action = status, action


def next_status(status: CaseStatus, action: CaseAction) -> CaseStatus:
    """Return where ``action`` leads from ``status``.

    Raises:
        TransitionNotAllowed: it leads nowhere.
    """
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise TransitionNotAllowed(status, action) from None

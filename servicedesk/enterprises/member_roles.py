"""Who may do what for an enterprise: its members by their role, its agents by their mandate.

Pure rules.  The tables are the whole truth: pages, queries, operations and tests ask them.  No law
says how an enterprise divides this work among its people, so roles and limits are OWN; that an
agent shows a power of attorney naming what it covers and until when is enterprise_services.yaml,
common_materials A11.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from servicedesk.words import Words, say


class Act(StrEnum):
    """What somebody does for an enterprise."""

    SEE = "see"  # its applications and its people
    PREPARE = "prepare"  # begin and fill in; drop a draft
    SEND = "send"  # give to the desk what binds the enterprise
    WITHDRAW = "withdraw"  # take back what was sent
    INVITE = "invite"  # let others in, up to what ``INVITES`` says
    MANAGE = "manage"  # roles, mandates, who leaves


class MemberRole(StrEnum):
    """What a member is in the enterprise's account.  Stored: add one, never rename one."""

    OWNER = "owner"
    OFFICER = "officer"
    PREPARER = "preparer"
    VIEWER = "viewer"


_R, _A = MemberRole, Act

ACTS: Final[Mapping[MemberRole, frozenset[Act]]] = {
    _R.OWNER: frozenset(Act),
    _R.OFFICER: frozenset({_A.SEE, _A.PREPARE, _A.SEND, _A.WITHDRAW, _A.INVITE}),
    _R.PREPARER: frozenset({_A.SEE, _A.PREPARE}),
    _R.VIEWER: frozenset({_A.SEE}),
}
INVITES: Final[Mapping[MemberRole, tuple[MemberRole, ...]]] = {  # whom each may let in
    _R.OWNER: tuple(MemberRole),
    _R.OFFICER: (_R.PREPARER, _R.VIEWER),
    _R.PREPARER: (),
    _R.VIEWER: (),
}
ROLE_WORDS: Final[Mapping[MemberRole, Words]] = {
    _R.OWNER: say("Owner"),
    _R.OFFICER: say("Officer"),
    _R.PREPARER: say("Preparer"),
    _R.VIEWER: say("Viewer"),
}
ROLE_HELP: Final[Mapping[MemberRole, Words]] = {
    _R.OWNER: say("Does everything, and decides who else may act for the enterprise."),
    _R.OFFICER: say("Fills in, sends and withdraws; invites preparers and viewers."),
    _R.PREPARER: say("Begins applications and fills them in. Somebody else sends them."),
    _R.VIEWER: say("Sees the applications of the enterprise and changes nothing."),
}
NOT_ALLOWED: Final[Mapping[Act, Words]] = {
    _A.SEE: say("You do not act for this enterprise."),
    _A.PREPARE: say("You may see this. Changing it is for those who prepare applications here."),
    _A.SEND: say("You may prepare this application, not send it. Ask an officer to send it."),
    _A.WITHDRAW: say("Only an owner or an officer of the enterprise can withdraw this."),
    _A.INVITE: say("Only an owner or an officer of the enterprise lets others in."),
    _A.MANAGE: say("Only an owner of the enterprise can do this."),
}

OF_AGENTS: Final = frozenset({_A.SEE, _A.PREPARE})  # every mandate lets them
OF_SENDING_AGENTS: Final = OF_AGENTS | {_A.SEND}
FIRST_MANDATE_DAYS: Final = 365  # OWN; of an agent who set the enterprise up, until an owner is in
ENDS_SOON_DAYS: Final = 30  # OWN; what a list of clients calls soon
TELL_DAYS: Final = (30, 7)  # OWN; so long before the end both sides are told


def acts_of_mandate(*, may_send: bool, through: MemberRole | None = None) -> frozenset[Act]:
    """Return what a mandate lets an agent do.

    >>> sorted(acts_of_mandate(may_send=True, through=MemberRole.PREPARER))
    [<Act.PREPARE: 'prepare'>, <Act.SEE: 'see'>]

    Args:
        may_send: whether it is for sending, too.
        through: the agent's role in the enterprise that was mandated; None: they were themselves.
    """
    given = OF_SENDING_AGENTS if may_send else OF_AGENTS
    return given if through is None else given & ACTS[through]


def may_let_in(role: MemberRole, wanted: MemberRole | None) -> bool:
    """Whether a member of this role lets others in as ``wanted``; None: as an agent.

    >>> may_let_in(MemberRole.OFFICER, MemberRole.VIEWER), may_let_in(MemberRole.OFFICER, None)
    (True, False)
    """
    return Act.MANAGE in ACTS[role] if wanted is None else wanted in INVITES[role]


def latest_end(first_day: date, longest_days: int) -> date:
    """Return the last day that a mandate from ``first_day`` may have.

    >>> latest_end(date(2026, 3, 2), 365)
    datetime.date(2027, 3, 1)
    """
    return first_day + timedelta(days=longest_days - 1)


def days_left(last_day: date, today: date) -> int:
    """Return how many days a mandate still counts after today; below 0 it has ended.

    >>> days_left(date(2026, 3, 9), date(2026, 3, 2))
    7
    """
    return (last_day - today).days

"""What an access token is good for.  Tables only."""

from enum import StrEnum
from typing import Final

from servicedesk.accounts.permissions import Permission
from servicedesk.words import Words, say


class Scope(StrEnum):
    """Whose program holds the token.  The values are stored: add one, never rename one."""

    KIOSK = "kiosk"  # gives out tickets and checks people in, in one hall
    BOARD = "board"  # reads what everybody may; seen to be alive
    INTEGRATOR = "integrator"  # acts for one person: tickets and appointments
    STAFF = "staff"  # acts as one clerk at a counter


OF_A_HALL: Final = frozenset({Scope.KIOSK, Scope.BOARD})  # the others are of a person
NEEDS: Final = {Scope.INTEGRATOR: Permission.CASE_APPLY, Scope.STAFF: Permission.HALL_SERVE}
SCOPE_WORDS: Final[dict[Scope, Words]] = {
    Scope.KIOSK: say("Kiosk: gives out tickets and checks people in"),
    Scope.BOARD: say("Board: reads what is called"),
    Scope.INTEGRATOR: say("Integrator: takes tickets and books for one person"),
    Scope.STAFF: say("Staff: works at a counter as one clerk"),
}
LONGEST_DAYS: Final = 366  # a token lives; OWN, no rule sets it
USUAL_DAYS: Final = 90

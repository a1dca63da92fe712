"""What each role may do.  Tables only."""

from enum import StrEnum
from typing import Final


class Permission(StrEnum):
    """``<thing>:<action>``, in alphabetical order."""

    ACCOUNT_OWN = "account:own"  # one's own account pages
    ADDRESS_MANAGE = "address:manage"  # the park's places; besides, a post in its department
    ADMIN = "admin:all"
    CASE_APPLY = "case:apply"
    CASE_OVERSEE = "case:oversee"  # in one's own departments: second lists, revocations
    CASE_WORK = "case:work"  # one's own departments' tasks
    HALL_CHOOSE = "hall:choose"  # call somebody out of turn, with a reason on record
    HALL_OVERSEE = "hall:oversee"  # counters, lines and messages of a hall
    HALL_SERVE = "hall:serve"  # call and serve at a counter
    REGISTER_FILE = "register:file"  # the registrar's own filings; besides, a post there
    REGISTER_MOVE = "register:move"  # import, export of all; besides, a post there or ADMIN
    REGISTER_READ = "register:read"  # the register as staff see it
    REPORT_READ = "report:read"


class Role(StrEnum):
    """What a person is to the desk.  Staff also have posts in departments."""

    APPLICANT = "applicant"
    CLERK = "clerk"
    REVIEWER = "reviewer"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


_P = Permission
_STAFF: Final = frozenset({_P.ACCOUNT_OWN, _P.CASE_WORK, _P.HALL_SERVE, _P.REGISTER_READ})

PERMISSIONS: Final = {
    Role.APPLICANT: frozenset({_P.ACCOUNT_OWN, _P.CASE_APPLY}),
    # Who only helps out at a counter takes whoever comes.
    Role.CLERK: _STAFF | {_P.ADDRESS_MANAGE, _P.HALL_CHOOSE},
    Role.REVIEWER: _STAFF,
    Role.SUPERVISOR: _STAFF
    | {_P.ADDRESS_MANAGE, _P.CASE_OVERSEE, _P.HALL_CHOOSE, _P.HALL_OVERSEE}
    | {_P.REGISTER_FILE, _P.REGISTER_MOVE, _P.REPORT_READ},
    Role.ADMIN: frozenset({_P.ACCOUNT_OWN, _P.ADMIN})
    | {_P.REGISTER_MOVE, _P.REGISTER_READ, _P.REPORT_READ},
}
STAFF_ROLES: Final = frozenset(Role) - {Role.APPLICANT}

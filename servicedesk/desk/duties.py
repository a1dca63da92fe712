"""Which tasks a post includes: those of its duty and of the duties below it."""

from typing import Final

from servicedesk.accounts.models import User

_DUTIES: Final = ("clerk", "reviewer", "supervisor")  # each may do what the ones before may


def within(user: User) -> list[tuple[str, str]]:
    """Return the (department, duty) pairs of the tasks this person may take."""
    return [
        (post.department, duty)
        for post in user.posts
        for duty in _DUTIES[: _DUTIES.index(post.duty) + 1]
    ]

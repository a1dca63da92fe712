"""Hash passwords and compare them (argon2id).

Comparing takes the same time whether the account exists or not: for a stranger a hash
that fits nothing is compared (S4).
"""

import secrets
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from servicedesk.accounts.password_rules import tidy

# OWASP's first choice for argon2id.  Raise it here: people's hashes follow as they sign in.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hash_of(password: str) -> str:
    """Return what is stored instead of ``password``."""
    return _HASHER.hash(tidy(password))


def fits(password: str, stored: str | None) -> bool:
    """Whether ``stored`` is the hash of ``password``; for None, False after the same time."""
    try:
        return _HASHER.verify(stored or _nobody(), tidy(password)) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Whether ``stored`` was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)


@cache
def _nobody() -> str:
    return _HASHER.hash(secrets.token_urlsafe())

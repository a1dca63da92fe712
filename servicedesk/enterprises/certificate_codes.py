"""The code by which anybody can verify a certificate: random, readable, forgiving.

28 characters of an alphabet of 32 without I, L, O and U: 140 random bits, in groups of four.
"""

import re
import secrets
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 28
_GROUP: Final = 4
_FORGIVEN: Final = str.maketrans("ILO", "110")
_CODE: Final = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")


def new_code() -> str:
    """Return a code nobody can guess.

    >>> len(new_code())
    34
    """
    return grouped("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def clean(typed: str) -> str | None:
    """Return the code that was meant, or None if it cannot be one.

    >>> clean("abcd efgh jkmn pqrs tvwx yz01 2o4l")
    'ABCD-EFGH-JKMN-PQRS-TVWX-YZ01-2041'
    >>> clean("ABC") is None
    True
    """
    plain = re.sub(r"[\s\-–—_.]", "", typed[:200]).upper().translate(_FORGIVEN)
    return grouped(plain) if _CODE.fullmatch(plain) else None


def grouped(plain: str) -> str:
    """Return a code in its groups."""
    return "-".join(plain[i : i + _GROUP] for i in range(0, len(plain), _GROUP))

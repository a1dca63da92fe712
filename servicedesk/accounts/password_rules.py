"""Which passwords are good enough.

Pure: no web, no database.  Long beats strange: ten characters of anything, as long as it
is not what everybody tries first.
"""

import re
import unicodedata
from pathlib import Path
from typing import Final

from servicedesk.words import Words, say

SHORTEST: Final = 10  # characters
LONGEST: Final = 200  # characters; hashing more would cost us more than it helps anybody

_COMMON: Final = frozenset(
    Path(__file__).with_name("common_passwords.txt").read_text(encoding="utf-8").split()
)
_ROWS: Final = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "1234567890",
    "qwertyuiopasdfghjklzxcvbnm",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "1q2w3e4r5t6y7u8i9o0p",
)
_LOOK_ALIKE: Final = str.maketrans("013457@$!", "oleastasi")
_FEWEST_DIFFERENT: Final = 4  # characters
_FEWEST_DIGITS: Final = 16  # of a password of digits only: longer than a date, a telephone number
_RUN: Final = 8  # characters of one row of keys, and little else


def tidy(password: str) -> str:
    """Return the password as it is hashed: a full-width letter is the same as a plain one."""
    return unicodedata.normalize("NFKC", password)


def objection(password: str, *, email: str) -> Words | None:
    """Return why ``password`` will not do for ``email``, or None if it will.

    >>> objection("correct horse battery", email="a@park.example") is None
    True
    >>> str(objection("Passw0rd2026!", email="a@park.example"))
    'Too many people use this password. Take several words that do not belong together.'
    """
    password = tidy(password)
    if len(password) < SHORTEST:
        return say("Use at least %(count)s characters.", count=SHORTEST)
    if len(password) > LONGEST:
        return say("Use at most %(count)s characters.", count=LONGEST)
    plain = password.casefold().strip()
    if _is_address(plain, email.casefold()):
        return say("Your e-mail address is not a password. Take something nobody can look up.")
    if is_common(plain):
        return say(
            "Too many people use this password. Take several words that do not belong together."
        )
    return None


def is_common(plain: str) -> bool:
    """Whether ``plain`` (lower case) is among what everybody tries first."""
    return (
        len(set(plain)) < _FEWEST_DIFFERENT
        or (plain.isdecimal() and len(plain) < _FEWEST_DIGITS)
        or _is_repeated(plain)
        or _is_run(plain)
        or not _bases(plain).isdisjoint(_COMMON)
    )


def _is_address(plain: str, email: str) -> bool:
    local, _, domain = email.partition("@")
    letters = re.sub(r"[\W\d_]+$", "", plain)
    return plain in {email, local, domain} or letters in {email, local}


def _is_repeated(plain: str) -> bool:
    """Whether it is one short thing again and again: ``abcabcabcabc``."""
    return re.fullmatch(r"(.{1,5}?)\1{2,}.{0,2}", plain) is not None


def _is_run(plain: str) -> bool:
    """Whether it is mostly neighbouring keys or letters, there or back."""
    lines = [line for row in _ROWS for line in (row, row[::-1])]
    runs = (line[start : start + _RUN] for line in lines for start in range(len(line) - _RUN + 1))
    return len(plain) < 2 * _RUN and any(run in plain for run in runs)


def _bases(plain: str) -> set[str]:
    """Return what remains without the digits and signs that people add at the ends."""
    forms = {plain, plain.translate(_LOOK_ALIKE)}
    for form in (plain, plain.translate(_LOOK_ALIKE)):
        forms.add(re.sub(r"^[\W\d_]+|[\W\d_]+$", "", form))
        forms.add(re.sub(r"[\W_]+", "", form))
    bare = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
    return forms | {bare.translate(_LOOK_ALIKE)}

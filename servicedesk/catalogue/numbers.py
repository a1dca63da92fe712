"""Numbers of enterprises and people: whether one can be right, and if not, why not.

Pure.  Each function takes what was typed and returns the number as it is kept, or raises
``Unfit`` with words that say what to do.

Sources: GB 32100-2015 (credit code, its organisation code GB 11714); GB 11643-1999
(citizen identity number); ICAO 9303 (travel documents).
"""

import re
import unicodedata
from datetime import date
from typing import Final

from servicedesk.words import Words, say

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # of credit codes: no I, O, S, V, Z
CREDIT_CODE_LENGTH: Final = 18

_CREDIT_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_BODY_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BODY_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_ID_LENGTH: Final = 18
_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS: Final = "10X98765432"
_OLDEST_BIRTH: Final = date(1880, 1, 1)
_PASSPORT: Final = re.compile(r"[A-Z0-9]{5,15}")
_NOT_TYPED: Final = re.compile(r"[\s\-‐‑–—·.]")


class Unfit(ValueError):
    """What was typed cannot be taken; ``words`` say what to do."""

    def __init__(self, words: Words) -> None:
        super().__init__(str(words))
        self.words = words


def compact(typed: str) -> str:
    """Return what was typed in half-width capitals, without blanks, dots and hyphens.

    >>> compact(" ９111 0114-ma7xcp003j ")
    '91110114MA7XCP003J'
    """
    return _NOT_TYPED.sub("", unicodedata.normalize("NFKC", typed)).upper()


def credit_code(typed: str) -> str:
    """Return the unified social credit code that was typed.

    >>> credit_code("91110114ma7xcp003j")
    '91110114MA7XCP003J'

    Raises:
        Unfit: it has another length, letters it cannot have, or a check that does not fit.
    """
    code = compact(typed)
    if len(code) != CREDIT_CODE_LENGTH:
        raise Unfit(say("This code has %(count)s characters. Enter all 18.", count=len(code)))
    if strange := [one for one in code if one not in ALPHABET]:
        raise Unfit(
            say(
                "A credit code has no “%(character)s”. Look at it again: it may be a 0, 1, 2 or 5.",
                character=strange[0],
            )
        )
    if not (code[2:8].isdecimal() and is_credit_code(code)):
        raise Unfit(say("The characters do not fit together. Compare the code with the licence."))
    return code


def is_credit_code(code: str) -> bool:
    """Whether ``code``, in capitals, is a whole credit code with right checks.

    >>> is_credit_code("91110114MA7XCP003J"), is_credit_code("91110114MA7XCP003K")
    (True, False)
    """
    return (
        len(code) == CREDIT_CODE_LENGTH
        and all(one in ALPHABET for one in code)
        and code[2:8].isdecimal()
        and organisation_check(code[8:16]) == code[16]
        and credit_check(code[:17]) == code[17]
    )


def credit_check(first: str) -> str:
    """Return the 18th character for the first 17 of a credit code (modulus 31).

    >>> credit_check("91110114MA7XCP003")
    'J'
    """
    total = sum(
        ALPHABET.index(one) * weight for one, weight in zip(first, _CREDIT_WEIGHTS, strict=True)
    )
    return ALPHABET[-total % 31]


def organisation_check(body: str) -> str:
    """Return the check character of the first 8 of an organisation code (modulus 11).

    >>> organisation_check("MA7XCP00")
    '3'
    """
    total = sum(
        _BODY_ALPHABET.index(one) * weight for one, weight in zip(body, _BODY_WEIGHTS, strict=True)
    )
    return "0123456789X0"[11 - total % 11]


def chinese_id(typed: str, today: date) -> str:
    """Return the citizen identity number that was typed.

    >>> chinese_id("11010519491231002x", date(2026, 3, 2))
    '11010519491231002X'

    Raises:
        Unfit: it has another length or shape, a birth date that cannot be, or a check
            digit that does not fit.
    """
    number = compact(typed)
    if len(number) != _ID_LENGTH:
        raise Unfit(say("This number has %(count)s characters. Enter all 18.", count=len(number)))
    if not (number[:17].isascii() and number[:17].isdecimal() and number[17] in _ID_CHECKS):
        raise Unfit(say("An identity number has 17 digits, then a digit or X."))
    if not _is_birth(number[6:14], today):
        raise Unfit(say("Digits 7 to 14 are no date of birth. Compare the number with the card."))
    if id_check(number[:17]) != number[17]:
        raise Unfit(say("The digits do not fit together. Compare the number with the card."))
    return number


def id_check(first: str) -> str:
    """Return the 18th character for the first 17 of an identity number (modulus 11-2).

    >>> id_check("11010519491231002")
    'X'
    """
    total = sum(int(one) * weight for one, weight in zip(first, _ID_WEIGHTS, strict=True))
    return _ID_CHECKS[total % 11]


def passport(typed: str) -> str:
    """Return the passport number that was typed.

    >>> passport("e 1234 5678")
    'E12345678'

    Raises:
        Unfit: it has other characters or another length than any passport.
    """
    number = compact(typed)
    if not _PASSPORT.fullmatch(number):
        raise Unfit(
            say("A passport number has 5 to 15 letters and digits. Copy it from the data page.")
        )
    return number


def _is_birth(digits: str, today: date) -> bool:
    try:
        birth = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return _OLDEST_BIRTH <= birth <= today

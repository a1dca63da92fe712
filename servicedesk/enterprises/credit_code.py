"""The unified social credit code of an enterprise: check it, and make one from a counter.

GB 32100-2015: 18 characters of an alphabet of 31.  1 registrar, 2 kind of body, 3-8
division (GB/T 2260), 9-17 organisation code (GB 11714, its last a check), 18 check.

Source: domain/enterprise_services.yaml, ``uscc``.
"""

from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
LENGTH: Final = 18
ENTERPRISE: Final = "91"  # registered by market regulation, an enterprise
# Codes made here begin their organisation part with this series: 31**5 of them, none a real firm's.
SERIES: Final = "MAY"

_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BODY: Final = 8  # characters of an organisation code before its check
_VALUES: Final = {character: value for value, character in enumerate(ALPHABET)}


def clean(text: str) -> str:
    """Return a code as typed, without blanks and hyphens, in capitals.

    >>> clean(" 91110114ma7x-cp003j ")
    '91110114MA7XCP003J'
    """
    return "".join(text.split()).replace("-", "").upper()


def is_valid(code: str) -> bool:
    """Whether ``code`` is a whole and right credit code.

    >>> is_valid("91110114MA7XCP003J"), is_valid("91110114MA7XCP003K")
    (True, False)
    """
    return (
        len(code) == LENGTH
        and all(character in _VALUES for character in code)
        and code[2:8].isdecimal()
        and organisation_check(code[8:16]) == code[16]
        and check_character(code[:17]) == code[17]
    )


def check_character(first: str) -> str:
    """Return the 18th character for the first 17 (GB/T 17710, modulus 31).

    >>> check_character("91110114MA7XCP003")
    'J'
    """
    total = sum(_VALUES[one] * weight for one, weight in zip(first, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def organisation_check(body: str) -> str:
    """Return the check character of an organisation code's first 8 (GB 11714, modulus 11).

    >>> organisation_check("MA7XCP00")
    '3'
    """
    values = (_ORGANISATION_ALPHABET.index(one) for one in body)
    total = sum(value * weight for value, weight in zip(values, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def make(division: str, number: int) -> str:
    """Return the credit code of the ``number``-th enterprise registered in ``division``.

    >>> make("110114", 1)
    '91110114MAY000017G'

    Args:
        division: six digits of GB/T 2260; 110114 is Changping.
        number: from 1; a counter of the division, never used twice.

    Raises:
        ValueError: the number is below 1 or beyond the series.
    """
    width = _BODY - len(SERIES)
    if not 1 <= number < len(ALPHABET) ** width:
        raise ValueError(f"no credit code for number {number}")
    digits = ""
    for _ in range(width):
        number, value = divmod(number, len(ALPHABET))
        digits = ALPHABET[value] + digits
    body = SERIES + digits
    first = f"{ENTERPRISE}{division}{body}{organisation_check(body)}"
    return first + check_character(first)

"""Making the unified social credit code of an enterprise from a counter.

GB 32100-2015: 18 characters of an alphabet of 31.  1 registrar, 2 kind of body, 3-8
division (GB/T 2260), 9-17 organisation code (GB 11714, its last a check), 18 check.
Whether a code is right says ``catalogue.numbers``.

Source: domain/enterprise_services.yaml, ``uscc``.
"""

from typing import Final

from servicedesk.catalogue.numbers import (
    ALPHABET,
    credit_check,
    is_credit_code,
    organisation_check,
)

ENTERPRISE: Final = "91"  # registered by market regulation, an enterprise
# Codes made here begin their organisation part with this series: 31**5 of them, none a real firm's.
SERIES: Final = "MAY"

_LOOK_ALIKE: Final = {
    "O": "0", "I": "1", "S": "5", "Z": "2", "V": "UY", "0": "DQ", "D": "0", "Q": "0", "1": "L7",
    "L": "1", "7": "1", "8": "B", "B": "8", "5": "6", "6": "5G", "G": "6", "2": "Z", "U": "V",
}  # fmt: skip
_BODY: Final = 8  # characters of an organisation code before its check


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
    return first + credit_check(first)


def number_of(code: str) -> tuple[str, int] | None:
    """Return division and number of a code that ``make`` made; None: another did.

    >>> number_of("91110114MAY000017G"), number_of("91110114MA7XCP003J")
    (('110114', 1), None)
    """
    body = code[8:16]
    if not code.startswith(ENTERPRISE) or not body.startswith(SERIES):
        return None
    number = 0
    for digit in body.removeprefix(SERIES):
        number = number * len(ALPHABET) + ALPHABET.index(digit)
    return code[2:8], number


def meant(code: str) -> str | None:
    """Return the one right code that is a slip away from a wrong one; None: none, or several.

    A slip: one sign for another that looks like it, or two neighbours that changed places.

    >>> meant("91110114MA7XCPOO3J"), meant("9111O114MA7XCP003J"), meant("91110141MA7XCP003J")
    (None, '91110114MA7XCP003J', '91110114MA7XCP003J')
    """
    slips = {code[:at] + new + code[at + 1 :] for at, old in enumerate(code)
             for new in _LOOK_ALIKE.get(old, "")}  # fmt: skip
    slips |= {code[:at] + code[at + 1] + code[at] + code[at + 2 :] for at in range(len(code) - 1)}
    right = {one for one in slips if is_credit_code(one)}
    return right.pop() if len(right) == 1 else None

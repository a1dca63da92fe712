"""Making the unified social credit code of an enterprise from a counter.

GB 32100-2015: 18 characters of an alphabet of 31.  1 registrar, 2 kind of body, 3-8
division (GB/T 2260), 9-17 organisation code (GB 11714, its last a check), 18 check.
Whether a code is right says ``catalogue.numbers``.

Source: domain/enterprise_services.yaml, ``uscc``.
"""

from typing import Final

from servicedesk.catalogue.numbers import ALPHABET, credit_check, organisation_check

ENTERPRISE: Final = "91"  # registered by market regulation, an enterprise
# Codes made here begin their organisation part with this series: 31**5 of them, none a real firm's.
SERIES: Final = "MAY"

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

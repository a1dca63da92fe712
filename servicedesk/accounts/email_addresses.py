"""E-mail addresses, written one way.

Pure: no web, no database, and no look-up of the domain.
"""

from email_validator import EmailNotValidError, validate_email


class NotAnAddress(ValueError):
    """No mail could be sent there."""


def normalise(address: str) -> str:
    """Return ``address`` as it is stored and compared: in lower case, its domain in ASCII.

    >>> normalise(" Wei@Park.Example ")
    'wei@park.example'

    Raises:
        NotAnAddress: it is none.
    """
    try:
        found = validate_email(address.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise NotAnAddress(str(error)) from None
    return (found.ascii_email or found.normalized).lower()

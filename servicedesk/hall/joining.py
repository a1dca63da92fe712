"""The figures of tickets that people take with their own phones.

Pure rules: no database, no web.  The code on the kiosk's screen changes and is good for a while
only, so whoever takes a ticket by phone looked at the kiosk's page a moment ago; that need not
have been in the hall (docs/adr/0015).  The figures are OWN settings of the hall
(``halls.yaml``), for no rule sets them.
"""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Joining:
    """The figures of a hall."""

    span: timedelta = timedelta(minutes=60)
    most_of_hall: int = 60  # tickets in a span
    most_of_phone: int = 3  # tickets in a span
    code_changes: timedelta = timedelta(minutes=3)
    code_lasts: timedelta = timedelta(minutes=10)

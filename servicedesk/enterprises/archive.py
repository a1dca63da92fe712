"""Extracts from the file that the register keeps of an enterprise."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.enterprises import answers, certificate_facts, chronology, history
from servicedesk.enterprises.applications import (
    Application,
    Done,
    done,
    issue_of,
    office,
    plain_notice,
    registered,
)
from servicedesk.enterprises.certificate_facts import Filed
from servicedesk.enterprises.filing_words import KINDS, told
from servicedesk.enterprises.ledger import Entry, Link
from servicedesk.enterprises.operations import certificates
from servicedesk.enterprises.operations.register import links_of
from servicedesk.enterprises.orders import ORDERS
from servicedesk.enterprises.register_changes import RESUME
from servicedesk.enterprises.standing import DEREGISTRATIONS
from servicedesk.park import local_day
from servicedesk.words import Text

# Which filings each part of the file holds; what is in no other is among the changes.
PARTS: Final[Mapping[str, frozenset[str]]] = {
    "set_up": frozenset(["set_up", "import"]),
    "filings": frozenset(["file_particulars", "file_beneficial_owners"]),
    "dereg": DEREGISTRATIONS | frozenset(ORDERS) - {RESUME},
}
CHANGES: Final = frozenset(KINDS).difference(*PARTS.values())


def issue_extract(
    session: Session, application: Application, *, by: User | None, now: datetime
) -> Done:
    """Issue the extract that was asked for: what the register says today, and the filings.

    A file that the register here does not have is copied at the hall; a plain notice tells so.
    The extract is the applicant's: it says what was so on its day, also when the enterprise ends.
    """
    enterprise = registered(session, application)
    if enterprise is None:
        return plain_notice(session, application, by=by, now=now)
    links = links_of(enterprise)
    facts = certificate_facts.extract(
        (enterprise.name, enterprise.credit_code),
        _today(links, local_day(now)),
        [_filed(links, entry) for entry in wanted(links, application.answers)],
        f"{len(links)} · {links[-1].hash.hex()}",
        issue_of(application, office(application), now),
    )
    certificate = certificates.issue(
        session, "archive_extract", facts, case_id=application.case_id, enterprise_id=None, now=now
    )
    return done(certificate)


def wanted(links: Sequence[Link], given: Mapping[str, Any]) -> Iterator[Entry]:
    """Yield the filings that are asked for: of the parts, made within the period; oldest first."""
    since = answers.day(given, "file_from") or date.min
    until = answers.day(given, "file_to") or date.max
    parts = given.get("file_parts") or ()
    kinds = frozenset[str]().union(*(PARTS.get(part, frozenset()) for part in parts))
    if "changes" in parts:
        kinds |= CHANGES
    for link in links:
        if link.entry.kind in kinds and since <= local_day(link.entry.at) <= until:
            yield link.entry


def _today(links: Sequence[Link], today: date) -> list[tuple[Text, Sequence[Text]]]:
    facts = chronology.facts(links, on=today)
    return [(one.label, one.after) for one in history.shown(facts)]


def _filed(links: Sequence[Link], entry: Entry) -> Filed:
    changed = history.differences_of(links, entry)
    return Filed(
        seq=entry.seq,
        kind=told(links)[entry.seq],
        effective_on=entry.effective_on,
        counts=not chronology.is_replaced(links, entry.seq),
        changes=[(one.label, one.before, one.after) for one in changed],
    )

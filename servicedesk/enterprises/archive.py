"""Extracts from the file that the register keeps of an enterprise."""

from collections.abc import Callable, Iterator, Mapping, Sequence
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
from servicedesk.enterprises.member_roles import Act
from servicedesk.enterprises.models import Enterprise
from servicedesk.enterprises.operations import certificates
from servicedesk.enterprises.operations.register import links_of
from servicedesk.enterprises.orders import ORDERS
from servicedesk.enterprises.own_companies import acts_of, asks_for_itself
from servicedesk.enterprises.public_fields import for_searchers
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
Seen = Callable[[Mapping[str, Any]], dict[str, Any]]  # what of the facts a reader may see
CHANGES: Final = frozenset(KINDS).difference(*PARTS.values())


def issue_extract(
    session: Session, application: Application, *, by: User | None, now: datetime
) -> Done:
    """Issue the extract that was asked for: what the register says today, and the filings.

    What was given in confidence stands in it only for the enterprise itself.  A file that the
    register here does not have is copied at the hall; a plain notice tells so.
    The extract is the applicant's: it says what was so on its day, also when the enterprise ends.
    """
    enterprise = registered(session, application)
    if enterprise is None:
        return plain_notice(session, application, by=by, now=now)
    links, today = links_of(enterprise), local_day(now)
    seen = dict if _is_theirs(session, application, enterprise, today) else for_searchers
    kinds = told(links)
    facts = certificate_facts.extract(
        (enterprise.name, enterprise.credit_code),
        _today(links, today, seen),
        [
            _filed(links, entry, kinds[entry.seq], seen)
            for entry in wanted(links, application.answers)
        ],
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


def _is_theirs(
    session: Session, application: Application, enterprise: Enterprise, today: date
) -> bool:
    """Whether the enterprise itself asks, by somebody whom the register knows as acting for it.

    A power of attorney on paper opens the file to others, and not what was given in confidence.
    """
    given, person_id = application.answers, application.applicant_id
    if not asks_for_itself(given):
        return False
    return Act.SEND in acts_of(session, person_id, enterprise, application.service, today)


def _today(links: Sequence[Link], today: date, seen: Seen) -> list[tuple[Text, Sequence[Text]]]:
    facts = seen(chronology.facts(links, on=today))
    return [(one.label, one.after) for one in history.shown(facts)]


def _filed(links: Sequence[Link], entry: Entry, kind: Text, seen: Seen) -> Filed:
    before, after = history.around(links, entry)
    changed = history.differences(seen(before), seen(after))
    return Filed(
        seq=entry.seq,
        kind=kind,
        effective_on=entry.effective_on,
        counts=not chronology.is_replaced(links, entry.seq),
        changes=[(one.label, one.before, one.after) for one in changed],
    )

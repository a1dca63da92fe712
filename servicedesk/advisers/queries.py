"""What the advisers look up in the catalogue: figures in force, and services that take answers."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from servicedesk.advisers import categories, finder, leading
from servicedesk.advisers.categories import Figures
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.queries import get_service, listed
from servicedesk.enterprises.beneficial_owners import Thresholds
from servicedesk.errors import NotFound
from servicedesk.words import say

OFFERED_KEY: Final = "advisers"  # in Session.info: read once a request


def figures(session: Session) -> Figures:
    """Return the figures for work permits as administrators have them."""
    return categories.figures().with_settings(_settings(session, leading.POINTS))


def thresholds(session: Session) -> Thresholds:
    """Return from which share somebody is a beneficial owner, and which capital is free."""
    settings, usual = _settings(session, leading.OWNERS), Thresholds()
    return Thresholds(
        percent=Decimal(settings.get("bo_percent") or usual.percent),
        exempt_capital=Decimal(settings.get("bo_exempt_capital") or usual.exempt_capital),
    )


def offered(session: Session) -> frozenset[str]:
    """Return the keys of the advisers that prepare for a service of this desk; asked once."""
    kept: frozenset[str] | None = session.info.get(OFFERED_KEY)
    if kept is None:
        prepares = {key: set(leading.adviser(key).services()) for key in leading.OF_TABLE}
        prepares[leading.FINDER] = {one.service for one in finder.results()}
        known = set(listed(session, sorted(set().union(*prepares.values()))))
        kept = frozenset(key for key, codes in prepares.items() if codes & known)
        session.info[OFFERED_KEY] = kept
    return kept


def require_offered(session: Session, key: str) -> None:
    """Make sure that this desk has the adviser ``key``.

    Raises:
        NotFound: there is no service here that it prepares for.
    """
    if key not in offered(session):
        raise NotFound(say("There is no such adviser at this desk."))


def served(session: Session) -> frozenset[str]:
    """Return the codes of the services that "Which service do I need?" can lead to."""
    return frozenset(listed(session, [one.service for one in finder.results()]))


def takers(session: Session, codes: Sequence[str], answers: Mapping[str, Any]) -> list[Service]:
    """Return the services among ``codes`` that ask for some of ``answers``, in their order."""
    found = [get_service(session, code)[1] for code in listed(session, codes)]
    return [service for service in found if not _asked(service).isdisjoint(answers)]


def _asked(service: Service) -> set[str]:
    return {field.key for page in service.pages for field in page.fields}


def _settings(session: Session, key: str) -> Mapping[str, Any]:
    code = leading.adviser(key).figures_of
    try:
        return get_service(session, code)[1].setting_values
    except NotFound:
        return {}

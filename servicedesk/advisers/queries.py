"""What the advisers look up in the catalogue: figures in force, and services that take answers."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from servicedesk.advisers import categories
from servicedesk.advisers.categories import Figures
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.queries import Listed, get_service, list_services
from servicedesk.enterprises.beneficial_owners import Thresholds
from servicedesk.errors import NotFound

WORK_PERMIT: Final = "WP_NEW_ABROAD"  # whose settings say from how many points, up to which age
SET_UP: Final = "E_SET_LLC"  # whose settings say from which share, up to which capital


def figures(session: Session) -> Figures:
    """Return the figures for work permits as administrators have them."""
    return categories.figures().with_settings(_settings(session, WORK_PERMIT))


def thresholds(session: Session) -> Thresholds:
    """Return from which share somebody is a beneficial owner, and which capital is free."""
    settings, usual = _settings(session, SET_UP), Thresholds()
    return Thresholds(
        percent=Decimal(settings.get("bo_percent") or usual.percent),
        exempt_capital=Decimal(settings.get("bo_exempt_capital") or usual.exempt_capital),
    )


def published(session: Session, codes: Iterable[str]) -> dict[str, Listed]:
    """Return those of ``codes`` that the catalogue has, in their order."""
    listed = {one.code: one for one in list_services(session, language="en")}
    return {code: listed[code] for code in codes if code in listed}


def takers(session: Session, codes: Sequence[str], answers: Mapping[str, Any]) -> list[Service]:
    """Return the services among ``codes`` that ask for some of ``answers``, in their order."""
    found = [get_service(session, code)[1] for code in published(session, codes)]
    return [service for service in found if not _asked(service).isdisjoint(answers)]


def _asked(service: Service) -> set[str]:
    return {field.key for page in service.pages for field in page.fields}


def _settings(session: Session, code: str) -> Mapping[str, Any]:
    try:
        return get_service(session, code)[1].setting_values
    except NotFound:
        return {}

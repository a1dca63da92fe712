"""The catalogue as administrators see it: versions in force, settings, what rests on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, undefer

from servicedesk.catalogue import previews
from servicedesk.catalogue.definition import Service, Setting
from servicedesk.catalogue.models import CatalogueEntry, ServiceVersion
from servicedesk.catalogue.queries import get_service, written
from servicedesk.catalogue.revisions import Change, changes
from servicedesk.errors import NotFound
from servicedesk.web.paging import Key, Page, page_of
from servicedesk.words import Text, say

_ON_A_PAGE: Final = 20


@dataclass(frozen=True)
class Shared:
    """A service for which a setting holds too."""

    code: str
    name: Text


@dataclass(frozen=True)
class Kept:
    """A service in force, for the list."""

    code: str
    name: Text
    number: int
    published_at: datetime
    settings: int
    unsure: int  # settings on which sources differ or that nobody has verified


def page_of_services(
    session: Session, *, text: str = "", after: str | None = None, before: str | None = None
) -> Page[Kept]:
    """Return some of the services in force whose code or name has ``text``, by code."""
    found = sa.select(CatalogueEntry.code)
    if text:
        named = (
            CatalogueEntry.code, CatalogueEntry.name_en, CatalogueEntry.name_zh,
            CatalogueEntry.name_pinyin,
        )  # fmt: skip
        found = found.where(sa.or_(*(one.icontains(text, autoescape=True) for one in named)))
    keys = [Key(CatalogueEntry.code)]
    page = page_of(session, found, keys, after=after, before=before, size=_ON_A_PAGE)
    rows = session.execute(
        sa.select(
            CatalogueEntry.code,
            CatalogueEntry.name_en,
            CatalogueEntry.name_zh,
            ServiceVersion.number,
            ServiceVersion.published_at,
            ServiceVersion.definition["settings"].label("settings"),
        )
        .join(CatalogueEntry.current)
        .where(CatalogueEntry.code.in_(page.items))
        .order_by(CatalogueEntry.code)
    )
    return Page([_kept(row) for row in rows], page.following, page.preceding)


def get_setting(session: Session, code: str, key: str) -> tuple[Service, Setting]:
    """Return a setting of a service in force.

    Raises:
        NotFound: there is no such service, or it has no such setting.
    """
    _, service = get_service(session, code)
    if key not in service.settings:
        raise NotFound(say("There is no such setting."))
    return service, service.settings[key]


def get_revision(
    session: Session, code: str, number: int
) -> tuple[ServiceVersion, Sequence[Change]]:
    """Return a version of a service, and what it does otherwise than the one before.

    Raises:
        NotFound: there is no such version.
    """
    known = session.scalars(
        sa.select(ServiceVersion)
        .where(ServiceVersion.code == code, ServiceVersion.number.in_([number, number - 1]))
        .options(joinedload(ServiceVersion.published_by), undefer(ServiceVersion.definition))
        .order_by(ServiceVersion.number.desc())
    ).all()
    if not known or known[0].number != number:
        raise NotFound(say("There is no such version."))
    if len(known) == 1:
        return known[0], []
    return known[0], changes(written(known[1]), written(known[0]))


def sharing(session: Session, service: Service, key: str) -> Sequence[Shared]:
    """Return the other services for which a value of setting ``key`` of ``service`` holds too."""
    entries = previews.users(session, service.code, service.settings[key], key)
    return [
        Shared(one.code, Text(one.name_en, one.name_zh))
        for one in entries
        if one.code != service.code
    ]


def is_unsure(setting: Setting) -> bool:
    """Whether sources differ on a setting, or nobody has verified it."""
    return bool(setting.differs) or setting.source == "OWN" or setting.confidence == "low"


def _kept(row: sa.Row[Any]) -> Kept:
    settings = [Setting.model_validate(one) for one in row.settings.values()]
    return Kept(
        row.code,
        Text(row.name_en, row.name_zh),
        row.number,
        row.published_at,
        len(settings),
        sum(map(is_unsure, settings)),
    )

"""Publishing a service: what changes the catalogue.

Nothing here commits; the caller does, once.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.catalogue import checking, definitions, previews, queries, searching, settings
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.models import CatalogueEntry, ServiceVersion, SettingValue
from servicedesk.catalogue.sharing import SHARED
from servicedesk.errors import NotPermitted, Overtaken
from servicedesk.words import say

log = logging.getLogger(__name__)


def publish(
    session: Session,
    service: Service,
    now: datetime,
    *,
    by: User | None = None,
    reason: str = "",
) -> ServiceVersion:
    """Make ``service`` the version in force, with what administrators set; return it.

    The same definition again changes nothing and returns the version there is; so it may
    be repeated, and two at once give one version.  Cases keep the version they began with.

    Raises:
        DefinitionInvalid: ``checking.problems`` finds something.
    """
    _wait_for_others(session)
    service = _in_order(session, service)
    entry = session.get(CatalogueEntry, service.code, populate_existing=True)
    digest = definitions.digest(service)
    if entry and entry.current.digest == digest:
        _describe(entry, service)  # the index may be made another way now
        session.flush()
        return entry.current
    version = ServiceVersion(
        code=service.code,
        number=_last_number(session, service.code) + 1,
        definition=definitions.dump(service),
        digest=digest,
        published_at=now,
        published_by=by,
        reason=reason,
    )
    session.add(version)
    session.flush()
    if entry is None:
        entry = CatalogueEntry(code=service.code)
        session.add(entry)
    entry.current = version
    _describe(entry, service)
    session.flush()
    log.info("service published", extra={"service": service.code, "number": version.number})
    return version


def set_setting(
    session: Session, code: str, key: str, typed: str, *, by: User, now: datetime,
    reason: str, seen: str | None = None,
) -> Sequence[ServiceVersion]:  # fmt: skip
    """Set a figure or word of a service, for all that share it; return the versions that have it.

    None are returned where it holds already.  Applications that were begun keep what they
    were begun with.

    Args:
        session: nothing is committed.
        code: of the service.
        key: of the setting there.
        typed: the value, as it was typed.
        by: an administrator.
        now: when the versions are published.
        reason: kept with the versions.
        seen: the ``state`` of the preview that was confirmed; None: nobody looked at one.

    Raises:
        NotFound: there is no such service, or it has no such setting.
        NotPermitted: ``by`` is no administrator.
        RuleBroken: the value is not of the setting's kind, or a service cannot have it.
        Overtaken: somebody published one of the services since the preview.
    """
    if by.role != Role.ADMIN:
        raise NotPermitted(say("Only an administrator may change a setting."))
    _wait_for_others(session)
    foreseen = previews.preview(session, code, key, typed)
    if seen is not None and seen != foreseen.state:
        raise Overtaken
    if not foreseen.prospects:
        return []
    at = (SHARED, foreseen.setting.shared) if foreseen.setting.shared else (code, key)
    row = session.get(SettingValue, at) or SettingValue(code=at[0], key=at[1])
    row.value, row.changed_by_id, row.changed_at = foreseen.value, by.id, now
    session.add(row)
    session.flush()
    log.info("setting changed", extra={"service": at[0], "setting": at[1]})
    services = definitions.parts_first(one.service for one in foreseen.prospects)
    return [publish(session, one, now, by=by, reason=reason) for one in services]


def _in_order(session: Session, service: Service) -> Service:
    """Return ``service`` with what administrators set; as it is, and with that, it is in order."""
    known = partial(queries.find_last_written, session)
    if problems := checking.problems(service, known):
        raise definitions.DefinitionInvalid(service.code, problems)
    chosen = queries.chosen_settings(session, service)
    if not chosen:
        return service
    service = settings.with_chosen(service, chosen)
    if problems := checking.problems(service, known):
        raise definitions.DefinitionInvalid(service.code, problems)
    return service


def _wait_for_others(session: Session) -> None:
    """Let one transaction at a time publish: one value may make versions of several services."""
    key = sa.func.hashtextextended("catalogue", 0)
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))


def _last_number(session: Session, code: str) -> int:
    query = sa.select(sa.func.max(ServiceVersion.number)).where(ServiceVersion.code == code)
    return session.scalar(query) or 0


def _describe(entry: CatalogueEntry, service: Service) -> None:
    """Put beside the entry what lists and searches need."""
    entry.audience, entry.listed = service.audience, service.listed
    entry.topics = list(service.topics)
    entry.name_en, entry.name_zh = service.name.en, service.name.zh
    entry.name_pinyin = searching.pinyin(service.name.zh)[:400]
    entry.grams = searching.grams(service)

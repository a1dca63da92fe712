"""Publishing a service: what changes the catalogue.

Nothing here commits; the caller does, once.
"""

import logging
from datetime import datetime
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.catalogue import checking, definitions, queries, searching, settings
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.models import CatalogueEntry, ServiceVersion, SettingValue
from servicedesk.catalogue.numbers import Unfit
from servicedesk.errors import NotFound, NotPermitted, RuleBroken
from servicedesk.words import say

log = logging.getLogger(__name__)


def publish(session: Session, service: Service, now: datetime) -> ServiceVersion:
    """Make ``service`` the version in force, with what administrators set; return it.

    The same definition again changes nothing and returns the version there is; so it may
    be repeated, and two at once give one version.  Cases keep the version they began with.

    Raises:
        DefinitionInvalid: ``checking.problems`` finds something.
    """
    _wait_for_others(session, service.code)
    known = partial(queries.find_last_written, session)
    if problems := checking.problems(service, known):
        raise definitions.DefinitionInvalid(service.code, problems)
    if chosen := queries.chosen_settings(session, service):
        service = settings.with_chosen(service, chosen)
        if problems := checking.problems(service, known):
            raise definitions.DefinitionInvalid(service.code, problems)
    entry = session.get(CatalogueEntry, service.code, populate_existing=True)
    digest = definitions.digest(service)
    if entry and entry.current.digest == digest:
        _describe(entry, service)  # the index may be made another way now
        session.flush()
        return entry.current
    version = _add_version(session, service, digest, now)
    if entry is None:
        entry = CatalogueEntry(code=service.code)
        session.add(entry)
    entry.current = version
    _describe(entry, service)
    session.flush()
    log.info("service published", extra={"service": service.code, "number": version.number})
    return version


def set_setting(
    session: Session, code: str, key: str, typed: str, *, by: User, now: datetime
) -> ServiceVersion | None:
    """Set a figure or word of a service; return the version that has it, None if it had it.

    Applications that were begun keep what they were begun with.

    Raises:
        NotFound: there is no such service, or it has no such setting.
        NotPermitted: ``by`` is no administrator.
        RuleBroken: the value is not of the setting's kind, or the definition cannot have it.
    """
    if by.role != Role.ADMIN:
        raise NotPermitted(say("Only an administrator may change a setting."))
    _wait_for_others(session, code)
    entry, service = queries.get_service(session, code)
    setting = service.settings.get(key)
    if setting is None:
        raise NotFound(say("%(code)s has no setting “%(key)s”.", code=code, key=key))
    if setting.of is not None:
        raise RuleBroken(
            say("“%(key)s” is set at %(code)s and holds here too.", key=key, code=setting.of)
        )
    try:
        value = settings.read(setting, typed)
    except Unfit as refusal:
        raise RuleBroken(refusal.words) from None
    if value == setting.current:
        return None
    row = session.get(SettingValue, (code, key)) or SettingValue(code=code, key=key)
    row.value, row.changed_by_id, row.changed_at = value, by.id, now
    session.add(row)
    session.flush()
    log.info("setting changed", extra={"service": code, "setting": key})
    version = publish(session, queries.written(entry.current), now)
    for other in queries.taking_pages_of(session, code):
        publish(session, queries.written(other.current), now)
    return version


def _wait_for_others(session: Session, code: str) -> None:
    """Let one transaction at a time publish ``code``; a new service has no row to lock."""
    key = sa.func.hashtextextended(f"catalogue:{code}", 0)
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))


def _add_version(session: Session, service: Service, digest: str, now: datetime) -> ServiceVersion:
    last = session.scalar(
        sa.select(sa.func.max(ServiceVersion.number)).where(ServiceVersion.code == service.code)
    )
    version = ServiceVersion(
        code=service.code,
        number=(last or 0) + 1,
        definition=definitions.dump(service),
        digest=digest,
        published_at=now,
    )
    session.add(version)
    session.flush()
    return version


def _describe(entry: CatalogueEntry, service: Service) -> None:
    """Put beside the entry what lists and searches need."""
    entry.audience, entry.listed = service.audience, service.listed
    entry.topics = list(service.topics)
    entry.name_en, entry.name_zh = service.name.en, service.name.zh
    entry.name_pinyin = searching.pinyin(service.name.zh)[:400]
    entry.grams = searching.grams(service)

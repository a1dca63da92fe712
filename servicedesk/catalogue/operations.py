"""Publishing a service: what changes the catalogue.

Nothing here commits; the caller does, once.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from functools import cache, partial

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session, joinedload

from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import Role
from servicedesk.catalogue import (
    bundles,
    checking,
    definitions,
    previews,
    queries,
    searching,
    settings,
)
from servicedesk.catalogue.definition import Service
from servicedesk.catalogue.models import CatalogueEntry, SearchTerm, ServiceVersion, SettingValue
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
    look_again: bool = False,
) -> ServiceVersion:
    """Make ``service`` the version in force, with what administrators set; return it.

    The same definition again changes nothing and returns the version there is; so it may
    be repeated, and two at once give one version.  Cases keep the version they began with.
    What was in order when it was published is not looked at again, unless ``look_again``.

    Raises:
        DefinitionInvalid: ``checking.problems`` finds something.
    """
    _wait_for_others(session)
    chosen = queries.chosen_settings(session, service)
    whole = settings.with_chosen(service, chosen) if chosen else service
    looked_at = [service, whole] if chosen else [service]
    parts = queries.last_digests(session, bundles.parts(service))
    fingerprint = checking.fingerprint(looked_at, parts)
    entry = session.scalar(_entry(service.code))
    if entry is None or entry.checked != fingerprint or look_again:
        _look_at(session, looked_at)
    digest = definitions.digest(whole)
    if entry and entry.current.digest == digest:
        version = entry.current
    else:
        version = ServiceVersion(
            code=whole.code,
            number=_last_number(session, whole.code) + 1,
            definition=definitions.dump(whole),
            digest=digest,
            published_at=now,
            published_by=by,
            reason=reason,
        )
        session.add(version)
        session.flush()
        log.info("service published", extra={"service": whole.code, "number": version.number})
    if entry is None:
        entry = CatalogueEntry(code=whole.code)
        session.add(entry)
    entry.current, entry.checked = version, fingerprint
    _describe(session, entry, whole)  # if unchanged too: the index may be made another way now
    session.flush()
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


def _look_at(session: Session, services: Sequence[Service]) -> None:
    """See that a definition is in order, as it is written and as administrators have it."""
    known = cache(partial(queries.find_last_written, session))  # each part is asked for often
    for service in services:
        if problems := checking.problems(service, known):
            raise definitions.DefinitionInvalid(service.code, problems)


def _wait_for_others(session: Session) -> None:
    """Let one transaction at a time publish: one value may make versions of several services."""
    key = sa.func.hashtextextended("catalogue", 0)
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))


def _entry(code: str) -> sa.Select[CatalogueEntry]:
    """Return the query for an entry as it is now, with its version."""
    return (
        sa.select(CatalogueEntry)
        .where(CatalogueEntry.code == code)
        .options(joinedload(CatalogueEntry.current))
        .execution_options(populate_existing=True)
    )


def _last_number(session: Session, code: str) -> int:
    query = sa.select(sa.func.max(ServiceVersion.number)).where(ServiceVersion.code == code)
    return session.scalar(query) or 0


def _describe(session: Session, entry: CatalogueEntry, service: Service) -> None:
    """Put beside the entry what lists and searches need."""
    entry.audience, entry.listed = service.audience, service.listed
    entry.topics = list(service.topics)
    entry.name_en, entry.name_zh = service.name.en, service.name.zh
    entry.name_pinyin = searching.pinyin(service.name.zh)[:400]
    entry.grams = searching.grams(service)
    _keep_terms(session, searching.terms(entry.grams))
    entry.parts = bundles.parts(service)
    entry.pages_of = sorted({taken.service for taken in service.pages_of})


def _keep_terms(session: Session, terms: Sequence[str]) -> None:
    """Keep the words and sounds by which a service is found, those that are new."""
    kept = set(session.scalars(sa.select(SearchTerm.term).where(SearchTerm.term.in_(terms))))
    new = [
        {"term": term, "pairs": searching.letter_pairs(term)} for term in sorted(set(terms) - kept)
    ]
    if new:  # somebody else may keep some of them at this moment
        session.execute(postgresql.insert(SearchTerm).on_conflict_do_nothing(), new)

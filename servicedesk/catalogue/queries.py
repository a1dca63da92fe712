"""Which services there are, and what their versions say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session, contains_eager, joinedload

from servicedesk.catalogue import bundles, definitions, searching, settings
from servicedesk.catalogue.definition import Audience, Service
from servicedesk.catalogue.models import CatalogueEntry, SearchTerm, ServiceVersion, SettingValue
from servicedesk.catalogue.sharing import SHARED
from servicedesk.catalogue.topics import Topic, topics
from servicedesk.errors import NotFound
from servicedesk.web.paging import Key, Page, page_of
from servicedesk.words import Text, say

_Query = TypeVar("_Query", bound=sa.Select[Any])


PAGE_OF_SERVICES: Final = 40
MOST_FOUND: Final = 60  # services that a search shows; further ones hardly answer it


@dataclass(frozen=True)
class Named:
    """A service as something to choose from names it."""

    code: str
    name: Text


@dataclass(frozen=True)
class Listed:
    """A service as lists show it."""

    code: str
    name: Text
    summary: Text
    topics: tuple[str, ...]
    is_instant: bool
    committed_days: int | None  # working days; None: none is promised


@dataclass(frozen=True)
class TopicCount:
    """A topic and how many services there are about it."""

    topic: Topic
    count: int


def get_service(session: Session, code: str) -> tuple[CatalogueEntry, Service]:
    """Return the service ``code`` as the catalogue has it now.

    Raises:
        NotFound: there is none.
    """
    entry = session.scalar(
        sa.select(CatalogueEntry)
        .where(CatalogueEntry.code == code)
        .options(joinedload(CatalogueEntry.current))
    )
    if entry is None:
        raise NotFound(say("There is no service with this address."))
    return entry, service_of(entry.current)


def service_of(version: ServiceVersion) -> Service:
    """Return what ``version`` says, settings put to use.

    Read once a process: versions never change.
    """
    known = _known(version.id, version.digest)
    if known.service is None:
        known.service = settings.in_force(written(version))
    return known.service


def list_services(
    session: Session,
    *,
    language: str,
    audience: Audience | None = None,
    topic: str | None = None,
) -> Sequence[Named]:
    """Return the services for ``audience`` about ``topic``, A to Z in ``language``."""
    entry = CatalogueEntry
    names: list[sa.ColumnElement[Any] | Any] = [entry.code, entry.name_en, entry.name_zh]
    query = _wanted(sa.select(*names, entry.name_pinyin), audience, topic)
    found = session.execute(query).all()
    in_chinese = language.startswith("zh")
    found = sorted(
        found,
        key=lambda row: (row.name_pinyin if in_chinese else row.name_en.casefold(), row.code),
    )
    return [Named(row.code, Text(row.name_en, row.name_zh)) for row in found]


def page_of_services(
    session: Session,
    *,
    language: str,
    audience: Audience | None = None,
    topic: str | None = None,
    after: str | None = None,
    before: str | None = None,
) -> Page[Listed]:
    """Return some of ``list_services``, so many as one looks over; two statements."""
    in_chinese = language.startswith("zh")
    name = CatalogueEntry.name_pinyin if in_chinese else sa.func.lower(CatalogueEntry.name_en)
    codes = _wanted(sa.select(CatalogueEntry.code), audience, topic)
    order = [Key(name), Key(CatalogueEntry.code)]
    page = page_of(session, codes, order, after=after, before=before, size=PAGE_OF_SERVICES)
    rows = session.execute(_listed().where(CatalogueEntry.code.in_(page.items)))
    known = {row.code: _as_listed(row) for row in rows}
    return Page([known[code] for code in page.items], page.following, page.preceding)


def count_services(
    session: Session, *, audience: Audience | None = None, topic: str | None = None
) -> int:
    """Return how many services there are for ``audience`` about ``topic``."""
    query = sa.select(sa.func.count()).select_from(CatalogueEntry)
    return session.scalar(_wanted(query, audience, topic)) or 0


def search(
    session: Session, text: str, *, audience: Audience | None = None, topic: str | None = None
) -> Sequence[Listed]:
    """Return the services that answer ``text``, the best ones first; none for an empty text.

    Three statements: terms like the words typed, services that have them, what lists show.
    """
    wanted = searching.wanted(text)
    if wanted is None:
        return []
    parts = _looked_up(session, wanted)
    rows = session.execute(_wanted(_answering(wanted, parts), audience, topic)).all()
    scored = [
        (searching.score(wanted, row.name_en, row.name_zh, row.has), row.code) for row in rows
    ]
    scored = [pair for pair in scored if pair[0] >= searching.LEAST_SCORE]
    scored.sort(key=lambda pair: (-pair[0], pair[1]))
    best = [code for _, code in scored[:MOST_FOUND]]
    return list(listed(session, best).values())


def topic_counts(session: Session, audience: Audience | None = None) -> Sequence[TopicCount]:
    """Return the topics there are services about, in the order of ``topics.yaml``."""
    about = sa.func.unnest(CatalogueEntry.topics).label("about")
    counted = sa.select(about, sa.func.count().label("number")).where(CatalogueEntry.listed)
    query = counted.group_by(about)
    if audience:
        query = query.where(CatalogueEntry.audience.in_([audience, Audience.BOTH]))
    counts = {row.about: row.number for row in session.execute(query)}
    return [TopicCount(topic, counts[key]) for key, topic in topics().items() if key in counts]


def written(version: ServiceVersion) -> Service:
    """Return the definition of ``version`` as it was written, settings not yet in its texts."""
    return definitions.parse(version.definition, f"{version.code} {version.number}")


def chosen_settings(session: Session, service: Service) -> dict[str, int | str]:
    """Return what administrators set instead of what the file of ``service`` says.

    A setting that came with the pages of another service is set there, a shared one for all
    that share it; until that is done, what was set of it here before it was shared holds.
    """
    own = {key: (setting.of or service.code, key) for key, setting in service.settings.items()}
    shared = {key: (SHARED, one.shared) for key, one in service.settings.items() if one.shared}
    rows = session.execute(
        sa.select(SettingValue.code, SettingValue.key, SettingValue.value).where(
            SettingValue.code.in_({SHARED, *(code for code, _ in own.values())})
        )
    )
    values = {(row.code, row.key): row.value for row in rows}
    found = {key: values.get(shared.get(key, at), values.get(at)) for key, at in own.items()}
    return {key: value for key, value in found.items() if value is not None}


def find_last_written(session: Session, code: str) -> Service | None:
    """Return what was published last under ``code``, as it was written; None: nothing was."""
    version = session.scalar(
        sa.select(ServiceVersion)
        .where(ServiceVersion.code == code)
        .order_by(ServiceVersion.number.desc())
        .limit(1)
    )
    return written(version) if version else None


def version_before(session: Session, version: ServiceVersion) -> ServiceVersion | None:
    """Return the version that ``version`` followed; None: it is the first."""
    return session.scalar(
        sa.select(ServiceVersion).where(
            ServiceVersion.code == version.code, ServiceVersion.number == version.number - 1
        )
    )


def last_digests(session: Session, codes: Sequence[str]) -> dict[str, str]:
    """Return the digests of what was published last under each of ``codes``."""
    if not codes:
        return {}
    rows = session.execute(
        sa.select(ServiceVersion.code, ServiceVersion.digest)
        .where(ServiceVersion.code.in_(codes))
        .ext(postgresql.distinct_on(ServiceVersion.code))
        .order_by(ServiceVersion.code, ServiceVersion.number.desc())
    )
    return {row.code: row.digest for row in rows}


def taking_pages_of(session: Session, code: str) -> list[CatalogueEntry]:
    """Return the services in force that took pages of the service ``code``, by code."""
    return _entries(session, CatalogueEntry.pages_of.contains([code]))


def sharing_setting(session: Session, name: str) -> list[CatalogueEntry]:
    """Return the services in force that share the setting ``name``, by code."""
    path = sa.cast("$.settings.*.shared ? (@ == $name)", postgresql.JSONPATH)
    named = sa.func.jsonb_build_object("name", name)
    found = sa.func.jsonb_path_exists(ServiceVersion.definition, path, named)
    return _entries(session, found)


def bundles_of(session: Session, code: str) -> list[Listed]:
    """Return the bundles in force of which the service ``code`` is a part, by code."""
    query = _listed().where(CatalogueEntry.parts.contains([code])).order_by(CatalogueEntry.code)
    return [_as_listed(row) for row in session.execute(query)]


def parts_of(session: Session, service: Service) -> dict[str, Listed]:
    """Return the parts of a bundle by code, as the catalogue has them now."""
    query = _listed().where(CatalogueEntry.code.in_(bundles.parts(service)))
    return {row.code: _as_listed(row) for row in session.execute(query)}


def listed(session: Session, codes: Iterable[str]) -> dict[str, Listed]:
    """Return those of ``codes`` that lists show, in their order."""
    wanted = list(codes)
    query = _wanted(_listed(), None, None).where(CatalogueEntry.code.in_(wanted))
    found = {row.code: _as_listed(row) for row in session.execute(query)}
    return {code: found[code] for code in wanted if code in found}


def services_in_force(session: Session) -> list[Service]:
    """Return every service of the catalogue, by code."""
    return [service_of(entry.current) for entry in _entries(session, sa.true())]


@dataclass(frozen=True)
class _Part:
    """A part of what is searched for."""

    grams: Sequence[str]  # by which it is judged how well a service answers it
    groups: Sequence[Sequence[str]]  # of grams: who answers it has one of each


def _looked_up(session: Session, wanted: searching.Wanted) -> list[_Part]:
    """Return the parts of a query, words with the terms of the catalogue that they may mean."""
    terms = session.scalars(_terms_like(wanted.words)).all() if wanted.words else ()
    parts = [_Part(searching.run_grams(run), searching.run_windows(run)) for run in wanted.runs]
    for word in wanted.words:
        meant = [term for term in terms if searching.means(word, term)]
        parts.append(_Part(meant, [meant]))
    return parts


def _terms_like(words: Iterable[str]) -> sa.Select[str]:
    """Return the query for the terms that somebody may mean who types one of ``words``."""
    conditions: list[sa.ColumnElement[bool]] = []
    for word in words:
        conditions.append(SearchTerm.term == f"w:{word}")
        like = searching.likeness(word)
        if like is not None:
            conditions.append(SearchTerm.pairs.contains(like.inner))
        if like is not None and like.least:
            pair = sa.func.unnest(SearchTerm.pairs).column_valued("pair")
            shared = sa.select(sa.func.count()).where(pair == sa.any_(_texts(like.pairs)))
            has_one = SearchTerm.pairs.overlap(like.telling)
            conditions.append(has_one & (shared.scalar_subquery() >= like.least))
    return sa.select(SearchTerm.term).where(sa.or_(*conditions))


def _answering(wanted: searching.Wanted, parts: Sequence[_Part]) -> sa.Select[Any]:
    """Return the query for services that may answer, and which of the grams looked up each has."""
    looked_up = sorted({gram for part in parts for gram in part.grams})
    gram = sa.func.unnest(CatalogueEntry.grams).column_valued("gram")
    has = sa.select(gram).where(gram == sa.any_(_texts(looked_up))).scalar_subquery()
    answers = [
        sa.and_(*(CatalogueEntry.grams.overlap(_texts(group)) for group in part.groups))
        for part in parts
    ]
    # Of five parts a service must answer three: so it answers one of any three.
    enough = [answers[: len(parts) - wanted.needed + 1]]
    if wanted.needed == len(parts):
        enough = [[one] for one in answers]
    return sa.select(
        CatalogueEntry.code,
        CatalogueEntry.name_en,
        CatalogueEntry.name_zh,
        sa.func.array(has).label("has"),
    ).where(*(sa.or_(*some) for some in enough))


def _texts(values: Sequence[str]) -> sa.ColumnElement[list[str]]:
    return sa.literal(list(values), postgresql.ARRAY(sa.Text))


class _Known:
    """A place for one version's definition."""

    service: Service | None = None


@lru_cache(maxsize=1_000)
def _known(version_id: int, digest: str) -> _Known:  # noqa: ARG001 - the two are the key
    return _Known()


def _entries(session: Session, fits: sa.ColumnElement[bool]) -> list[CatalogueEntry]:
    """Return the services in force for which ``fits`` holds, by code."""
    query = (
        sa.select(CatalogueEntry)
        .join(CatalogueEntry.current)
        .where(fits)
        .options(contains_eager(CatalogueEntry.current))
        .order_by(CatalogueEntry.code)
    )
    return list(session.scalars(query))


def _wanted(query: _Query, audience: Audience | None, topic: str | None) -> _Query:
    """Return ``query`` over the services that lists show, for ``audience`` and about ``topic``."""
    query = query.where(CatalogueEntry.listed)
    if audience:
        query = query.where(CatalogueEntry.audience.in_([audience, Audience.BOTH]))
    return query.where(CatalogueEntry.topics.contains([topic])) if topic else query


def _listed() -> sa.Select[Any]:
    definition = ServiceVersion.definition
    return sa.select(
        CatalogueEntry.code,
        CatalogueEntry.name_en,
        CatalogueEntry.name_zh,
        CatalogueEntry.name_pinyin,
        CatalogueEntry.topics,
        definition["summary"].label("summary"),
        definition["instant"].label("instant"),
        definition[("clock", "committed", "working_days")].label("committed_days"),
    ).join(CatalogueEntry.current)


def _as_listed(row: sa.Row[Any]) -> Listed:
    return Listed(
        code=row.code,
        name=Text(row.name_en, row.name_zh),
        summary=Text(row.summary["en"], row.summary["zh"]),
        topics=tuple(row.topics),
        is_instant=bool(row.instant),
        committed_days=row.committed_days,
    )

"""What a new value of a setting would do, before it is published.

Reads only.  A setting that services share is set for all of them, one that came with the pages
of another service at that one; so one value may make new versions of several services.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

from sqlalchemy.orm import Session

from servicedesk.catalogue import (
    checking,
    complaints,
    definitions,
    queries,
    ranges,
    revisions,
    settings,
)
from servicedesk.catalogue.definition import Service, Setting
from servicedesk.catalogue.models import CatalogueEntry
from servicedesk.catalogue.numbers import Unfit
from servicedesk.catalogue.revisions import Change
from servicedesk.errors import NotFound, RuleBroken
from servicedesk.words import Text, say


@dataclass(frozen=True)
class Prospect:
    """What one service would do otherwise."""

    code: str
    name: Text
    number: int  # of the version in force
    changes: Sequence[Change]
    service: Service  # as it is written in force


@dataclass(frozen=True)
class Preview:
    """What would come of a value; no prospects: it holds already."""

    setting: Setting
    value: int | str
    prospects: tuple[Prospect, ...]

    @property
    def state(self) -> str:
        """Return what this was worked out from, to notice what somebody publishes meanwhile."""
        return " ".join(f"{one.code}:{one.number}" for one in self.prospects)


def users(session: Session, code: str, setting: Setting, key: str) -> list[CatalogueEntry]:
    """Return the services in force that a value of a setting of ``code`` holds for."""
    if setting.shared:
        return queries.sharing_setting(session, setting.shared)
    entry, _ = queries.get_service(session, code)
    taking = queries.taking_pages_of(session, code)
    return [entry, *(one for one in taking if _keys(queries.written(one.current), code, key, None))]


def preview(session: Session, code: str, key: str, typed: str) -> Preview:
    """Return what would come of setting ``key`` of the service ``code`` to what was ``typed``.

    Raises:
        NotFound: there is no such service, or it has no such setting.
        RuleBroken: the value is not of the setting's kind, lies beyond its bounds, or a
            service cannot have it.
    """
    _, service = queries.get_service(session, code)
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
    found = [
        _prospect(session, entry, _keys(queries.written(entry.current), code, key, setting), value)
        for entry in users(session, code, setting, key)
    ]
    return Preview(setting, value, tuple(one for one in found if one.changes))


def _prospect(
    session: Session, entry: CatalogueEntry, keys: Sequence[str], value: int | str
) -> Prospect:
    """Return what the service of ``entry`` would do otherwise.

    Raises:
        RuleBroken: it cannot have the value.
    """
    before = queries.written(entry.current)
    chosen = queries.chosen_settings(session, before)
    meant = {**chosen, **dict.fromkeys(keys, value)}
    for key in keys:
        if fault := ranges.fault(settings.choosing(before, meant), key):
            raise RuleBroken(fault)
    after = _with(before, meant)
    known = cache(partial(queries.find_last_written, session))
    if problems := checking.problems(after, known):
        raise RuleBroken(complaints.in_words(problems[0], before.name.plain()))
    changed = revisions.changes(before, after)
    return Prospect(entry.code, before.name.plain(), entry.current.number, changed, before)


def _with(service: Service, chosen: Mapping[str, int | str]) -> Service:
    try:
        return settings.with_chosen(service, chosen)
    except definitions.DefinitionInvalid as error:
        words = complaints.in_words(error.problems[0], service.name.plain())
        raise RuleBroken(words) from None


def _keys(service: Service, code: str, key: str, setting: Setting | None) -> list[str]:
    """Return under which keys ``service`` has the setting ``key`` of ``code``."""
    if setting is not None and setting.shared:
        return [at for at, one in service.settings.items() if one.shared == setting.shared]
    own = service.settings.get(key)
    return [key] if own is not None and (own.of or service.code) == code else []

"""How names and places are held, for the words about it."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from servicedesk.enterprises import reference
from servicedesk.enterprises.days import local_day
from servicedesk.enterprises.models import HOSTED, EnterpriseName, NameState
from servicedesk.enterprises.name_verdicts import Holding, refusal
from servicedesk.words import Words, say


def holding_of(name: EnterpriseName, asker_id: int | None) -> Holding:
    """Return how ``name`` is held, as far as the one who asks is concerned."""
    if name.state is NameState.REGISTERED:
        return Holding.REGISTERED
    if name.state is NameState.FORMER:
        return Holding.FORMER
    is_own = asker_id is not None and name.holder_id == asker_id
    return Holding.RESERVED_BY_YOU if is_own else Holding.RESERVED


def free_after(name: EnterpriseName) -> date | None:
    """Return the last day on which ``name`` stands in the way; None: not to be foreseen."""
    if name.state is NameState.FORMER and name.ended_on is not None:
        return name.ended_on + timedelta(days=reference.name_words().barred_days)
    is_lasting = name.state is NameState.REGISTERED or name.used_by_case_id is not None
    return None if is_lasting or name.until is None else local_day(name.until)


def why_taken(name: EnterpriseName, asker_id: int | None) -> Words:
    """Return in words that ``name`` stands in the way of the one who asks."""
    return refusal(name.full_name, holding_of(name, asker_id), free_after(name))


def why_unusable(name: EnterpriseName, *, case_id: int | None, now: datetime) -> Words | None:
    """Return why a reserved name cannot be used by this application, or None."""
    if name.used_by_case_id not in {None, case_id}:
        return say("“%(name)s” is used by another application of yours.", name=name.full_name)
    has_lapsed = name.until is not None and name.until <= now
    if name.state is not NameState.RESERVED or (has_lapsed and name.used_by_case_id is None):
        return say(
            "The reservation of “%(name)s” has lapsed. Declare the name again.",
            name=name.full_name,
        )
    return None


def is_admission(settings: Mapping[str, Any]) -> bool:
    """Whether a service is the admission to a shared address itself: it offers nothing else."""
    return str(settings.get("unit_kinds") or "").replace(",", " ").split() == [HOSTED]

"""How names and places are held, for the words about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

from servicedesk.enterprises import reference
from servicedesk.enterprises.models import HOSTED
from servicedesk.enterprises.name_models import EnterpriseName, NameEnd, NameState
from servicedesk.enterprises.name_parts import NameParts, tidy
from servicedesk.enterprises.name_verdicts import Held, Holding, refusal
from servicedesk.park import local_day
from servicedesk.words import Words, say


@dataclass(frozen=True)
class Reservation:
    """What has become of a reserved name, for whom it was reserved."""

    full_name: str
    state: Literal["running", "in_use", "lapsed"]
    last_day: date
    days_left: int  # 0: today is the last day

    @property
    def left(self) -> Words:
        """How many days are left, in words."""
        if self.days_left == 0:
            return say("today is the last day")
        if self.days_left == 1:
            return say("1 day left")
        return say("%(count)s days left", count=self.days_left)


def reservation(name: EnterpriseName, *, now: datetime) -> Reservation | None:
    """Return what has become of a reservation; None: it is registered, or never was one."""
    if name.until is None:
        return None
    last_day = local_day(name.until)
    days_left = max((last_day - local_day(now)).days, 0)
    if name.state is NameState.RELEASED or (name.until <= now and name.used_by_case_id is None):
        return Reservation(name.full_name, "lapsed", last_day, 0)
    state: Literal["running", "in_use"] = "running" if name.used_by_case_id is None else "in_use"
    return Reservation(name.full_name, state, last_day, days_left)


_ENDED: Final = {
    NameEnd.CHANGED: Holding.CHANGED,
    NameEnd.DEREGISTERED: Holding.DEREGISTERED,
    NameEnd.ANNULLED: Holding.ANNULLED,
    None: Holding.GIVEN_UP,
}


def held(name: EnterpriseName, asker_id: int | None) -> Held:
    """Return how ``name`` is held, as far as the one who asks is concerned; never by whom."""
    if name.state is NameState.REGISTERED:
        return Held(name.full_name, Holding.REGISTERED)
    if name.state is NameState.FORMER and name.ended_on is not None:
        free_from = name.ended_on + timedelta(days=reference.name_words().barred_days)
        return Held(
            name.full_name, _ENDED[name.ended_by], ended_on=name.ended_on, free_from=free_from
        )
    is_own = asker_id is not None and name.holder_id == asker_id
    is_lasting = name.used_by_case_id is not None or name.until is None
    return Held(
        name.full_name,
        Holding.RESERVED_BY_YOU if is_own else Holding.RESERVED,
        until=None if is_lasting or name.until is None else local_day(name.until),
    )


def why_taken(name: EnterpriseName, asker_id: int | None, asked: NameParts) -> Words:
    """Return in words that ``name`` stands in the way of the one who asks for another."""
    return refusal(held(name, asker_id), is_whole=tidy(name.full_name) == tidy(asked.full))


def why_not_again(former: EnterpriseName, same: EnterpriseName) -> Words:
    """Return in words that a former name cannot be given back, because of one that is the same."""
    return say(
        "Its former name “%(name)s” is not free any more because of “%(held)s” (%(holding)s). It "
        "must change its name instead.",
        name=former.full_name,
        held=same.full_name,
        holding=held(same, None).words,
    )


def parts_of(name: EnterpriseName) -> NameParts:
    """Return the parts of a stored name; the word before a partnership's kind is not kept."""
    return NameParts(name.division, name.trade_name, name.industry, name.form)


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

"""Adding a counter to a hall, and changing one.  Who did it and why is kept."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.errors import Overtaken, RuleBroken
from servicedesk.hall.counter_kinds import (
    EQUIPMENT_WORDS,
    KIND_WORDS,
    CounterKind,
    Equipment,
    equipment_of,
    kind_of,
)
from servicedesk.hall.figures import mark
from servicedesk.hall.models import Counter, Hall
from servicedesk.hall.operations import hall_changes
from servicedesk.hall.operations.hall_changes import NothingChanges
from servicedesk.words import Text, Words, say

log = logging.getLogger(__name__)

_AS_IT_IS: Final = ("side_en", "side_zh", "kind", "equipment", "queue_keys")


class CounterExists(RuleBroken):
    """The hall has a counter of that number."""

    def __init__(self, number: int) -> None:
        super().__init__(
            say("There is a counter %(number)s already. Choose another number.", number=number)
        )


@dataclass(frozen=True)
class CounterSaid:
    """A counter as an administrator wants it; lines and equipment in any order."""

    side: Text
    kind: CounterKind
    equipment: frozenset[Equipment]
    lines: frozenset[str]  # keys

    @classmethod
    def of(cls, counter: Counter) -> "CounterSaid":
        """Return a counter as it is."""
        return cls(
            counter.side,
            kind_of(counter.kind),
            frozenset(equipment_of(counter.equipment)),
            frozenset(counter.queue_keys),
        )

    @property
    def state(self) -> str:
        """What makes it another counter, for whoever looked at it; short."""
        said = (self.side.en, self.side.zh, self.kind, sorted(self.equipment), sorted(self.lines))
        return mark(said)


def add(
    session: Session, hall: Hall, number: int, said: CounterSaid, *,
    by: User, reason: str, now: datetime,
) -> Counter:  # fmt: skip
    """Add a counter to the hall.

    Raises:
        CounterExists: it has one of that number.
    """
    counter = Counter(hall_id=hall.id, number=number)
    _write(counter, said)
    try:
        with session.begin_nested():
            session.add(counter)
    except IntegrityError:
        raise CounterExists(number) from None
    what = [say("Counter %(number)s is new", number=number), *_served(hall, number, said)]
    hall_changes.keep(session, hall, what, by=by, reason=reason, now=now)
    log.info("counter added", extra={"hall": hall.key, "by": by.id})
    return counter


def change(
    session: Session, hall: Hall, counter: Counter, said: CounterSaid, *,
    seen: str, by: User, reason: str, now: datetime,
) -> None:  # fmt: skip
    """Change a counter whose state was ``seen``.  Who sits there keeps their lines.

    Raises:
        Overtaken: somebody else has changed it since.
        NothingChanges: it is like that already.
    """
    session.refresh(counter, _AS_IT_IS, with_for_update=True)
    before = CounterSaid.of(counter)
    if before.state != seen:
        raise Overtaken
    what = list(_differences(hall, counter.number, before, said))
    if not what:
        raise NothingChanges
    _write(counter, said)
    hall_changes.keep(session, hall, what, by=by, reason=reason, now=now)
    log.info("counter changed", extra={"hall": hall.key, "by": by.id})


def _write(counter: Counter, said: CounterSaid) -> None:
    counter.side_en, counter.side_zh = said.side.en, said.side.zh
    counter.kind, counter.equipment = said.kind.value, sorted(said.equipment)
    counter.queue_keys = sorted(said.lines)


def _differences(hall: Hall, number: int, before: CounterSaid, after: CounterSaid) -> list[Words]:
    found = []
    if after.side != before.side:
        found.append(say("Counter %(number)s is %(side)s now", number=number, side=after.side))
    if after.kind is not before.kind:
        kind = KIND_WORDS[after.kind]
        found.append(say("Counter %(number)s: %(kind)s", number=number, kind=kind))
    if after.lines != before.lines:
        found += _served(hall, number, after)
    found += [
        say("Counter %(number)s has this now: %(thing)s", number=number, thing=EQUIPMENT_WORDS[one])
        for one in sorted(after.equipment - before.equipment)
    ]
    found += [
        say("Counter %(number)s has this no more: %(thing)s", number=number,
            thing=EQUIPMENT_WORDS[one])
        for one in sorted(before.equipment - after.equipment)
    ]  # fmt: skip
    return found


def _served(hall: Hall, number: int, said: CounterSaid) -> list[Words]:
    letters = " ".join(queue.letter for queue in hall.queues if queue.key in said.lines)
    return [say("Counter %(number)s usually serves %(lines)s", number=number, lines=letters)]

"""Adding a line to a hall, changing one, and the figures of the hall.  Who did it is kept.

Nothing of them is kept in a process: whoever calls, books or takes a ticket next reads them anew.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy.orm import Session

from servicedesk import live
from servicedesk.accounts.models import User
from servicedesk.errors import NotFound, Overtaken, RuleBroken
from servicedesk.hall.hall_files import BookingFile, JoiningFile, LineFile
from servicedesk.hall.hours_models import HallChange
from servicedesk.hall.itinerary import Phase
from servicedesk.hall.models import Hall, Queue
from servicedesk.hall.operations import hours
from servicedesk.hall.queries import get_hall, timetable_of
from servicedesk.hall.topics import hall_topic
from servicedesk.words import Text, Words, say, words_as_json

log = logging.getLogger(__name__)

Unit = tuple[Words, Words]  # of one, of several
Figures = Mapping[str, Mapping[str, int] | None]  # by the part of the hall and the key
RULES, BOOKING, JOINING = "rules", "booking", "joining"  # the parts, as ``Hall`` names them
_MODELS: Final[dict[str, type[BaseModel]]] = {
    RULES: LineFile, BOOKING: BookingFile, JOINING: JoiningFile,
}  # fmt: skip
MINUTES: Final = (say("%(count)s minute"), say("%(count)s minutes"))
_DAYS: Final = (say("%(count)s day"), say("%(count)s days"))
_CALLS: Final = (say("%(count)s call"), say("%(count)s calls"))
_APPOINTMENTS: Final = (say("%(count)s appointment"), say("%(count)s appointments"))
_ENTRIES: Final = (say("%(count)s entry"), say("%(count)s entries"))
_TICKETS: Final = (say("%(count)s ticket"), say("%(count)s tickets"))

PHASE_WORDS: Final[dict[Phase, Words]] = {
    Phase.CONSULT: say("Advice, before anything is handed in"),
    Phase.HAND_IN: say("Handing in"),
    Phase.PAY: say("Payment, after handing in"),
    Phase.COLLECT: say("Collection, at the end of a visit"),
}


@dataclass(frozen=True)
class Figure:
    """A figure of a hall that can be changed."""

    part: str
    key: str
    label: Words
    unit: Unit

    @property
    def name(self) -> str:
        """What it is called in a form."""
        return f"{self.part}_{self.key}"

    @property
    def bounds(self) -> tuple[int, int]:
        """The least and the most it may be."""
        return bounds_of(_MODELS[self.part], self.key)


def _part(part: str, *said: tuple[str, Words, Unit]) -> tuple[Figure, ...]:
    return tuple(Figure(part, *one) for one in said)


# ``every``, the length of a slot, is left out.  A slot is kept by its beginning and an appointment
# by how many slots in a row it takes; how long they are is this figure alone.  With another one,
# what is booked would end at another time, and would give back, or move from, places that it
# never took.
FIGURES: Final[dict[str, tuple[Figure, ...]]] = {
    RULES: _part(
        RULES,
        ("one_in", say("Of so many calls in a row, one is in turn"), _CALLS),
        ("early", say("Booked people go first from so long before their time"), MINUTES),
        ("late", say("Booked people go first until so long after their time"), MINUTES),
        ("aged", say("Whoever is first in turn and has waited so long is next"), MINUTES),
        ("away", say("Longest time away with the place kept"), MINUTES),
        ("quick", say("Longest visit that a quick counter takes"), MINUTES),
        ("watched", say("The supervisor's light is yellow after a wait of"), MINUTES),
        ("too_long", say("The supervisor's light is red after a wait of"), MINUTES),
    ),
    BOOKING: _part(
        BOOKING,
        ("lead", say("Booked at the latest so long before it begins"), MINUTES),
        ("days_ahead", say("Booked at most so many days ahead"), _DAYS),
        ("held", say("A time is held while the form is filled in"), MINUTES),
        ("cancel_until", say("Moved or cancelled at the latest so long before it begins"), MINUTES),
        ("freed_after", say("A place given back can be booked again after"), MINUTES),
        ("of_person", say("Most open appointments of a person"), _APPOINTMENTS),
        ("of_enterprise", say("Most open appointments of an enterprise"), _APPOINTMENTS),
        ("offered", say("Opening time to answer an offer from the waitlist"), MINUTES),
        ("waiting", say("Most entries of a person in the waitlist"), _ENTRIES),
        ("misses", say("Missed appointments after which nothing can be booked"), _APPOINTMENTS),
        ("misses_within", say("A missed appointment counts for"), _DAYS),
    ),
    JOINING: _part(
        JOINING,
        ("span", say("Time over which tickets of phones are counted"), MINUTES),
        ("of_hall", say("Most tickets for all phones in this time"), _TICKETS),
        ("of_phone", say("Most tickets for one phone in this time"), _TICKETS),
        ("code_changes", say("The code on the kiosk changes every"), MINUTES),
        ("code_lasts", say("A code is good for"), MINUTES),
    ),
}
# The first is never more than the second: a light would skip yellow, a code lapse on the screen.
_IN_ORDER: Final = ((RULES, "watched", "too_long"), (JOINING, "code_changes", "code_lasts"))


class LineExists(RuleBroken):
    """The hall has a line of that key."""

    def __init__(self, key: str) -> None:
        super().__init__(say("There is a line %(key)s already. Choose another key.", key=key))


class LetterTaken(RuleBroken):
    """Another line of the hall has that letter."""

    def __init__(self, letter: str) -> None:
        super().__init__(
            say("Another line has the letter %(letter)s. Choose another letter.", letter=letter)
        )


class NothingChanges(RuleBroken):
    """It is like that already."""

    def __init__(self) -> None:
        super().__init__(say("Nothing would be different: it is like that already."))


class OutOfOrder(RuleBroken):
    """A figure is more than another one that it must not pass; ``figure`` is the first."""

    def __init__(self, figure: Figure, other: Figure) -> None:
        super().__init__(
            say("“%(what)s” cannot be more than “%(other)s”.", what=figure.label, other=other.label)
        )
        self.figure = figure


@dataclass(frozen=True)
class LineSaid:
    """A line as an administrator wants it."""

    name: Text
    minutes: int
    phase: Phase

    @classmethod
    def of(cls, queue: Queue) -> "LineSaid":
        """Return a line as it is."""
        return cls(queue.name, queue.minutes, queue.phase)

    @property
    def state(self) -> str:
        """What makes it another line, for whoever looked at it; short."""
        return _mark((self.name.en, self.name.zh, self.minutes, self.phase.value))


def get_line(session: Session, hall: str, key: str) -> Queue:
    """Return the line ``key`` of the hall with the key ``hall``.

    Raises:
        NotFound: there is none.
    """
    found = next((one for one in get_hall(session, hall).queues if one.key == key), None)
    if found is None:
        raise NotFound(say("There is no such line."))
    return found


def add(
    session: Session, hall: Hall, key: str, letter: str, said: LineSaid, *,
    by: User, reason: str, now: datetime,
) -> None:  # fmt: skip
    """Add a line to the hall; nothing can be booked in it until it is given places.

    Raises:
        LineExists: the hall has one of that key.
        LetterTaken: another line has that letter.
    """
    _hold(session, hall)
    if any(queue.key == key for queue in hall.queues):
        raise LineExists(key)
    if any(queue.letter == letter for queue in hall.queues):
        raise LetterTaken(letter)
    what = [
        say("Line %(letter)s is new: %(name)s", letter=letter, name=said.name),
        _minutes_said(letter, said),
        _phase_said(letter, said),
    ]
    _keep(session, hall, what, by=by, reason=reason, now=now)
    queue = Queue(hall_id=hall.id, key=key, letter=letter)
    _write(queue, said)
    session.add(queue)
    session.flush()
    session.expire(hall, ["queues"])


def change(
    session: Session, queue: Queue, said: LineSaid, *,
    seen: str, by: User, reason: str, now: datetime,
) -> None:  # fmt: skip
    """Change a line whose state was ``seen``.  Its key and letter stay: they are on paper.

    Raises:
        Overtaken: somebody else has changed it since.
        NothingChanges: it is like that already.
    """
    _hold(session, queue.hall)
    session.refresh(queue)
    before = LineSaid.of(queue)
    if before.state != seen:
        raise Overtaken
    what = []
    if said.name != before.name:
        what.append(
            say("Line %(letter)s is called %(name)s now", letter=queue.letter, name=said.name)
        )
    if said.minutes != before.minutes:
        what.append(_minutes_said(queue.letter, said))
    if said.phase is not before.phase:
        what.append(_phase_said(queue.letter, said))
    if not what:
        raise NothingChanges
    _write(queue, said)
    _keep(session, queue.hall, what, by=by, reason=reason, now=now)


def figures_of(hall: Hall) -> Figures:
    """Return the figures of a hall; one that came after the hall was made has its default."""
    return {part: _full(part, getattr(hall, part)) for part in _MODELS}


def state_of(figures: Figures) -> str:
    """Return what makes them other figures, for whoever looked at them; short."""
    return _mark([(part, kept and sorted(kept.items())) for part, kept in figures.items()])


def change_figures(
    session: Session, hall: Hall, said: Figures, *,
    seen: str, by: User, reason: str, now: datetime,
) -> None:  # fmt: skip
    """Change the figures of a hall, which were ``seen``; those not in ``FIGURES`` stay.

    ``said`` has those of appointments only for a hall that takes them; without those of phones,
    phones take no tickets.  Times follow at once when more days ahead can be booked.

    Raises:
        Overtaken: somebody else has changed them since.
        NothingChanges: they are like that already.
        OutOfOrder: two of them do not go together.
        ValidationError: one is out of its bounds (pydantic's).
    """
    _hold(session, hall)
    before = figures_of(hall)
    if state_of(before) != seen:
        raise Overtaken
    after = {part: _changed(part, before[part], said.get(part)) for part in _MODELS}
    what = [one for part in _MODELS for one in _differences(part, before[part], after[part])]
    if not what:
        raise NothingChanges
    _check_order(after)
    for part, kept in after.items():
        if kept != before[part]:
            setattr(hall, part, kept)
    session.flush()
    opened = 0
    if _days_ahead(after) != _days_ahead(before):
        opened = hours.follow_calendar(session, hall, now=now)
    _keep(session, hall, what, by=by, reason=reason, now=now, opened=opened)


def bounds_of(model: type[BaseModel], key: str) -> tuple[int, int]:
    """Return the least and the most that a number of a model may be.

    >>> bounds_of(LineFile, "one_in")
    (1, 20)
    """
    found = model.model_fields[key].metadata
    least = next(one.ge for one in found if hasattr(one, "ge"))
    return least, next(one.le for one in found if hasattr(one, "le"))


def amount(unit: Unit, count: int) -> Words:
    """Return so many of a unit, in words.

    >>> str(amount(MINUTES, 1)), str(amount(MINUTES, 30))
    ('1 minute', '30 minutes')
    """
    one, several = unit
    return Words((one if count == 1 else several).msgid, {"count": count})


def default_figures(part: str) -> Mapping[str, int]:
    """Return the figures that a part has when nothing is said of them."""
    return _MODELS[part]().model_dump()


def _full(part: str, kept: Mapping[str, Any] | None) -> dict[str, int] | None:
    return None if kept is None else _MODELS[part].model_validate(kept).model_dump()


def _changed(
    part: str, before: Mapping[str, int] | None, said: Mapping[str, int] | None
) -> dict[str, int] | None:
    if part != JOINING and (before is None or said is None):
        return None if before is None else dict(before)
    if said is None:
        return None
    typed = {one.key: said[one.key] for one in FIGURES[part]}
    return _full(part, {**(before or {}), **typed})


def _differences(
    part: str, before: Mapping[str, int] | None, after: Mapping[str, int] | None
) -> list[Words]:
    """Return in words what is different; of what is new every figure."""
    if after is None:
        return [say("Phones take no tickets any more")] if before is not None else []
    if before is None:
        return [
            say("Phones may take tickets now"),
            *[
                say("%(what)s: %(which)s", what=one.label, which=amount(one.unit, after[one.key]))
                for one in FIGURES[part]
            ],
        ]
    return [
        say(
            "%(what)s: %(before)s → %(after)s", what=one.label,
            before=amount(one.unit, before[one.key]), after=amount(one.unit, after[one.key]),
        )
        for one in FIGURES[part]
        if before[one.key] != after[one.key]
    ]  # fmt: skip


def _check_order(figures: Figures) -> None:
    for part, key, other in _IN_ORDER:
        kept = figures[part]
        if kept is not None and kept[key] > kept[other]:
            named = {one.key: one for one in FIGURES[part]}
            raise OutOfOrder(named[key], named[other])


def _days_ahead(figures: Figures) -> int | None:
    kept = figures[BOOKING]
    return None if kept is None else kept["days_ahead"]


def _minutes_said(letter: str, said: LineSaid) -> Words:
    time = amount(MINUTES, said.minutes)
    return say("Line %(letter)s: a visit usually takes %(time)s", letter=letter, time=time)


def _phase_said(letter: str, said: LineSaid) -> Words:
    return say("Line %(letter)s: %(phase)s", letter=letter, phase=PHASE_WORDS[said.phase])


def _write(queue: Queue, said: LineSaid) -> None:
    queue.name_en, queue.name_zh = said.name.en, said.name.zh
    queue.minutes, queue.phase = said.minutes, said.phase


def _mark(said: object) -> str:
    return sha256(repr(said).encode()).hexdigest()[:16]


def _hold(session: Session, hall: Hall) -> None:
    """Lock the hall for other changes of its lines, hours and figures, and see it as it is now."""
    session.scalars(
        sa.select(Hall).where(Hall.id == hall.id).with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    ).one()
    session.expire(hall, ["queues"])


def _keep(
    session: Session, hall: Hall, what: Sequence[Words], *,
    by: User, reason: str, now: datetime, opened: int = 0,
) -> None:  # fmt: skip
    kept = HallChange(
        hall_id=hall.id, at=now, by=by, reason=reason, what=[words_as_json(one) for one in what],
        figures={"opened": opened} if opened else {}, before=timetable_of(hall).kept(),
    )  # fmt: skip
    session.add(kept)
    live.announce(session, hall_topic(hall.id))
    log.info("lines changed", extra={"hall": hall.key, "by": by.id})

"""Adding a line to a hall, changing one, and the figures of the hall.  Who did it is kept.

Nothing of them is kept in a process: whoever calls, books or takes a ticket next reads them anew.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from servicedesk.accounts.models import User
from servicedesk.errors import NotFound, Overtaken, RuleBroken
from servicedesk.hall import figures
from servicedesk.hall.itinerary import Phase
from servicedesk.hall.models import Hall, Queue
from servicedesk.hall.operations import hall_changes, hours
from servicedesk.hall.operations.hall_changes import NothingChanges
from servicedesk.hall.queries import get_hall
from servicedesk.words import Text, Words, say

log = logging.getLogger(__name__)

PHASE_WORDS: Final[dict[Phase, Words]] = {
    Phase.CONSULT: say("Advice, before anything is handed in"),
    Phase.HAND_IN: say("Handing in"),
    Phase.PAY: say("Payment, after handing in"),
    Phase.COLLECT: say("Collection, at the end of a visit"),
}


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
        return figures.mark((self.name.en, self.name.zh, self.minutes, self.phase.value))


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
    hall_changes.hold(session, hall)
    if any(queue.key == key for queue in hall.queues):
        raise LineExists(key)
    if any(queue.letter == letter for queue in hall.queues):
        raise LetterTaken(letter)
    what = [
        say("Line %(letter)s is new: %(name)s", letter=letter, name=said.name),
        _minutes_said(letter, said),
        _phase_said(letter, said),
    ]
    hall_changes.keep(session, hall, what, by=by, reason=reason, now=now)
    queue = Queue(hall_id=hall.id, key=key, letter=letter)
    _write(queue, said)
    session.add(queue)
    session.flush()
    session.expire(hall, ["queues"])
    log.info("line added", extra={"hall": hall.key, "by": by.id})


def change(
    session: Session, queue: Queue, said: LineSaid, *,
    seen: str, by: User, reason: str, now: datetime,
) -> None:  # fmt: skip
    """Change a line whose state was ``seen``.  Its key and letter stay: they are on paper.

    Raises:
        Overtaken: somebody else has changed it since.
        NothingChanges: it is like that already.
    """
    hall_changes.hold(session, queue.hall)
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
    hall_changes.keep(session, queue.hall, what, by=by, reason=reason, now=now)
    log.info("line changed", extra={"hall": queue.hall.key, "by": by.id})


def figures_of(hall: Hall) -> figures.Figures:
    """Return the figures of a hall; one that came after the hall was made has its default."""
    return {part: figures.full(part, getattr(hall, part)) for part in figures.MODELS}


def change_figures(
    session: Session, hall: Hall, said: figures.Figures, *,
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
    hall_changes.hold(session, hall)
    before = figures_of(hall)
    if figures.state_of(before) != seen:
        raise Overtaken
    after = {part: figures.changed(part, before[part], said.get(part)) for part in figures.MODELS}
    what = [
        one
        for part in figures.MODELS
        for one in figures.differences(part, before[part], after[part])
    ]
    if not what:
        raise NothingChanges
    figures.check_order(after)
    for part, kept in after.items():
        if kept != before[part]:
            setattr(hall, part, kept)
    session.flush()
    opened = 0
    if figures.days_ahead(after) != figures.days_ahead(before):
        opened = hours.follow_calendar(session, hall, now=now)
    did = {"opened": opened} if opened else {}
    hall_changes.keep(session, hall, what, by=by, reason=reason, now=now, figures=did)
    log.info("figures changed", extra={"hall": hall.key, "by": by.id})


def _minutes_said(letter: str, said: LineSaid) -> Words:
    time = figures.amount(figures.MINUTES, said.minutes)
    return say("Line %(letter)s: a visit usually takes %(time)s", letter=letter, time=time)


def _phase_said(letter: str, said: LineSaid) -> Words:
    return say("Line %(letter)s: %(phase)s", letter=letter, phase=PHASE_WORDS[said.phase])


def _write(queue: Queue, said: LineSaid) -> None:
    queue.name_en, queue.name_zh = said.name.en, said.name.zh
    queue.minutes, queue.phase = said.minutes, said.phase

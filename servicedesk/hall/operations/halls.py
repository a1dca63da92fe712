"""Setting halls up from their file."""

import logging
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from servicedesk.hall.hall_files import CounterFile, HallFile, QueueFile
from servicedesk.hall.models import Counter, Hall, Queue

log = logging.getLogger(__name__)


def set_up(session: Session, halls: Sequence[HallFile]) -> int:
    """Add the halls that are not there yet; return how many.

    What is there is left as it is: administrators may have changed it since.
    """
    known = set(session.scalars(sa.select(Hall.key)))
    new = [_hall(said) for said in halls if said.key not in known]
    session.add_all(new)
    session.flush()
    for hall in new:
        log.info("hall set up", extra={"hall": hall.key})
    return len(new)


def _hall(said: HallFile) -> Hall:
    return Hall(
        key=said.key,
        name_en=said.name.en,
        name_zh=said.name.zh,
        address_en=said.address.en,
        address_zh=said.address.zh,
        is_training=said.is_training,
        hours=said.hours(),
        rules=said.line.model_dump(),
        booking=said.booking.model_dump() if said.booking else None,
        joining=said.joining.model_dump() if said.joining else None,
        queues=[_queue(queue) for queue in said.queues],
        counters=[_counter(counter) for counter in said.counters],
    )


def _queue(said: QueueFile) -> Queue:
    return Queue(
        key=said.key, letter=said.letter, minutes=said.minutes,
        name_en=said.name.en, name_zh=said.name.zh,
        phase=said.phase, public_places=said.public, staff_places=said.staff,
        hours={"week": said.week} if said.week is not None else None,
    )  # fmt: skip


def _counter(said: CounterFile) -> Counter:
    return Counter(
        number=said.number, kind=said.kind, equipment=said.equipment, queue_keys=said.serves,
        side_en=said.side.en, side_zh=said.side.zh,
    )  # fmt: skip

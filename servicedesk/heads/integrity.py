"""Whether the chains have only grown since the days' heads were taken (D2)."""

from collections.abc import Iterator

from servicedesk.database import keyring
from servicedesk.heads import queries
from servicedesk.heads.models import DailyHead
from servicedesk.heads.operations import FOLDER, PURPOSE, text_of
from servicedesk.integrity import Place, check

Wrong = Iterator[tuple[str, str]]


@check("heads.stored")
def stored(place: Place) -> Wrong:
    """The days' heads follow each other, each under our mark."""
    previous = b""
    for head in queries.daily_heads(place.session):
        if bytes(head.previous) != previous:
            yield f"head of {head.day}", "does not follow the one before"
        if not keyring.fits(PURPOSE, text_of(head).encode(), bytes(head.mark)):
            yield f"head of {head.day}", "was altered"
        previous = bytes(head.mark)


@check("heads.outside")
def outside(place: Place) -> Wrong:
    """What was written outside the database is still in it, word for word."""
    there = {str(head.day): _written(head) for head in queries.daily_heads(place.session)}
    for path in sorted((place.data_dir / FOLDER).glob("*.json")):
        if there.get(path.stem) != path.read_text(encoding="utf-8").splitlines():
            yield f"head of {path.stem}", "is not what was written outside"


@check("heads.chains")
def chains(place: Place) -> Wrong:
    """Cases and enterprises only grow: none has vanished, none was cut or written anew."""
    heads = queries.daily_heads(place.session)
    for name in queries.gone_or_altered(place.session, queries.noted(heads)):
        yield name, "is not what it was when a day's head was taken"


def _written(head: DailyHead) -> list[str]:
    return [text_of(head), bytes(head.mark).hex()]

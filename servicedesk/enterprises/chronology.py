"""What the register says on a day, as far as it was known at a filing: two times, one fold.

A filing is *recorded* when it is decided (its number) and *takes effect* on its day, which may
lie ahead.  A filing that replaces another stands in its place: a correction with what is right,
an annulment or a withdrawal with what had stood there before, which is the original where a
correction is annulled and otherwise nothing.  The facts on a day are those filings that no other
replaces and that have taken effect, laid over each other in the order of their days, and on one
day in the order in which they were recorded.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from servicedesk.enterprises.ledger import Changes, Entry, Link

Facts = dict[str, Any]

_NAMED: Final = ("name", "full_name")  # by what one of a list is told from the others


@dataclass(frozen=True)
class Row:
    """One thing that the register says, from a day on; ``value`` None: no longer."""

    topic: str  # "shareholders", "capital"
    subject: str  # who or what of the list; empty where there is one
    value: Any


@dataclass(frozen=True)
class Span:
    """What the register said of one thing, and from when until when."""

    row: Row
    since: date
    until: date | None  # the first day on which it was not so any more; None: it still is
    seq: int  # the filing that brought it


def in_force(links: Sequence[Link], *, upto: int | None = None) -> list[Entry]:
    """Return the filings that count, in the order in which they are laid over each other.

    Args:
        links: the chain, in the order of the numbers.
        upto: the last filing that is known; None: all are.
    """
    known = [link.entry for link in links if upto is None or link.entry.seq <= upto]
    replaced = {entry.replaces for entry in known}
    places = _places(known)
    counting = [one for one in known if one.seq not in replaced and one.changes]
    return sorted(counting, key=lambda one: (one.effective_on, places[one.seq]))


def facts(links: Sequence[Link], *, on: date | None = None, upto: int | None = None) -> Facts:
    """Return what the register says on a day, as known at a filing.

    Args:
        links: the chain, in the order of the numbers.
        on: the day; None: when everything known has taken effect.
        upto: the last filing that is known; None: all are.
    """
    said: Facts = {}
    for entry in in_force(links, upto=upto):
        if on is None or entry.effective_on <= on:
            said.update({key: after for key, (_, after) in entry.changes.items()})
    return {key: value for key, value in said.items() if value is not None}


def without(links: Sequence[Link], seqs: Iterable[int], *, today: date) -> list[Link]:
    """Return a chain as if these filings were struck today: to fold, not to keep.

    In the place of each comes what had stood there before, as ``register.strike`` does it.
    """
    struck = list(links)
    by_seq = {link.entry.seq: link.entry for link in links}
    for seq in seqs:
        was = by_seq.get(by_seq[seq].replaces or 0)
        entry = replace(
            by_seq[seq],
            seq=struck[-1].entry.seq + 1,
            changes=was.changes if was else {},
            effective_on=was.effective_on if was else today,
            replaces=seq,
        )
        struck.append(Link(entry, b"", b""))
    return struck


def said(changes: Changes) -> Facts:
    """Return what a filing of these changes says.

    >>> said({"liaison": [None, "林乔"], "supervisors": [["周若谷"], None]})
    {'liaison': '林乔'}
    """
    return {key: after for key, (_, after) in changes.items() if after is not None}


def next_day(links: Sequence[Link], after: date) -> date | None:
    """Return the next day after ``after`` on which a filing takes effect; None: there is none."""
    ahead = [one.effective_on for one in in_force(links) if one.effective_on > after]
    return min(ahead, default=None)


def pending(links: Sequence[Link], today: date) -> list[Entry]:
    """Return the filings that are recorded and take effect on a later day."""
    return [one for one in in_force(links) if one.effective_on > today]


def is_replaced(links: Sequence[Link], seq: int) -> bool:
    """Whether another filing stands in the place of the filing ``seq``."""
    return any(link.entry.replaces == seq for link in links)


def rows(changes: Changes) -> list[Row]:
    """Return what the changes of one filing come to, thing by thing.

    >>> rows({"scope": [["BS001", "BS002"], ["BS002"]]})
    [Row(topic='scope', subject='BS001', value=None)]
    """
    return [
        Row(topic, subject, value)
        for topic, (before, after) in sorted(changes.items())
        for subject, value in _told_apart(before, after)
    ]


def spans(links: Sequence[Link], *, on: date | None = None) -> list[Span]:
    """Return the dated rows of a chain, the oldest first: what was so, from when until when.

    ``on`` leaves out what takes effect later.
    """
    running: dict[tuple[str, str], tuple[Row, date, int]] = {}
    told: list[Span] = []
    said: Facts = {}
    for entry in in_force(links):
        if on is not None and entry.effective_on > on:
            continue
        after = {key: change[1] for key, change in entry.changes.items()}
        for row in rows({key: [said.get(key), value] for key, value in after.items()}):
            place = (row.topic, row.subject)
            if place in running:
                was, since, seq = running.pop(place)
                told.append(Span(was, since, entry.effective_on, seq))
            if row.value is not None:
                running[place] = (row, entry.effective_on, entry.seq)
        said.update(after)
    told += [Span(row, since, None, seq) for row, since, seq in running.values()]
    return sorted(told, key=lambda one: (one.since, one.seq, one.row.topic, one.row.subject))


def _places(known: Sequence[Entry]) -> Mapping[int, int]:
    """Return in whose place each filing stands: a correction in that of what it corrects."""
    places: dict[int, int] = {}
    for entry in known:
        places[entry.seq] = entry.seq if entry.replaces is None else places[entry.replaces]
    return places


def _told_apart(before: Any, after: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any JSON
    if not (_is_list(before) or _is_list(after)):
        yield "", after
        return
    was, now = dict(_members(before)), dict(_members(after))
    for subject in sorted({*was, *now}):
        if was.get(subject) != now.get(subject):
            yield subject, now.get(subject)


def _is_list(value: Any) -> bool:  # noqa: ANN401 - any JSON
    return isinstance(value, list)


def _members(value: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any JSON
    """Yield each of a list with what tells it from the others; two of one name are numbered."""
    seen: dict[str, int] = {}
    for one in value or []:
        subject = _subject(one)
        seen[subject] = seen.get(subject, 0) + 1
        yield (subject if seen[subject] == 1 else f"{subject} ({seen[subject]})"), one


def _subject(one: Any) -> str:  # noqa: ANN401 - any JSON
    if not isinstance(one, dict):
        return str(one)
    return str(next((one[key] for key in _NAMED if one.get(key)), ""))

"""An enterprise at one moment of its register: as of a day, as known at a filing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from servicedesk.enterprises import chronology, fact_words, ledger
from servicedesk.enterprises.chronology import Facts, Row
from servicedesk.enterprises.ledger import Entry, Link
from servicedesk.words import Text


@dataclass(frozen=True)
class FactDifference:
    """What one fact said and says; of a list, those of it that differ."""

    topic: str
    label: Text
    before: tuple[Text, ...]
    after: tuple[Text, ...]


@dataclass(frozen=True)
class Dated:
    """One thing that the register said, from when until when."""

    label: Text
    said: Text
    since: date
    until: date | None  # the first day on which it was not so any more; None: it still is
    seq: int  # the filing that brought it


@dataclass(frozen=True)
class Moment:
    """What the register says at a moment, and what the last filing of it changed."""

    facts: Facts
    on: date  # the day of which it speaks
    filing: Entry  # the last that is known
    differences: tuple[FactDifference, ...]  # that this filing made, as of its day
    is_now: bool  # neither an earlier day nor an earlier filing


def moment(
    links: Sequence[Link], *, today: date, seq: int | None = None, on: date | None = None
) -> Moment:
    """Return what the register says of an enterprise.

    Args:
        links: the chain, at least the set-up.
        today: the day it is.
        seq: the last filing that is known; None, or one that is not there: the last there is.
        on: the day, not before the set-up; None: today for the last filing, and for an earlier
            one the day on which it takes effect.
    """
    known = {link.entry.seq: link.entry for link in links}
    filing = known.get(seq or 0) or links[-1].entry
    is_last = filing is links[-1].entry
    lies_ahead = seq is not None and filing.effective_on > today
    day = on or (today if is_last and not lies_ahead else filing.effective_on)
    day = max(day, links[0].entry.effective_on)
    upto = links[: filing.seq]
    return Moment(
        facts=chronology.facts(upto, on=day),
        on=day,
        filing=filing,
        differences=tuple(differences_of(links, filing)),
        is_now=is_last and day == today,
    )


def differences_of(links: Sequence[Link], filing: Entry) -> list[FactDifference]:
    """Return what a filing changed when it took effect, as far as was known when it was made.

    An annulment or a withdrawal shows what it took back, as of the day of what it strikes.
    """
    return differences(*around(links, filing))


def around(links: Sequence[Link], filing: Entry) -> tuple[Facts, Facts]:
    """Return the facts before and after a filing, on the day of which ``differences_of`` tells."""
    struck = next((one.entry for one in links if one.entry.seq == filing.replaces), None)
    day = max(filing.effective_on, struck.effective_on) if struck else filing.effective_on
    before = chronology.facts(links, on=day, upto=filing.seq - 1)
    return before, chronology.facts(links, on=day, upto=filing.seq)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[FactDifference]:
    """Return how two states of an enterprise's facts differ, in the order of the table."""
    changes = ledger.changes(before, after)
    form = str(after.get("org_form") or before.get("org_form"))
    told = [
        _difference(topic, form, *changes[topic]) for topic in sorted(changes, key=fact_words.order)
    ]
    return [one for one in told if one is not None]


def dated(links: Sequence[Link], moment: Moment) -> list[Dated]:
    """Return what was so until a moment, topic by topic, the oldest first."""
    known = chronology.spans(links[: moment.filing.seq], on=moment.on)
    form = str(moment.facts.get("org_form"))
    in_order = sorted(known, key=lambda one: fact_words.order(one.row.topic))
    return [
        Dated(label, said, one.since, one.until, one.seq)
        for one in in_order
        if (label := fact_words.label(one.row.topic, form)) and (said := fact_words.line(one.row))
    ]


def said_later(links: Sequence[Link], right: Mapping[str, Any], *, today: date) -> int | None:
    """Return the filing whose word stands today against what the last filing put right.

    None: today's facts say what is right, or what was put right takes effect later.
    """
    known = chronology.facts(links, on=today)
    against = {fact for fact, value in right.items() if known.get(fact) != value}
    told = [one for one in chronology.in_force(links) if one.effective_on <= today]
    if links[-1].entry not in told:
        return None
    return next((one.seq for one in reversed(told) if against & one.changes.keys()), None)


def shown(facts: Mapping[str, Any]) -> list[FactDifference]:
    """Return the facts line by line, as if each had just come about."""
    return differences({}, facts)


def _difference(
    topic: str,
    form: str,
    before: Any,  # noqa: ANN401 - any JSON
    after: Any,  # noqa: ANN401
) -> FactDifference | None:
    label = fact_words.label(topic, form)
    if label is None:
        return None
    now = chronology.rows({topic: [before, after]})
    was = chronology.rows({topic: [after, before]})
    return FactDifference(topic, label, tuple(_lines(was)), tuple(_lines(now)))


def _lines(rows: Sequence[Row]) -> list[Text]:
    return [line for row in rows if (line := fact_words.line(row)) is not None]

"""How the time was counted, in words: the answer to "Why these dates?".

Pure rules: what ``time_limits`` reads off the ledger, said one sentence a line.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from servicedesk.calendar.working_days import SpecialDay
from servicedesk.cases.excluded_time import STOP_WORDS
from servicedesk.cases.time_limits import Days, Kind, Reading, Stretch
from servicedesk.words import Words, say

KIND_WORDS: Final[dict[str, Words]] = {
    Kind.ACCEPTANCE: say("checking that everything is there"),
    Kind.HANDLING: say("handling"),
    Kind.CORRECTION: say("waiting for your corrections"),
    Kind.EXCLUDED: say("an inspection, a hearing or an expert review"),
}


def explain(reading: Reading) -> list[Words]:
    """Return the account in words, for "Why these dates?": one sentence a line, in order."""
    lines = [_line(stretch, reading.days) for stretch in reading.account]
    if reading.days is Days.WORKING:
        lines += _special_lines(reading.specials)
    lines += _limit_lines(reading)
    lines += [
        say("The holidays of %(year)s are not announced yet, so the date may move.", year=year)
        for year in reading.expected_years
    ]
    return lines


def _limit_lines(reading: Reading) -> Iterator[Words]:
    if reading.extension:
        yield say(
            "%(extension)s days of the limit were granted as an extension.",
            extension=reading.extension,
        )
    if reading.due and reading.days is Days.CALENDAR:
        yield say(
            "The limit of %(limit)s calendar days ends at closing time: %(due)s.",
            limit=reading.limit,
            due=reading.due,
        )
    elif reading.due:
        yield say(
            "The limit of %(limit)s working days ends at closing time: %(due)s.",
            limit=reading.limit,
            due=reading.due,
        )


def _line(stretch: Stretch, days: Days) -> Words:
    facts = {
        "since": stretch.since,
        "through": stretch.through,
        "days": stretch.days,
        "used": stretch.used,
        "why": _why(stretch),
    }
    if not stretch.runs:
        return say("From %(since)s to %(through)s the clock stood: %(why)s.", **facts)
    if not stretch.is_current:
        return say(
            "From %(since)s to %(through)s the clock ran, and then started anew: %(why)s.", **facts
        )
    if days is Days.CALENDAR:
        return say(
            "From %(since)s, not counting that day, to %(through)s: "
            "%(days)s days, rest days too, %(used)s used in all.",
            **facts,
        )
    return say(
        "From %(since)s, not counting that day, to %(through)s: "
        "%(days)s working days, %(used)s used in all.",
        **facts,
    )


def _why(stretch: Stretch) -> Words:
    known = KIND_WORDS.get(stretch.kind, say("another matter"))
    return STOP_WORDS.get(stretch.matter, known)


def _special_lines(specials: Iterable[SpecialDay]) -> Iterator[Words]:
    """Tell of holidays and make-up days, those of one name together."""
    for (works, name), days in groupby(specials, key=lambda special: (special.works, special.name)):
        dates = [special.day for special in days]
        facts = {"name": name, "first": dates[0], "last": dates[-1]}
        if works:
            yield from (say("%(day)s is a working day: %(name)s.", day=d, name=name) for d in dates)
        elif len(dates) == 1:
            yield say("%(first)s is not counted: %(name)s.", **facts)
        else:
            yield say("%(first)s to %(last)s is not counted: %(name)s.", **facts)

"""What a guide says of the time it takes: by law, as promised, and in short on the card."""

from servicedesk.catalogue.definition import Action, Service
from servicedesk.catalogue.fields import Text as SourcedText
from servicedesk.catalogue.limits import Limit
from servicedesk.words import Text, Words, say

Line = Text | SourcedText | Words


def duration(working_days: int) -> Words:
    """Return a number of working days in words; none at all is at once."""
    if working_days == 0:
        return say("At once")
    if working_days == 1:
        return say("1 working day")
    return say("%(days)s working days", days=working_days)


def time_of(limit: Limit) -> Words:
    """Return how long a limit is, in words."""
    if limit.calendar_days is not None:
        return say("%(days)s calendar days", days=limit.calendar_days)
    return duration(limit.working_days)


def extra_time(limit: Limit) -> Words:
    """Return by how much a limit may be extended, in words: days of the kind it counts."""
    if limit.calendar_days is not None:
        return say("%(days)s calendar days", days=limit.extend)
    return duration(limit.extend)


def _limit(limit: Limit) -> list[Line]:
    lines: list[Line] = [time_of(limit)]
    if limit.extend and limit.extend_by:
        lines.append(
            say(
                "May be extended by %(time)s by %(who)s",
                time=extra_time(limit),
                who=limit.extend_by,
            )
        )
    elif limit.extend:
        lines.append(say("May be extended by %(time)s", time=extra_time(limit)))
    return [*lines, *_basis(limit)]


def _basis(limit: Limit) -> list[Line]:
    return [limit.basis] if limit.basis else []


def statutory(service: Service) -> list[Line]:
    """Return the limit by law, its extension, its basis, and from when it counts."""
    if not service.pages:
        own = service.guide.times.statutory
        return list(own) or [say("The limits of the office that does it hold.")]
    if service.clock is None:
        return [say("No limit is written in the law.")]
    if service.clock.legal is None:
        return _by_ruling(service) or [say("No limit is written in the law.")]
    counted = [*_limit(service.clock.legal), *_starts(service, service.clock.legal)]
    if waits_without_limit(service):
        counted.append(say("No limit is written in the law for the time until it is accepted"))
    return counted


def _by_ruling(service: Service) -> list[Line]:
    """Return the limits of several authorities, each for what is its own."""
    lines: list[Line] = []
    starts: list[Line] = []
    for ruling in (task.ruling for _, task in service.all_tasks()):
        if ruling and ruling.legal:
            time = time_of(ruling.legal)
            lines.append(say("%(what)s: %(time)s", what=ruling.name.plain(), time=time))
            lines += _basis(ruling.legal)
            starts = _starts(service, ruling.legal)
    return lines + starts


def committed(service: Service) -> list[Line]:
    """Return the time promised, and from when it counts."""
    if not service.pages:
        own = service.guide.times.committed
        return list(own) or [say("The office that does it says how long it takes.")]
    if service.clock is None or service.clock.committed is None:
        return [say("No shorter time is promised.")]
    return [*_limit(service.clock.committed), *_starts(service, service.clock.committed)]


def time_in_short(service: Service) -> tuple[str, Line, Line | None]:
    """Return the time as the card has it: the key of its element, its words, and the law's.

    The law's own words stand first where nobody promises less: a duty of the reader, say.
    """
    promised, legal = committed(service)[0], statutory(service)[0]
    is_promised = bool(service.pages or service.guide.times.committed)
    by_law = service.clock.legal if service.clock else service.guide.times.statutory
    if not is_promised and by_law:
        return "statutory_limit", legal, None
    return "committed_limit", promised, legal if by_law else None


def waits_without_limit(service: Service) -> bool:
    """Whether no limit runs from the receipt of an application until it is accepted."""
    if service.clock is None or service.clock.starts != "acceptance":
        return False
    accepts = [task for _, task in service.all_tasks() if Action.ACCEPT in task.actions]
    is_limited = service.clock.correction.working_days or any(task.limit for task in accepts)
    return bool(accepts) and not is_limited


def _starts(service: Service, limit: Limit) -> list[Line]:
    """Return from when a limit is counted (民法典 art. 201: the first day does not count)."""
    if service.clock is None or (limit.working_days == 0 and limit.calendar_days is None):
        return []
    if service.clock.starts == "acceptance":
        return [say("Counted from the day after the application is accepted")]
    return [say("Counted from the day after the application is received")]

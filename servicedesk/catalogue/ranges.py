"""Between which numbers a setting may be set: by what it counts, and by other settings.

Pure.  A setting may name its ``least`` and ``most``; what it leaves out follows from its unit,
so that every number has its bounds.  ``not_above`` and ``not_below`` name another setting of
the same service.  The page, the command and ``catalogue check`` all ask ``fault``.
"""

from collections.abc import Iterator
from typing import Final

from servicedesk.catalogue.definition import Service, Setting
from servicedesk.words import Words, say

MOST: Final = 10**12  # of any number
# The first of these words in the English unit says what is counted: "working days of the change".
_BY_UNIT: Final = (
    ("CNY", 0, MOST),
    ("cent", 0, 100),
    ("age", 10, 100),
    ("working", 1, 250),
    ("days", 1, 3_660),
    ("months", 1, 120),
    ("years", 1, 100),
    ("points", 1, 1_000),
    ("times", 1, 100),
)
_ELSE: Final = (0, 1_000_000)
_TOO_MUCH: Final = say("This may not be more than “%(label)s” (%(value)s).")
_TOO_LITTLE: Final = say("This may not be less than “%(label)s” (%(value)s).")


def bounds(setting: Setting) -> tuple[int, int]:
    """Return the least and the most that a number may be, by itself."""
    counted = setting.unit.en.split() if setting.unit else []
    fitting = ((least, most) for word, least, most in _BY_UNIT if word in counted)
    least, most = next(fitting, _ELSE)
    return (
        least if setting.least is None else setting.least,
        most if setting.most is None else setting.most,
    )


def allowed(service: Service, key: str) -> tuple[int, int]:
    """Return the least and the most that setting ``key`` may be beside the others."""
    least, most = bounds(service.settings[key])
    for lower, upper in _pairs(service):
        below, above = (service.settings[one].current for one in (lower, upper))
        if key == upper and isinstance(below, int):
            least = max(least, below)
        if key == lower and isinstance(above, int):
            most = min(most, above)
    return least, most


def fault(service: Service, key: str) -> Words | None:
    """Return what is wrong with the value in force of setting ``key``, or None."""
    setting = service.settings[key]
    value = setting.current
    if not isinstance(value, int):
        return None
    least, most = bounds(setting)
    if not least <= value <= most:
        return say(
            "Give a whole number from %(least)s to %(most)s.", least=f"{least:,}", most=f"{most:,}"
        )
    return next(_against_others(service, key), None)


def _against_others(service: Service, key: str) -> Iterator[Words]:
    """Yield which other settings the value in force of ``key`` does not keep to."""
    for lower, upper in _pairs(service):
        below, above = (service.settings[one].current for one in (lower, upper))
        if key not in {lower, upper} or not (isinstance(below, int) and isinstance(above, int)):
            continue
        if below > above:
            sentence, other, value = (
                (_TOO_MUCH, upper, above) if key == lower else (_TOO_LITTLE, lower, below)
            )
            label = service.settings[other].label.plain()
            yield Words(sentence.msgid, {"label": label, "value": f"{value:,}"})


def _pairs(service: Service) -> Iterator[tuple[str, str]]:
    """Yield the settings of which the first may not be above the second."""
    for key, setting in service.settings.items():
        if setting.not_above in service.settings:
            yield key, str(setting.not_above)
        if setting.not_below in service.settings:
            yield str(setting.not_below), key

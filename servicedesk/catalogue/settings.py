"""Settings of a service, put to use: figures and texts of the definition, as they are in force.

Pure.  A definition states each figure where it belongs, as its sources have it.  A setting
names the figures it rules (``sets``), and texts insert it (``{stay_years}``).  What an
administrator chose is part of the published version, so an application keeps the figures
it was begun with.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from servicedesk.catalogue import definitions
from servicedesk.catalogue.definition import Service, Setting
from servicedesk.catalogue.numbers import Unfit
from servicedesk.catalogue.ranges import MOST
from servicedesk.words import Text, say

INSERTED: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_PLURAL: Final = re.compile(r"([a-z])s\b")
_LONGEST: Final = 200  # characters of a value in words
_LONGEST_NUMBER: Final = 20  # figures


def with_chosen(service: Service, chosen: Mapping[str, int | str]) -> Service:
    """Return ``service`` as written but for what administrators chose, figures put in place."""
    meant = choosing(service, chosen)
    data = definitions.dump(meant)
    for setting in meant.settings.values():
        for place in setting.sets:
            put(data, place, setting.current)
    return definitions.parse(data, service.code)


def choosing(service: Service, chosen: Mapping[str, int | str]) -> Service:
    """Return ``service`` with what administrators chose in its settings, and only there."""
    settings = {
        key: setting.model_copy(update={"chosen": chosen.get(key)})
        for key, setting in service.settings.items()
    }
    return service.model_copy(update={"settings": settings})


def in_force(service: Service) -> Service:
    """Return ``service`` with its settings in the texts that insert them."""
    return definitions.parse(filled_in(service), service.code) if service.settings else service


def filled_in(service: Service) -> dict[str, Any]:
    """Return ``service`` as JSON data, with its settings in the texts that insert them."""
    inserted = {key: words(setting) for key, setting in service.settings.items()}
    data = definitions.dump(service)
    rest = {key: part for key, part in data.items() if key not in {"settings", "examples"}}
    return {**data, **_filled(rest, inserted)}


def words(setting: Setting) -> str:
    """Return the value in force as texts write it."""
    value = setting.current
    return f"{value:,}" if isinstance(value, int) else (value or "–")


def unit(setting: Setting) -> Text | None:
    """Return the unit of the value in force; of one, English says "1 working day"."""
    if setting.unit is None:
        return None
    plain = setting.unit.plain()
    return Text(_PLURAL.sub(r"\1", plain.en, count=1), plain.zh) if setting.current == 1 else plain


def read(setting: Setting, typed: str) -> int | str:
    """Return what was typed as a value of ``setting``, of the kind that its file gives it.

    Whether a number lies between its bounds is ``ranges.fault``'s to say; one that is longer
    than any of them comes out beyond all.

    Raises:
        Unfit: it is no such value.
    """
    typed = typed.strip()
    if isinstance(setting.value, str):
        return _read_words(setting, typed)
    figures = typed.replace(",", "")
    if not figures.isascii() or not figures.removeprefix("-").isdecimal():
        raise Unfit(say("Enter a whole number."))
    return int(figures) if len(figures) <= _LONGEST_NUMBER else MOST + 1


def inserted_in(service: Service) -> Iterator[tuple[str, str]]:
    """Yield each setting that a text of ``service`` inserts, with the text's place."""
    data = definitions.dump(service)
    for where, text in definitions.texts(data):
        for language in ("en", "zh"):
            yield from ((f"{where}.{language}", key) for key in INSERTED.findall(text[language]))


def figure_at(service: Service, place: str) -> object:
    """Return what stands at ``place``; None where there is nothing."""
    return _holder(definitions.dump(service), place)[1]


def put(data: dict[str, Any], place: str, value: object) -> None:
    """Write ``value`` at ``place`` of a definition; nothing where there is no such place."""
    holder, there = _holder(data, place)
    if holder is not None and there is not None:
        holder[definitions.steps_of(place)[-1]] = value


def _holder(data: Any, place: str) -> tuple[Any, object]:  # noqa: ANN401 - any JSON
    """Return the mapping that holds the last step of ``place``, and what is there."""
    holder: Any = None
    for step in definitions.steps_of(place):
        holder, data = data, definitions.entry(data, step)
    return (holder, data) if isinstance(holder, dict) else (None, None)


def _read_words(setting: Setting, typed: str) -> str:
    known = setting.options
    if not typed or len(typed) > _LONGEST:
        raise Unfit(say("Enter 1 to %(most)s characters.", most=_LONGEST))
    if known and (strange := [one for one in typed.split() if one not in known]):
        raise Unfit(
            say(
                "“%(word)s” is not known here. There are: %(known)s.",
                word=strange[0],
                known=", ".join(known),
            )
        )
    return typed


def _filled(part: Any, inserted: Mapping[str, str]) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(part, dict):
        return {key: _filled(one, inserted) for key, one in part.items()}
    if isinstance(part, list):
        return [_filled(one, inserted) for one in part]
    if isinstance(part, str):
        return INSERTED.sub(lambda found: inserted.get(found[1], found[0]), part)
    return part

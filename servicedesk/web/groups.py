"""Adding, removing and moving cards of a repeating group, in what was typed, before any check.

A button ``name="edit"`` with ``value="add:f_shareholders"``, ``"remove:f_shareholders:2"`` or
``"up:f_shareholders:2"`` sends the whole page.  The typed values stay as typed; only the cards
are renumbered.  ``"drop:passport:<content>"`` takes a file out that ``f_passport-kept`` names.
"""

import re
from typing import Final

from werkzeug.datastructures import MultiDict

MARKER: Final = "card"  # an input of every card, so that an empty one is sent too
_EDIT: Final = re.compile(
    r"(?P<verb>add|remove|up|down):(?P<group>[a-z][a-z0-9_]{0,60})(:(?P<index>\d{1,3}))?"
)

_DROP: Final = re.compile(r"drop:(?P<input>[a-z][a-z0-9_-]{0,110}):(?P<file>[0-9a-f]{64})")


def edited(typed: "MultiDict[str, str]", edit: str) -> "MultiDict[str, str]":
    """Return ``typed`` with one card more, less or moved; unchanged if ``edit`` makes no sense.

    >>> edited(MultiDict({"f_a-0-x": "1", "f_a-1-x": "2"}), "remove:f_a:0").to_dict()
    {'f_a-0-x': '2'}
    >>> edited(MultiDict({"f_a-0-x": "1"}), "add:f_a").to_dict()
    {'f_a-0-x': '1', 'f_a-1-card': ''}
    >>> edited(MultiDict({"f_a-0-x": "1", "f_a-1-x": "2"}), "up:f_a:1").to_dict()
    {'f_a-1-x': '1', 'f_a-0-x': '2'}
    """
    if drop := _DROP.fullmatch(edit):
        return _without(typed, f"f_{drop['input']}-kept", drop["file"])
    wish = _EDIT.fullmatch(edit)
    if wish is None:
        return typed
    group = _group_of(wish)
    numbers = sorted({number for name in typed if (number := _number(name, group)) is not None})
    if wish["verb"] == "add":
        added = typed.copy()
        added.add(f"{group}-{numbers[-1] + 1 if numbers else 0}-{MARKER}", "")
        return added
    if wish["verb"] == "remove":
        kept = [number for number in numbers if str(number) != wish["index"]]
    else:
        kept = _moved(numbers, wish["index"], -1 if wish["verb"] == "up" else 1)
    return _renumbered(typed, group, {number: place for place, number in enumerate(kept)})


def place_of(edit: str) -> str | None:
    """Return the id of what ``edit`` changes, where the page is shown again; None: of nothing.

    >>> place_of("add:shareholders"), place_of(f"drop:passport:{'0' * 64}"), place_of("x")
    ('f_shareholders-group', 'f_passport', None)
    """
    if drop := _DROP.fullmatch(edit):
        return f"f_{drop['input']}"
    wish = _EDIT.fullmatch(edit)
    return f"{_group_of(wish)}-group" if wish else None


def _group_of(wish: re.Match[str]) -> str:
    return wish["group"] if wish["group"].startswith("f_") else f"f_{wish['group']}"


def _without(typed: "MultiDict[str, str]", name: str, value: str) -> "MultiDict[str, str]":
    left = typed.copy()
    left.setlist(name, [one for one in typed.getlist(name) if one != value])
    return left


def _moved(numbers: list[int], index: str | None, by: int) -> list[int]:
    """Return ``numbers`` with the card ``index`` one place on; as they are at either end."""
    here = next((at for at, number in enumerate(numbers) if str(number) == index), None)
    if here is None or not 0 <= here + by < len(numbers):
        return numbers
    moved = list(numbers)
    moved[here], moved[here + by] = moved[here + by], moved[here]
    return moved


def _renumbered(
    typed: "MultiDict[str, str]", group: str, places: dict[int, int]
) -> "MultiDict[str, str]":
    result: MultiDict[str, str] = MultiDict()
    for name, value in typed.items(multi=True):
        number = _number(name, group)
        if number is None:
            result.add(name, value)
        elif number in places:
            rest = name.removeprefix(f"{group}-{number}-")
            result.add(f"{group}-{places[number]}-{rest}", value)
    return result


def _number(name: str, group: str) -> int | None:
    """Return the number of the card of ``group`` that the input ``name`` is in, or None."""
    prefix, _, rest = name.partition(f"{group}-")
    number = rest.partition("-")[0]
    return int(number) if not prefix and number.isdecimal() else None

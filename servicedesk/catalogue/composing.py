"""A definition made whole: the pages that it takes over from another one, put in their place.

Pure.  Done once, when the file is read; what is stored and what a case is pinned to has all
pages in it, so that nobody's form changes when the other definition does.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from pydantic import ValidationError

from servicedesk.catalogue.bundle_keys import PagesOf
from servicedesk.catalogue.sharing import SHARED

Data = Mapping[str, Any]
_ASKED: Final = ("pages[", "materials[")  # the figures that settings of a form set


def composed(data: Any, of: Callable[[str], Data]) -> Any:  # noqa: ANN401 - whatever the file has
    """Return ``data`` with what its ``pages_of`` names; as it is where that is not well formed.

    Args:
        data: a definition as its file has it.
        of: returns another definition as its file has it, by code.
    """
    taken = data.get("pages_of") if isinstance(data, Mapping) else None
    if not isinstance(taken, list):
        return data
    for entry in taken:
        try:
            named = PagesOf.model_validate(entry)
        except ValidationError:
            return data
        data = _with(data, of(named.service), named)
    return data


def _with(data: Data, other: Data, named: PagesOf) -> dict[str, Any]:
    """Return ``data`` with what it takes of ``other``: all that its pages ask and call for."""
    first, last = _parted(other.get("pages", ()), lambda page: page["key"] not in named.last)
    places = {page["section"] for page in first}
    before, behind = _parted(other.get("sections", ()), lambda one: one["key"] in places)
    settings = {
        key: setting if SHARED in setting else {**setting, "of": named.service}
        for key, setting in other.get("settings", {}).items()
        if all(place.startswith(_ASKED) for place in setting.get("sets", ()))
    }
    return {
        **data,
        "settings": settings | data.get("settings", {}),
        "sections": [*before, *data.get("sections", ()), *behind],
        "pages": [*first, *data.get("pages", ()), *last],
        "materials": [*other.get("materials", ()), *data.get("materials", ())],
        "confirmation": data.get("confirmation", other.get("confirmation")),
    }


def _parted(
    entries: Sequence[Data], is_first: Callable[[Data], bool]
) -> tuple[list[Data], list[Data]]:
    first = [one for one in entries if is_first(one)]
    return first, [one for one in entries if one not in first]

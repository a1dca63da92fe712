"""Settings that several services share: one entry in ``shared_settings.yaml``, named by each.

Pure.  Done once, when a file is read, before pages are taken over from another one: a definition
says ``points_a: shared``, or ``committed_days: {shared: promised_at_once}`` where it calls the
setting otherwise; what is stored has the whole setting in it, and under which name it is shared.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

Data = Mapping[str, Any]
SHARED: Final = "shared"  # the word of a definition, and whose setting it is in the database
_OWN: Final = frozenset({SHARED, "sets"})  # what a definition may say of a shared setting


def unfolded(data: Any, shared: Data) -> Any:  # noqa: ANN401 - whatever the file has
    """Return ``data`` with each shared setting it names written out; the rest as it is."""
    said = data.get("settings") if isinstance(data, Mapping) else None
    if not isinstance(said, Mapping):
        return data
    settings = {key: _whole(key, one, shared) for key, one in said.items()}
    return {**data, "settings": settings}


def faults(data: Any, shared: Data) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any YAML
    """Yield where ``data`` names shared settings wrongly, and in what way."""
    said = data.get("settings") if isinstance(data, Mapping) else None
    for key, one in said.items() if isinstance(said, Mapping) else ():
        name = _name(key, one)
        if name is not None and not isinstance(shared.get(name), Mapping):
            yield f"settings.{key}", f"names no shared setting: {name!r}"
        elif name is not None and isinstance(one, Mapping) and (more := set(one) - _OWN):
            yield f"settings.{key}.{min(more)}", "stands in shared_settings.yaml; leave it out here"


def _whole(key: str, one: Any, shared: Data) -> Any:  # noqa: ANN401 - any YAML
    name = _name(key, one)
    if name is None:
        return one
    own = one if isinstance(one, Mapping) else {}
    return {**shared[name], **own, SHARED: name}


def _name(key: str, one: object) -> str | None:
    """Return the name of the shared setting that ``key`` is, or None: it is the file's own."""
    if one == SHARED:
        return key
    return str(one[SHARED]) if isinstance(one, Mapping) and SHARED in one else None

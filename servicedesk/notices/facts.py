"""What a mail needs to know, between the moment it happens and the moment it is written.

Facts are stored as JSON.  Days, moments, bilingual texts, sentences and amounts go in and
come out as what they are, so that a template writes each as the reader's language does.

Pure: no web, no database.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from servicedesk.words import Secret, Text, Words

_MARK: Final = "$"  # begins the one key of an object that stands for something else
_SECRET: Final = f"{_MARK}secret"


def packed(value: object) -> Any:  # noqa: ANN401 - any JSON
    """Return ``value`` as JSON.

    Raises:
        TypeError: it is nothing a mail can be told.
    """
    if isinstance(value, Secret):
        return {_SECRET: str(value)}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Mapping):
        return {str(key): packed(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [packed(item) for item in value]
    return _packed_special(value)


def unpacked(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return what was packed."""
    if isinstance(value, list):
        return [unpacked(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        (key, inside), *_ = value.items()
        if key in _READERS:
            return _READERS[key](inside)
    return {key: unpacked(item) for key, item in value.items()}


def without_secrets(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return packed ``facts`` without those that nobody may read later."""
    return {name: fact for name, fact in facts.items() if not _is_secret(fact)}


def _is_secret(fact: Any) -> bool:  # noqa: ANN401 - any JSON
    return isinstance(fact, dict) and _SECRET in fact


def _packed_special(value: object) -> dict[str, Any]:
    if isinstance(value, datetime):  # a kind of date, says Python, so it comes first
        return {"$moment": value.isoformat()}
    if isinstance(value, date):
        return {"$day": value.isoformat()}
    if isinstance(value, Decimal):
        return {"$number": str(value)}
    if isinstance(value, Words):
        return {"$words": [value.msgid, packed(value.facts)]}
    if hasattr(value, "in_language"):
        return {"$text": [value.in_language("en"), value.in_language("zh")]}
    raise TypeError(f"a notice cannot carry {type(value).__name__}")


_READERS: Final[dict[str, Any]] = {
    _SECRET: Secret,
    f"{_MARK}moment": datetime.fromisoformat,
    f"{_MARK}day": date.fromisoformat,
    f"{_MARK}number": Decimal,
    f"{_MARK}words": lambda pair: Words(pair[0], unpacked(pair[1])),
    f"{_MARK}text": lambda pair: Text(*pair),
}

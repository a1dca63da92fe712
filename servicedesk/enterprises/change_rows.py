"""The lines of a change notice: what stood in the register, and what stands there now.

Only what a notice prints; reports and the like get a plain notice.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from servicedesk.enterprises.certificate_facts import joined, scope_words
from servicedesk.enterprises.fact_words import FACTS, label
from servicedesk.words import Text

Row = tuple[Text, Text, Text]

FILED: Final = Text("Notice of filing", "备案通知书")
REGISTERED: Final = Text("Notice of registration of a change", "变更登记通知书")
_PRINTED: Final = (
    "name",
    "org_form",
    "type",
    "legal_representative",
    "capital",
    "address",
    "scope",
    "term",
    "shareholders",
    "officers",
    "supervisors",
    "liaison",
    "legal_recipient",
    "articles_of",
)


def change_rows(before: Mapping[str, Any], after: Mapping[str, Any]) -> Sequence[Row]:
    """Return what differs between two states of the facts and is printed, in a fixed order."""
    form = str(after.get("org_form"))
    return [
        (label(key, form) or FACTS[key][0], _side(key, before.get(key)), _side(key, after.get(key)))
        for key in _PRINTED
        if before.get(key) != after.get(key)
    ]


def title_of(kind: str) -> Text:
    """Return what the notice of a filing of this kind is called."""
    return FILED if kind == "file_particulars" else REGISTERED


def _side(key: str, value: Any) -> Text:  # noqa: ANN401 - any JSON
    if value is None:
        return Text("", "")
    if key == "scope":
        return scope_words(value)  # with its marks
    return joined([FACTS[key][1](one) for one in (value if isinstance(value, list) else [value])])

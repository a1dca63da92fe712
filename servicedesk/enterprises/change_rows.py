"""The lines of a change notice: what stood in the register, and what stands there now.

Only what a notice prints in both languages; reports and the like get a plain notice.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from servicedesk.enterprises import certificate_facts, reference
from servicedesk.enterprises.public_facts import as_text, head_of
from servicedesk.words import Text

Row = tuple[Text, Text, Text]

FILED: Final = Text("Notice of filing", "备案通知书")
REGISTERED: Final = Text("Notice of registration of a change", "变更登记通知书")


def _plain(value: Any) -> Text:  # noqa: ANN401 - any JSON
    return Text(str(value), str(value))


def _form(value: Any) -> Text:  # noqa: ANN401
    form = reference.org_forms().get(value)
    return form.name if form else _plain(value)


def _owners(value: Any) -> Text:  # noqa: ANN401
    told = [_owner(one) for one in value]
    return Text("; ".join(one.en for one in told), "；".join(one.zh for one in told))


def _owner(one: Mapping[str, Any]) -> Text:
    amount = one.get("contribution")
    if amount is None:
        return _plain(one["name"])
    said = certificate_facts.money_words(amount)
    return Text(f"{one['name']} {said.en}", f"{one['name']} {said.zh}")


def _officers(value: Any) -> Text:  # noqa: ANN401
    return _plain("、".join(one["name"] for one in value))


def _names(value: Any) -> Text:  # noqa: ANN401
    return _plain("、".join(value))


_LINES: Final[Mapping[str, tuple[Text, Callable[[Any], Text]]]] = {
    "name": (Text("Name", "名称"), _plain),
    "org_form": (Text("Legal form", "组织形式"), _form),
    "type": (Text("Type", "类型"), as_text),
    "legal_representative": (head_of("llc"), _plain),
    "capital": (certificate_facts.CAPITAL, certificate_facts.money_words),
    "address": (Text("Address", "住所"), as_text),
    "scope": (Text("Business scope", "经营范围"), certificate_facts.scope_words),
    "term": (Text("Term", "营业期限"), certificate_facts.term_words),
    "shareholders": (Text("Shareholders", "股东"), _owners),
    "officers": (Text("Directors and manager", "董事、经理"), _officers),
    "supervisors": (Text("Supervisors", "监事"), _names),
    "liaison": (Text("Liaison", "联络员"), _plain),
    "legal_recipient": (Text("Receives legal documents", "法律文书送达接受人"), _plain),
    "articles_of": (Text("Articles of", "章程日期"), _plain),
}


def change_rows(before: Mapping[str, Any], after: Mapping[str, Any]) -> Sequence[Row]:
    """Return what differs between two states of the facts and is printed, in a fixed order."""
    return [
        (label, _side(tell, before.get(key)), _side(tell, after.get(key)))
        for key, (label, tell) in _LINES.items()
        if before.get(key) != after.get(key)
    ]


def title_of(kind: str) -> Text:
    """Return what the notice of a filing of this kind is called."""
    return FILED if kind == "file_particulars" else REGISTERED


def _side(tell: Callable[[Any], Text], value: Any) -> Text:  # noqa: ANN401
    return Text("", "") if value is None else tell(value)

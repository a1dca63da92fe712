"""The facts of an enterprise in words: what each is called, and what it says, line by line.

One table for all places that show facts: the page of the enterprise, the difference that a
filing makes, and the change notice.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from servicedesk.enterprises import reference
from servicedesk.enterprises.chronology import Row
from servicedesk.words import Text, Words, say

Line = Words | Text
Tell = Callable[[Any], Line]

_POSTS: Final = {
    "chair": say("chair"),
    "director": say("director"),
    "manager": say("manager"),
    "legal_representative": say("legal representative"),
}
_STATES: Final = {
    "registered": say("Registered"),
    "suspended": say("Suspended"),
    "revoked": say("Licence revoked"),
    "deregistered": say("Deregistered"),
}
_REPORT: Final = re.compile("(annual|quarterly)_report_([0-9]{4})(?:q([1-4]))?")


def _plain(value: Any) -> Line:  # noqa: ANN401 - any JSON
    return Text(str(value), str(value))


def _both(value: Any) -> Line:  # noqa: ANN401
    return Text(value["en"], value["zh"])


def _day(value: Any) -> Line:  # noqa: ANN401
    return say("%(day)s", day=date.fromisoformat(value))


def _money(value: Any) -> Line:  # noqa: ANN401
    return say("%(amount)s", amount=value)


def _state(value: Any) -> Line:  # noqa: ANN401
    return _STATES.get(value, _plain(value))


def _form(value: Any) -> Line:  # noqa: ANN401
    form = reference.org_forms().get(value)
    return form.name if form else _plain(value)


def _phrase(value: Any) -> Line:  # noqa: ANN401
    phrase = reference.scope_phrases().get(value)
    return phrase.name if phrase else _plain(value)


def _term(value: Any) -> Line:  # noqa: ANN401
    if value["kind"] == "long":
        return say("Without a fixed end")
    return say("Until %(day)s", day=date.fromisoformat(value["until"]))


def _period(value: Any) -> Line:  # noqa: ANN401
    since, until = (date.fromisoformat(value[key]) for key in ("since", "until"))
    return say("From %(since)s to %(until)s", since=since, until=until)


def _owner(value: Any) -> Line:  # noqa: ANN401
    amount, percent = value.get("contribution"), value.get("percent")
    if amount is None or percent is None:
        return _plain(value["name"])
    return say(
        "%(name)s: %(amount)s, %(percent)s %%",
        name=value["name"],
        amount=amount,
        percent=Decimal(percent),
    )


def _officer(value: Any) -> Line:  # noqa: ANN401
    posts = [_POSTS.get(post, _plain(post)) for post in value.get("posts", [])]
    line: Line = _plain(value["name"])
    for post in posts:
        line = say("%(name)s, %(post)s", name=line, post=post)
    return line


def _named(value: Any) -> Line:  # noqa: ANN401
    code = value.get("credit_code", "")
    return _plain(f"{value['name']} {code}".strip())


def _report(value: Any) -> Line:  # noqa: ANN401
    revenue = value.get("revenue")
    return say("Revenue %(amount)s", amount=revenue) if revenue else say("Reported")


def _filed(value: Any) -> Line:  # noqa: ANN401
    return _day(value["on"])


# In the order in which they are shown.  A fact that has no line here is not shown.
FACTS: Final[Mapping[str, tuple[Words, Tell]]] = {
    "state": (say("State"), _state),
    "name": (say("Name"), _plain),
    "org_form": (say("Legal form"), _form),
    "type": (say("Type"), _both),
    "parent": (say("Branch of"), _named),
    "legal_representative": (say("Legal representative"), _plain),
    "capital": (say("Registered capital"), _money),
    "established": (say("Established on"), _day),
    "term": (say("Term"), _term),
    "suspension": (say("Business rests"), _period),
    "revoked_on": (say("Licence revoked on"), _day),
    "announcement": (say("Compulsory deregistration announced"), _period),
    "deregistered_on": (say("Deregistered on"), _day),
    "address": (say("Address"), _both),
    "address_unit": (say("Place in the park"), _plain),
    "branch_addresses": (say("Branches on the licence"), _both),
    "registrar": (say("Registrar"), _both),
    "scope": (say("Business scope"), _phrase),
    "main_scope": (say("Main business"), _phrase),
    "shareholders": (say("Shareholders"), _owner),
    "officers": (say("Directors and manager"), _officer),
    "supervisors": (say("Supervisors"), _plain),
    "liaison": (say("Liaison"), _plain),
    "legal_recipient": (say("Receives legal documents"), _plain),
    "articles_of": (say("Articles of"), _day),
    "duplicates": (say("Duplicates of the licence"), _plain),
    "licence_reissued": (say("Licence reissued on"), _filed),
    "beneficial_owners_filed": (say("Beneficial owners filed on"), _filed),
}


def label(topic: str) -> Words | None:
    """Return what a fact is called; None: it is not shown."""
    report = _REPORT.fullmatch(topic)
    if report and report[3]:
        return say("Figures of quarter %(quarter)s of %(year)s", quarter=report[3], year=report[2])
    if report:
        return say("Annual report of %(year)s", year=report[2])
    if topic.startswith("fi_report"):
        return say("Report of foreign investment")
    return FACTS[topic][0] if topic in FACTS else None


def line(row: Row) -> Line | None:
    """Return what a row says; None where it ends something."""
    if row.value is None:
        return None
    if row.topic in FACTS:
        return FACTS[row.topic][1](row.value)
    return _report(row.value) if _REPORT.fullmatch(row.topic) else say("Reported")


def order(topic: str) -> tuple[int, str]:
    """Return where a fact stands among the others: as in the table, reports behind, by year."""
    keys = list(FACTS)
    return (keys.index(topic) if topic in FACTS else len(keys), topic)

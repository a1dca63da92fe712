"""A formula over questions of other kinds than it takes is told before anybody applies."""

from typing import Any

import pytest

from servicedesk.catalogue import checking, definitions
from tests.catalogue.changes import field, fields, money
from tests.catalogue.factories import small, text


def _problems(formula: Any) -> list[str]:  # noqa: ANN401
    data = small()
    names = [field("text", key="name"), money(key="share")]
    fields(data).extend([
        field("date", key="from"),
        field("date", key="to"),
        field("number", key="years", required=False),
        field("computed", key="half", value={"/": [{"var": "years"}, 2]}),
        money(key="capital", required=False),
        field("group", key="owners", item=text(), title=["name"], fields=names),
        field("computed", key="told", value=formula),
    ])  # fmt: skip
    found = checking.problems(definitions.parse(data))
    return [str(one) for one in found if one.where.endswith("fields[told].value")]


@pytest.mark.parametrize(
    "formula",
    [
        {"days": [{"var": "from"}, {"var": "to"}]},
        {"-": [{"days": [{"var": "from"}, {"var": "to"}]}, 1]},
        {"+": [{"var": "years"}, {"var": "half"}, {"var": ["capital.amount"]}, 0.5]},
        {"-": [{"var": "capital.amount"}, {"sum": [{"var": "owners"}, "share.amount"]}]},
        {"var": "years"},
    ],
)
def test_of_the_right_kinds_it_is_in_order(formula: object) -> None:
    assert _problems(formula) == []


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ({"days": [{"var": "from"}, {"var": "full_name"}]}, "'full_name', which is no day"),
        ({"days": [{"var": "from"}, 3]}, "None, which is no day"),
        ({"days": [{"var": "from"}, {"var": "years"}]}, "there are: from, to"),
        ({"+": [{"var": "full_name"}, 1]}, "reckons with 'full_name', which is no number"),
        ({"+": [{"var": "from"}, 1]}, "reckons with 'from', which is no number"),
        ({"+": [{"var": "capital"}, 1]}, "did you mean capital.amount?"),
        ({"+": ["many", 1]}, "reckons with 'many', which is no number"),
        ({"*": [{"+": [{"var": "owners"}, 1]}, 2]}, "reckons with 'owners'"),
        ({"sum": [{"var": "years"}, "share"]}, "adds up 'years', which is no group"),
        ({"sum": [{"var": "owners"}, "share"]}, "adds up 'share', which is no number in 'owners'"),
        ({"sum": [{"var": "owners"}, "name"]}, "there are: share.amount"),
        ({"sum": [{"var": "owners"}, "nothing"]}, "adds up 'nothing'"),
        ({"var": "full_name"}, "reckons with 'full_name'"),
    ],
)
def test_of_another_kind_it_is_told(formula: object, words: str) -> None:
    problems = _problems(formula)

    assert len(problems) == 1
    assert words in problems[0]

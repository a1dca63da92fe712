"""Which answers count, over random answers to a real form."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from servicedesk.catalogue import asking, definitions, materials, showing
from servicedesk.catalogue.fields import AnyField, ChoiceQuestion, GroupQuestion

SERVICE = definitions.load(definitions.SERVICES / "E_SET_LLC.yaml")


def _answer(field: AnyField) -> st.SearchStrategy[Any]:
    if isinstance(field, GroupQuestion):
        inner = {one.key: _answer(one) for one in field.fields}
        return st.lists(st.fixed_dictionaries({}, optional=inner), max_size=2)
    if isinstance(field, ChoiceQuestion):
        key = st.sampled_from([option.key for option in field.options])
        return st.lists(key, unique=True) if field.kind == "many" else key
    if field.kind == "money":
        return st.just({"currency": "CNY", "amount": "1.00"})
    if field.kind == "date":
        return st.just("2026-03-02")
    return st.booleans() if field.kind in {"yes_no", "declaration"} else st.just("7")


ANSWERS = st.fixed_dictionaries(
    {}, optional={one.key: _answer(one) for page in SERVICE.pages for one in page.fields}
)


@settings(max_examples=60)
@given(ANSWERS)
def test_what_counts_still_counts_when_asked_again(answers: dict[str, Any]) -> None:
    asked = asking.asked(SERVICE, answers)
    again = asking.asked(SERVICE, asked.answers)

    assert again.answers == asked.answers
    assert [one.page.key for one in again.pages] == [one.page.key for one in asked.pages]
    assert set(asked.answers) <= set(answers)


@settings(max_examples=60)
@given(ANSWERS)
def test_every_answer_that_counts_is_shown_and_no_other(answers: dict[str, Any]) -> None:
    counting = asking.asked(SERVICE, answers).answers
    shown = {
        row.place
        for section in showing.rows(SERVICE, answers, "en", {})
        for page in section.pages
        for row in page.rows
        if row.value or row.entries
    }

    empty = {key for key, answer in counting.items() if asking.is_empty(answer)}
    unticked = {key for key, answer in counting.items() if answer is False} - shown
    assert shown == set(counting) - empty - unticked


@settings(max_examples=30)
@given(ANSWERS, ANSWERS)
def test_there_is_a_difference_exactly_where_what_counts_differs(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    found = showing.differences(SERVICE, before, after, "zh", {})

    old, new = (asking.asked(SERVICE, one).answers for one in (before, after))
    changed = {key for key in {*old, *new} if old.get(key) != new.get(key)}
    assert {one.place.partition("[")[0] for one in found} <= changed
    assert not changed or found or all(not old.get(key) and not new.get(key) for key in changed)
    assert materials.needed(SERVICE, new)

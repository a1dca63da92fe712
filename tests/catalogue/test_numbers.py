"""Credit codes and identity numbers, against other people's programs."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from servicedesk.catalogue import numbers
from servicedesk.catalogue.numbers import Unfit

TODAY = date(2026, 3, 2)
BODIES = st.text(alphabet=numbers.ALPHABET, min_size=8, max_size=8)


@given(st.from_regex(r"9[123]110114", fullmatch=True), BODIES)
def test_a_code_made_of_its_parts_is_right_for_us_and_for_stdnum(first: str, body: str) -> None:
    middle = first + body + numbers.organisation_check(body)
    code = middle + numbers.credit_check(middle)

    assert numbers.credit_code(code.lower()) == code
    assert uscc.is_valid(code)


@given(st.from_regex(r"91110114", fullmatch=True), BODIES, st.integers(8, 17), st.data())
def test_one_wrong_character_is_always_noticed(
    first: str, body: str, at: int, data: st.DataObject
) -> None:
    middle = first + body + numbers.organisation_check(body)
    code = middle + numbers.credit_check(middle)
    wrong = data.draw(st.sampled_from([one for one in numbers.ALPHABET if one != code[at]]))

    assert not numbers.is_credit_code(code[:at] + wrong + code[at + 1 :])


@pytest.mark.parametrize(
    "code",
    ["91110114MA7XCP003J", "91110114MAEXAMPKXN", "91110000600037341L", "9144030071526726XG"],
)
def test_codes_of_the_facts_are_right(code: str) -> None:
    assert numbers.credit_code(code) == code


@given(
    st.dates(date(1900, 1, 1), date(2026, 3, 2)),
    st.integers(0, 999),
)
def test_an_identity_number_is_right_for_us_and_for_stdnum(birth: date, order: int) -> None:
    first = f"110105{birth:%Y%m%d}{order:03}"
    number = first + numbers.id_check(first)

    assert numbers.chinese_id(number, TODAY) == number
    assert ric.calc_check_digit(number) == number[17]


@given(st.text(max_size=25))
def test_whatever_is_typed_is_taken_or_refused_with_words(typed: str) -> None:
    for read in (numbers.credit_code, numbers.passport, lambda one: numbers.chinese_id(one, TODAY)):
        try:
            assert read(typed)
        except Unfit as refused:
            assert refused.words.msgid  # noqa: PT017 - either way is fine


def test_nobody_is_born_tomorrow() -> None:
    first = "11010520260303001"

    with pytest.raises(Unfit, match="no date of birth"):
        numbers.chinese_id(first + numbers.id_check(first), TODAY)

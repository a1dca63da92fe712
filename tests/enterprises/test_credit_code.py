"""Credit codes: against the standard's examples, an independent check, and themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from servicedesk.catalogue.numbers import ALPHABET, credit_check, is_credit_code
from servicedesk.enterprises import credit_code

WORKED_EXAMPLES = [
    "91110000600037341L",
    "91310115MA1K3BTP2B",
    "91340600MA2PBM9HXD",
    "9144030071526726XG",
    "92340603MA2PBMCG0U",
    "91110114MA7XCP003J",
    "91110114MAEXAMPKXN",
]
numbers = st.integers(1, 31**5 - 1)


@pytest.mark.parametrize("code", WORKED_EXAMPLES)
def test_the_worked_examples_are_valid(code: str) -> None:
    assert is_credit_code(code)


@pytest.mark.parametrize(
    "code", ["91110000600037341N", "9111000060003IOZSV", "12345", "", "91110114MA7XCP003JJ"]
)
def test_wrong_checks_letters_and_lengths_are_refused(code: str) -> None:
    assert not is_credit_code(code)


@given(numbers)
def test_every_code_we_make_is_valid_for_us_and_for_stdnum(number: int) -> None:
    code = credit_code.make("110114", number)

    assert is_credit_code(code)
    assert uscc.is_valid(code)
    assert code.startswith("91110114MAY")


@given(numbers, numbers)
def test_different_numbers_make_different_codes(one: int, other: int) -> None:
    same = credit_code.make("110114", one) == credit_code.make("110114", other)

    assert same == (one == other)


@given(numbers, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_found(number: int, place: int, character: str) -> None:
    code = credit_code.make("110114", number)
    other = code[:place] + character + code[place + 1 :]

    assert is_credit_code(other) == (other == code)


@given(st.text(ALPHABET, min_size=17, max_size=17))
def test_our_check_character_is_stdnums(first: str) -> None:
    assert credit_check(first) == uscc.calc_check_digit(first)


@pytest.mark.parametrize("number", [0, -1, 31**5])
def test_a_number_beyond_the_series_is_an_error(number: int) -> None:
    with pytest.raises(ValueError, match="no credit code"):
        credit_code.make("110114", number)

"""Which passwords are good enough."""

import pytest

from servicedesk.accounts import passwords
from servicedesk.accounts.password_rules import objection

EMAIL = "wei.lin@park.example"


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "purple lorry under",
        "我们在生命科学园见面吧朋友",
        "tQ7#vL2!pZ",
        "lin jumps 4 rivers",
    ],
)
def test_long_enough_and_unknown_will_do(password: str) -> None:
    assert objection(password, email=EMAIL) is None


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "九个汉字不够长的呀",
        "1234567890",
        "0987654321",
        "password123",
        "Password2026!",
        "P@ssw0rd1234",
        "qwertyuiop",
        "Qwerty12345",
        "1qaz2wsx3edc",
        "iloveyou1314",
        "woaini1314520",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "abababababab",
        "abcdefghijkl",
        "１２３４５６７８９０",
        "letmein12345",
        "5201314520",
        "wei.lin@park.example",
        "WEI.LIN@park.example",
        "wei.lin@park.example1",
        "wei.lin2026",
        "x" * 201,
    ],
)
def test_too_short_too_common_or_ones_own_address_will_not(password: str) -> None:
    assert objection(password, email=EMAIL) is not None


def test_a_full_width_letter_is_the_same_as_a_plain_one() -> None:
    assert passwords.fits("ｐurple lorry", passwords.hash_of("purple lorry"))


def test_a_hash_is_argon2id_and_salted() -> None:
    one, other = passwords.hash_of("purple lorry"), passwords.hash_of("purple lorry")

    assert one.startswith("$argon2id$")
    assert one != other


def test_nothing_fits_nobody() -> None:
    assert not passwords.fits("purple lorry", None)
    assert not passwords.fits("", "")

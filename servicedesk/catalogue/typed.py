"""What people type, read: each kind of question that is asked in one box.

Pure.  A reader takes the question and what was typed, which is not blank, and returns the
answer as it is kept (JSON), or raises ``Unfit`` with words that say what to do.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Final

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from servicedesk.catalogue import numbers
from servicedesk.catalogue.fields import (
    CodeQuestion,
    NumberQuestion,
    PermitQuestion,
    SignatureQuestion,
    TextQuestion,
)
from servicedesk.catalogue.numbers import Unfit
from servicedesk.words import Words, say

TypedQuestion = TextQuestion | NumberQuestion | CodeQuestion | PermitQuestion | SignatureQuestion

HOME_REGION: Final = "CN"
LONGEST_ADDRESS: Final = 200  # characters
SHORTEST_ADDRESS: Final = 5
_MOST_DIGITS: Final = 15
PERCENT_PLACES: Final = 2

_HAN: Final = r"㐀-䶿一-鿿豈-﫿\U00020000-\U0003134F"
_SCRIPTS: Final = {
    "chinese": (re.compile(rf"[{_HAN}·〇（）]+"), say("Use Chinese characters only.")),
    "latin": (
        re.compile(r"[ -~\u00a0-\u024f\u1e00-\u1eff‘’–]+"),
        say("Use Latin letters only, as in a passport."),
    ),
}
_PERMIT: Final = re.compile(r"[A-Z0-9][A-Z0-9-]*")
_SHORTEST_NAME, _LONGEST_NAME = 2, 120  # characters
_NUMBER: Final = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
# Marks that turn the direction of writing can make a name read as another.
_UNSEEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060-\u2069\ufeff]")


def read(question: TypedQuestion, typed: str, today: date) -> int | str:
    """Return what was typed as the answer to ``question``.

    Args:
        question: of a kind that is asked in one box.
        typed: not blank.
        today: for dates of birth in identity numbers.

    Raises:
        Unfit: it cannot be the answer.
    """
    if isinstance(question, TextQuestion):
        return text(question, typed)
    if isinstance(question, NumberQuestion):
        return number(question, typed)
    if isinstance(question, PermitQuestion):
        return permit(question, typed)
    if isinstance(question, SignatureQuestion):
        return signature(typed)
    if question.kind == "chinese_id":
        return numbers.chinese_id(typed, today)
    return _CODES[question.kind](typed)


def cleaned(typed: str, *, several_lines: bool = False) -> str:
    r"""Return ``typed`` without unseen characters and outer blanks, composed (NFC).

    >>> cleaned("  Li\u202e Na\t ")
    'Li Na'
    """
    text = unicodedata.normalize("NFC", typed).replace("\r\n", "\n").replace("\r", "\n")
    if several_lines:
        return _UNSEEN.sub("", text).strip()
    return re.sub(r"\s+", " ", _UNSEEN.sub("", re.sub(r"[\n\t]", " ", text))).strip()


def text(question: TextQuestion, typed: str) -> str:
    """Return the words typed.

    Raises:
        Unfit: too short, too long, or in another script than asked for.
    """
    words = cleaned(typed, several_lines=question.kind == "long_text")
    if len(words) > question.max:
        raise Unfit(_too_long(words, question.max))
    if len(words) < question.min:
        raise Unfit(
            say("This is too short. Use at least %(least)s characters.", least=question.min)
        )
    if question.script != "any":
        pattern, refusal = _SCRIPTS[question.script]
        if not pattern.fullmatch(words):
            raise Unfit(refusal)
    return words


def number(question: NumberQuestion, typed: str) -> int | str:
    """Return the number typed: an integer, or its digits where it may have places.

    >>> number(NumberQuestion(key="n", kind="percent", label={"en": "n", "zh": "数"}), " 33.50 % ")
    '33.5'

    Raises:
        Unfit: not a number, with too many places, or out of bounds.
    """
    is_percent = question.kind == "percent"
    places = question.places or (PERCENT_PLACES if is_percent else 0)
    figures = unicodedata.normalize("NFKC", typed).replace(" ", "")
    if is_percent:
        figures = figures.removesuffix("%")
    if not figures.isascii() or not _NUMBER.fullmatch(figures) or len(figures) > _MOST_DIGITS:
        raise Unfit(say("Enter a number in figures, like 25."))
    value = Decimal(figures.replace(",", ""))
    if -int(value.normalize().as_tuple().exponent) > places:
        raise Unfit(
            say("Enter a whole number.")
            if places == 0
            else say("Use at most %(places)s decimal places.", places=places)
        )
    _check_bounds(question, value, least=Decimal(0) if is_percent else None)
    return int(value) if places == 0 else plain(value)


def permit(question: PermitQuestion, typed: str) -> str:
    """Return the number of a paper: capitals, figures and hyphens, without blanks.

    Raises:
        Unfit: too short, too long, or with other characters.
    """
    number = unicodedata.normalize("NFKC", typed).replace(" ", "").upper()
    if not _PERMIT.fullmatch(number):
        raise Unfit(say("Enter the number as it stands on the paper: letters, figures, hyphens."))
    if not question.min <= len(number) <= question.max:
        raise Unfit(
            say(
                "This number has %(count)s characters. It must have %(least)s to %(most)s.",
                count=len(number),
                least=question.min,
                most=question.max,
            )
        )
    return number


def signature(typed: str) -> str:
    """Return the name that somebody signed with.

    Raises:
        Unfit: it is no whole name.
    """
    name = cleaned(typed)
    if not _SHORTEST_NAME <= len(name) <= _LONGEST_NAME:
        raise Unfit(say("Sign with your whole name."))
    return name


def phone(typed: str) -> str:
    """Return the telephone number typed, as the whole world dials it (E.164).

    >>> phone("138 0000 0101"), phone("+49 30 1234567")
    ('+8613800000101', '+49301234567')

    Raises:
        Unfit: no such number can be called.
    """
    try:
        parsed = phonenumbers.parse(cleaned(typed), HOME_REGION)
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None or not phonenumbers.is_valid_number(parsed):
        raise Unfit(
            say(
                "Enter a telephone number that can be called, with its area code. From another "
                "country, begin with + and the country’s code."
            )
        )
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def email(typed: str) -> str:
    """Return the e-mail address typed.

    Raises:
        Unfit: it has not the form of one.
    """
    try:
        return validate_email(cleaned(typed), check_deliverability=False).normalized
    except EmailNotValidError:
        raise Unfit(say("Enter an e-mail address, like name@example.com.")) from None


def address(typed: str) -> str:
    """Return the postal address typed.

    Raises:
        Unfit: too short to find, or too long.
    """
    words = cleaned(typed)
    if len(words) < SHORTEST_ADDRESS:
        raise Unfit(say("Enter the whole address: district, street, number and room."))
    if len(words) > LONGEST_ADDRESS:
        raise Unfit(_too_long(words, LONGEST_ADDRESS))
    return words


def plain(value: Decimal) -> str:
    """Return the digits of ``value`` without exponent or idle zeros.

    >>> plain(Decimal("33.50")), plain(Decimal("1E+2"))
    ('33.5', '100')
    """
    digits = f"{value:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _too_long(words: str, most: int) -> Words:
    return say("This has %(count)s characters. Use at most %(most)s.", count=len(words), most=most)


def _check_bounds(question: NumberQuestion, value: Decimal, least: Decimal | None) -> None:
    most = Decimal(100) if question.kind == "percent" else None
    least = question.min if question.min is not None else least
    most = question.max if question.max is not None else most
    if least is not None and value < least:
        raise Unfit(say("Enter %(least)s or more.", least=least))
    if most is not None and value > most:
        raise Unfit(say("Enter %(most)s or less.", most=most))


_CODES: Final[dict[str, Callable[[str], str]]] = {
    "credit_code": numbers.credit_code,
    "passport": numbers.passport,
    "phone": phone,
    "email": email,
    "address": address,
}

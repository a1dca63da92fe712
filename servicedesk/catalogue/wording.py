"""How an answer reads, in either language, whatever language the page is in.

Pure: used by pages, letters and exports alike.  What is sensitive can be masked.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import phonenumbers

from servicedesk.catalogue.fields import (
    AnyField,
    ChoiceQuestion,
    ComputedQuestion,
    GroupQuestion,
    PickQuestion,
)
from servicedesk.catalogue.registry import Choice
from servicedesk.web import writing
from servicedesk.words import Text

Choices = Mapping[str, Sequence[Choice]]  # entries of pick lists, by the list's name

MASK: Final = "••••"
YES: Final = Text("Yes", "是")
NO: Final = Text("No", "否")
CONFIRMED: Final = Text("Confirmed", "已确认")
_COMMA: Final = Text(", ", "、")
_SHOWN_OF_LONG: Final = 4  # last characters of a masked number
_LONG: Final = 8


def show(
    question: AnyField,
    answer: Any,  # noqa: ANN401 - any JSON
    language: str,
    choices: Choices,
    *,
    masked: bool = False,
) -> str:
    """Return ``answer`` in words; empty where there is none.

    Args:
        question: what was asked.
        answer: as kept (JSON).
        language: "en" or "zh".
        choices: the lists that ``pick`` questions name; a key that is not in its list is
            shown as it is.
        masked: for readers who need not see sensitive answers whole.
    """
    if answer is None or answer in ("", []):
        return ""
    if masked and question.sensitive:
        return mask(answer) if _is_number(question, answer) else MASK
    if isinstance(question, PickQuestion):
        return _picked(question, answer, language, choices)
    return _WORDS[question.kind](question, answer, language)


def mask(answer: object) -> str:
    """Return enough of a number to know it again, and no more.

    >>> mask("11010519491231002X"), mask("E1234")
    ('•••• 002X', '•••• 4')
    """
    text = str(answer)
    shown = _SHOWN_OF_LONG if len(text) >= _LONG else 1
    return f"{MASK} {text[-shown:]}"


def label_of(choices: Choices, source: str, key: str, language: str) -> str:
    """Return the label of an entry of a pick list, or its key if the list lacks it."""
    entry = next((one for one in choices.get(source, ()) if one.key == key), None)
    return entry.label.in_language(language) if entry else key


def joined(parts: Sequence[str], language: str) -> str:
    """Return ``parts`` as a list in a sentence: ``a, b`` or ``甲、乙``."""
    return _COMMA.in_language(language).join(parts)


def _is_number(question: AnyField, answer: object) -> bool:
    """Whether the end of ``answer`` says which one it is, and not what it means."""
    is_number = question.kind in {
        "text",
        "credit_code",
        "chinese_id",
        "passport",
        "permit_number",
        "phone",
    }
    return is_number and any(one.isdigit() for one in str(answer))


def _picked(question: PickQuestion, answer: object, language: str, choices: Choices) -> str:
    keys = answer if isinstance(answer, list) else [answer]
    labels = [label_of(choices, question.source, str(key), language) for key in keys]
    return joined(labels, language)


def _plain(question: AnyField, answer: Any, language: str) -> str:  # noqa: ANN401, ARG001
    return str(answer)


def _number(question: AnyField, answer: Any, language: str) -> str:  # noqa: ANN401
    try:
        value = Decimal(str(answer))
    except InvalidOperation:
        return str(answer)
    if question.kind == "percent":
        return writing.percent(value, language)
    return writing.number(value)


def _money(question: AnyField, answer: Any, language: str) -> str:  # noqa: ANN401, ARG001
    return writing.money(Decimal(str(answer["amount"])), answer["currency"], language)


def _computed(question: AnyField, answer: Any, language: str) -> str:  # noqa: ANN401
    if isinstance(answer, Mapping):
        return _money(question, answer, language)
    if isinstance(question, ComputedQuestion) and question.unit == "percent":
        return writing.percent(Decimal(str(answer)), language)
    return _number(question, answer, language)


def _day(question: AnyField, answer: Any, language: str) -> str:  # noqa: ANN401, ARG001
    value = date.fromisoformat(str(answer))
    return writing.day(value, language, value, "long")


def _files(question: AnyField, answer: Any, language: str) -> str:  # noqa: ANN401, ARG001
    """Return the names of the files with their sizes; of an example's, what is on them."""
    return joined([_file(one) for one in answer], language)


def _file(one: Any) -> str:  # noqa: ANN401 - as kept, or as an example says
    return f"{one['name']} ({writing.size(one['size'])})" if isinstance(one, Mapping) else str(one)


def _chosen(question: AnyField, answer: Any, language: str) -> str:  # noqa: ANN401
    keys = answer if isinstance(answer, list) else [answer]
    options = question.options if isinstance(question, ChoiceQuestion) else ()
    known = {option.key: option.label.in_language(language) for option in options}
    return joined([known.get(str(key), str(key)) for key in keys], language)


def _yes_no(question: AnyField, answer: Any, language: str) -> str:  # noqa: ANN401, ARG001
    return (YES if answer is True else NO).in_language(language)


def _confirmed(question: AnyField, answer: Any, language: str) -> str:  # noqa: ANN401, ARG001
    return CONFIRMED.in_language(language) if answer is True else ""


def _telephone(question: AnyField, answer: Any, language: str) -> str:  # noqa: ANN401, ARG001
    try:
        number = phonenumbers.parse(str(answer), "CN")
    except phonenumbers.NumberParseException:
        return str(answer)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _count(question: AnyField, answer: Any, language: str) -> str:  # noqa: ANN401
    number = len(answer)
    if not isinstance(question, GroupQuestion):
        return str(number)
    return f"{number} × {question.item.in_language(language)}"


def _nothing(question: AnyField, answer: Any, language: str) -> str:  # noqa: ANN401, ARG001
    return ""


_WORDS: Final[Mapping[str, Callable[[AnyField, Any, str], str]]] = {
    "text": _plain,
    "long_text": _plain,
    "number": _number,
    "percent": _number,
    "money": _money,
    "date": _day,
    "choice": _chosen,
    "many": _chosen,
    "yes_no": _yes_no,
    "credit_code": _plain,
    "chinese_id": _plain,
    "passport": _plain,
    "permit_number": _plain,
    "signature": _plain,
    "files": _files,
    "computed": _computed,
    "phone": _telephone,
    "email": _plain,
    "address": _plain,
    "declaration": _confirmed,
    "statement": _nothing,
    "group": _count,
}

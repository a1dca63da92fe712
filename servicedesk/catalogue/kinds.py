"""The table of kinds of question: how each is asked, read from a form and written into one.

``KINDS[question.kind]`` has ``build`` (a WTForms field, with checks whose words say what
to do), ``read`` (field -> answer as kept, JSON; None while there is none) and ``write``
(answer -> data of the field).  How an answer reads in words is ``wording.show``; groups,
which are made of the other kinds, are compiled in ``forms``.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, cast

import phonenumbers
from wtforms import BooleanField, EmailField, Field, StringField, TelField, TextAreaField
from wtforms.validators import StopValidation

from servicedesk.catalogue import judging, typed
from servicedesk.catalogue.fields import (
    AnyField,
    ChoiceQuestion,
    DateQuestion,
    FilesQuestion,
    MoneyQuestion,
    Option,
    PickQuestion,
    Question,
    SimpleField,
    TextQuestion,
)
from servicedesk.catalogue.numbers import Unfit
from servicedesk.web import fields as web_fields
from servicedesk.web import writing
from servicedesk.web.file_fields import FilesField
from servicedesk.web.option_lists import NameField
from servicedesk.web.words import spoken, today
from servicedesk.words import Text, Words, say

Answer = Any  # JSON
Rule = Callable[[Any], Words | None]  # field data -> what is wrong with it


@dataclass(frozen=True)
class Kind:
    """What the forms know of one kind of question."""

    build: Callable[[Any, str], Any]  # question, language -> an unbound field
    read: Callable[[Any, Any], Answer]  # question, field -> answer
    write: Callable[[Any], Any]  # answer -> data of the field
    wish: Words  # said when there is no answer; knows the fact ``label``


class NumberField(StringField):
    """A number, typed as people type it."""

    face = "number"


class SignatureField(StringField):
    """A name typed to sign with."""

    face = "signature"


class DayField(web_fields.DateBoxesField):
    """A day in three boxes; one that does not exist is named."""

    def _read(self) -> date:
        try:
            return super()._read()
        except ValueError:
            name = _name_of_day(*(self.typed[part] for part in self.parts))
            if name is None:
                raise
            raise ValueError(spoken(say("There is no %(day)s.", day=name))) from None


class Check:
    """A validator made of a rule: stops with its words."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule

    def __call__(self, form: object, field: Field) -> None:  # noqa: ARG002 - as in WTForms
        """Refuse the field's data if the rule has something to say."""
        if fault := self._rule(field.data):
            raise StopValidation(spoken(fault))


class Asks:
    """The first check of every question: is there an answer, and must there be one?"""

    def __init__(self, question: Question, wish: Words, language: str) -> None:
        label = question.label.in_language(language)
        self._wish = Words(wish.msgid, {"label": label}) if question.required else None
        self.field_flags = {} if question.required else {"optional": True}

    def __call__(self, form: object, field: Field) -> None:  # noqa: ARG002 - as in WTForms
        """Stop at a question without an answer, with words if it needs one."""
        if is_blank(field):
            raise StopValidation(spoken(self._wish) if self._wish else "")


def is_blank(field: Field) -> bool:
    """Whether nothing was answered; something that cannot be read is not nothing."""
    data = field.data
    if field.process_errors:
        return False
    if isinstance(data, str):
        return not typed.cleaned(data)
    return data is None or data == [] or (data is False and isinstance(field, BooleanField))


def build(question: AnyField, language: str) -> Any:  # noqa: ANN401 - an unbound field
    """Return the unbound field that asks ``question`` in ``language``."""
    return KINDS[question.kind].build(question, language)


def read(question: AnyField, field: Field) -> Answer:
    """Return the answer in ``field``; None while it is blank or cannot be read."""
    if is_blank(field) or field.process_errors:
        return None
    try:
        return KINDS[question.kind].read(question, field)
    except Unfit:
        return None


def write(question: AnyField, answer: Answer) -> Any:  # noqa: ANN401 - each field's own
    """Return the data by which the field of ``question`` shows ``answer``."""
    return KINDS[question.kind].write(answer)


def said(
    question: SimpleField,
    language: str,
    *checks: Check,
    **attributes: str,
) -> dict[str, Any]:
    """Return what every field but a group is told: words, checks, and when it is asked."""
    asks = Asks(question, KINDS[question.kind].wish, language)
    return {**words(question, language, **attributes), "validators": [asks, *checks]}


def words(question: Question, language: str, **attributes: str) -> dict[str, Any]:
    """Return what every field says, and when it is asked."""
    if question.when is not None:
        attributes["data-when"] = json.dumps(question.when, ensure_ascii=False)
    return {
        "label": question.label.in_language(language),
        "description": question.help.in_language(language) if question.help else "",
        "render_kw": {name.replace("_", "-"): value for name, value in attributes.items()},
    }


def _typed(field_class: type[Field], **fixed: str) -> Callable[[typed.TypedQuestion, str], Any]:
    """Return how to build a question that is asked in one box."""

    def build_one(question: typed.TypedQuestion, language: str) -> Any:  # noqa: ANN401
        def rule(data: str) -> Words | None:
            try:
                typed.read(question, data, today())
            except Unfit as refusal:
                return refusal.words
            return None

        attributes = {**fixed, **_text_attributes(question)}
        return field_class(**said(question, language, Check(rule), **attributes))

    return build_one


def _build_text(question: TextQuestion, language: str) -> Any:  # noqa: ANN401
    return _typed(NameField if question.source else StringField)(question, language)


def _text_attributes(question: Question) -> dict[str, str]:
    attributes: dict[str, str] = {}
    if isinstance(question, TextQuestion) and question.script == "chinese":
        attributes["lang"] = "zh-CN"
    if not question.prefill:
        attributes["autocomplete"] = "off"
    elif question.prefill[0] in _AUTOCOMPLETE:
        attributes["autocomplete"] = _AUTOCOMPLETE[question.prefill[0]]
    return attributes


def _build_choice(question: ChoiceQuestion, language: str) -> Any:  # noqa: ANN401
    options = [_option(option, language) for option in question.options]
    if question.kind == "many":
        return web_fields.ManyField(**said(question, language), options=options)
    return web_fields.ChoiceField(**said(question, language), options=options, filters=[_or_none])


def _option(option: Option, language: str) -> web_fields.Option:
    text = option.help.in_language(language) if option.help else ""
    return web_fields.Option(option.key, option.label.in_language(language), text)


def _build_pick(question: PickQuestion, language: str) -> Any:  # noqa: ANN401
    """Return the field without its options; ``forms`` gives it those of the hour."""

    def rule(data: list[str]) -> Words | None:
        return judging.picked(question, data)

    if not question.many:
        among = {"data_among": f"f_{question.among}"} if question.among else {}
        return web_fields.PickField(**said(question, language, **among), filters=[_or_none])
    return web_fields.PickManyField(**said(question, language, Check(rule)))


def _build_date(question: DateQuestion, language: str) -> Any:  # noqa: ANN401
    def rule(day: date) -> Words | None:
        return judging.day(question, day, today())

    return DayField(**said(question, language, Check(_year_rule), Check(rule)))


def _year_rule(day: date) -> Words | None:
    """Refuse a year in two figures, and one that nobody means."""
    if _FIRST_YEAR <= day.year <= _LAST_YEAR:
        return None
    return say("Enter the year with four figures, like 2026.")


def _name_of_day(year: str, month: str, day: str) -> Text | None:
    """Return what 2026, 6, 31 would be called; None if they are no figures of a day."""
    figures = [
        int(one) if one.isdecimal() and len(one) <= _LONGEST else -1 for one in (year, month, day)
    ]
    if min(figures) < 1 or figures[1] > len(writing.MONTHS):
        return None
    english = f"{figures[2]} {writing.MONTHS[figures[1] - 1]} {figures[0]}"
    return Text(english, "{}\xa0年\xa0{}\xa0月\xa0{}\xa0日".format(*figures))


def _build_money(question: MoneyQuestion, language: str) -> Any:  # noqa: ANN401
    def rule(data: Mapping[str, str]) -> Words | None:
        return judging.amount(question, Decimal(data["amount"]))

    return web_fields.MoneyField(
        **said(question, language, Check(rule)), currencies=question.currencies
    )


def _build_files(question: FilesQuestion, language: str) -> Any:  # noqa: ANN401
    def rule(data: list[Any]) -> Words | None:
        return judging.files(question, data)

    return FilesField(**said(question, language, Check(rule)), most=question.max_files)


def _build_statement(question: Question, language: str) -> Any:  # noqa: ANN401
    return web_fields.StatementField(**words(question, language))


def _build_computed(question: Question, language: str) -> Any:  # noqa: ANN401
    """Return a field that shows what is worked out; ``forms`` gives it the words."""
    return web_fields.ComputedField(**words(question, language))


def _or_none(data: Any) -> Any:  # noqa: ANN401 - data of any field with options
    """Take the empty entry of a list for no answer."""
    return None if data == "" else data


def _read_typed(question: typed.TypedQuestion, field: Field) -> Answer:
    return typed.read(question, str(field.data), today())


def _read_data(question: Question, field: Field) -> Answer:  # noqa: ARG001 - one shape for all
    return field.data


def _read_many(question: ChoiceQuestion | PickQuestion, field: Field) -> Answer:
    """Return the keys in the order of their list, each once, whatever the form sent."""
    if isinstance(question, PickQuestion) and not question.many:
        return field.data
    if question.kind == "choice":
        return field.data
    known = [option.value for option in cast("web_fields.ManyField", field).options]
    return [key for key in known if key in field.data]


def _read_date(question: Question, field: Field) -> Answer:  # noqa: ARG001
    return field.data.isoformat()


def _read_tick(question: Question, field: Field) -> Answer:  # noqa: ARG001
    return True if field.data else None


def _read_nothing(question: Question, field: Field) -> Answer:  # noqa: ARG001
    return None


def _write_same(answer: Answer) -> Any:  # noqa: ANN401
    return answer


def _write_text(answer: Answer) -> str:
    return "" if answer is None else str(answer)


def _write_date(answer: Answer) -> date | None:
    return date.fromisoformat(answer) if answer else None


def _write_phone(answer: Answer) -> str:
    """Return a number of this country as people here dial it."""
    try:
        number = phonenumbers.parse(str(answer or ""), typed.HOME_REGION)
    except phonenumbers.NumberParseException:
        return _write_text(answer)
    is_home = number.country_code == _HOME_CODE
    shape = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(number, shape.NATIONAL if is_home else shape.INTERNATIONAL)


_FIRST_YEAR, _LAST_YEAR = 1880, 2200
_LONGEST = 4  # figures of a year
_HOME_CODE = 86
_AUTOCOMPLETE: Final = {"person.name": "name", "person.email": "email", "person.phone": "tel"}
_FILL: Final = say("Fill in “%(label)s”.")
_CHOOSE: Final = say("Choose an answer to “%(label)s”.")
_CHOOSE_SOME: Final = say("Choose at least one answer to “%(label)s”.")
_DAY: Final = say("Enter the day under “%(label)s”.")
_AMOUNT: Final = say("Enter the amount under “%(label)s”.")
_GIVE: Final = say("Choose a file for “%(label)s”.")
_SIGN: Final = say("Sign by typing your name under “%(label)s”.")
_TICK: Final = say("Confirm with a tick: “%(label)s”")

KINDS: Final[Mapping[str, Kind]] = {
    "text": Kind(_build_text, _read_typed, _write_text, _FILL),
    "long_text": Kind(_typed(TextAreaField), _read_typed, _write_text, _FILL),
    "number": Kind(_typed(NumberField), _read_typed, _write_text, _FILL),
    "percent": Kind(_typed(NumberField), _read_typed, _write_text, _FILL),
    "money": Kind(_build_money, _read_data, _write_same, _AMOUNT),
    "date": Kind(_build_date, _read_date, _write_date, _DAY),
    "choice": Kind(_build_choice, _read_many, _write_same, _CHOOSE),
    "many": Kind(_build_choice, _read_many, _write_same, _CHOOSE_SOME),
    "yes_no": Kind(
        lambda question, language: web_fields.YesNoField(**said(question, language)),
        _read_data,
        _write_same,
        _CHOOSE,
    ),
    "pick": Kind(_build_pick, _read_many, _write_same, _CHOOSE),
    "credit_code": Kind(
        _typed(StringField, spellcheck="false", autocapitalize="characters"),
        _read_typed,
        _write_text,
        _FILL,
    ),
    "chinese_id": Kind(_typed(StringField, spellcheck="false"), _read_typed, _write_text, _FILL),
    "passport": Kind(
        _typed(StringField, spellcheck="false", autocapitalize="characters"),
        _read_typed,
        _write_text,
        _FILL,
    ),
    "permit_number": Kind(
        _typed(StringField, spellcheck="false", autocapitalize="characters"),
        _read_typed,
        _write_text,
        _FILL,
    ),
    "signature": Kind(_typed(SignatureField), _read_typed, _write_text, _SIGN),
    "files": Kind(_build_files, _read_data, _write_same, _GIVE),
    "computed": Kind(_build_computed, _read_nothing, _write_same, _FILL),
    "phone": Kind(_typed(TelField), _read_typed, _write_phone, _FILL),
    "email": Kind(_typed(EmailField, spellcheck="false"), _read_typed, _write_text, _FILL),
    "address": Kind(_typed(StringField), _read_typed, _write_text, _FILL),
    "declaration": Kind(
        lambda question, language: BooleanField(**said(question, language)),
        _read_tick,
        bool,
        _TICK,
    ),
    "statement": Kind(_build_statement, _read_nothing, _write_same, _FILL),
}

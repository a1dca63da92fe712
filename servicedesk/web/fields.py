"""Questions that WTForms has no field for, and what the templates need to draw each.

``face`` names the way a field is asked; ``components/question.html`` draws by it.  Fields of
several boxes read ``name-part`` and keep what was typed, so that an error loses no word.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Final

from babel.numbers import get_currency_precision
from flask_babel import lazy_gettext
from wtforms import Field, FieldList, FormField, RadioField, SelectMultipleField
from wtforms.utils import unset_value
from wtforms.validators import StopValidation, ValidationError

from servicedesk.web import amounts
from servicedesk.web.words import spoken

YES, NO = "yes", "no"
LONGEST_SHORT_LIST: Final = 12  # entries shown without a filter


@dataclass(frozen=True)
class Option:
    """One answer to choose, in the reader's language."""

    value: str
    label: str
    help: str = ""
    group: str = ""
    is_taken: bool = False  # shown, cannot be chosen now
    find: str = ""  # by what it is found besides what is shown; see static/js/pick.js


class Chosen:
    """What the fields with options share."""

    options: Sequence[Option]

    @property
    def anchor(self) -> str:
        """The id of the first option."""
        return f"{self.id}-0"  # type: ignore[attr-defined]  # of the field it is mixed into

    def groups(self) -> list[tuple[str, list[Option]]]:
        """Return the options by their groups, each in the order given."""
        found: dict[str, list[Option]] = {}
        for option in self.options:
            found.setdefault(option.group, []).append(option)
        return list(found.items())

    def is_chosen(self, option: Option) -> bool:
        """Whether ``option`` is the answer, or one of them."""
        data = self.data  # type: ignore[attr-defined]  # of the field it is mixed into
        return option.value in data if isinstance(data, list) else option.value == data

    def option(self, value: str | None) -> Option | None:
        """Return the option ``value``, or None."""
        return next((option for option in self.options if option.value == value), None)


class ChoiceField(Chosen, RadioField):
    """One of a few, as cards."""

    face = "choice"

    def __init__(
        self,
        label: str | None = None,
        validators: list[Any] | None = None,
        *,
        options: Sequence[Option] = (),
        **kwargs: Any,  # noqa: ANN401 - as in WTForms
    ) -> None:
        self.options = options
        super().__init__(label, validators, choices=[], **kwargs)  # ours are ``options``

    def pre_validate(self, form: Any) -> None:  # noqa: ANN401, ARG002 - as in WTForms
        """Refuse what is not offered."""
        if self.data is not None and not _may_choose(self, str(self.data)):
            raise ValidationError(lazy_gettext("Choose one of the answers offered."))


class YesNoField(ChoiceField):
    """Yes or no; its data is a boolean, None while unanswered."""

    face = "yes_no"

    def __init__(
        self,
        label: str | None = None,
        validators: list[Any] | None = None,
        **kwargs: Any,  # noqa: ANN401 - as in WTForms
    ) -> None:
        options = (Option(YES, lazy_gettext("Yes")), Option(NO, lazy_gettext("No")))
        super().__init__(label, validators, options=options, coerce=_yes_or_no, **kwargs)

    def is_chosen(self, option: Option) -> bool:
        """Whether ``option`` is the answer."""
        return self.data is not None and self.data == (option.value == YES)

    def pre_validate(self, form: Any) -> None:  # noqa: ANN401 - as in WTForms
        """Nothing else can have been sent: ``coerce`` has refused it."""


class ManyField(Chosen, SelectMultipleField):
    """Some of a few, as tick boxes; its data is a list of values."""

    face = "many"

    def __init__(
        self,
        label: str | None = None,
        validators: list[Any] | None = None,
        *,
        options: Sequence[Option] = (),
        **kwargs: Any,  # noqa: ANN401 - as in WTForms
    ) -> None:
        self.options = options
        super().__init__(label, validators, choices=[], **kwargs)  # ours are ``options``

    def pre_validate(self, form: Any) -> None:  # noqa: ANN401, ARG002 - as in WTForms
        """Refuse what is not offered."""
        if not all(_may_choose(self, str(value)) for value in self.data or ()):
            raise ValidationError(lazy_gettext("Choose only from the answers offered."))


class PickField(ChoiceField):
    """One entry of a list kept elsewhere, long or short."""

    face = "pick"


class PickManyField(ManyField):
    """Several entries of a list kept elsewhere."""

    face = "pick_many"


class _Boxes(Field):
    """A question asked in several boxes, ``name-part`` each."""

    parts: ClassVar[tuple[str, ...]]
    typed: Mapping[str, str]

    def process(
        self,
        formdata: Any,  # noqa: ANN401 - as in WTForms
        data: Any = unset_value,  # noqa: ANN401 - as in WTForms
        extra_filters: Any = None,  # noqa: ANN401 - as in WTForms
    ) -> None:
        """Take what was typed; without a form, what is stored."""
        super().process(None, data, extra_filters)
        self.typed = self._shown(self.data)
        if formdata is None:
            return
        self.typed = {
            part: (formdata.get(f"{self.name}-{part}") or "").strip() for part in self.parts
        }
        self.raw_data = ["".join(self._asked().values())]
        try:
            self.data = self._read() if self.raw_data[0] else None
        except ValueError as error:
            self.data = None
            self.process_errors = [*self.process_errors, error.args[0]]

    def pre_validate(self, form: Any) -> None:  # noqa: ANN401, ARG002 - as in WTForms
        """Say only what is wrong with the typing, if something is."""
        if self.process_errors:
            raise StopValidation

    def _asked(self) -> Mapping[str, str]:
        """Return the boxes that tell whether anything was typed."""
        return self.typed

    def _shown(self, data: Any) -> Mapping[str, str]:  # noqa: ANN401 - each field's own
        raise NotImplementedError

    def _read(self) -> Any:  # noqa: ANN401 - each field's own
        raise NotImplementedError


class DateBoxesField(_Boxes):
    """A day in three boxes, the year first; its data is a ``date``."""

    face = "date"
    parts = ("y", "m", "d")

    @property
    def anchor(self) -> str:
        """The id of the year's box."""
        return f"{self.id}-y"

    def _shown(self, data: date | None) -> Mapping[str, str]:
        if data is None:
            return dict.fromkeys(self.parts, "")
        return {"y": str(data.year), "m": str(data.month), "d": str(data.day)}

    def _read(self) -> date:
        names = {"y": lazy_gettext("year"), "m": lazy_gettext("month"), "d": lazy_gettext("day")}
        if missing := [names[part] for part in self.parts if not self.typed[part]]:
            raise ValueError(lazy_gettext("Enter the %(part)s as well.", part=missing[0]))
        try:
            year, month, day = (int(self.typed[part]) for part in self.parts)
            return date(year, month, day)
        except (ValueError, OverflowError):
            raise ValueError(
                lazy_gettext("There is no such day. Enter it in figures, like 2026 11 20.")
            ) from None


class MoneyField(_Boxes):
    """An amount with its currency; its data is ``{"currency": "CNY", "amount": "1.00"}``."""

    face = "money"
    parts = ("currency", "amount")

    def __init__(
        self,
        label: str | None = None,
        validators: list[Any] | None = None,
        *,
        currencies: Sequence[str] = ("CNY",),
        **kwargs: Any,  # noqa: ANN401 - as in WTForms
    ) -> None:
        self.currencies = currencies
        super().__init__(label, validators, **kwargs)

    @property
    def anchor(self) -> str:
        """The id of the amount's box."""
        return f"{self.id}-amount"

    def _asked(self) -> Mapping[str, str]:
        return {"amount": self.typed["amount"]}

    def _shown(self, data: Mapping[str, str] | None) -> Mapping[str, str]:
        if not data:
            return {"currency": self.currencies[0], "amount": ""}
        return {"currency": data["currency"], "amount": amounts.grouped(data["amount"])}

    def _read(self) -> dict[str, str]:
        currency = self.typed["currency"] or self.currencies[0]
        if currency not in self.currencies:
            raise ValueError(lazy_gettext("Choose one of the currencies offered."))
        places = get_currency_precision(currency)
        amount = amounts.read(self.typed["amount"], places)
        if amount is None:
            raise ValueError(spoken(amounts.fault(self.typed["amount"], places)))
        return {"currency": currency, "amount": f"{amount:.2f}"}


class ComputedField(Field):
    """What is worked out from other answers, in words; nothing is taken from the form."""

    face = "computed"

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:  # noqa: ANN401, ARG002 - as in WTForms
        """Take nothing from what was sent."""
        super().process(None, data, extra_filters)


class StatementField(Field):
    """Words to read; nothing is asked and nothing is taken from the form."""

    face = "statement"

    def process(
        self,
        formdata: Any,  # noqa: ANN401, ARG002 - as in WTForms
        data: Any = unset_value,  # noqa: ANN401 - as in WTForms
        extra_filters: Any = None,  # noqa: ANN401 - as in WTForms
    ) -> None:
        """Ignore the form."""
        super().process(None, data, extra_filters)


@dataclass(frozen=True)
class Total:
    """What the cards of a group come to, and what they should come to."""

    label: str
    field: str  # the name of the input that is summed, within a card
    target_field: str  # the name of the input that holds the amount to reach
    currency: str
    amount: Decimal
    target: Decimal | None  # None: not given yet

    @property
    def missing(self) -> Decimal:
        """How much is missing; below zero: how much there is too much."""
        return (self.target or self.amount) - self.amount

    @property
    def share(self) -> Decimal:
        """How much of the target there is, from 0 to 100."""
        if not self.target:
            return Decimal(0)
        return min(Decimal(100), max(Decimal(0), 100 * self.amount / self.target))


class GroupField(FieldList):  # type: ignore[type-arg]  # not generic when it runs
    """The same questions for each of several, as cards."""

    face = "group"

    def __init__(
        self,
        unbound_field: Any,  # noqa: ANN401 - FormField(SomeForm)
        label: str | None = None,
        validators: list[Any] | None = None,
        *,
        item: str = "",
        heading: "Callable[[FormField[Any]], str] | None" = None,
        line: "Callable[[FormField[Any]], str] | None" = None,
        total: "Total | None" = None,
        **kwargs: Any,  # noqa: ANN401 - as in WTForms
    ) -> None:
        self.item = item  # "shareholder", in the reader's language
        self._heading, self._line = heading, line
        self.total = total  # of one question over all cards; whoever fills the form adds it up
        super().__init__(unbound_field, label, validators, **kwargs)

    @property
    def anchor(self) -> str:
        """The id of the heading of the whole group."""
        return f"{self.id}-group"

    def heading(self, entry: "FormField[Any]") -> str:
        """Return what a card is called: what identifies it, or else "Shareholder"."""
        return (self._heading(entry) if self._heading else "") or self.item.capitalize()

    def line(self, entry: "FormField[Any]") -> str:
        """Return the second line of a closed card."""
        return self._line(entry) if self._line else ""

    def own_errors(self) -> list[str]:
        """Return what is wrong with the whole, not with one card."""
        return [error for error in self.errors if not isinstance(error, (dict, list, tuple))]

    def is_open(self, entry: "FormField[Any]") -> bool:
        """Whether a card is shown with its questions: unfinished, or with an error."""
        return bool(entry.errors) or not any(_is_answered(field) for field in entry.form)


def choices_of(field: Any) -> list[tuple[Option, bool]]:  # noqa: ANN401 - any field with choices
    """Return what a field offers, ours or one of WTForms, and whether each is chosen."""
    if isinstance(field, Chosen):
        return [(option, field.is_chosen(option)) for option in field.options]
    return [(Option(one._value(), one.label.text), one.checked) for one in field]  # noqa: SLF001


def face_of(field: Field) -> str:
    """Return how ``field`` is asked: its own ``face``, or that of a WTForms field."""
    return str(getattr(field, "face", _FACES.get(field.type, "text")))


_FACES: Final = {
    "BooleanField": "tick",
    "DecimalField": "number",
    "EmailField": "email",
    "FileField": "file",
    "IntegerField": "number",
    "MultipleFileField": "file",
    "PasswordField": "password",
    "RadioField": "choice",
    "SearchField": "search",
    "SelectField": "select",
    "SelectMultipleField": "many",
    "TelField": "tel",
    "TextAreaField": "area",
}


def _is_answered(field: Field) -> bool:
    if isinstance(field, _Boxes):
        return bool(field.raw_data and field.raw_data[0]) or field.data is not None
    return field.data not in (None, "", [], False)


def _may_choose(field: Chosen, value: str) -> bool:
    option = field.option(value)
    return option is not None and not option.is_taken


def _yes_or_no(value: object) -> bool | None:
    """Return the answer as a boolean.

    Raises:
        ValueError: it is neither.
    """
    if value is None or isinstance(value, bool):
        return value
    if value not in {YES, NO}:
        raise ValueError(f"neither yes nor no: {value!r}")
    return value == YES

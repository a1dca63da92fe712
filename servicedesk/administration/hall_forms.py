"""The forms by which administrators change the hours and places of a hall."""

from collections.abc import Sequence
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.utils import unset_value
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, StopValidation

from servicedesk.hall.hall_files import WEEKDAYS
from servicedesk.hall.hours_reading import SpanFault, TypedSpan, read_spans, typed
from servicedesk.hall.opening import ExceptionKind
from servicedesk.web.fields import ChoiceField, DateBoxesField, Option, PickField
from servicedesk.web.forms import DeskForm, stripped
from servicedesk.web.words import spoken

OWN, AS_THE_HALL = "own", "hall"
ASK, CANCEL = "ask", "cancel"
MOST_PLACES: Final = 200
MOST_SPANS: Final = 6  # a day
_ROWS: Final = 2  # shown at least: before and after lunch


class SpansField(Field):
    """The spans of a day, a row each; its data is a tuple of ``Span``, empty: closed."""

    face = "spans"
    rows: list[TypedSpan]

    @property
    def anchor(self) -> str:
        """The id of the first box."""
        return f"{self.id}-0-opens"

    def process(
        self,
        formdata: Any,  # noqa: ANN401 - as in WTForms
        data: Any = unset_value,  # noqa: ANN401 - as in WTForms
        extra_filters: Any = None,  # noqa: ANN401 - as in WTForms
    ) -> None:
        """Take what was typed; without a form, what is kept."""
        super().process(None, data, extra_filters)
        self.rows = typed(self.data or ())
        if formdata is not None and f"{self.name}-0-opens" in formdata:
            self._take(formdata)
        self.rows += [TypedSpan()] * (_ROWS - len(self.rows))

    def more(self) -> None:
        """Show another row."""
        self.rows += [TypedSpan()] * (len(self.rows) < MOST_SPANS)

    def pre_validate(self, form: Any) -> None:  # noqa: ANN401, ARG002 - as in WTForms
        """Say only what is wrong with the typing, if something is."""
        if self.process_errors:
            raise StopValidation

    def _take(self, formdata: Any) -> None:  # noqa: ANN401 - as in WTForms
        names = [f"{self.name}-{number}" for number in range(MOST_SPANS)]
        self.rows = [
            TypedSpan(
                stripped(formdata.get(f"{name}-opens")),
                stripped(formdata.get(f"{name}-closes")),
                f"{name}-booked" in formdata,
            )
            for name in names
            if f"{name}-opens" in formdata
        ]
        self.data = ()
        try:
            self.data = read_spans(self.rows)
        except SpanFault as fault:
            self.process_errors = [*self.process_errors, spoken(fault.words)]


def between(least: int, most: int) -> NumberRange:
    """Return what asks for a number within bounds."""
    words = _l("Enter a number from %(least)s to %(most)s.", least=least, most=most)
    return NumberRange(least, most, message=words)


def in_language(
    label: str, missing: str, lang: str, most: int, *, description: str = "", too_long: str = ""
) -> StringField:
    """Return a field for a short text in one language, of at most so many characters."""
    words = too_long or _l("Keep it under %(count)s characters.", count=most)
    return StringField(
        label,
        description=description,
        filters=[stripped],
        validators=[DataRequired(missing), Length(max=most, message=words)],
        render_kw={"lang": lang},
    )


class ChangeForm(DeskForm):
    """What every change asks for: why it is made, for the history."""

    reason = TextAreaField(
        _l("Why it changes"),
        description=_l("For the history on this page. The public does not see it."),
        filters=[stripped],
        validators=[
            DataRequired(_l("Say why it changes.")),
            Length(max=500, message=_l("Keep the reason under 500 characters.")),
        ],
    )

    def last_asked(self, name: str = "reason") -> None:
        """Ask for ``name`` after everything else."""
        self._fields[name] = self._fields.pop(name)


class WeekForm(ChangeForm):
    """The ordinary week of a hall, or of a line or service that has one of its own."""

    own = ChoiceField(
        _l("Whose week holds?"),
        options=(
            Option(AS_THE_HALL, _l("No week of its own")),
            Option(OWN, _l("A week of its own, as below")),
        ),
        validators=[DataRequired(_l("Choose whose week holds."))],
    )
    mon = SpansField(_l("Monday"))
    tue = SpansField(_l("Tuesday"))
    wed = SpansField(_l("Wednesday"))
    thu = SpansField(_l("Thursday"))
    fri = SpansField(_l("Friday"))
    sat = SpansField(_l("Saturday"))
    sun = SpansField(_l("Sunday"))
    last_ticket = IntegerField(
        _l("Last ticket, minutes before closing"),
        description=_l("For people without an appointment. 0: until closing."),
        validators=[
            InputRequired(_l("Enter a number of minutes, or 0.")),
            NumberRange(0, 480, message=_l("Enter a number of minutes from 0 to 480.")),
        ],
    )
    every_day = BooleanField(_l("Open on public holidays, too"))

    def days(self) -> list[SpansField]:
        """Return the fields of the seven days, Monday first."""
        return [self[day] for day in WEEKDAYS]


class ExceptionForm(ChangeForm):
    """A day, or days in a row, on which the week does not hold."""

    whose = PickField(
        _l("For what"),
        description=_l("A line or a service keeps its own exception before one of the hall."),
        validators=[DataRequired(_l("Choose for what it holds."))],
    )
    first = DateBoxesField(_l("First day"), validators=[InputRequired(_l("Enter the first day."))])
    last = DateBoxesField(_l("Last day"), description=_l("Leave it empty for a single day."))
    kind = ChoiceField(
        _l("What holds then"),
        options=(
            Option(ExceptionKind.CLOSED.value, _l("Closed all day")),
            Option(ExceptionKind.OTHER.value, _l("Other hours"), _l("Those entered below")),
            Option(
                ExceptionKind.BOOKED.value, _l("By appointment only"),
                _l("At the usual hours, or at those entered below"),
            ),
        ),
        validators=[DataRequired(_l("Choose what holds on these days."))],
    )  # fmt: skip
    spans = SpansField(_l("Hours on these days"))
    closed_too = BooleanField(
        _l("Of several days: also on those that are closed otherwise, like weekends and holidays")
    )
    why_en = in_language(
        _l("Reason in English, for the public"), _l("Enter the reason in English."), "en", 120,
        description=_l("Two or three words, like: staff training"),
    )  # fmt: skip
    why_zh = in_language(
        _l("Reason in Chinese, for the public"), _l("Enter the reason in Chinese."), "zh", 120
    )


class RemoveForm(ChangeForm):
    """Takes an exception away."""


def _places_field(label: str, description: str) -> IntegerField:
    return IntegerField(
        label,
        description=description,
        validators=[
            InputRequired(_l("Enter a number of places, or 0.")),
            between(0, MOST_PLACES),
        ],
    )


class PlacesForm(ChangeForm):
    """How many can be booked in each slot of a line."""

    public = _places_field(
        _l("Places for the public, in each slot"), _l("Booked by people themselves.")
    )
    staff = _places_field(_l("Places for staff to give out, in each slot"), _l("Besides those."))


class SaveForm(DeskForm):
    """Confirms a change as it was looked at."""

    outside = ChoiceField(
        _l("What becomes of these appointments?"),
        options=(
            Option(
                ASK, _l("They stay, and their owners are asked to choose another time"),
                _l("By mail, with a link. They may move it even at the last minute."),
            ),
            Option(CANCEL, _l("The hall cancels them"), _l("Their owners are told by mail.")),
        ),
        default=ASK,
    )  # fmt: skip
    seen = HiddenField()


def spans_fields(form: DeskForm) -> Sequence[SpansField]:
    """Return the fields of ``form`` that ask for spans."""
    return [field for field in form if isinstance(field, SpansField)]

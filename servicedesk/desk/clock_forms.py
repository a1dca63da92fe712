"""Forms about the clock of a case: stopping it, and making its legal limit longer."""

from flask_babel import lazy_gettext as _l
from wtforms import Field, IntegerField
from wtforms.form import BaseForm
from wtforms.validators import DataRequired, NumberRange

from servicedesk.cases.excluded_time import STOP_WORDS, StopKind
from servicedesk.desk.forms import reason_field
from servicedesk.web.fields import ChoiceField, Option
from servicedesk.web.forms import ActForm, DeskForm
from servicedesk.web.words import spoken

MOST_DAYS = 250  # working days of about a year: more is a slip of the finger


class _NumberGiven(DataRequired):
    """Asks for a number.  0 is one: the range says what is wrong with it."""

    def __call__(self, form: BaseForm, field: Field) -> None:
        if field.data is None:
            super().__call__(form, field)


def days_field(label: str, description: str) -> IntegerField:
    """Return the question for a number of working days."""
    return IntegerField(
        label,
        description=description,
        validators=[
            _NumberGiven(_l("Enter a number of working days.")),
            NumberRange(1, MOST_DAYS, message=_l("Enter a number from 1 to 250.")),
        ],
    )


class StopForm(ActForm):
    """Says for what the clock stops, why, and for how long."""

    kind = ChoiceField(
        _l("What is the time needed for?"),
        validators=[DataRequired(_l("Choose what the time is needed for."))],
    )
    working_days = days_field(
        _l("How many working days do you expect it to take?"),
        _l("The applicant is told. The clock goes on when you let it go on."),
    )
    reason = reason_field()

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.kind.options = [Option(kind, spoken(STOP_WORDS[kind])) for kind in StopKind]


class ExtendForm(ActForm):
    """Says why the legal limit is not enough."""

    reason = reason_field(
        _l("Why is the legal limit not enough?"),
        _l("The supervisor reads this, and then the applicant in the letter."),
    )


class RefuseExtensionForm(DeskForm):
    """Says why the limit stays as it is."""

    reason = reason_field(_l("Reason"), _l("The colleague who asked reads this."))

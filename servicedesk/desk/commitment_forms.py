"""Forms by which the desk says what it found of a promise, or of a paper that followed."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange

from servicedesk.desk.clock_forms import MOST_DAYS
from servicedesk.desk.forms import REASON_LENGTH, ActForm


def _stripped(text: str | None) -> str:
    return (text or "").strip()


def _reason() -> TextAreaField:
    return TextAreaField(
        _l("Reason"),
        description=_l("The applicant reads this in the letter. Name the rule and the fact."),
        filters=[_stripped],
        validators=[
            DataRequired(_l("Give the reason. It will be read by the one it concerns.")),
            Length(max=REASON_LENGTH, message=_l("Keep the reason under 2,000 characters.")),
        ],
    )


class FalseForm(ActForm):
    """Says why a promise is false."""

    reason = _reason()


class NotKeptForm(ActForm):
    """Says why something is not kept, and until when it has to be put right."""

    working_days = IntegerField(
        _l("Within how many working days must it be put right?"),
        description=_l("The applicant is told the day and can give the paper until then."),
        validators=[
            DataRequired(_l("Enter a number of working days.")),
            NumberRange(1, MOST_DAYS, message=_l("Enter a number from 1 to 250.")),
        ],
    )
    reason = _reason()

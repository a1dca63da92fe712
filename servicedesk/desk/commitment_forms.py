"""Forms by which the desk says what it found of a promise, or of a paper that followed."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField
from wtforms.validators import DataRequired, NumberRange

from servicedesk.desk.clock_forms import MOST_DAYS
from servicedesk.desk.forms import ActForm, reason_field


class FalseForm(ActForm):
    """Says why a promise is false."""

    reason = reason_field()


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
    reason = reason_field()
